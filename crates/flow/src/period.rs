//! A length of time as people write it in a document: `500ms`, `30s`, `5m`, `1h`, `2d`, `1w`.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use crate::fault::{Faults, codes};
use crate::read::{Node, Read, deserialize_by_reading};

/// A length of time with one unit; at most a year.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Period(Duration);

/// The text is not a length of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("write a length of time as a whole number and a unit: 500ms, 30s, 5m, 1h, 2d, 1w (at most a year)")]
pub struct NotAPeriod;

const UNITS: [(&str, u64); 6] =
    [("w", 604_800_000), ("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1_000), ("ms", 1)];
const MOST_MILLIS: u64 = 366 * 86_400_000;

impl Period {
    /// So many seconds.
    pub const fn from_secs(secs: u64) -> Self {
        Self(Duration::from_secs(secs))
    }

    /// As a standard duration.
    pub const fn as_duration(self) -> Duration {
        self.0
    }

    /// As a signed duration, for arithmetic on instants.
    pub fn as_delta(self) -> chrono::TimeDelta {
        chrono::TimeDelta::milliseconds(i64::try_from(self.0.as_millis()).unwrap_or(i64::MAX / 2))
    }
}

impl FromStr for Period {
    type Err = NotAPeriod;

    fn from_str(text: &str) -> Result<Self, NotAPeriod> {
        let digits = text.find(|c: char| !c.is_ascii_digit()).ok_or(NotAPeriod)?;
        let (count, unit) = text.split_at(digits);
        let count: u64 = count.parse().map_err(|_| NotAPeriod)?;
        let (_, millis) = UNITS.iter().find(|(name, _)| *name == unit).ok_or(NotAPeriod)?;
        let millis = count.checked_mul(*millis).filter(|millis| *millis <= MOST_MILLIS).ok_or(NotAPeriod)?;
        Ok(Self(Duration::from_millis(millis)))
    }
}

impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let millis = u64::try_from(self.0.as_millis()).unwrap_or(u64::MAX);
        if millis == 0 {
            return f.write_str("0s");
        }
        let (unit, size) = UNITS.iter().find(|(_, size)| millis.is_multiple_of(*size)).unwrap_or(&("ms", 1));
        write!(f, "{}{unit}", millis / size)
    }
}

impl serde::Serialize for Period {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl Read for Period {
    fn read(node: &Node<'_>, faults: &mut Faults) -> Option<Self> {
        let text = String::read(node, faults)?;
        text.parse()
            .map_err(|error: NotAPeriod| node.fault(faults, codes::INVALID_VALUE, error.to_string()))
            .ok()
    }
}

deserialize_by_reading!(Period);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn periods_read_and_write() {
        for (text, millis, written) in [
            ("500ms", 500, "500ms"),
            ("60s", 60_000, "1m"),
            ("90m", 5_400_000, "90m"),
            ("14d", 1_209_600_000, "2w"),
            ("0m", 0, "0s"),
        ] {
            let period: Period = text.parse().unwrap();
            assert_eq!(period.as_duration().as_millis(), millis, "{text}");
            assert_eq!(period.to_string(), written);
        }
    }

    #[test]
    fn nonsense_is_refused() {
        for text in ["", "5", "s", "-5s", "1.5h", "5 m", "99999999999999999999s", "400d", "5M"] {
            assert_eq!(text.parse::<Period>(), Err(NotAPeriod), "{text}");
        }
    }
}
