//! The cookie that carries the refresh token: for the console only, out of reach of scripts.

use actix_web::HttpRequest;
use actix_web::cookie::time::Duration;
use actix_web::cookie::{Cookie, SameSite};

use crate::app::App;

const NAME: &str = "tl_refresh";
const PATH: &str = "/v1/auth";

/// The refresh token that the request's cookie carries.
pub(crate) fn read(request: &HttpRequest) -> Option<String> {
    request.cookie(NAME).map(|cookie| cookie.value().to_owned())
}

/// A cookie with this token.
pub(crate) fn set(app: &App, token: String) -> Cookie<'static> {
    let lasts = i64::try_from(app.config.refresh_token_ttl.as_secs()).unwrap_or(i64::MAX);
    let mut cookie = bare(app, token);
    cookie.set_max_age(Duration::seconds(lasts));
    cookie
}

/// A cookie that takes the token back.
pub(crate) fn clear(app: &App) -> Cookie<'static> {
    let mut cookie = bare(app, String::new());
    cookie.set_max_age(Duration::ZERO);
    cookie
}

fn bare(app: &App, token: String) -> Cookie<'static> {
    Cookie::build(NAME, token)
        .path(PATH)
        .http_only(true)
        .same_site(SameSite::Strict)
        .secure(app.config.public_url.starts_with("https://"))
        .finish()
}
