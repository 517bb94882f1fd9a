//! `POST /v1/api-tokens`

use actix_web::{HttpResponse, web};
use serde::{Deserialize, Serialize};
use serde_json::json;
use throughline_domain::ApiTokenId;
use throughline_store::api_tokens::{self, NewApiToken};
use utoipa::ToSchema;

use super::shape::ApiToken;
use crate::answer::RoleWord;
use crate::app::App;
use crate::auth::{secret, session};
use crate::caller::Caller;
use crate::change;
use crate::openapi::Doc;
use crate::problem::{Answer, Problem, ProblemCode};
use crate::request::Json;

pub(crate) fn doc() -> Doc {
    Doc::new(
        "Create an API token",
        "The token is shown in this answer only. It cannot have a higher role than its maker.",
    )
    .body::<Wanted>(json!({ "name": "Nightly export", "role": "viewer", "expires_in_days": 90 }))
    .answer::<Issued>(201, "The token, shown once")
}

/// What the token should be.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewApiToken)]
pub(crate) struct Wanted {
    /// What it is for: 1 to 200 characters.
    #[schema(min_length = 1, max_length = 200)]
    name: String,
    role: RoleWord,
    /// After how many days it ends by itself, 1 to 3650; without it, never.
    #[schema(minimum = 1, maximum = 3650, nullable = false)]
    expires_in_days: Option<i64>,
}

/// A new token.
#[derive(Serialize, ToSchema)]
#[schema(as = IssuedApiToken)]
pub(crate) struct Issued {
    #[serde(flatten)]
    item: ApiToken,
    /// The token itself. It is not kept, so it cannot be shown again.
    token: String,
}

pub(crate) async fn handle(
    app: web::Data<App>,
    caller: Caller,
    wanted: Json<Wanted>,
) -> Answer<HttpResponse> {
    let wanted = checked(wanted.0, &caller)?;
    let now = app.clock.now();
    let token = secret::generate(secret::API_TOKEN);
    let kept = NewApiToken {
        id: ApiTokenId::new(now),
        name: wanted.name,
        role: wanted.role.0,
        hash: secret::hash(&token),
        prefix: secret::visible_prefix(&token),
        created_by: caller.user(),
        expires_at: wanted.expires_in_days.map(|days| now + chrono::Duration::days(days)),
    };
    let mut tx = app.store.tenant(caller.tenant).await?;
    let made = api_tokens::create(&mut tx, caller.tenant, &kept).await?;
    let after = json!({ "name": made.name, "role": made.role.as_str() });
    change::audit(
        &app,
        &mut tx,
        &caller,
        "api_token.create",
        format!("api_token:{}", made.id),
        [None, Some(after)],
    )
    .await?;
    session::commit(tx).await?;
    Ok(HttpResponse::Created().json(Issued { item: made.into(), token }))
}

fn checked(wanted: Wanted, caller: &Caller) -> Answer<Wanted> {
    let name = wanted.name.trim();
    if name.is_empty() || name.chars().count() > 200 {
        return Err(Problem::field("/name", "invalid_value", "should have 1 to 200 characters"));
    }
    if wanted.expires_in_days.is_some_and(|days| !(1..=3650).contains(&days)) {
        return Err(Problem::field("/expires_in_days", "invalid_value", "should be between 1 and 3650"));
    }
    if wanted.role.0 > caller.role {
        let detail = format!("You are {}, so the token cannot be {}.", caller.role, wanted.role.0);
        return Err(Problem::new(ProblemCode::RoleNotSufficient, detail));
    }
    Ok(Wanted { name: name.to_owned(), ..wanted })
}
