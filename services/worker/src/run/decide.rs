//! What to do with one record: a pure function of what its link says and what the action wants.

use chrono::DateTime;
use throughline_flow::document::WriteMode;

/// What is known of a record's counterpart in the target.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Known {
    /// There is no link, and this action would not make one.
    Nothing,
    /// There is no counterpart; the link was made by this claim, and nothing has been sent.
    Fresh,
    /// A create may have happened.
    Maybe {
        /// Names the input of that create.
        intent: Option<String>,
        /// The version of that input.
        version: Option<String>,
    },
    /// The counterpart is known.
    Linked(Linked),
}

/// A known counterpart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Linked {
    /// Its key.
    pub(crate) target_key: String,
    /// Its page.
    pub(crate) target_url: Option<String>,
    /// The source version that was applied last.
    pub(crate) version: Option<String>,
    /// Hash of what was written last; `None` when that is not known for sure.
    pub(crate) content_hash: Option<String>,
}

/// What the action wants of a record.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Wanted<'a> {
    /// Create, update or both.
    pub(crate) mode: WriteMode,
    /// Whether `create_when` holds.
    pub(crate) create: bool,
    /// The record's version.
    pub(crate) version: Option<&'a str>,
    /// Whether the target can be searched by the correlation field.
    pub(crate) searchable: bool,
}

/// What to do next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Step {
    /// Make a record in the target.
    Create,
    /// Search the target for what an earlier attempt may have made.
    Look,
    /// Write to the known counterpart, unless it says all of it already.
    Update,
    /// The action does not apply.
    Skip(Skip),
    /// An update has nothing to update.
    NoCounterpart,
    /// Only a person can find out whether the create happened.
    Doubt,
}

/// Why the action does not apply to a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Skip {
    /// A newer version of the record has been applied already.
    Stale,
    /// It has no counterpart, and `create_when` does not hold.
    NotWanted,
    /// It has a counterpart, and the action only creates.
    Linked,
}

impl Skip {
    /// The reason for a person.
    pub(crate) const fn reason(self) -> &'static str {
        match self {
            Self::Stale => "A newer version of this record has been applied already.",
            Self::NotWanted => {
                "It has no counterpart in the target, and the action's `create_when` does not hold for it."
            }
            Self::Linked => "It has a counterpart in the target already, and this action only creates.",
        }
    }
}

/// What to do with a record.
pub(crate) fn decide(known: &Known, wanted: Wanted<'_>) -> Step {
    match known {
        Known::Nothing | Known::Fresh => without_counterpart(wanted),
        Known::Maybe { .. } if wanted.searchable => Step::Look,
        Known::Maybe { .. } => Step::Doubt,
        Known::Linked(linked) if is_older(wanted.version, linked.version.as_deref()) => {
            Step::Skip(Skip::Stale)
        }
        Known::Linked(_) if wanted.mode == WriteMode::Create => Step::Skip(Skip::Linked),
        Known::Linked(_) => Step::Update,
    }
}

fn without_counterpart(wanted: Wanted<'_>) -> Step {
    match wanted.mode {
        WriteMode::Update => Step::NoCounterpart,
        _ if wanted.create => Step::Create,
        _ => Step::Skip(Skip::NotWanted),
    }
}

/// Whether `version` is before `applied`. Only instants can be compared; opaque versions are never older.
pub(crate) fn is_older(version: Option<&str>, applied: Option<&str>) -> bool {
    let instant = |text: Option<&str>| text.and_then(|text| DateTime::parse_from_rfc3339(text).ok());
    instant(version).zip(instant(applied)).is_some_and(|(version, applied)| version < applied)
}

#[cfg(test)]
mod tests {
    use super::*;
    use throughline_flow::document::WriteMode::{Create, Update, Upsert};

    const OLD: &str = "2026-01-01T00:00:00Z";
    const NEW: &str = "2026-01-01T01:00:00+00:30";
    const NEWEST: &str = "2026-01-01T02:00:00Z";

    fn linked(version: Option<&str>) -> Known {
        Known::Linked(Linked {
            target_key: "1".to_owned(),
            target_url: None,
            version: version.map(str::to_owned),
            content_hash: None,
        })
    }

    #[test]
    fn the_decision_table() {
        let maybe = || Known::Maybe { intent: None, version: None };
        let stale = Step::Skip(Skip::Stale);
        #[allow(clippy::type_complexity, reason = "a table, written as one")]
        let table = [
            // known, mode, create_when holds, version, searchable, step
            (Known::Fresh, Upsert, true, None, false, Step::Create),
            (Known::Fresh, Create, true, None, true, Step::Create),
            (Known::Fresh, Update, true, None, true, Step::NoCounterpart),
            (Known::Fresh, Upsert, false, None, true, Step::Skip(Skip::NotWanted)),
            (Known::Nothing, Upsert, false, None, true, Step::Skip(Skip::NotWanted)),
            (Known::Nothing, Create, false, None, true, Step::Skip(Skip::NotWanted)),
            (Known::Nothing, Update, false, None, true, Step::NoCounterpart),
            (Known::Nothing, Update, true, None, false, Step::NoCounterpart),
            (maybe(), Upsert, true, None, true, Step::Look),
            (maybe(), Upsert, true, None, false, Step::Doubt),
            (maybe(), Upsert, false, None, true, Step::Look),
            (maybe(), Update, false, None, true, Step::Look),
            (maybe(), Create, true, None, false, Step::Doubt),
            (linked(None), Upsert, true, None, true, Step::Update),
            (linked(None), Update, false, Some(OLD), true, Step::Update),
            (linked(Some(OLD)), Upsert, false, Some(NEW), true, Step::Update),
            (linked(Some(NEW)), Upsert, true, Some(NEW), true, Step::Update),
            (linked(Some(NEW)), Upsert, true, Some(OLD), true, stale),
            (linked(Some(NEWEST)), Update, true, Some(NEW), true, stale),
            (linked(Some(NEWEST)), Create, true, Some(NEW), true, stale),
            (linked(Some(NEW)), Upsert, true, None, true, Step::Update),
            (linked(Some("rev-9")), Upsert, true, Some("rev-1"), true, Step::Update),
            (linked(Some(OLD)), Create, true, Some(NEW), true, Step::Skip(Skip::Linked)),
        ];
        for (known, mode, create, version, searchable, step) in table {
            let wanted = Wanted { mode, create, version, searchable };
            assert_eq!(decide(&known, wanted), step, "{known:?} {wanted:?}");
        }
    }
}
