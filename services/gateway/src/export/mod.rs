//! A run as one file that can be sent to somebody: everything that is known of it, masked, in forms that other tools read.

mod bundle;
mod curl;
mod har;
mod summary;

pub(crate) use bundle::{Bundle, Export};
