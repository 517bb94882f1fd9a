//! The documentation is the test: every filter has an example in `docs/expressions.md`, and every example holds.

use std::collections::BTreeSet;

use serde_json::{Value as Json, json};

use super::super::{environment, from_json, to_json};
use super::*;

const PAGE: &str = include_str!("../../../../../docs/expressions.md");

fn sample() -> Json {
    let block = PAGE.split("```json").nth(1).and_then(|rest| rest.split("```").next()).unwrap();
    serde_json::from_str(block).unwrap()
}

/// Rows `| \`name\` | … | \`expression\` | \`json\` |`; a pipe inside code is written `\|`.
fn examples() -> Vec<(String, String, String)> {
    let mut examples = Vec::new();
    for line in PAGE.lines().filter(|line| line.starts_with("| `")) {
        let escaped = line.replace("\\|", "\u{1}");
        let cells: Vec<_> =
            escaped.trim_matches('|').split('|').map(|cell| cell.trim().replace('\u{1}', "|")).collect();
        let code = |cell: &String| cell.trim_matches('`').to_owned();
        if let [name, _, expression, result] = &cells[..] {
            examples.push((code(name), code(expression), code(result)));
        }
    }
    examples
}

fn evaluate(expression: &str) -> Result<Json, String> {
    let compiled = environment().compile_expression(expression).map_err(|error| error.to_string())?;
    let mut scope = sample();
    scope["now"] = json!("2026-03-29T12:00:00Z");
    let value = compiled.eval(from_json(&scope)).map_err(|error| error.to_string())?;
    to_json(&value).map_err(|error| error.to_string())
}

#[test]
fn every_example_holds() {
    assert!(examples().len() > 80, "the table of examples was not understood");
    let mut wrong = Vec::new();
    for (_, expression, result) in examples() {
        let expected: Json =
            serde_json::from_str(&result).unwrap_or_else(|error| panic!("{result}: {error}"));
        match evaluate(&expression) {
            Ok(found) if found == expected => {}
            other => wrong.push(format!("{expression}\n  expected {expected}\n  found    {other:?}")),
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_filter_has_an_example() {
    let documented: BTreeSet<_> = examples().into_iter().map(|(name, ..)| name).collect();
    let missing: Vec<_> = vocabulary().filters.difference(&documented).cloned().collect();
    assert!(missing.is_empty(), "filters without an example in docs/expressions.md: {missing:?}");
}

#[test]
fn the_vocabulary_is_what_the_environment_has() {
    let debug = format!("{:?}", environment());
    let names = |section: &str| -> BTreeSet<String> {
        let list = debug.split(&format!("{section}: {{")).nth(1).and_then(|rest| rest.split('}').next());
        let list = list
            .or_else(|| debug.split(&format!("{section}: [")).nth(1).and_then(|rest| rest.split(']').next()))
            .unwrap();
        list.split(", ").map(|name| name.trim_matches('"').to_owned()).collect()
    };
    assert_eq!(names("filters"), vocabulary().filters);
    assert_eq!(names("tests"), vocabulary().tests);
}

#[test]
fn a_missing_value_is_an_error_in_every_filter_but_default() {
    let untouched = BTreeSet::from(["default"]);
    let mut lenient = Vec::new();
    for name in vocabulary().filters.iter().filter(|name| !untouched.contains(name.as_str())) {
        let arguments = match name.as_str() {
            "truncate" | "pad_left" | "pad_right" | "batch" | "slice" | "indent" => "(3)",
            "mask_keys" | "union" | "intersect" | "difference" => "([])",
            "merge" => "({})",
            "pointer" => "('/x')",
            "regex_replace" | "replace" => "('a', 'b')",
            "clamp" => "(1, 2)",
            "pick" | "omit" => "([])",
            "strip_prefix" | "strip_suffix" | "date_format" | "date_parse" | "date_diff" | "attr"
            | "groupby" | "map" | "regex_match" | "regex_find" | "regex_find_all" | "regex_split"
            | "selectattr" | "rejectattr" | "prefix_lines" | "hmac_sha256" | "mask_matches" => "('x')",
            "date_start" => "('day')",
            "to_zone" => "('UTC')",
            _ => "",
        };
        let source = format!("missing | {name}{arguments}");
        if let Ok(found) = evaluate(&source) {
            lenient.push(format!("{source} gave {found}"));
        }
    }
    assert!(lenient.is_empty(), "{}", lenient.join("\n"));
    assert_eq!(evaluate("missing | default('x')"), Ok(json!("x")));
}
