//! What is measured: maps with as many rules as their record has fields, in the mix of an ordinary integration. Of ten
//! rules, four copy, two are templates, and there is one constant, one value map, one conditional, and one expression with a filter.

#![allow(clippy::unwrap_used, reason = "what is measured is made here, and works")]

use chrono::{DateTime, Utc};
use serde_json::{Map, Value, json};
use throughline_flow::{Operation, Plan, Record, RunFacts, parse};

/// Fields of the records that are measured.
pub(crate) const SIZES: [usize; 3] = [10, 50, 200];

/// What is measured: a plan, and a record as the text that it came in.
pub(crate) struct Case {
    plan: Plan,
    text: String,
    record: Record,
    facts: RunFacts,
    now: DateTime<Utc>,
}

impl Case {
    pub(crate) fn new(fields: usize) -> Self {
        let rules: Vec<Value> = (0..fields).map(rule).collect();
        let document = json!({
            "name": "bench",
            "source": {"system": "018f4d3e-7b1a-7c3e-9d2f-0123456789ab", "entity": "alert"},
            "target": {"system": "018f4d3e-7b1a-7c3e-9d2f-0123456789ac", "entity": "incident"},
            "actions": [{"key": "a", "trigger": {"kind": "manual"}, "map": rules}],
        });
        let record: Map<String, Value> = (0..fields).map(field).collect();
        let now = DateTime::UNIX_EPOCH + chrono::TimeDelta::days(20_000);
        Self {
            plan: Plan::compile(&parse(&document).unwrap(), "a").unwrap(),
            text: serde_json::to_string(&record).unwrap(),
            record: Record { key: "1".to_owned(), version: None, url: None, fields: Value::Object(record) },
            facts: RunFacts {
                id: "r".to_owned(),
                started_at: now,
                integration: "bench".to_owned(),
                action: "a".to_owned(),
            },
            now,
        }
    }

    /// Maps the record; how many fields the target gets.
    pub(crate) fn map(&self) -> usize {
        self.plan.map(&self.record, &self.facts, Operation::Create, self.now).unwrap().fields.len()
    }

    /// Parses the record's text, as serde_json does.
    pub(crate) fn parse(&self) -> Value {
        serde_json::from_str(&self.text).unwrap()
    }
}

fn field(n: usize) -> (String, Value) {
    let value = match n % 10 {
        0 => json!(n),
        1 => json!("critical"),
        2 => json!("2026-01-31T09:30:00Z"),
        3 => json!({"host": format!("db{n}.example.com"), "zone": "eu-west-1"}),
        4 => json!(n % 20 == 4),
        _ => json!(format!("the value of field number {n}")),
    };
    (format!("field_{n}"), value)
}

fn rule(n: usize) -> Value {
    let source = format!("field_{n}");
    let mut rule = match n % 10 {
        1 => json!({"value_map": {"from": source, "values": {"critical": 5, "warning": 4}, "default": 3}}),
        2 => json!({"expression": format!("{source} | date_add(days=1)")}),
        3 => json!({"template": format!("Host {{{{ {source}.host }}}} in {{{{ {source}.zone }}}}")}),
        4 => json!({"conditional": {
            "cases": [{"when": {"field": source, "op": "eq", "value": true}, "then": {"constant": "yes"}}],
            "else": {"constant": "no"},
        }}),
        5 => json!({"template": format!("[{{{{ {source} }}}}]")}),
        6 => json!({"constant": "itsm"}),
        _ => json!({"copy": source}),
    };
    rule["target"] = json!(format!("target_{n}"));
    rule
}
