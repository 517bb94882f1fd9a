//! The masker, and the one type that holds captured data.
//!
//! Everything that a run shows of itself (HTTP exchanges, records, error messages) passes through a [`Masker`] before it
//! leaves the worker. [`Masked`] is the proof: it can be made by the masker, composed of masked parts, or taken back out
//! of a stored capture ([`Masked::from_capture`]), and in no other way. This crate is pure: no I/O.
//!
//! A mask reads `[masked:kind:tag]`. The kind says why (`secret`, `header`, `field`, `url`, `rule`); the tag is a short
//! keyed hash of what was there, so that equal values can still be told from different ones.

mod body;
mod compose;
mod headers;
mod json;
mod literals;
mod masked;
mod masker;
mod rules;
mod spans;
mod tag;
mod urls;
mod views;

pub use body::{BodyContent, CapturedBody, MaskedBody};
pub use masked::{Masked, MaskedBytes, MaskedJson, MaskedText};
pub use masker::Masker;
pub use rules::{MaskRule, MaskRuleError};
