//! The integration that tests of this crate share: alerts to incidents.

use chrono::{DateTime, Utc};
use serde_json::{Value, json};

use crate::{Integration, Plan, Record, RunFacts, parse};

pub(crate) fn document() -> Value {
    json!({
        "name": "Monitor alerts to desk incidents",
        "description": "",
        "source": {"system": "018f4d3e-7b1a-7c3e-9d2f-0123456789ab", "entity": "alert"},
        "target": {"system": "018f4d3e-7b1a-7c3e-9d2f-0123456789ac", "entity": "incident"},
        "correlation": {"target_field": "external_id"},
        "actions": [{
            "key": "open-incident", "name": "Alert opens incident", "direction": "forward",
            "trigger": {"kind": "poll", "cron": "*/5 * * * *", "time_zone": "Europe/Sofia", "overlap": "5s"},
            "filter": {"all": [
                {"field": "labels.severity", "op": "in", "value": ["critical", "warning"]},
                {"any": [
                    {"field": "starts_at", "op": "after", "value": "-1h"},
                    {"not": {"field": "labels.host", "op": "starts_with", "value": "test"}},
                ]},
            ]},
            "expressions": [
                {"name": "title", "expression": "labels.alertname ~ ' on ' ~ labels.host"},
                {"name": "long", "expression": "vars.title ~ ' since ' ~ starts_at"},
            ],
            "map": [
                {"target": "subject", "template": "[{{ labels.severity }}] {{ vars.title }}"},
                {"target": "project_id", "constant": "itsm"},
                {"target": "description", "copy": "annotations.description", "default": "none"},
                {"target": "priority_id", "value_map": {"from": "labels.severity", "values": {"critical": 5, "warning": 4}, "default": 3}},
                {"target": "status_id", "conditional": {"cases": [
                    {"when": {"field": "status", "op": "eq", "value": "resolved"}, "then": {"constant": 5}},
                ], "else": {"constant": 1}}},
                {"target": "due_date", "expression": "starts_at | date_add(days=1)"},
                {"target": "custom_fields.3", "copy": "labels.\"k8s.io/app\"", "optional": true},
                {"target": "custom_fields.host", "copy": "labels.host", "on": "create"},
                {"target": "tags", "expression": "labels.tags | split(',') | sort"},
                {"target": "notes", "template": "Resolved at {{ ends_at }}", "on": "update"},
            ],
            "write": "upsert",
            "create_when": {"field": "status", "op": "eq", "value": "firing"},
            "respond": [],
            "limits": {"timeout": "5m", "http_timeout": "30s", "max_records": 1000, "page_size": 100},
            "capture": {"http": "all", "payload": true},
        }],
    })
}

pub(crate) fn integration() -> Integration {
    parse(&document()).unwrap()
}

/// The plan of the example with its first action changed.
pub(crate) fn plan_with(change: impl Fn(&mut Value)) -> Plan {
    let mut document = document();
    change(&mut document["actions"][0]);
    Plan::compile(&parse(&document).unwrap(), "open-incident").unwrap()
}

pub(crate) fn record() -> Record {
    Record {
        key: "a1".to_owned(),
        version: Some("2026-01-31T10:00:00Z".to_owned()),
        url: None,
        fields: json!({
            "status": "firing",
            "labels": {"alertname": "DiskFull", "host": "db1", "severity": "critical", "tags": "prod,db", "k8s.io/app": "shop"},
            "annotations": {"description": "Disk is full", "runbook": null},
            "starts_at": "2026-01-31T09:30:00Z",
            "ends_at": "2026-01-31T10:30:00Z",
            "count": 3,
            "empty": "",
        }),
    }
}

pub(crate) fn now() -> DateTime<Utc> {
    DateTime::parse_from_rfc3339("2026-01-31T10:00:00Z").unwrap().to_utc()
}

pub(crate) fn facts() -> RunFacts {
    RunFacts {
        id: "r1".to_owned(),
        started_at: now(),
        integration: "Alerts".to_owned(),
        action: "open-incident".to_owned(),
    }
}
