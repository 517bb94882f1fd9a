//! What to do with one record: a pure function of what its link says and what the action wants.

use chrono::DateTime;
use throughline_domain::RunId;
use throughline_flow::document::WriteMode;
use throughline_store::links::KeptFailure;

/// What is known of a record's counterpart in the target.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Known {
    /// There is no link, and this action would not make one.
    Nothing,
    /// There is no counterpart; the link was made by this claim, and nothing has been sent.
    Fresh,
    /// There is no counterpart, and this version of the record needed none.
    Absent {
        /// The newest such version.
        version: String,
    },
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
    /// A newer version of the record has been handled already.
    Stale,
    /// A newer version of the record failed, and waits for its own next attempt.
    StaleFailure,
    /// It is tried again, but the record was handled in another way since it failed.
    Superseded,
    /// It has no counterpart, and `create_when` does not hold.
    NotWanted,
    /// It has a counterpart, and the action only creates.
    Linked,
}

impl Skip {
    /// The reason for a person.
    pub(crate) const fn reason(self) -> &'static str {
        match self {
            Self::Stale => "A newer version of this record has been handled already.",
            Self::StaleFailure => {
                "A newer version of this record failed, and is kept for its own next attempt."
            }
            Self::Superseded => "Since it failed, this record was handled by another run.",
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
        Known::Absent { version } if is_older(wanted.version, Some(version)) => Step::Skip(Skip::Stale),
        Known::Absent { .. } => without_counterpart(wanted),
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

/// What to do with a record because of a failure of it that is kept, if that decides. `retry` names the run whose failures
/// are tried again, and the run that does so: delivered again, it finds its own failure. `done_before` says that an earlier
/// delivery of it has had the record in its hands.
pub(crate) fn decide_by_failure(
    kept: Option<&KeptFailure>,
    version: Option<&str>,
    retry: Option<(RunId, RunId)>,
    done_before: bool,
) -> Option<Skip> {
    if kept.is_some_and(|kept| is_older(version, kept.version.as_deref())) {
        return Some(Skip::StaleFailure);
    }
    let is_superseded =
        |(cause, own)| !done_before && kept.is_none_or(|kept| ![cause, own].contains(&kept.run));
    retry.is_some_and(is_superseded).then_some(Skip::Superseded)
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

    fn absent(version: &str) -> Known {
        Known::Absent { version: version.to_owned() }
    }

    #[test]
    fn a_kept_failure_decides_first() {
        let (cause, other) =
            (RunId::from_uuid(uuid::Uuid::from_u128(1)), RunId::from_uuid(uuid::Uuid::from_u128(2)));
        let kept = |run, version: &str| Some(KeptFailure { run, version: Some(version.to_owned()) });
        let own = RunId::from_uuid(uuid::Uuid::from_u128(3));
        let retry = Some((cause, own));
        for (kept, version, retry, done_before, skip) in [
            (None, Some(NEW), None, false, None),
            (kept(other, OLD), Some(NEW), None, false, None),
            (kept(other, NEWEST), Some(NEW), None, false, Some(Skip::StaleFailure)),
            (kept(other, NEWEST), Some(NEW), retry, false, Some(Skip::StaleFailure)),
            (kept(cause, NEW), Some(NEW), retry, false, None),
            (kept(own, NEW), Some(NEW), retry, false, None),
            (kept(other, NEW), Some(NEW), retry, false, Some(Skip::Superseded)),
            (None, Some(NEW), retry, false, Some(Skip::Superseded)),
            (None, None, retry, false, Some(Skip::Superseded)),
            (None, Some(NEW), retry, true, None),
        ] {
            let decided = decide_by_failure(kept.as_ref(), version, retry, done_before);
            assert_eq!(decided, skip, "{kept:?} {version:?} {retry:?} {done_before}");
        }
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
            (absent(NEW), Upsert, true, Some(OLD), true, stale),
            (absent(NEW), Upsert, true, Some(NEW), true, Step::Create),
            (absent(NEW), Upsert, true, Some(NEWEST), false, Step::Create),
            (absent(NEW), Create, true, None, false, Step::Create),
            (absent(NEW), Upsert, false, Some(NEWEST), true, Step::Skip(Skip::NotWanted)),
            (absent(NEW), Update, true, Some(NEWEST), true, Step::NoCounterpart),
        ];
        for (known, mode, create, version, searchable, step) in table {
            let wanted = Wanted { mode, create, version, searchable };
            assert_eq!(decide(&known, wanted), step, "{known:?} {wanted:?}");
        }
    }
}
