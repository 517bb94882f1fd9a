//! The page of one incident.

use std::{fmt::Write as _, sync::Arc};

use axum::{
    extract::{Path, State},
    http::StatusCode,
    response::Html,
};

use super::Desk;
use crate::partners::page::{document, escaped, rows};

/// `GET /desk/incidents/{number}` on the control listener.
pub(crate) async fn incident(
    State(desk): State<Arc<Desk>>,
    Path(number): Path<String>,
) -> Result<Html<String>, StatusCode> {
    let state = desk.state();
    let incident = state.book.get(&number).ok_or(StatusCode::NOT_FOUND)?;
    let mut body = rows(&incident.fields);
    for comment in &incident.comments {
        let (author, at, text) = (escaped(&comment.author), &comment.created_at, escaped(&comment.text));
        let _ = write!(body, "<blockquote><small>{author} · {at}</small><p>{text}</p></blockquote>");
    }
    Ok(Html(document(&format!("{number} · {}", incident.text("subject").unwrap_or_default()), &body)))
}
