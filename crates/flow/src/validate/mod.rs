//! Everything about a document that can be known before a run.

mod source;
mod target;
#[cfg(test)]
mod tests;
mod value;

use crate::document::{Action, Direction, Integration, Limits, Trigger};
use crate::fault::{Fault, Faults, codes};
use crate::plan::Plan;
use crate::schedule;
use crate::schema::EntitySchema;

/// The schemas on both sides, as far as they are known. A schema without fields counts as unknown.
#[derive(Debug, Clone, Copy, Default)]
pub struct Schemas<'a> {
    /// The source entity's.
    pub source: Option<&'a EntitySchema>,
    /// The target entity's.
    pub target: Option<&'a EntitySchema>,
}

/// Every fault of a document beyond its shape: a draft may have them, a published revision may not.
pub fn validate(document: &Integration, schemas: Schemas<'_>) -> Vec<Fault> {
    let known = |schema: Option<&'_ EntitySchema>| schema.is_some_and(|schema| !schema.fields.is_empty());
    let source = schemas.source.filter(|schema| known(Some(schema)));
    let target = schemas.target.filter(|schema| known(Some(schema)));
    let mut faults = Faults::default();
    if document.name.trim().is_empty() {
        faults.add("/name", codes::INVALID_VALUE, "an integration needs a name");
    }
    if document.actions.is_empty() {
        faults.add("/actions", codes::MISSING_KEY, "an integration needs at least one action");
    }
    for (index, action) in document.actions.iter().enumerate() {
        let pointer = format!("/actions/{index}");
        check_action(action, &pointer, &mut faults);
        let plan = Plan::compile(document, &action.key).map_err(|found| faults.extend(found)).ok();
        if let Some(schema) = source {
            source::check(action, plan.as_ref(), &pointer, schema, &mut faults);
        }
        if let Some(schema) = target {
            target::check(action, document.correlation.as_ref(), &pointer, schema, &mut faults);
        }
    }
    let mut faults = faults.into_vec();
    faults.sort();
    faults.dedup();
    faults
}

fn check_action(action: &Action, pointer: &str, faults: &mut Faults) {
    if action.map.is_empty() {
        faults.add(format!("{pointer}/map"), codes::MISSING_KEY, "a field map needs at least one rule");
    }
    if action.direction == Direction::Backward {
        faults.add(format!("{pointer}/direction"), codes::NOT_SUPPORTED, "only `forward` is available");
    }
    if !action.respond.is_empty() {
        faults.add(
            format!("{pointer}/respond"),
            codes::NOT_SUPPORTED,
            "writing back is not available; leave this empty",
        );
    }
    if let Trigger::Poll(poll) = &action.trigger {
        schedule::check(poll, &format!("{pointer}/trigger"), faults);
    }
    check_limits(&action.limits, &format!("{pointer}/limits"), faults);
}

fn check_limits(limits: &Limits, pointer: &str, faults: &mut Faults) {
    let mut within = |name: &str, fits: bool, range: &str| {
        if !fits {
            faults.add(format!("{pointer}/{name}"), codes::INVALID_VALUE, format!("`{name}` is {range}"));
        }
    };
    let seconds = |period: crate::Period| period.as_duration().as_secs();
    within("timeout", (1..=3_600).contains(&seconds(limits.timeout)), "between 1s and 1h");
    let http = (1..=600).contains(&seconds(limits.http_timeout)) && limits.http_timeout <= limits.timeout;
    within("http_timeout", http, "between 1s and 10m, and at most `timeout`");
    within("max_records", (1..=100_000).contains(&limits.max_records), "between 1 and 100000");
    within("page_size", (1..=1_000).contains(&limits.page_size), "between 1 and 1000");
}
