//! `POST /v1/auth/login`

use actix_web::{HttpRequest, HttpResponse, web};
use serde::Deserialize;
use serde_json::json;
use throughline_store::tenants;
use throughline_store::users::{self, Membership};
use utoipa::ToSchema;
use uuid::Uuid;
use zeroize::Zeroizing;

use crate::app::App;
use crate::auth::session::{self, Session};
use crate::auth::throttle::Login as Attempt;
use crate::auth::{address, password};
use crate::openapi::Doc;
use crate::problem::{Answer, Problem, ProblemCode};
use crate::request::Json;

pub(crate) fn doc() -> Doc {
    Doc::new("Log in", "Sets the cookie `tl_refresh` as well, for browsers.")
        .body::<Login>(json!({ "email": "ada@example.com", "password": "correct horse battery staple" }))
        .answer::<Session>(200, "A session")
        .example(json!({
            "access_token": "eyJ…", "token_type": "Bearer", "expires_in": 900, "refresh_token": "tlr_…",
        }))
        .problems(&[
            ProblemCode::LoginRefused,
            ProblemCode::TooManyAttempts,
            ProblemCode::DatabaseUnavailable,
        ])
}

/// Who wants to log in.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Login {
    /// The e-mail address.
    email: String,
    /// The password.
    #[schema(value_type = String)]
    password: Zeroizing<String>,
    /// The slug of the tenant to work in; without it, the one that was joined first.
    #[schema(nullable = false)]
    tenant: Option<String>,
}

pub(crate) async fn handle(
    app: web::Data<App>,
    request: HttpRequest,
    login: Json<Login>,
) -> Answer<HttpResponse> {
    let Json(login) = login;
    let email = login.email.trim().to_lowercase();
    let attempt = Attempt::new(&email, &address::of(&request, &app.config));
    app.login_throttle.attempt(&attempt).await?;
    let known = users::login(&app.store, &email).await?;
    let hash = known.as_ref().map(|known| known.password_hash.clone());
    let Some(right) = password::verify(login.password, hash).await else {
        app.login_throttle.not_checked(&attempt).await;
        let detail = "Too many people log in at this moment. Try again in a few seconds.";
        return Err(Problem::new(ProblemCode::TooManyAttempts, detail).retry_after(5));
    };
    let user = known.filter(|_| right).ok_or_else(refused)?.user;
    let chosen =
        choose(&app, users::memberships(&app.store, user.id).await?, login.tenant.as_deref()).await?;
    app.login_throttle.succeeded(&attempt).await;
    let mut tx = app.store.tenant(chosen.tenant).await?;
    let session = session::open(&app, &mut tx, chosen.tenant, user.id, chosen.role, Uuid::now_v7()).await?;
    session::commit(tx).await?;
    tracing::info!(user.id = %user.id, "a person logged in");
    Ok(session.answer(&app))
}

/// The membership to work under. Who has none is told no more than somebody with a wrong password.
async fn choose(app: &App, memberships: Vec<Membership>, slug: Option<&str>) -> Answer<Membership> {
    let Some(slug) = slug else { return memberships.into_iter().next().ok_or_else(refused) };
    for membership in memberships {
        let mut tx = app.store.tenant(membership.tenant).await?;
        if tenants::find(&mut tx, membership.tenant).await?.slug == slug {
            return Ok(membership);
        }
    }
    Err(refused())
}

fn refused() -> Problem {
    Problem::new(
        ProblemCode::LoginRefused,
        "Check both, and try again. Nobody can tell you which of them is wrong.",
    )
}
