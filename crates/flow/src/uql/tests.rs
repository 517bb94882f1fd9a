use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use crate::condition::{Operand, Operator};

fn name() -> impl Strategy<Value = String> {
    prop_oneof![
        "[a-z_][a-z0-9_]{0,8}",
        "[A-Za-z0-9 ./\"'é$@-]{1,8}",
        prop::sample::select(sqlparser::keywords::ALL_KEYWORDS).prop_map(str::to_lowercase),
        prop::sample::select(quoting::harmless()).prop_map(str::to_owned),
    ]
}

fn path() -> impl Strategy<Value = FieldPath> {
    prop::collection::vec(name(), 1..4).prop_map(|names| FieldPath::from_names(names).unwrap())
}

fn scalar() -> impl Strategy<Value = Value> {
    prop_oneof![
        ".{0,10}".prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<f64>().prop_filter("finite", |float| float.is_finite()).prop_map(Value::from),
        any::<bool>().prop_map(Value::from),
        Just(Value::Null),
    ]
}

fn operand(op: Operator) -> BoxedStrategy<Value> {
    match op.operand() {
        Operand::None => Just(Value::Null).boxed(),
        Operand::Scalar => scalar().boxed(),
        Operand::List => prop::collection::vec(scalar(), 0..4).prop_map(Value::from).boxed(),
        Operand::Text | Operand::Regex => ".{0,10}".prop_map(Value::from).boxed(),
        Operand::Ordered | Operand::Date => {
            prop_oneof![".{0,10}".prop_map(Value::from), any::<i64>().prop_map(Value::from)].boxed()
        }
    }
}

/// Conditions as [`parse`] makes them: a list has no item, or at least two.
fn condition() -> impl Strategy<Value = Condition> {
    let op = prop::sample::select(Operator::ALL);
    let test = (path(), op.prop_flat_map(|op| (Just(op), operand(op))))
        .prop_map(|(field, (op, value))| Condition::test(field, op, value));
    test.prop_recursive(4, 24, 4, |inner| {
        let list = prop_oneof![Just(Vec::new()), prop::collection::vec(inner.clone(), 2..4)];
        prop_oneof![
            list.clone().prop_map(Condition::All),
            list.prop_map(Condition::Any),
            inner.prop_map(|inner| Condition::Not(Box::new(inner))),
        ]
    })
}

fn query() -> impl Strategy<Value = Query> {
    let order = (path(), any::<bool>()).prop_map(|(field, descending)| Order { field, descending });
    (
        name(),
        prop::option::of(condition()),
        prop::collection::vec(order, 0..3),
        prop::option::of(any::<u64>()),
    )
        .prop_map(|(entity, condition, order_by, limit)| Query { entity, condition, order_by, limit })
}

fn selection() -> impl Strategy<Value = Selection> {
    (prop::collection::hash_set(path(), 0..4), query())
        .prop_map(|(fields, query)| Selection { fields: fields.into_iter().collect(), query })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_000, ..ProptestConfig::default() })]

    #[test]
    fn what_is_written_reads_back(query in query()) {
        let text = query.to_string();
        prop_assert_eq!(parse(&text).map_err(|error| format!("{error} in {text}")), Ok(query));
    }

    #[test]
    fn what_is_selected_reads_back(selection in selection()) {
        let text = selection.to_string();
        prop_assert_eq!(select(&text).map_err(|error| format!("{error} in {text}")), Ok(selection));
    }

    #[test]
    fn no_text_panics(text in ".{0,60}") {
        let _ = parse(&text);
        let _ = select(&format!("select {text}"));
        let _ = parse(&format!("select * from issue where {text}"));
    }
}

#[test]
fn a_query_reads_as_sql() {
    let text = "select * from issue where updated_on > '2026-01-01T00:00:00Z' and priority in ('High', 'Urgent') \
        and not (status = 5 or contains(labels.\"k8s.io/app\", 'web')) order by updated_on, id desc limit 200";
    let query = parse(text).unwrap();
    assert_eq!(query.to_string(), text);
    assert_eq!(query.predicates().len(), 3);
    assert_eq!(query.limit, Some(200));
    assert_eq!(
        parse("SELECT * FROM issue WHERE a IS NOT NULL").unwrap().to_string(),
        "select * from issue where a is not null"
    );
}

#[test]
fn what_is_not_uql_is_refused_where_it_stands() {
    let mut wrong = Vec::new();
    for (text, at) in [
        ("", 0),
        ("delete from issue", 0),
        ("select", 6),
        ("select from issue", 7),
        ("select id issue", 10),
        ("select id from issue", 7),
        ("select id, from issue", 11),
        ("select id, id from issue", 11),
        ("select count(id) from issue", 7),
        ("select id as x from issue", 10),
        ("select *, id from issue", 8),
        ("select * from where a = 1", 14),
        ("select * from issue, comment", 19),
        ("select * from issue join x", 20),
        ("select * from (select 1)", 14),
        ("select * from issue where", 25),
        ("select * from issue where a = 'x", 30),
        ("select * from issue where a = (select 1)", 31),
        ("select * from issue where a = b", 30),
        ("select * from issue where é = 1", 26),
        ("select * from issue where a like 'x'", 26),
        ("select * from issue where 1 = 1", 26),
        ("select * from issue where\n  lower(a) = 'x'", 28),
        ("select * from issue where a = 1 group by a", 32),
        ("select * from issue where sleep(5)", 26),
        ("select * from issue where contains(a)", 26),
        ("select * from issue where starts_with(a, 5)", 41),
        ("select * from issue limit -1", 26),
        ("select * from issue limit 5 offset 5", 28),
        ("select * from issue; drop table x", 19),
        ("select * from issue order by lower(a)", 34),
        ("select * from issue where a between 1 and 2", 26),
    ] {
        match parse(text) {
            Err(error) if error.offset == at => {}
            other => wrong.push(format!("{text}\n  expected a fault at {at}, found {other:?}")),
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn large_and_deep_texts_are_refused() {
    let deep = format!("select * from issue where {}a = 1{}", "(".repeat(5_000), ")".repeat(5_000));
    assert!(parse(&deep).is_err());
    let deep = format!("select * from issue where {} a = 1", "not ".repeat(5_000));
    assert!(parse(&deep).is_err());
    let wide = format!("select * from issue where a = 1{}", " and a = 1".repeat(3_000));
    assert!(parse(&wide).unwrap_err().message.contains("at most 200"));
    assert!(parse(&" ".repeat(crate::limits::UQL_BYTES + 1)).is_err());
}

#[test]
fn fields_are_renamed_and_relative_dates_settled() {
    let query = parse("select * from issue where changed_at > 'x' and after(due, '-1h') order by changed_at")
        .unwrap();
    let now = crate::moment::instant(&json!("2026-01-01T10:00:00Z")).unwrap();
    let settled = query.rename(&"changed_at".parse().unwrap(), &"updated_on".parse().unwrap()).at(now);
    insta::assert_snapshot!(settled, @"select * from issue where updated_on > 'x' and after(due, '2026-01-01T09:00:00Z') order by updated_on");
}

#[test]
fn fields_can_be_asked_for() {
    let text = "select key, labels.\"k8s.io/app\" from alert where status = 'x' order by updated limit 5";
    let query = select(text).unwrap();
    assert_eq!(query.to_string(), text);
    let reads: Vec<_> = query.reads().unwrap().into_iter().map(FieldPath::as_str).collect();
    assert_eq!(reads, ["key", "labels.\"k8s.io/app\"", "status", "updated"]);
    let record = json!({"key": 1, "labels": {"k8s.io/app": null, "host": "x"}, "status": "x"});
    assert_eq!(query.project(&record), json!({"key": 1, "labels": {"k8s.io/app": null}}));
    assert_eq!(query.project(&json!({"status": "x"})), json!({}));
    let whole = select("select * from alert").unwrap();
    assert_eq!((whole.reads(), whole.project(&record)), (None, record));
}

#[test]
fn a_fault_says_where_it_is_and_what_would_be_right() {
    let fault = parse("select id\nfrom issue\n  where é").unwrap_err();
    assert_eq!((fault.offset, fault.line, fault.column), (29, 3, 9));
    for (text, expected) in [
        ("select", "`*` or a field"),
        ("select id issue", "`,` or `from`"),
        ("select * from issue limit many", "a whole number"),
        (
            "select * from issue where a like 'x'",
            "contains, starts_with, ends_with or matches (field, 'text')",
        ),
        ("select * from issue where a between 1 and 2", "field >= low and field <= high"),
        ("select * from issue where a = b", "text in single quotes, a number, true, false or null"),
        ("select * from issue where a", "a comparison of this field with a value"),
        ("select * from issue group by a", "`where`, `order by`, `limit`, the end"),
        ("select * from order", "the name of an entity; as a name, write \"order\" with its quotes"),
    ] {
        assert_eq!(parse(text).unwrap_err().expected.as_deref(), Some(expected), "{text}");
    }
    assert_eq!(
        parse("select * from issue limit many").unwrap_err().to_string(),
        "line 1, column 27: expected a whole number, found `many`"
    );
}

#[test]
fn a_schema_finds_what_is_not_there() {
    let schema: crate::EntitySchema = serde_json::from_value(json!({"entity": "issue", "fields": [
        {"path": "id", "kind": "number"}, {"path": "labels.host", "kind": "text"}, {"path": "data", "kind": "object"},
    ]}))
    .unwrap();
    for (text, at) in [
        (
            "select id, labels, data.x from issue where labels.host = 'x' and changed_at > 'x' order by id",
            None,
        ),
        ("select idd from issue", Some(7)),
        ("select id from issues", Some(15)),
        ("select * from issue where id = 1 and labels.hots = 'x'", Some(37)),
        ("select * from issue where contains(id, 'x')", Some(35)),
        ("select * from issue order by id, due", Some(33)),
    ] {
        assert_eq!(select_from(text, &schema).err().map(|fault| fault.offset), at, "{text}");
    }
}
