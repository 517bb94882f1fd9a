//! Columns that hold one word of a closed set.

use std::fmt::Display;
use std::str::FromStr;

use throughline_domain::RetentionClass;

use crate::error::{Result, StoreError};

/// The member of a closed set that a column names.
pub(crate) fn word<T>(column: &'static str, text: &str) -> Result<T>
where
    T: FromStr,
    T::Err: Display,
{
    text.parse().map_err(|error: T::Err| StoreError::Corrupt(format!("{column}: {error}")))
}

/// The retention class of a number of days.
pub(crate) fn retention_class(column: &'static str, days: i16) -> Result<RetentionClass> {
    RetentionClass::from_days(days)
        .ok_or_else(|| StoreError::Corrupt(format!("{column}: {days} days is no retention class")))
}

/// The days of a retention class, as the column holds them.
pub(crate) fn days(class: RetentionClass) -> i16 {
    i16::try_from(class.days()).unwrap_or(i16::MAX)
}
