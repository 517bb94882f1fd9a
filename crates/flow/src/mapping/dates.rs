//! Dates from one zone and notation into another.

use std::fmt::Write as _;

use chrono::format::{Item, StrftimeItems};
use chrono::{DateTime, SecondsFormat, Utc};
use chrono_tz::Tz;
use serde_json::Value;

use crate::document::DateRule;
use crate::fault::{Faults, codes};
use crate::moment;
use crate::path::FieldPath;

/// A compiled date rule.
#[derive(Debug)]
pub(super) struct DateMaker {
    pub(super) path: FieldPath,
    pub(super) default: Option<Value>,
    zone: Tz,
    to_zone: Option<Tz>,
    notation: Notation,
}

#[derive(Debug)]
enum Notation {
    Instant,
    Local,
    Day,
    Unix,
    UnixMillis,
    Pattern(Vec<Item<'static>>),
}

impl DateMaker {
    /// Compiles a rule that sits at `pointer` in its document.
    pub(super) fn compile(rule: &DateRule, pointer: &str, faults: &mut Faults) -> Option<Self> {
        let zone = named_zone(rule.zone.as_deref(), &format!("{pointer}/zone"), faults);
        let to_zone = named_zone(rule.to_zone.as_deref(), &format!("{pointer}/to_zone"), faults);
        let notation = notation(rule.format.as_deref().unwrap_or("instant"));
        if notation.is_none() {
            let message =
                "expected instant, local, day, unix, unix_ms, or a strftime pattern such as %d.%m.%Y";
            faults.add(format!("{pointer}/format"), codes::INVALID_VALUE, message);
        }
        Some(Self {
            path: rule.from.clone(),
            default: rule.default.clone(),
            zone: zone?.unwrap_or(Tz::UTC),
            to_zone: to_zone?,
            notation: notation?,
        })
    }

    /// The date in the target's zone and notation; `None` when the value is no date.
    pub(super) fn convert(&self, value: &Value) -> Option<Value> {
        if let (Notation::Day, Some(text)) = (&self.notation, value.as_str())
            && let Some(day) = moment::day(text.trim())
        {
            // A day has no zone: it stays what it is.
            return Some(Value::String(day.to_string()));
        }
        self.write(moment::instant_in(value, self.zone)?)
    }

    fn write(&self, instant: DateTime<Utc>) -> Option<Value> {
        let local = instant.with_timezone(&self.to_zone.unwrap_or(Tz::UTC));
        let text = match &self.notation {
            Notation::Unix => return Some(Value::from(instant.timestamp())),
            Notation::UnixMillis => return Some(Value::from(instant.timestamp_millis())),
            Notation::Instant if self.to_zone.is_none() => moment::write(instant),
            Notation::Instant => local.to_rfc3339_opts(SecondsFormat::AutoSi, false),
            Notation::Local => local.format("%Y-%m-%dT%H:%M:%S").to_string(),
            Notation::Day => local.date_naive().to_string(),
            Notation::Pattern(items) => {
                let mut text = String::new();
                write!(text, "{}", local.format_with_items(items.iter())).ok()?;
                text
            }
        };
        Some(Value::String(text))
    }
}

/// `None` after a fault.
fn named_zone(name: Option<&str>, pointer: &str, faults: &mut Faults) -> Option<Option<Tz>> {
    let Some(name) = name else { return Some(None) };
    let zone = name.parse().ok();
    if zone.is_none() {
        let message = "this is not an IANA time zone such as Europe/Sofia";
        faults.add(pointer, codes::UNKNOWN_TIME_ZONE, message);
    }
    zone.map(Some)
}

fn notation(format: &str) -> Option<Notation> {
    match format {
        "instant" => Some(Notation::Instant),
        "local" => Some(Notation::Local),
        "day" => Some(Notation::Day),
        "unix" => Some(Notation::Unix),
        "unix_ms" => Some(Notation::UnixMillis),
        pattern if pattern.contains('%') => {
            StrftimeItems::new(pattern).parse_to_owned().ok().map(Notation::Pattern)
        }
        _ => None,
    }
}
