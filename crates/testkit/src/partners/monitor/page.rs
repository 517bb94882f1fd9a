//! The page of one alert.

use std::sync::Arc;

use axum::{
    extract::{Path, State},
    http::StatusCode,
    response::Html,
};
use serde_json::{Value, json};

use super::Monitor;
use crate::partners::page::{document, rows};

/// `GET /monitor/alerts/{id}` on the control listener.
pub(crate) async fn alert(
    State(monitor): State<Arc<Monitor>>,
    Path(id): Path<String>,
) -> Result<Html<String>, StatusCode> {
    let alert = monitor.state().shelf.get(&id).cloned().ok_or(StatusCode::NOT_FOUND)?;
    let title = format!("{id} · {}", alert.label("alertname").unwrap_or_default());
    match json!(alert) {
        Value::Object(fields) => Ok(Html(document(&title, &rows(&fields)))),
        _ => Err(StatusCode::INTERNAL_SERVER_ERROR),
    }
}
