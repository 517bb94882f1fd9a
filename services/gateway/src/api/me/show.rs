//! `GET /v1/me`

use actix_web::{HttpResponse, web};
use serde::Serialize;
use throughline_store::{tenants, users};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::answer::{PermissionWord, RoleWord, Word};
use crate::app::App;
use crate::caller::{Caller, Principal};
use crate::openapi::Doc;
use crate::problem::Answer;

pub(crate) fn doc() -> Doc {
    Doc::new(
        "Who am I",
        "With an API token, `user` shows the token: its id, its name, and no e-mail address.",
    )
    .answer::<Me>(200, "The caller, the tenant, and what the caller may do there")
}

/// The caller.
#[derive(Serialize, ToSchema)]
pub(crate) struct Me {
    user: Person,
    tenant: Organisation,
    role: RoleWord,
    permissions: Vec<PermissionWord>,
}

/// A person, or an API token.
#[derive(Serialize, ToSchema)]
pub(crate) struct Person {
    id: Uuid,
    email: String,
    name: String,
}

/// The tenant that the caller works in.
#[derive(Serialize, ToSchema)]
pub(crate) struct Organisation {
    id: Uuid,
    name: String,
    slug: String,
}

pub(crate) async fn handle(app: web::Data<App>, caller: Caller) -> Answer<HttpResponse> {
    let mut tx = app.store.tenant(caller.tenant).await?;
    let tenant = tenants::find(&mut tx, caller.tenant).await?;
    let user = match &caller.principal {
        Principal::User(id) => {
            let (user, _) = users::member(&mut tx, caller.tenant, *id).await?;
            Person { id: user.id.as_uuid(), email: user.email, name: user.name }
        }
        Principal::ApiToken(id, name) => {
            Person { id: id.as_uuid(), email: String::new(), name: name.clone() }
        }
    };
    Ok(HttpResponse::Ok().json(Me {
        user,
        tenant: Organisation { id: tenant.id.as_uuid(), name: tenant.name, slug: tenant.slug },
        role: caller.role.into(),
        permissions: caller.role.permissions().map(Word).collect(),
    }))
}
