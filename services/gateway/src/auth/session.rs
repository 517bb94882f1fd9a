//! Sessions: an access token for minutes, a refresh token that changes with every use.

use actix_web::HttpResponse;
use serde::Serialize;
use throughline_domain::{Role, TenantId, UserId};
use throughline_store::refresh_tokens::{self, RefreshToken};
use throughline_store::{StoreError, Tx, users};
use utoipa::ToSchema;
use uuid::Uuid;

use super::{cookie, secret};
use crate::app::App;
use crate::problem::{Answer, Problem, ProblemCode};

/// What a login gives.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Session {
    /// Send it as `Authorization: Bearer …`.
    pub(crate) access_token: String,
    /// Always `Bearer`.
    pub(crate) token_type: &'static str,
    /// Seconds for which the access token is valid.
    pub(crate) expires_in: u32,
    /// For `/v1/auth/refresh`; valid once. Browsers get it as a cookie as well.
    pub(crate) refresh_token: String,
}

impl Session {
    /// As an answer, with the cookie.
    pub(crate) fn answer(self, app: &App) -> HttpResponse {
        HttpResponse::Ok().cookie(cookie::set(app, self.refresh_token.clone())).json(self)
    }
}

/// Opens a session in one tenant, within `tx`. `family` is the login that it descends from.
pub(crate) async fn open(
    app: &App,
    tx: &mut Tx,
    tenant: TenantId,
    user: UserId,
    role: Role,
    family: Uuid,
) -> Answer<Session> {
    let now = app.clock.now();
    let token = secret::generate(secret::REFRESH_TOKEN);
    let lasts =
        chrono::Duration::from_std(app.config.refresh_token_ttl).unwrap_or(chrono::Duration::days(30));
    let kept = RefreshToken {
        hash: secret::hash(&token),
        tenant,
        user,
        family,
        expires_at: now + lasts,
        spent_at: None,
        revoked_at: None,
    };
    refresh_tokens::issue(tx, tenant, &kept).await?;
    Ok(Session {
        access_token: app.access_tokens.issue(tenant, user, role, now)?,
        token_type: "Bearer",
        expires_in: app.access_tokens.seconds(),
        refresh_token: token,
    })
}

/// Exchanges a refresh token for a new session. A token that was used before revokes everything that descends from the
/// same login: either the thief or the owner holds the other copy, and nobody can tell which.
pub(crate) async fn renew(app: &App, token: &str) -> Answer<Session> {
    let now = app.clock.now();
    let known = refresh_tokens::by_hash(&app.store, &secret::hash(token)).await?.ok_or_else(ended)?;
    if known.revoked_at.is_some() || known.expires_at <= now {
        return Err(ended());
    }
    let mut tx = app.store.tenant(known.tenant).await?;
    if !refresh_tokens::spend(&mut tx, known.tenant, &known.hash, now).await? {
        refresh_tokens::revoke_family(&mut tx, known.tenant, known.family, now).await?;
        commit(tx).await?;
        tracing::warn!(user.id = %known.user, "a refresh token was used twice; its session was revoked");
        return Err(Problem::new(
            ProblemCode::SessionRevoked,
            "Its refresh token was used twice. Log in again.",
        ));
    }
    let (_, role) = users::member(&mut tx, known.tenant, known.user).await.map_err(no_longer_member)?;
    let session = open(app, &mut tx, known.tenant, known.user, role, known.family).await?;
    commit(tx).await?;
    Ok(session)
}

/// Ends the session that a refresh token belongs to; unknown ones are ended already.
pub(crate) async fn close(app: &App, token: &str) -> Answer<()> {
    let Some(known) = refresh_tokens::by_hash(&app.store, &secret::hash(token)).await? else { return Ok(()) };
    let mut tx = app.store.tenant(known.tenant).await?;
    refresh_tokens::revoke_family(&mut tx, known.tenant, known.family, app.clock.now()).await?;
    commit(tx).await
}

fn ended() -> Problem {
    Problem::new(ProblemCode::SessionEnded, "Log in again.")
}

fn no_longer_member(error: StoreError) -> Problem {
    match error {
        StoreError::NotFound => {
            Problem::new(ProblemCode::SessionEnded, "You are no longer a member of this tenant.")
        }
        other => other.into(),
    }
}

/// Commits, or says why not.
pub(crate) async fn commit(tx: Tx) -> Answer<()> {
    tx.commit().await.map_err(|error| StoreError::from(error).into())
}
