//! What each fault does to a request.

use std::{convert::Infallible, time::Duration};

use axum::{
    Router,
    body::Body,
    extract::Request,
    http::{HeaderName, StatusCode, header},
    response::{IntoResponse, Response},
};
use bytes::Bytes;
use futures_util::stream::{self, StreamExt as _};
use tokio::time::sleep;

use super::{
    fault::{Fault, FaultMode},
    gates::pass,
    problem::Problem,
};
use crate::server::HangUp;

/// Where a redirect leads when nothing else is said: a cloud's metadata address.
const METADATA: &str = "http://169.254.169.254/latest/meta-data/";
const LOGIN_PAGE: &str =
    "<!doctype html><title>Sign in</title><h1>Sign in</h1><form><input name=user></form>\n";
const JSON: (HeaderName, &str) = (header::CONTENT_TYPE, "application/json");
const SLOW: Duration = Duration::from_secs(60);

/// Marks a request that is carried out but never answered.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Unanswered;

/// Breaks the request as `fault` says.
pub(crate) async fn answer(fault: &Fault, api: Router, mut request: Request) -> Response {
    match fault.mode {
        FaultMode::Unavailable => unavailable(fault).into_response(),
        FaultMode::Error => error().into_response(),
        FaultMode::RateLimit => Problem::rate_limited(fault.retry_after.unwrap_or(30)).into_response(),
        FaultMode::Garbage => ([JSON], Bytes::from_static(b"\x89{\x00\xfe\"half a doc")).into_response(),
        FaultMode::Html => ([(header::CONTENT_TYPE, "text/html")], LOGIN_PAGE).into_response(),
        FaultMode::Drop | FaultMode::Refused => hang_up(),
        FaultMode::Slow => {
            sleep(fault.delay_ms.map_or(SLOW, Duration::from_millis)).await;
            pass(api, request).await
        }
        FaultMode::Drip => ([JSON], drip()).into_response(),
        FaultMode::Endless => ([JSON], endless()).into_response(),
        FaultMode::Redirect => redirect(fault.location.as_deref().unwrap_or(METADATA)),
        FaultMode::LostAnswer => {
            request.extensions_mut().insert(Unanswered);
            pass(api, request).await;
            sleep(Duration::from_millis(fault.delay_ms.unwrap_or_default())).await;
            hang_up()
        }
    }
}

fn unavailable(fault: &Fault) -> Problem {
    let status = fault.status.and_then(|status| StatusCode::from_u16(status).ok());
    let status = status.unwrap_or(StatusCode::SERVICE_UNAVAILABLE);
    Problem::new(status, "unavailable", "Down for maintenance.").retry_after(fault.retry_after)
}

fn error() -> Problem {
    Problem::new(StatusCode::INTERNAL_SERVER_ERROR, "internal", "Something broke here. It was not you.")
}

fn redirect(location: &str) -> Response {
    (StatusCode::FOUND, [(header::LOCATION, location.to_owned())]).into_response()
}

fn hang_up() -> Response {
    let mut response = StatusCode::NO_CONTENT.into_response();
    response.extensions_mut().insert(HangUp);
    response
}

fn drip() -> Body {
    let bytes = stream::once(async { "[" }).chain(stream::repeat(" ").then(|space| async move {
        sleep(Duration::from_secs(1)).await;
        space
    }));
    Body::from_stream(bytes.map(Ok::<_, Infallible>))
}

fn endless() -> Body {
    let chunk = Bytes::from(vec![b' '; 64 * 1024]);
    Body::from_stream(stream::repeat_with(move || Ok::<_, Infallible>(chunk.clone())))
}
