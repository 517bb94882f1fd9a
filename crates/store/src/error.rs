//! What can go wrong with the database, in terms that callers act on.

/// Shorthand for results of this crate.
pub type Result<T> = std::result::Result<T, StoreError>;

/// A failure of the database or of a rule that it keeps.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// No such row for this tenant.
    #[error("not found")]
    NotFound,
    /// A unique rule would be broken; the constraint names which.
    #[error("already exists: {constraint}")]
    Conflict {
        /// Name of the constraint.
        constraint: String,
    },
    /// The row changed since the caller read it.
    #[error("changed in the meantime: it is at version {current}")]
    Changed {
        /// The version that the row has now.
        current: i32,
    },
    /// The database cannot be reached or is starting, stopping, or out of connections: try again.
    #[error("the database is not available: {0}")]
    Unavailable(#[source] sqlx::Error),
    /// A stored value cannot be read: the row was written by something newer, or is broken.
    #[error("stored value cannot be read: {0}")]
    Corrupt(String),
    /// The database does not take a value: it cannot hold it, or a rule of the column refuses it.
    #[error("a value that cannot be stored: {0}")]
    Unstorable(#[source] sqlx::Error),
    /// Anything else.
    #[error("database fault: {0}")]
    Fault(#[source] sqlx::Error),
}

impl StoreError {
    /// Whether the same call may succeed later without anybody changing anything.
    pub const fn is_transient(&self) -> bool {
        matches!(self, Self::Unavailable(_))
    }

    /// Whether this is the named constraint.
    pub fn is_conflict_on(&self, name: &str) -> bool {
        matches!(self, Self::Conflict { constraint } if constraint == name)
    }
}

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        match &error {
            sqlx::Error::RowNotFound => Self::NotFound,
            sqlx::Error::Database(database) => match database.code().as_deref() {
                Some("23505") => {
                    Self::Conflict { constraint: database.constraint().unwrap_or("unknown").to_owned() }
                }
                // Class 08: connection; 57P01..57P03: shutting down or starting; 53300: too many connections;
                // 40001, 40P01: serialization failure and deadlock; 55P03, 57014, 25P03: a lock, a statement or an idle
                // transaction took too long.
                Some(code) if code.starts_with("08") || code.starts_with("57P") => Self::Unavailable(error),
                Some("53300" | "40001" | "40P01" | "55P03" | "57014" | "25P03") => Self::Unavailable(error),
                // Class 22: data exception, such as a NUL character; 54000: too long for an index; 23514: a check of the
                // column, or, without a constraint, a partition that is missing.
                Some(code) if code.starts_with("22") || code == "54000" => Self::Unstorable(error),
                Some("23514") if database.constraint().is_some() => Self::Unstorable(error),
                _ => Self::Fault(error),
            },
            sqlx::Error::Io(_)
            | sqlx::Error::Tls(_)
            | sqlx::Error::PoolTimedOut
            | sqlx::Error::PoolClosed
            | sqlx::Error::WorkerCrashed => Self::Unavailable(error),
            _ => Self::Fault(error),
        }
    }
}
