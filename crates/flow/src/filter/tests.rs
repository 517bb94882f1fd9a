//! What each operator means, as a table; and the page that says so.

use serde_json::{Value, json};

use crate::condition::{Condition, Operator};
use crate::example::{integration, now, plan_with, record};
use crate::schema::FieldKind;
use crate::{Plan, Record, Residual};

const PAGE: &str = include_str!("../../../../docs/filters.md");

fn passes(field: &str, op: &str, value: Value) -> bool {
    let plan = plan_with(|action| action["filter"] = json!({"field": field, "op": op, "value": value}));
    plan.filter(&record_of_all_kinds(), now()).passed
}

fn record_of_all_kinds() -> Record {
    let fields = json!({
        "text": "Disk full", "number": 5, "float": 5.0, "digits": "10", "yes": true, "null": null, "blank": "", "none": [],
        "object": {}, "list": ["a", 2], "date": "2026-01-31T09:30:00+00:00", "unix": 1_769_853_600, "day": "2026-01-30",
    });
    Record { fields, ..record() }
}

#[test]
fn operators() {
    let table = json!([
        ["text", "eq", "Disk full", true],
        ["text", "eq", "disk full", false],
        ["number", "eq", 5.0, true],
        ["number", "eq", "5", false],
        ["null", "eq", null, true],
        ["missing", "eq", null, false],
        ["blank", "eq", null, false],
        ["yes", "eq", true, true],
        ["text", "ne", "x", true],
        ["missing", "ne", "x", true],
        ["null", "ne", null, false],
        ["float", "ne", 5, false],
        ["text", "in", ["Disk full", "x"], true],
        ["list", "in", ["a"], true],
        ["missing", "in", [null], false],
        ["null", "in", [null], true],
        ["text", "not_in", ["x"], true],
        ["missing", "not_in", ["x"], true],
        ["list", "not_in", ["a"], false],
        ["text", "in", [], false],
        ["text", "contains", "full", true],
        ["list", "contains", 2.0, true],
        ["number", "contains", 5, false],
        ["missing", "not_contains", "x", true],
        ["text", "starts_with", "Disk", true],
        ["text", "ends_with", "full", true],
        ["number", "starts_with", "5", false],
        ["text", "matches", "(?i)^disk", true],
        ["text", "matches", "^full", false],
        ["missing", "matches", "", false],
        ["number", "gt", 4, true],
        ["number", "gt", 5, false],
        ["number", "gte", 5, true],
        ["digits", "gt", 9, true],
        ["text", "gt", 9, false],
        ["number", "lt", 5.5, true],
        ["number", "lte", 4, false],
        ["digits", "gt", "9", false],
        ["missing", "lt", 5, false],
        ["null", "lt", 5, false],
        ["date", "gt", "2026-01-31T11:00:00+02:00", true],
        ["date", "lte", "2026-01-31T09:30:00Z", true],
        ["date", "after", "-1h", true],
        ["date", "after", "-10m", false],
        ["date", "before", "now", true],
        ["unix", "before", "now", false],
        ["day", "before", "-1d", true],
        ["day", "after", "2026-01-29", true],
        ["text", "before", "now", false],
        ["missing", "after", "-1h", false],
    ]);
    for row in table.as_array().unwrap() {
        let (field, op) = (row[0].as_str().unwrap(), row[1].as_str().unwrap());
        assert_eq!(Value::from(passes(field, op, row[2].clone())), row[3], "{row}");
    }
    for (field, empty) in [
        ("missing", true),
        ("null", true),
        ("blank", true),
        ("none", true),
        ("object", true),
        ("number", false),
        ("text", false),
    ] {
        let plan = plan_with(|action| action["filter"] = json!({"field": field, "op": "is_empty"}));
        assert_eq!(plan.filter(&record_of_all_kinds(), now()).passed, empty, "{field}");
    }
}

#[test]
fn a_trace_says_what_each_comparison_saw() {
    let plan = plan_with(|_| {});
    let mut record = record();
    record.fields["labels"]["severity"] = json!("info");
    record.fields["labels"]["host"] = json!("test1");
    insta::assert_debug_snapshot!(plan.filter(&record, now()));
}

#[test]
fn what_the_source_cannot_do_is_done_here() {
    let plan = plan_with(|_| {});
    let query = plan.query(Some("2026-01-31T09:00:00Z"));
    insta::assert_snapshot!(query, @"select * from alert where labels.severity in ('critical', 'warning') and (after(starts_at, '-1h') or not (starts_with(labels.host, 'test'))) and changed_at > '2026-01-31T08:59:55Z' order by changed_at limit 1000");
    let residual = plan.residual(query.predicates()).unwrap();
    let verdict = residual.filter(&record(), now());
    assert!(residual.holds(&record(), now()));
    assert!(verdict.passed);
    let pointers: Vec<_> = verdict.trace.iter().map(|trace| trace.pointer.as_str()).collect();
    assert_eq!(
        pointers,
        [
            "/actions/0/filter/all/0",
            "/actions/0/filter/all/1/any/0",
            "/actions/0/filter/all/1/any/1/not",
            "/residual/2"
        ]
    );
    let later = plan.query(Some("2026-01-31T10:00:06Z"));
    assert!(!Residual::compile(later.predicates()).unwrap().holds(&record(), now()));
}

#[test]
fn a_record_without_link_is_created_only_when_the_action_says_so() {
    let plan = Plan::compile(&integration(), "open-incident").unwrap();
    assert!(plan.wants_create(&record(), now()));
    let mut resolved = record();
    resolved.fields["status"] = json!("resolved");
    assert!(!plan.wants_create(&resolved, now()));
    assert_eq!(plan.explain_create(&resolved, now()).trace[0].seen, Some(json!("resolved")));
}

#[test]
fn the_page_has_the_table_of_operators() {
    let mut table = "| operator |".to_owned();
    FieldKind::ALL.iter().for_each(|kind| table.push_str(&format!(" {kind} |")));
    table.push_str("\n| --- |");
    FieldKind::ALL.iter().for_each(|_| table.push_str(" :-: |"));
    for op in Operator::ALL {
        table.push_str(&format!("\n| `{op}` |"));
        FieldKind::ALL
            .iter()
            .for_each(|kind| table.push_str(if op.works_on(*kind) { " ✓ |" } else { "  |" }));
    }
    assert!(PAGE.contains(&table), "docs/filters.md should contain\n{table}");
}

#[test]
fn an_empty_all_holds_and_an_empty_any_does_not() {
    let holds = |condition: Condition| Residual::compile(&[condition]).unwrap().holds(&record(), now());
    assert!(holds(Condition::All(Vec::new())));
    assert!(!holds(Condition::Any(Vec::new())));
}
