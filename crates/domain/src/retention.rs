//! How long captured data is kept. Tenants choose among classes, so that a class can be dropped as a whole.

use crate::token::words;

words! {
    /// A retention class: rows and packs of one class and day are dropped together.
    RetentionClass as "retention class" {
        /// One day.
        Days1 = "1d",
        /// A week.
        Days7 = "7d",
        /// A month.
        Days30 = "30d",
        /// A quarter.
        Days90 = "90d",
        /// A year and a month.
        Days400 = "400d",
    }
}

impl RetentionClass {
    /// Length in days.
    pub const fn days(self) -> u16 {
        match self {
            Self::Days1 => 1,
            Self::Days7 => 7,
            Self::Days30 => 30,
            Self::Days90 => 90,
            Self::Days400 => 400,
        }
    }

    /// The class of that many days.
    pub fn from_days(days: i16) -> Option<Self> {
        Self::ALL.iter().copied().find(|class| i32::from(class.days()) == i32::from(days))
    }
}

/// The three purge intervals of a tenant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Retention {
    /// Run rows, record outcomes and the `status` and `uql` phases.
    pub status: RetentionClass,
    /// The `extract`, `load` and `response` phases.
    pub payload: RetentionClass,
    /// The `extract_http` and `load_http` phases.
    pub http: RetentionClass,
}

impl Default for Retention {
    fn default() -> Self {
        Self { status: RetentionClass::Days90, payload: RetentionClass::Days30, http: RetentionClass::Days7 }
    }
}
