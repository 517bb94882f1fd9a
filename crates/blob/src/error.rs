//! What can go wrong with the object store, in terms that callers act on.

use aws_sdk_s3::error::{DisplayErrorContext, ProvideErrorMetadata, SdkError};

/// A failure of the object store.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BlobError {
    /// Away, too slow, or overloaded: the same call may succeed later.
    #[error("the object store is not available: {0}")]
    Unavailable(String),
    /// There is no such object.
    #[error("no object {0}")]
    Missing(String),
    /// The store refuses us: wrong keys, no such bucket, no permission. An operator must act.
    #[error("the object store refuses: {0}")]
    Refused(String),
    /// The object is not what it should be.
    #[error("object {key}: {reason}")]
    Broken {
        /// Its key.
        key: String,
        /// What is wrong.
        reason: String,
    },
}

impl BlobError {
    /// Whether the same call may succeed later without anybody changing anything.
    pub const fn is_transient(&self) -> bool {
        matches!(self, Self::Unavailable(_))
    }

    pub(crate) fn broken(key: &str, reason: impl Into<String>) -> Self {
        Self::Broken { key: key.to_owned(), reason: reason.into() }
    }

    /// What a failed call on `key` means.
    pub(crate) fn of<E>(key: &str, error: &SdkError<E>) -> Self
    where
        E: ProvideErrorMetadata + std::error::Error + 'static,
    {
        let status = error.raw_response().map(|response| response.status().as_u16());
        let text = || DisplayErrorContext(error).to_string();
        match (status, error.code()) {
            (_, Some("NoSuchKey")) => Self::Missing(key.to_owned()),
            (_, Some("NoSuchBucket")) | (Some(400 | 401 | 403), _) => Self::Refused(text()),
            (Some(404), _) => Self::Missing(key.to_owned()),
            (Some(416), _) => Self::broken(key, "is shorter than its index says"),
            _ => Self::Unavailable(text()),
        }
    }
}
