//! An API token as the API shows it.

use serde::Serialize;
use throughline_store::api_tokens;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::answer::{RoleWord, Time};

/// An API token, without the token.
#[derive(Serialize, ToSchema)]
pub(crate) struct ApiToken {
    id: Uuid,
    /// What it is for.
    name: String,
    role: RoleWord,
    /// Its first characters, to recognise it by.
    prefix: String,
    created_at: Time,
    expires_at: Option<Time>,
    /// When it was last used, to the minute.
    last_used_at: Option<Time>,
}

impl From<api_tokens::ApiToken> for ApiToken {
    fn from(token: api_tokens::ApiToken) -> Self {
        Self {
            id: token.id.as_uuid(),
            name: token.name,
            role: token.role.into(),
            prefix: token.prefix,
            created_at: token.created_at.into(),
            expires_at: token.expires_at.map(Time),
            last_used_at: token.last_used_at.map(Time),
        }
    }
}
