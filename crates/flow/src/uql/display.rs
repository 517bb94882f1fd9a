//! A query as text.

use std::fmt;

use super::Query;

impl fmt::Display for Query {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "select * from {}", self.entity)
    }
}
