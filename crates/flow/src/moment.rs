//! Instants as systems write them, and moments relative to now.

use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, TimeZone, Timelike, Utc};
use chrono_tz::Tz;
use serde_json::Value;

use crate::period::Period;

/// A moment that a condition compares with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Moment {
    /// A fixed instant.
    At(DateTime<Utc>),
    /// So long before now.
    Ago(Period),
    /// So long after now.
    Ahead(Period),
}

impl Moment {
    /// Reads `now`, `-1h`, `+2d`, and everything that [`instant`] reads.
    pub(crate) fn read(value: &Value) -> Option<Self> {
        let Value::String(text) = value else { return instant(value).map(Self::At) };
        match (text.trim(), text.trim().get(1..)) {
            ("now", _) => Some(Self::Ago(Period::from_secs(0))),
            (text, Some(period)) if text.starts_with('-') => period.parse().ok().map(Self::Ago),
            (text, Some(period)) if text.starts_with('+') => period.parse().ok().map(Self::Ahead),
            (text, _) => instant_of_text(text).map(Self::At),
        }
    }

    pub(crate) fn resolve(self, now: DateTime<Utc>) -> DateTime<Utc> {
        match self {
            Self::At(instant) => instant,
            Self::Ago(period) => {
                now.checked_sub_signed(period.as_delta()).unwrap_or(DateTime::<Utc>::MIN_UTC)
            }
            Self::Ahead(period) => {
                now.checked_add_signed(period.as_delta()).unwrap_or(DateTime::<Utc>::MAX_UTC)
            }
        }
    }
}

/// The instant that a value stands for: RFC 3339, `2026-01-31`, `2026-01-31 10:00[:00[.5]]` (UTC), or seconds or
/// milliseconds since 1970 (above 10¹¹ they are milliseconds).
pub(crate) fn instant(value: &Value) -> Option<DateTime<Utc>> {
    match value {
        Value::String(text) => instant_of_text(text.trim()),
        Value::Number(number) => instant_of_number(number.as_f64()?),
        _ => None,
    }
}

pub(crate) fn instant_of_number(number: f64) -> Option<DateTime<Utc>> {
    let millis = if number.abs() > 1e11 { number } else { number * 1000.0 };
    // In range for chrono, hence for i64.
    (millis.abs() < 8e15).then(|| DateTime::from_timestamp_millis(millis.round() as i64)).flatten()
}

pub(crate) fn instant_of_text(text: &str) -> Option<DateTime<Utc>> {
    if !text.as_bytes().first().is_some_and(|first| first.is_ascii_digit()) || text.len() > 40 {
        return None;
    }
    if let Ok(instant) = DateTime::parse_from_rfc3339(text) {
        return Some(instant.to_utc());
    }
    day(text)
        .map(|day| day.and_time(NaiveTime::MIN).and_utc())
        .or_else(|| {
            DateTime::parse_from_str(text, "%Y-%m-%dT%H:%M:%S%.f%z").ok().map(|instant| instant.to_utc())
        })
        .or_else(|| {
            DateTime::parse_from_str(text, "%Y-%m-%d %H:%M:%S%.f%z").ok().map(|instant| instant.to_utc())
        })
        .or_else(|| local(text).map(|local| local.and_utc()))
}

/// A day without a time.
pub(crate) fn day(text: &str) -> Option<NaiveDate> {
    (text.len() == 10).then(|| NaiveDate::parse_from_str(text, "%Y-%m-%d").ok()).flatten()
}

/// A date and time without a zone.
pub(crate) fn local(text: &str) -> Option<NaiveDateTime> {
    const FORMATS: [&str; 4] =
        ["%Y-%m-%dT%H:%M:%S%.f", "%Y-%m-%d %H:%M:%S%.f", "%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"];
    FORMATS.iter().find_map(|format| NaiveDateTime::parse_from_str(text, format).ok())
}

/// A wall-clock time of a zone as an instant: the earlier of two, the end of the gap for one that the clock skips.
pub(crate) fn of_zone(zone: Tz, local: NaiveDateTime) -> Option<DateTime<Utc>> {
    let (quarters, found) = (0..=24 * 4).find_map(|quarters| {
        let local = local.checked_add_signed(TimeDelta::minutes(15 * quarters))?;
        zone.from_local_datetime(&local).earliest().map(|found| (quarters, found))
    })?;
    let back =
        if quarters == 0 { TimeDelta::zero() } else { TimeDelta::minutes(i64::from(found.minute() % 15)) };
    Some((found - back).to_utc())
}

/// The instant that a value stands for, where a time without an offset is meant in a zone.
pub(crate) fn instant_in(value: &Value, zone: Tz) -> Option<DateTime<Utc>> {
    let text = value.as_str().map(str::trim).filter(|text| zone != Tz::UTC && text.len() <= 40);
    let without_offset =
        text.and_then(|text| local(text).or_else(|| day(text).map(|day| day.and_time(NaiveTime::MIN))));
    match without_offset {
        Some(local) => of_zone(zone, local),
        None => instant(value),
    }
}

/// RFC 3339 in UTC, with milliseconds only when there are any.
pub(crate) fn write(instant: DateTime<Utc>) -> String {
    instant.to_rfc3339_opts(chrono::SecondsFormat::AutoSi, true)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn many_spellings_of_one_instant() {
        for value in [
            json!("2026-01-31T10:00:00Z"),
            json!("2026-01-31T12:00:00+02:00"),
            json!("2026-01-31T12:00:00.000+0200"),
            json!("2026-01-31 10:00:00"),
            json!("2026-01-31 10:00"),
            json!(" 2026-01-31T10:00:00 "),
            json!(1_769_853_600),
            json!(1_769_853_600_000_i64),
        ] {
            assert_eq!(instant(&value).map(write).as_deref(), Some("2026-01-31T10:00:00Z"), "{value}");
        }
    }

    #[test]
    fn what_is_no_instant() {
        for value in [json!("soon"), json!("2026-02-30"), json!(""), json!(null), json!(1e300), json!("5")] {
            assert_eq!(instant(&value), None, "{value}");
        }
    }

    #[test]
    fn relative_moments() {
        let now = instant(&json!("2026-01-31T10:00:00Z")).unwrap();
        for (text, expected) in [
            ("now", "2026-01-31T10:00:00Z"),
            ("-1h", "2026-01-31T09:00:00Z"),
            ("+2d", "2026-02-02T10:00:00Z"),
            ("2026-01-01", "2026-01-01T00:00:00Z"),
        ] {
            assert_eq!(
                Moment::read(&json!(text)).map(|moment| write(moment.resolve(now))).as_deref(),
                Some(expected)
            );
        }
        assert_eq!(Moment::read(&json!("-1 fortnight")), None);
    }
}
