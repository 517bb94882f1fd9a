//! Counts over a period.

pub(crate) mod show;
