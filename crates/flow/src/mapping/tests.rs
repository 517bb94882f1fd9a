//! The field map as a whole: what is made, by which rule, from what; and what is refused.

use proptest::prelude::*;
use serde_json::{Value, json};
use throughline_domain::{ErrorCode, Operation};

use crate::example::{facts, now, plan_with, record};
use crate::{LeftOut, Mapped, MappingError, Plan, Record, parse};

fn map(rules: Value, expressions: Value, fields: Value) -> Result<Mapped, MappingError> {
    let plan = plan_with(|action| {
        action["map"] = rules.clone();
        action["expressions"] = expressions.clone();
    });
    let record = Record { fields, ..record() };
    plan.map(&record, &facts(), Operation::Create, now())
}

/// What one rule makes of the example's record.
fn made(rule: Value) -> Result<Value, (ErrorCode, String)> {
    let mut rule = rule;
    rule["target"] = json!("x");
    let mapped = map(json!([rule]), json!([]), record().fields);
    mapped
        .map(|mapped| mapped.fields.get("x").cloned().unwrap_or(json!("left out")))
        .map_err(|error| (error.code(), error.message))
}

#[test]
fn the_example_maps_on_create_and_update() {
    let plan = plan_with(|_| {});
    let created = plan.map(&record(), &facts(), Operation::Create, now()).unwrap();
    assert_eq!(
        Value::Object(created.fields),
        json!({
            "subject": "[critical] DiskFull on db1", "project_id": "itsm", "description": "Disk is full", "priority_id": 5,
            "status_id": 1, "due_date": "2026-02-01T09:30:00Z", "custom_fields": {"3": "shop", "host": "db1"}, "tags": ["db", "prod"],
        })
    );
    let updated = plan.map(&record(), &facts(), Operation::Update, now()).unwrap();
    assert_eq!(updated.fields["notes"], "Resolved at 2026-01-31T10:30:00Z");
    assert_eq!(updated.fields["custom_fields"], json!({"3": "shop"}));
    insta::assert_debug_snapshot!(created.rules);
}

#[test]
fn missing_null_and_empty_are_three_things() {
    use ErrorCode::SourceFieldMissing as Missing;
    let missing = |path: &str| Err((Missing, format!("the record has no field `{path}`")));
    assert_eq!(made(json!({"copy": "nowhere"})), missing("nowhere"));
    assert_eq!(made(json!({"copy": "nowhere", "optional": true})), Ok(json!("left out")));
    assert_eq!(made(json!({"copy": "nowhere", "default": 1})), Ok(json!(1)));
    assert_eq!(made(json!({"copy": "nowhere", "default": null})), Ok(Value::Null));
    assert_eq!(made(json!({"copy": "annotations.runbook"})), Ok(Value::Null));
    assert_eq!(made(json!({"copy": "annotations.runbook", "default": 1})), Ok(json!(1)));
    assert_eq!(made(json!({"copy": "empty", "default": 1})), Ok(json!("")));
    assert_eq!(made(json!({"template": "{{ labels.nowhere }}"})), missing("labels.nowhere"));
    assert_eq!(made(json!({"template": "{{ labels.nowhere }}", "optional": true})), Ok(json!("left out")));
    assert_eq!(made(json!({"template": "<{{ annotations.runbook }}>"})), Ok(json!("<>")));
    assert_eq!(made(json!({"expression": "labels.nowhere"})), missing("labels.nowhere"));
    assert_eq!(made(json!({"expression": "annotations.runbook"})), Ok(Value::Null));
    assert_eq!(made(json!({"expression": "labels.nowhere | default(count)"})), Ok(json!(3)));
}

#[test]
fn results_have_types() {
    assert_eq!(made(json!({"expression": "count + 1"})), Ok(json!(4)));
    assert_eq!(made(json!({"expression": "count / 2"})), Ok(json!(1.5)));
    assert_eq!(made(json!({"expression": "count > 2"})), Ok(json!(true)));
    assert_eq!(
        made(json!({"expression": "{'id': count, 'tags': [status]}"})),
        Ok(json!({"id": 3, "tags": ["firing"]}))
    );
    assert_eq!(made(json!({"template": "{{ count }}"})), Ok(json!("3")));
    assert_eq!(
        made(json!({"template": "{{ annotations }}"})),
        Ok(json!("{\"description\":\"Disk is full\",\"runbook\":null}"))
    );
    assert_eq!(
        made(json!({"template": "{% for w in labels.tags | split(',') %}{{ w }};{% endfor %}"})),
        Ok(json!("prod;db;"))
    );
    assert_eq!(
        made(json!({"expression": "record.labels['k8s.io/app'] ~ run.action ~ now"})),
        Ok(json!("shopopen-incident2026-01-31T10:00:00Z"))
    );
    assert_eq!(made(json!({"expression": "1 / 0"})).unwrap_err().0, ErrorCode::ExpressionFailed);
    let beyond = json!({"expression": "9223372036854775807 * 9223372036854775807"});
    assert_eq!(made(beyond).unwrap_err().0, ErrorCode::ValueTypeMismatch);
    assert_eq!(made(json!({"expression": "'a' + 1"})).unwrap_err().0, ErrorCode::ExpressionFailed);
}

#[test]
fn value_maps_and_conditionals() {
    let table = json!({"from": "status", "values": {"resolved": 5}});
    assert_eq!(made(json!({"value_map": table})).unwrap_err().0, ErrorCode::ValueNotMapped);
    assert_eq!(made(json!({"value_map": {"from": "count", "values": {"3": "three"}}})), Ok(json!("three")));
    assert_eq!(
        made(json!({"value_map": {"from": "nowhere", "values": {}, "default": null}})),
        Ok(Value::Null)
    );
    assert_eq!(
        made(json!({"value_map": {"from": "nowhere", "values": {}}})).unwrap_err().0,
        ErrorCode::SourceFieldMissing
    );
    let otherwise = json!({"conditional": {"cases": [{"when": {"field": "status", "op": "eq", "value": "x"}, "then": {"constant": 1}}]}});
    assert_eq!(made(otherwise), Ok(json!("left out")));
    let rules =
        json!([{"target": "x", "value_map": {"from": "tags", "values": {"a": 1, "b": 2}, "default": 0}}]);
    assert_eq!(
        map(rules, json!([]), json!({"tags": ["b", "a", "z"]})).unwrap().fields["x"],
        json!([2, 1, 0])
    );
}

#[test]
fn variables_can_be_used_by_every_rule() {
    let rules = json!([
        {"target": "a", "copy": "vars.n"},
        {"target": "b", "value_map": {"from": "vars.n", "values": {"4": "four"}}},
        {"target": "c", "conditional": {"cases": [{"when": {"field": "vars.n", "op": "gt", "value": 3}, "then": {"template": "{{ vars.n }}"}}]}},
    ]);
    let mapped = map(rules, json!([{"name": "n", "expression": "count + 1"}]), json!({"count": 3})).unwrap();
    assert_eq!(Value::Object(mapped.fields), json!({"a": 4, "b": "four", "c": "4"}));
    let error = map(
        json!([{"target": "a", "copy": "vars.n"}]),
        json!([{"name": "n", "expression": "count + 1"}]),
        json!({}),
    )
    .unwrap_err();
    assert_eq!(
        (error.pointer.as_str(), error.target.as_str()),
        ("/actions/0/expressions/0/expression", "vars.n")
    );
}

#[test]
fn what_runs_away_is_stopped() {
    for expression in [
        "range(100000) | list | length",
        "('x' * 100000) * 1000",
        "range(1000) | map('string') | join(('y' * 5000))",
        "('a' * 200000) | regex_replace('a', 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa')",
        "'x' | pad_left(10000000000)",
    ] {
        let error = made(json!({"expression": expression})).unwrap_err();
        assert!(
            matches!(error.0, ErrorCode::FuelExhausted | ErrorCode::ExpressionFailed),
            "{expression}: {error:?}"
        );
    }
    let template = "{% for a in range(1000) %}{% for b in range(1000) %}{{ b }}{% endfor %}{% endfor %}";
    assert_eq!(made(json!({"template": template})).unwrap_err().0, ErrorCode::FuelExhausted);
}

fn faults(rules: Value, expressions: Value) -> Vec<String> {
    let mut document = crate::example::document();
    document["actions"][0]["map"] = rules;
    document["actions"][0]["expressions"] = expressions;
    let faults = Plan::compile(&parse(&document).unwrap(), "open-incident").unwrap_err();
    faults.into_iter().map(|fault| format!("{} {}: {}", fault.pointer, fault.code, fault.message)).collect()
}

#[test]
fn what_does_not_compile_is_pointed_at() {
    let rules = json!([
        {"target": "a", "template": "{{ x "},
        {"target": "b", "expression": "x | uper"},
        {"target": "c", "expression": "'é' ~ nosuch(x) ~ (x is nosuch)"},
        {"target": "d", "template": "{% include 'x' %}"},
        {"target": "e", "template": "{% macro m() %}{% endmacro %}"},
        {"target": "f", "expression": "vars.nowhere"},
        {"target": "g", "expression": "x.upper()"},
        {"target": "h", "expression": "x | map('nosuch')"},
        {"target": "i", "conditional": {"cases": [{"when": {"field": "x", "op": "matches", "value": "("}, "then": {"expression": "("}}]}},
        {"target": "a.b", "constant": 1},
        {"target": "b", "constant": 1, "on": "update"},
    ]);
    insta::assert_debug_snapshot!(faults(rules, json!([])));
}

#[test]
fn circles_are_refused() {
    let expressions = json!([
        {"name": "a", "expression": "vars.c"},
        {"name": "b", "expression": "vars.a"},
        {"name": "c", "expression": "vars.b"},
        {"name": "d", "expression": "vars.e"},
        {"name": "e", "expression": "1"},
        {"name": "e", "expression": "vars.z"},
        {"name": "s", "expression": "vars.s"},
    ]);
    insta::assert_debug_snapshot!(faults(json!([{"target": "x", "constant": 1}]), expressions));
}

#[test]
fn null_and_empty_can_be_kept_back() {
    let null = |way: &str| made(json!({"copy": "annotations.runbook", "if_null": way}));
    assert_eq!(null("send"), Ok(Value::Null));
    assert_eq!(null("omit"), Ok(json!("left out")));
    assert_eq!(null("fail").unwrap_err().0, ErrorCode::ValueTypeMismatch);
    let empty = |way: &str| made(json!({"copy": "empty", "if_empty": way}));
    assert_eq!(empty("send"), Ok(json!("")));
    assert_eq!(empty("null"), Ok(Value::Null));
    assert_eq!(empty("omit"), Ok(json!("left out")));
    assert_eq!(empty("fail").unwrap_err().0, ErrorCode::ValueTypeMismatch);
    assert_eq!(made(json!({"constant": [], "if_empty": "null"})), Ok(Value::Null));
    assert_eq!(made(json!({"copy": "nowhere", "optional": true, "if_null": "fail"})), Ok(json!("left out")));
}

#[test]
fn what_is_written_only_if_empty_overwrites_nothing() {
    let plan = plan_with(|action| {
        action["map"] = json!([
            {"target": "subject", "constant": "x", "only_if_empty": true},
            {"target": "custom.note", "constant": "y", "only_if_empty": true},
            {"target": "status", "constant": 1},
        ]);
        action["expressions"] = json!([]);
    });
    assert!(plan.looks_at_target() && plan.writes_differ());
    let fields = |mapped: Mapped| Value::Object(mapped.fields);
    let all = json!({"subject": "x", "custom": {"note": "y"}, "status": 1});
    assert_eq!(fields(plan.map(&record(), &facts(), Operation::Create, now()).unwrap()), all);
    let unknown = plan.map(&record(), &facts(), Operation::Update, now()).unwrap();
    assert_eq!(unknown.rules[0].left_out, Some(LeftOut::TargetUnknown));
    assert_eq!(fields(unknown), json!({"status": 1}));
    let onto = |current: Value| fields(plan.map_onto(&record(), &current, &facts(), now()).unwrap());
    assert_eq!(onto(json!({"subject": "", "custom": {"note": null}})), all);
    assert_eq!(onto(json!({})), all);
    assert_eq!(onto(json!({"subject": "mine", "custom": {"note": false}})), json!({"status": 1}));
}

#[test]
fn dates_change_zone_and_notation() {
    let date = |value: Value, rule: Value| {
        let mut rule = rule;
        rule["from"] = json!("at");
        let mapped = map(json!([{"target": "x", "date": rule}]), json!([]), json!({"at": value}));
        mapped.map(|mapped| mapped.fields["x"].clone()).map_err(|error| error.code())
    };
    let summer = || json!("2026-07-01 10:00");
    assert_eq!(date(summer(), json!({})), Ok(json!("2026-07-01T10:00:00Z")));
    assert_eq!(date(summer(), json!({"zone": "Europe/Sofia"})), Ok(json!("2026-07-01T07:00:00Z")));
    assert_eq!(
        date(summer(), json!({"zone": "Europe/Sofia", "to_zone": "America/New_York"})),
        Ok(json!("2026-07-01T03:00:00-04:00"))
    );
    assert_eq!(
        date(json!("2026-07-01T23:30:00Z"), json!({"to_zone": "Europe/Sofia", "format": "day"})),
        Ok(json!("2026-07-02"))
    );
    assert_eq!(
        date(json!("2026-07-01T23:30:00Z"), json!({"to_zone": "Europe/Sofia", "format": "local"})),
        Ok(json!("2026-07-02T02:30:00"))
    );
    assert_eq!(
        date(json!("2026-07-01"), json!({"zone": "Asia/Tokyo", "format": "day"})),
        Ok(json!("2026-07-01"))
    );
    assert_eq!(date(json!(1_782_900_000), json!({"format": "%d.%m.%Y"})), Ok(json!("01.07.2026")));
    assert_eq!(date(summer(), json!({"format": "unix_ms"})), Ok(json!(1_782_900_000_000_i64)));
    // The hour that is skipped, and the one that comes twice.
    assert_eq!(
        date(json!("2026-03-29 03:20"), json!({"zone": "Europe/Sofia"})),
        Ok(json!("2026-03-29T01:00:00Z"))
    );
    assert_eq!(
        date(json!("2026-10-25 03:30"), json!({"zone": "Europe/Sofia"})),
        Ok(json!("2026-10-25T00:30:00Z"))
    );
    assert_eq!(
        date(json!(["2026-07-01", null]), json!({"format": "unix"})),
        Ok(json!([1_782_864_000, null]))
    );
    assert_eq!(date(json!(""), json!({})), Ok(Value::Null));
    assert_eq!(date(Value::Null, json!({"default": "2026-01-01"})), Ok(json!("2026-01-01T00:00:00Z")));
    assert_eq!(date(json!("soon"), json!({})), Err(ErrorCode::ValueTypeMismatch));
}

#[test]
fn rich_text_changes_notation() {
    let rich = |value: Value, from: &str, to: &str| {
        let rule = json!({"target": "x", "rich_text": {"from": "t", "format": from, "to": to}});
        map(json!([rule]), json!([]), json!({"t": value}))
            .map(|mapped| mapped.fields["x"].clone())
            .map_err(|error| error.code())
    };
    assert_eq!(rich(json!("<p>a <b>b</b></p>"), "html", "textile"), Ok(json!("a *b*")));
    assert_eq!(rich(json!("a *b*"), "textile", "markdown"), Ok(json!("a **b**")));
    assert_eq!(rich(json!("<script>x</script>a"), "html", "html"), Ok(json!("<p>a</p>")));
    assert_eq!(rich(Value::Null, "html", "text"), Ok(Value::Null));
    assert_eq!(rich(json!(5), "text", "html"), Ok(json!("<p>5</p>")));
    assert_eq!(rich(json!({}), "text", "html"), Err(ErrorCode::ValueTypeMismatch));
}

#[test]
fn lists_are_made_item_by_item() {
    let fields = || {
        json!({"tags": ["a", "b", "a"], "text": "x, y;, z", "one": 5, "none": null, "host": "db1",
            "watchers": [{"mail": "a@x", "active": true}, {"mail": "b@x", "active": false}, {"mail": "c@x", "active": true}]})
    };
    let list = |rule: Value| {
        let mapped =
            map(json!([{"target": "x", "list": rule}]), json!([{"name": "v", "expression": "1"}]), fields());
        mapped.map(|mapped| mapped.fields["x"].clone()).map_err(|error| (error.code(), error.message))
    };
    assert_eq!(list(json!({"from": "tags"})), Ok(json!(["a", "b", "a"])));
    assert_eq!(list(json!({"from": "tags", "unique": true, "join": ";"})), Ok(json!("a;b")));
    assert_eq!(list(json!({"from": "text", "split": ","})), Ok(json!(["x", "y;", "z"])));
    assert_eq!(list(json!({"from": "one"})), Ok(json!([5])));
    assert_eq!(list(json!({"from": "none"})), Ok(Value::Null));
    assert_eq!(list(json!({"from": "none", "default": []})), Ok(json!([])));
    assert_eq!(list(json!({"from": "gone"})).unwrap_err().0, ErrorCode::SourceFieldMissing);
    assert_eq!(
        list(
            json!({"from": "watchers", "where": {"field": "item.active", "op": "eq", "value": true}, "item": {"copy": "item.mail"}})
        ),
        Ok(json!(["a@x", "c@x"]))
    );
    assert_eq!(
        list(
            json!({"from": "tags", "where": {"field": "index", "op": "lt", "value": 2}, "item": {"template": "{{ index }}:{{ item }}@{{ host }}{{ vars.v }}"}})
        ),
        Ok(json!(["0:a@db11", "1:b@db11"]))
    );
    assert_eq!(
        list(json!({"from": "tags", "item": {"value_map": {"from": "item", "values": {"a": 1}}}}))
            .unwrap_err(),
        (
            ErrorCode::ValueNotMapped,
            "item 1: the value map has no entry for the value of `item`, and no default".to_owned()
        )
    );
    let nested = json!({"from": "watchers", "item": {"list": {"from": "item.mail", "split": "@", "item": {"expression": "item | upper"}}}});
    assert_eq!(list(nested), Ok(json!([["A", "X"], ["B", "X"], ["C", "X"]])));
    let case = json!({"from": "tags", "item": {"conditional": {"cases": [{"when": {"field": "item", "op": "eq", "value": "b"}, "then": {"constant": 1}}]}}});
    assert_eq!(list(case), Ok(json!([1])));
}

#[test]
fn a_list_that_is_too_long_fails() {
    let rule = |count: usize| {
        let items: Vec<usize> = (0..count).collect();
        map(
            json!([{"target": "x", "list": {"from": "n", "item": {"expression": "item + 1"}}}]),
            json!([]),
            json!({"n": items}),
        )
    };
    assert_eq!(rule(1_000).unwrap().fields["x"][999], json!(1_000));
    assert_eq!(rule(1_001).unwrap_err().code(), ErrorCode::FuelExhausted);
    let many: Vec<_> = (0..6).map(|n| json!({"target": format!("x{n}"), "list": {"from": "n"}})).collect();
    let items: Vec<usize> = (0..1_000).collect();
    assert_eq!(
        map(json!(many), json!([]), json!({"n": items})).unwrap_err().code(),
        ErrorCode::FuelExhausted
    );
}

#[test]
fn what_is_wrong_in_new_rules_is_pointed_at() {
    let rules = json!([
        {"target": "a", "date": {"from": "x", "zone": "Sofia", "to_zone": "UTC+2", "format": "weird"}},
        {"target": "b", "date": {"from": "vars.nowhere", "format": "%Q"}},
        {"target": "c", "list": {"from": "x", "where": {"field": "item", "op": "matches", "value": "("}, "item": {"expression": "item |"}}},
        {"target": "d", "rich_text": {"from": "vars.nowhere", "format": "html", "to": "text"}},
    ]);
    insta::assert_debug_snapshot!(faults(rules, json!([])));
}

proptest! {
    #[test]
    fn no_expression_panics(source in "[a-z0-9 |()'~.+*/\\[\\]{}%=<>,\"-]{0,40}") {
        let mut document = crate::example::document();
        document["actions"][0]["map"] = json!([{"target": "x", "expression": source}, {"target": "y", "template": source}]);
        if let Ok(plan) = Plan::compile(&parse(&document).unwrap(), "open-incident") {
            let _ = plan.map(&record(), &facts(), Operation::Update, now());
        }
    }
}

/// Not a test of speed, only a way to see it: `cargo nextest run -p throughline-flow --run-ignored only`.
#[test]
#[ignore = "prints a time"]
fn the_time_of_one_map() {
    let plan = plan_with(|_| {});
    let (record, facts) = (record(), facts());
    let start = std::time::Instant::now();
    for _ in 0..20_000 {
        plan.map(&record, &facts, Operation::Create, now()).unwrap();
    }
    println!("{:?} per record of ten fields", start.elapsed() / 20_000);
}
