//! What happens to every request on its way in and every answer on its way out.

pub(crate) mod headers;
pub(crate) mod problems;
pub(crate) mod trace;
