//! The token endpoint: OAuth 2 client credentials.

use std::{collections::HashMap, sync::Arc};

use axum::{
    Json,
    body::Bytes,
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde_json::json;

use super::Desk;

/// `POST /oauth/token`, as a form or as JSON.
pub(super) async fn token(State(desk): State<Arc<Desk>>, headers: HeaderMap, body: Bytes) -> Response {
    let given = read(&headers, &body);
    let value = |name: &str| given.get(name).map(String::as_str).unwrap_or_default();
    if value("grant_type") != "client_credentials" {
        let message = "Only client_credentials is offered here.";
        return refused(StatusCode::BAD_REQUEST, "unsupported_grant_type", message);
    }
    match desk.state().accounts.issue(value("client_id"), value("client_secret")) {
        Some((token, life)) => {
            Json(json!({"access_token": token, "token_type": "Bearer", "expires_in": life})).into_response()
        }
        None => refused(StatusCode::UNAUTHORIZED, "invalid_client", "The client id or secret is wrong."),
    }
}

fn read(headers: &HeaderMap, body: &[u8]) -> HashMap<String, String> {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    if kind.starts_with("application/json") {
        return serde_json::from_slice(body).unwrap_or_default();
    }
    url::form_urlencoded::parse(body).into_owned().collect()
}

fn refused(status: StatusCode, error: &str, description: &str) -> Response {
    (status, Json(json!({"error": error, "error_description": description}))).into_response()
}
