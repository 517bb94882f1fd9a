//! The write log: what really happened here, so that a test can assert exactly one record per alert.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// One accepted write.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Write {
    /// Position in the log, from 1.
    pub seq: usize,
    /// When.
    pub at: String,
    /// `create`, `update` or `comment`.
    pub operation: String,
    /// The incident.
    pub number: String,
    /// Its external id at that time.
    pub external_id: Option<String>,
    /// Who wrote.
    pub account: String,
    /// Whether the caller got an answer.
    pub answered: bool,
}

/// All writes, in order.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(super) struct WriteLog(Vec<Write>);

#[derive(Debug, Default, Serialize)]
struct Count {
    created: usize,
    updated: usize,
}

impl WriteLog {
    pub(super) fn push(&mut self, write: Write) {
        self.0.push(Write { seq: self.0.len() + 1, ..write });
    }

    /// The writes of one external id, or all.
    pub(super) fn of(&self, external_id: Option<&str>) -> Vec<&Write> {
        self.0
            .iter()
            .filter(|write| external_id.is_none() || write.external_id.as_deref() == external_id)
            .collect()
    }

    /// Totals, counts per external id, and the external ids that were created more than once.
    pub(super) fn counts(&self, incidents: usize) -> Value {
        let of = |operation: &str| self.0.iter().filter(|write| write.operation == operation).count();
        let per_id = self.per_external_id();
        let duplicates: Vec<_> =
            per_id.iter().filter(|(_, count)| count.created > 1).map(|(id, _)| id).collect();
        json!({
            "incidents": incidents, "creates": of("create"), "updates": of("update"), "comments": of("comment"),
            "duplicates": duplicates, "by_external_id": per_id,
        })
    }

    fn per_external_id(&self) -> BTreeMap<&str, Count> {
        let mut counts: BTreeMap<&str, Count> = BTreeMap::new();
        for write in &self.0 {
            let Some(id) = write.external_id.as_deref() else { continue };
            let count = counts.entry(id).or_default();
            match write.operation.as_str() {
                "create" => count.created += 1,
                "update" => count.updated += 1,
                _ => {}
            }
        }
        counts
    }
}
