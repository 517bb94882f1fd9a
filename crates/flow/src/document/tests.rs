//! Reading documents: every fault at once, each with its pointer.

use serde_json::{Value, json};

use super::*;
use crate::example;

fn faults(document: &Value) -> Vec<String> {
    parse(document).map(|_| Vec::new()).unwrap_or_else(|faults| {
        faults.into_iter().map(|fault| format!("{} {}", fault.pointer, fault.code)).collect()
    })
}

#[test]
fn a_document_reads_and_writes() {
    let document = parse(&example::document()).unwrap();
    let written = serde_json::to_value(&document).unwrap();
    assert_eq!(parse(&written).unwrap(), document);
    assert_eq!(serde_json::from_value::<Integration>(written.clone()).unwrap(), document);
    // What was written keeps all that was given; it only adds defaults.
    assert_eq!(crate::diff(&example::document(), &written), ["/actions/0/respond"; 0]);
}

#[test]
fn every_fault_is_reported_at_once() {
    let mut document = example::document();
    document["nmae"] = json!("x");
    document["source"]["system"] = json!("not a uuid");
    document["target"] = json!([]);
    document["correlation"] = json!({"target_field": "a b", "more": 1});
    let action = &mut document["actions"][0];
    action["trigger"] = json!({"kind": "poll", "every": "5 minutes", "cron": "* * * * *"});
    action["filter"] = json!({"all": [{"field": "a", "op": "equals", "value": 1}, {"field": "b", "op": "in", "value": "x"}]});
    action["map"] = json!([
        {"target": "x"},
        {"target": "x", "copy": "a", "constant": 1},
        {"target": 5, "copy": "a"},
        {"target": "x", "template": 1, "default": 2},
        {"target": "x", "value_map": {"values": []}},
        {"target": "x", "conditional": {"cases": [{"when": {"field": "a", "op": "eq"}}]}},
        {"target": "x", "copy": "a", "on": "delete", "optional": "yes"},
    ]);
    action["limits"] = json!({"page_size": -1, "timeout": 30});
    action["capture"] = json!({"http": "some"});
    insta::assert_debug_snapshot!(faults(&document));
}

#[test]
fn keys_that_were_mistyped_are_recognised() {
    let mut document = example::document();
    document["actions"][0]["fliter"] = json!({});
    document["actions"][0]["expresions"] = json!([]);
    let messages: Vec<_> = parse(&document).unwrap_err().into_iter().map(|fault| fault.message).collect();
    assert_eq!(messages[1], "unknown key `expresions`; did you mean `expressions`?");
}

#[test]
fn everything_is_bounded() {
    let action = |change: &dyn Fn(&mut Value)| {
        let mut document = example::document();
        change(&mut document["actions"][0]);
        faults(&document)
    };
    let leaf = json!({"field": "a", "op": "eq", "value": 1});
    let deep = (0..20).fold(leaf.clone(), |inner, _| json!({"not": inner}));
    assert_eq!(action(&|action| action["filter"] = deep.clone())[0].split(' ').next_back(), Some("too_deep"));
    let wide = json!({"any": vec![leaf.clone(); 201]});
    assert!(
        action(&|action| action["filter"] = wide.clone())
            .contains(&"/actions/0/filter/any too_many".to_owned())
    );
    let rules = vec![json!({"target": "x", "constant": 1}); 501];
    assert_eq!(action(&|action| action["map"] = json!(rules)), ["/actions/0/map too_many"]);
    let long = "x".repeat(17_000);
    assert_eq!(
        action(&|action| action["map"] = json!([{"target": "x", "template": long}])),
        ["/actions/0/map/0/template too_long"]
    );
    let nested = (0..9).fold(
        json!({"constant": 1}),
        |inner, _| json!({"conditional": {"cases": [{"when": leaf, "then": inner}]}}),
    );
    let mut rule = nested.clone();
    rule["target"] = json!("x");
    assert!(action(&|action| action["map"] = json!([rule]))[0].ends_with("too_deep"));
    let values: serde_json::Map<_, _> = (0..2_001).map(|key| (key.to_string(), json!(1))).collect();
    let table = json!([{"target": "x", "value_map": {"from": "a", "values": values}}]);
    assert_eq!(
        action(&|action| action["map"] = table.clone()),
        ["/actions/0/map/0/value_map/values too_many"]
    );
}

#[test]
fn null_as_a_value_is_not_the_same_as_nothing() {
    let rule: Rule = serde_json::from_value(json!({"target": "x", "copy": "a", "default": null})).unwrap();
    assert_eq!(rule.make, Make::Copy { copy: "a".parse().unwrap(), default: Some(Value::Null) });
    assert_eq!(serde_json::to_value(&rule).unwrap(), json!({"target": "x", "copy": "a", "default": null}));
}
