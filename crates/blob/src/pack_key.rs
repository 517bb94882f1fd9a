//! Keys of packs: `packs/<class>/<yyyy-mm-dd>/<pack id>`, such as `packs/7d/2026-11-22/0193…`.
//!
//! Class and day come first, so that what expires together lies under one prefix. The day is that of the id.

use std::str::FromStr;

use chrono::NaiveDate;
use throughline_domain::{PackId, RetentionClass};

/// Names the object of one pack.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct PackKey {
    /// For how long it is kept.
    pub class: RetentionClass,
    /// Its id, which tells its day.
    pub pack: PackId,
}

impl PackKey {
    /// The beginning of the keys of a class.
    pub fn of_class(class: RetentionClass) -> String {
        format!("packs/{class}/")
    }

    /// The beginning of the keys of a class and day.
    pub fn of_day(class: RetentionClass, day: NaiveDate) -> String {
        format!("packs/{class}/{day}/")
    }
}

impl std::fmt::Display for PackKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "packs/{}/{}/{}", self.class, self.pack.day(), self.pack)
    }
}

/// The key is not that of a pack.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not the key of a pack")]
pub struct NotAPackKey(String);

impl FromStr for PackKey {
    type Err = NotAPackKey;

    fn from_str(key: &str) -> Result<Self, Self::Err> {
        let parse = || {
            let mut parts = key.strip_prefix("packs/")?.split('/');
            let class = parts.next()?.parse().ok()?;
            let _day = parts.next()?;
            let pack = parts.next()?.parse().ok()?;
            Some(Self { class, pack }).filter(|parsed| parsed.to_string() == key)
        };
        parse().ok_or_else(|| NotAPackKey(key.to_owned()))
    }
}
