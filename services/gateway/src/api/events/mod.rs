//! What happens now.

pub(crate) mod stream;
