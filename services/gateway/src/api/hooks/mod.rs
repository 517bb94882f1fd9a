//! Where systems push to.

pub(crate) mod receive;
