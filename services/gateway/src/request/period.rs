//! How long a period may be whose every run is looked at.

use chrono::Duration;
use throughline_domain::Timestamp;

use crate::problem::{Answer, Problem, ProblemCode};

/// The longest such period: the longest month.
pub(crate) const LONGEST: Duration = Duration::days(31);

/// Refuses a longer period than a month: no index helps, and a year of runs is tens of millions of rows.
pub(crate) fn expect_short(from: Timestamp, to: Timestamp) -> Answer<()> {
    // A range that is chosen as "the last 31 days" was chosen a moment ago.
    if to - from <= LONGEST + Duration::hours(1) {
        return Ok(());
    }
    let detail = format!(
        "The period from `from` to `to` should be at most {} days here. Ask for it in parts.",
        LONGEST.num_days()
    );
    Err(Problem::new(ProblemCode::InvalidParameter, detail))
}
