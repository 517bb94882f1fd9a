//! The masker, and the one type that holds captured data. Pure.
