//! What a request is for.

/// What a request is for: decides on retries and on what a status means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Operation {
    Test,
    Discover,
    Read,
    Get,
    Create,
    Update,
    Token,
}

impl Operation {
    /// The word in error tables.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Test => "test",
            Self::Discover => "discover",
            Self::Read => "read",
            Self::Get => "get",
            Self::Create => "create",
            Self::Update => "update",
            Self::Token => "token",
        }
    }

    /// Whether sending it twice may do something twice.
    pub(crate) const fn writes(self) -> bool {
        matches!(self, Self::Create | Self::Update)
    }
}
