//! Who makes a request: the only way to a tenant's data.

use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpMessage, HttpRequest};
use throughline_domain::{ApiTokenId, Permission, Role, TenantId, UserId};

use crate::problem::{Answer, Problem};

/// An authenticated caller. Handlers can get one only from the guard, and a tenant only from a caller.
#[derive(Debug, Clone)]
pub(crate) struct Caller {
    /// The tenant that the caller works in.
    pub(crate) tenant: TenantId,
    /// Who it is.
    pub(crate) principal: Principal,
    /// What it is there.
    pub(crate) role: Role,
}

/// A person or a program.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Principal {
    /// A person who has logged in.
    User(UserId),
    /// A program with an API token of this name.
    ApiToken(ApiTokenId, String),
}

impl Caller {
    /// Whether the caller may do what asks for `permission`.
    pub(crate) fn may(&self, permission: Permission) -> bool {
        self.role.may(permission)
    }

    /// As the audit log and revisions name the caller.
    pub(crate) fn actor(&self) -> String {
        match &self.principal {
            Principal::User(id) => format!("user:{id}"),
            Principal::ApiToken(id, _) => format!("token:{id}"),
        }
    }

    /// The person, if it is one.
    pub(crate) fn user(&self) -> Option<UserId> {
        match self.principal {
            Principal::User(id) => Some(id),
            Principal::ApiToken(..) => None,
        }
    }
}

impl FromRequest for Caller {
    type Error = Problem;
    type Future = Ready<Answer<Self>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let found = request.extensions().get::<Self>().cloned();
        let missing = || Problem::internal(anyhow::anyhow!("{} is not behind the guard", request.path()));
        ready(found.ok_or_else(missing))
    }
}
