//! When a poll is due.
//!
//! A calendar is meant in its time zone. A time of day that the clock skips in spring runs at the first instant after the
//! gap; one that it repeats in autumn runs once, the first time. A pattern that recurs within the hour (`*/5 * * * *`)
//! simply goes on through both.

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use croner::Cron;
use croner::parser::{CronParser, Seconds, Year};

use crate::document::{PollTrigger, Timing};
use crate::fault::{Faults, codes};

/// The shortest and the longest time between two polls.
const SHORTEST: u64 = 1;
const LONGEST: u64 = 31 * 86_400;
/// The longest overlap.
const LONGEST_OVERLAP: u64 = 7 * 86_400;

/// The first instant later than `after` at which the trigger is due; `None` when there is none, or the trigger has faults.
/// Pass the instant at which it was last due, not the present, and an interval does not drift.
pub fn next_due(trigger: &PollTrigger, after: DateTime<Utc>) -> Option<DateTime<Utc>> {
    match &trigger.timing {
        Timing::Every { every } if every.as_duration().is_zero() => None,
        Timing::Every { every } => after.checked_add_signed(every.as_delta()),
        Timing::Cron { cron, time_zone } => {
            let zone = zone(time_zone.as_deref()).ok()?;
            let next = calendar(cron).ok()?.find_next_occurrence(&after.with_timezone(&zone), false).ok()?;
            Some(next.to_utc())
        }
    }
}

fn zone(name: Option<&str>) -> Result<Tz, chrono_tz::ParseError> {
    name.map_or(Ok(Tz::UTC), str::parse)
}

fn calendar(pattern: &str) -> Result<Cron, croner::errors::CronError> {
    CronParser::builder().seconds(Seconds::Disallowed).year(Year::Disallowed).build().parse(pattern)
}

/// Everything that is wrong with a poll's timing.
pub(crate) fn check(trigger: &PollTrigger, pointer: &str, faults: &mut Faults) {
    match &trigger.timing {
        Timing::Every { every } => {
            if !(SHORTEST..=LONGEST).contains(&every.as_duration().as_secs()) {
                faults.add(
                    format!("{pointer}/every"),
                    codes::INVALID_VALUE,
                    "a poll runs every 1s to every 31d",
                );
            }
        }
        Timing::Cron { cron, time_zone } => {
            if zone(time_zone.as_deref()).is_err() {
                let message = "this is not an IANA time zone such as Europe/Sofia";
                faults.add(format!("{pointer}/time_zone"), codes::UNKNOWN_TIME_ZONE, message);
            }
            check_calendar(cron, &format!("{pointer}/cron"), faults);
        }
    }
    if trigger.overlap().as_duration().as_secs() > LONGEST_OVERLAP {
        faults.add(format!("{pointer}/overlap"), codes::INVALID_VALUE, "an overlap is at most 7d");
    }
}

fn check_calendar(pattern: &str, pointer: &str, faults: &mut Faults) {
    match calendar(pattern) {
        Err(error) => {
            let message =
                format!("not a cron pattern of five fields (minute hour day month weekday): {error}");
            faults.add(pointer, codes::INVALID_CRON, message);
        }
        // A pattern has no year, so whatever matches at all has matched since 1970.
        Ok(cron) if cron.find_next_occurrence(&DateTime::<Utc>::UNIX_EPOCH, false).is_err() => {
            faults.add(pointer, codes::CRON_NEVER_FIRES, "no date matches this pattern");
        }
        Ok(_) => {}
    }
}

#[cfg(test)]
mod tests;
