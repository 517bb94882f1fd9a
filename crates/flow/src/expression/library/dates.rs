//! Dates, times and zones. A date goes in as text (or seconds, or milliseconds) and comes out as RFC 3339 in UTC, unless a
//! filter says otherwise.

use std::fmt::Write as _;

use chrono::format::{Item, StrftimeItems};
use chrono::{DateTime, Datelike, Days, Months, NaiveDateTime, NaiveTime, TimeDelta, Timelike, Utc};
use chrono_tz::Tz;
use minijinja::value::Kwargs;
use minijinja::{Environment, Error, Value};

use super::super::convert::to_json;
use super::{defined, refuse};
use crate::moment;

pub(super) const NAMES: &[&str] = &[
    "date",
    "duration",
    "date_add",
    "date_diff",
    "date_format",
    "date_parse",
    "date_start",
    "to_zone",
    "unix",
];

pub(super) fn install(environment: &mut Environment<'static>) {
    environment.add_filter("date", date);
    environment.add_filter("duration", duration);
    environment.add_filter("date_add", add);
    environment.add_filter("date_diff", diff);
    environment.add_filter("date_format", format);
    environment.add_filter("date_parse", parse);
    environment.add_filter("date_start", start);
    environment.add_filter("to_zone", to_zone);
    environment.add_filter("unix", |value: &Value| instant(value).map(|instant| instant.timestamp()));
}

fn instant(value: &Value) -> Result<DateTime<Utc>, Error> {
    instant_in(value, Tz::UTC)
}

fn instant_in(value: &Value, zone: Tz) -> Result<DateTime<Utc>, Error> {
    let json = to_json(defined(value)?)?;
    moment::instant_in(&json, zone).ok_or_else(|| refuse(format!("{} is not a date", shortened(&json))))
}

/// A date in UTC; one without an offset is meant in the zone.
fn date(value: &Value, zone_name: Option<&str>) -> Result<String, Error> {
    instant_in(value, zone(zone_name)?).map(moment::write)
}

/// Seconds as people say them: `1d 2h 5m`.
fn duration(value: &Value) -> Result<String, Error> {
    let seconds = f64::try_from(defined(value)?.clone()).ok().filter(|seconds| seconds.abs() < 1e12);
    let seconds = seconds.ok_or_else(|| refuse("expected a number of seconds"))?.round() as i64;
    let mut rest = seconds.unsigned_abs();
    let mut parts = Vec::new();
    for (unit, size) in [("d", 86_400), ("h", 3_600), ("m", 60), ("s", 1)] {
        if rest >= size {
            parts.push(format!("{}{unit}", rest / size));
            rest %= size;
        }
    }
    let text = if parts.is_empty() { "0s".to_owned() } else { parts.join(" ") };
    Ok(if seconds < 0 { format!("-{text}") } else { text })
}

fn shortened(json: &serde_json::Value) -> String {
    let text = json.to_string();
    if text.chars().count() > 60 { text.chars().take(59).chain(['…']).collect() } else { text }
}

fn zone(name: Option<&str>) -> Result<Tz, Error> {
    let Some(name) = name else { return Ok(Tz::UTC) };
    name.parse().map_err(|_| {
        refuse(format!("`{}` is not an IANA time zone", name.chars().take(60).collect::<String>()))
    })
}

fn out_of_range() -> Error {
    refuse("the result is out of range")
}

/// A wall-clock time of a zone as an instant.
fn resolve(zone: Tz, local: NaiveDateTime) -> Result<DateTime<Utc>, Error> {
    moment::of_zone(zone, local).ok_or_else(out_of_range)
}

fn add(value: &Value, options: Kwargs) -> Result<String, Error> {
    let amount = |name: &str| options.get::<Option<i64>>(name).map(Option::unwrap_or_default);
    let (years, months) = (amount("years")?, amount("months")?);
    let (weeks, days) = (amount("weeks")?, amount("days")?);
    let (hours, minutes, seconds) = (amount("hours")?, amount("minutes")?, amount("seconds")?);
    let zone = zone(options.get::<Option<&str>>("zone")?)?;
    options.assert_all_used()?;
    let months = years.checked_mul(12).and_then(|years| years.checked_add(months));
    let days = weeks.checked_mul(7).and_then(|weeks| weeks.checked_add(days));
    let (Some(months), Some(days)) = (months, days) else { return Err(out_of_range()) };
    let exact = hours
        .checked_mul(3_600)
        .zip(minutes.checked_mul(60))
        .and_then(|(hours, minutes)| hours.checked_add(minutes)?.checked_add(seconds))
        .and_then(TimeDelta::try_seconds)
        .ok_or_else(out_of_range)?;
    let start = instant(value)?;
    if let Some(day) = value.as_str().and_then(|text| moment::day(text.trim())).filter(|_| exact.is_zero()) {
        let moved = moved(day.and_time(NaiveTime::MIN), months, days).ok_or_else(out_of_range)?;
        return Ok(moved.date().to_string());
    }
    let calendar = if months == 0 && days == 0 {
        start
    } else {
        resolve(
            zone,
            moved(start.with_timezone(&zone).naive_local(), months, days).ok_or_else(out_of_range)?,
        )?
    };
    calendar.checked_add_signed(exact).map(moment::write).ok_or_else(out_of_range)
}

fn moved(local: NaiveDateTime, months: i64, days: i64) -> Option<NaiveDateTime> {
    let size = Months::new(u32::try_from(months.unsigned_abs()).ok().filter(|months| *months < 120_000)?);
    let local = if months < 0 { local.checked_sub_months(size)? } else { local.checked_add_months(size)? };
    let size = Days::new(days.unsigned_abs());
    if days < 0 { local.checked_sub_days(size) } else { local.checked_add_days(size) }
}

/// How much later this date is than the other.
fn diff(value: &Value, other: Value, unit: Option<&str>) -> Result<f64, Error> {
    let millis = (instant(value)? - instant(&other)?).num_milliseconds() as f64;
    let size = match unit.unwrap_or("seconds") {
        "seconds" => 1e3,
        "minutes" => 6e4,
        "hours" => 3.6e6,
        "days" => 8.64e7,
        other => return Err(refuse(format!("`{other}` is not one of seconds, minutes, hours, days"))),
    };
    Ok(millis / size)
}

fn items(pattern: &str) -> Result<Vec<Item<'_>>, Error> {
    let items: Vec<_> = StrftimeItems::new(pattern).take(200).collect();
    if items.contains(&Item::Error) {
        return Err(refuse(format!("`{pattern}` is not a date format")));
    }
    Ok(items)
}

fn format(value: &Value, pattern: &str, zone_name: Option<&str>) -> Result<String, Error> {
    let local = instant(value)?.with_timezone(&zone(zone_name)?);
    let mut text = String::new();
    write!(text, "{}", local.format_with_items(items(pattern)?.into_iter()))
        .map_err(|_| refuse("the date cannot be written so"))?;
    Ok(text)
}

/// A date in a format of its own; without an offset it is meant in the zone.
fn parse(text: &str, pattern: &str, zone_name: Option<&str>) -> Result<String, Error> {
    let zone = zone(zone_name)?;
    let mut parsed = chrono::format::Parsed::new();
    chrono::format::parse(&mut parsed, text.trim(), items(pattern)?.into_iter()).map_err(|error| {
        refuse(format!(
            "`{}` does not have the format `{pattern}`: {error}",
            text.chars().take(60).collect::<String>()
        ))
    })?;
    if let Ok(instant) = parsed.to_datetime() {
        return Ok(moment::write(instant.to_utc()));
    }
    let local = parsed
        .to_naive_datetime_with_offset(0)
        .or_else(|_| parsed.to_naive_date().map(|day| day.and_time(NaiveTime::MIN)));
    let local = local.map_err(|error| refuse(format!("`{text}` is not a whole date: {error}")))?;
    resolve(zone, local).map(moment::write)
}

/// The beginning of the hour, day, week (Monday), month or year.
fn start(value: &Value, unit: &str, zone_name: Option<&str>) -> Result<String, Error> {
    let zone = zone(zone_name)?;
    let local = instant(value)?.with_timezone(&zone).naive_local();
    let day = local.date();
    let begin = match unit {
        "hour" => {
            local.with_minute(0).and_then(|hour| hour.with_second(0)).and_then(|hour| hour.with_nanosecond(0))
        }
        "day" => Some(day.and_time(NaiveTime::MIN)),
        "week" => day
            .checked_sub_days(Days::new(u64::from(day.weekday().num_days_from_monday())))
            .map(|monday| monday.and_time(NaiveTime::MIN)),
        "month" => day.with_day(1).map(|first| first.and_time(NaiveTime::MIN)),
        "year" => {
            day.with_day(1).and_then(|first| first.with_month(1)).map(|first| first.and_time(NaiveTime::MIN))
        }
        other => return Err(refuse(format!("`{other}` is not one of hour, day, week, month, year"))),
    };
    resolve(zone, begin.ok_or_else(out_of_range)?).map(moment::write)
}

/// The same instant, written with the offset of a zone.
fn to_zone(value: &Value, zone_name: &str) -> Result<String, Error> {
    let local = instant(value)?.with_timezone(&zone(Some(zone_name))?);
    Ok(local.to_rfc3339_opts(chrono::SecondsFormat::AutoSi, false))
}
