//! Reading JSON bodies: size, type, encoding, depth, syntax, shape, each with its own problem.

use std::time::Duration;

use actix_web::dev::Payload;
use actix_web::http::header::{CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE};
use actix_web::{FromRequest, HttpRequest, web};
use bytes::{Bytes, BytesMut};
use futures_util::StreamExt as _;
use futures_util::future::LocalBoxFuture;
use serde::de::DeserializeOwned;

use super::nul;
use super::pointer::pointer_of;
use crate::app::App;
use crate::problem::{Answer, Problem, ProblemCode};

/// How deep a body may nest.
pub(crate) const DEPTH_LIMIT: usize = 64;
/// How long a body may take to arrive.
const PATIENCE: Duration = Duration::from_secs(60);

/// A JSON body.
#[derive(Debug)]
pub(crate) struct Json<T>(pub(crate) T);

/// A JSON body that may be left out.
#[derive(Debug)]
pub(crate) struct OptionalJson<T>(pub(crate) T);

impl<T: DeserializeOwned + 'static> FromRequest for Json<T> {
    type Error = Problem;
    type Future = LocalBoxFuture<'static, Answer<Self>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let (request, payload) = (request.clone(), payload.take());
        Box::pin(async move {
            expect_json(&request)?;
            let body = read_body(&request, payload, api_limit(&request)).await?;
            parse(&body).map(Self)
        })
    }
}

impl<T: DeserializeOwned + Default + 'static> FromRequest for OptionalJson<T> {
    type Error = Problem;
    type Future = LocalBoxFuture<'static, Answer<Self>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let (request, payload) = (request.clone(), payload.take());
        Box::pin(async move {
            let body = read_body(&request, payload, api_limit(&request)).await?;
            if body.is_empty() {
                return Ok(Self(T::default()));
            }
            expect_json(&request)?;
            parse(&body).map(Self)
        })
    }
}

fn api_limit(request: &HttpRequest) -> usize {
    request.app_data::<web::Data<App>>().map_or(1 << 20, |app| app.config.api_body_limit.bytes())
}

/// Refuses bodies that do not say that they are JSON, or are compressed.
pub(crate) fn expect_json(request: &HttpRequest) -> Answer<()> {
    let text = |name| request.headers().get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let media = text(CONTENT_TYPE).split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    let is_json =
        media == "application/json" || (media.starts_with("application/") && media.ends_with("+json"));
    if !is_json {
        let found = if media.is_empty() { "none".to_owned() } else { format!("`{media}`") };
        let detail = format!("Send the body with `Content-Type: application/json`; found {found}.");
        return Err(Problem::new(ProblemCode::UnsupportedMediaType, detail));
    }
    match text(CONTENT_ENCODING) {
        "" | "identity" => Ok(()),
        coding => Err(Problem::new(
            ProblemCode::UnsupportedMediaType,
            format!(
                "Send the body uncompressed; `Content-Encoding: {}` is not taken.",
                coding.escape_debug()
            ),
        )),
    }
}

/// The whole body, unless it is larger than `limit`.
pub(crate) async fn read_body(request: &HttpRequest, payload: Payload, limit: usize) -> Answer<Bytes> {
    let declared =
        request.headers().get(CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse::<usize>().ok());
    if declared.is_some_and(|length| length > limit) {
        return Err(too_large(limit));
    }
    let all = collect(payload, declared.unwrap_or(0), limit);
    let late = |_| Problem::new(ProblemCode::MalformedRequest, "The body did not arrive in time.");
    tokio::time::timeout(PATIENCE, all).await.map_err(late)?
}

async fn collect(mut payload: Payload, expected: usize, limit: usize) -> Answer<Bytes> {
    let mut body = BytesMut::with_capacity(expected.min(64 * 1024));
    while let Some(chunk) = payload.next().await {
        let chunk = chunk.map_err(|error| {
            Problem::new(ProblemCode::MalformedRequest, "The body ended early or cannot be read.")
                .because(error_of(&error))
        })?;
        if body.len() + chunk.len() > limit {
            return Err(too_large(limit));
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body.freeze())
}

fn error_of(error: &actix_web::error::PayloadError) -> anyhow::Error {
    anyhow::anyhow!("reading the body: {error}")
}

fn too_large(limit: usize) -> Problem {
    Problem::new(ProblemCode::BodyTooLarge, format!("At most {limit} bytes are taken here."))
}

/// Checks that a body is UTF-8 and not nested too deeply.
pub(crate) fn check_text(body: &[u8]) -> Answer<()> {
    if let Err(error) = std::str::from_utf8(body) {
        let detail = format!("Byte {} is not part of a UTF-8 character.", error.valid_up_to());
        return Err(Problem::new(ProblemCode::InvalidEncoding, detail));
    }
    match first_too_deep(body) {
        None => Ok(()),
        Some(at) => {
            let detail = format!("At most {DEPTH_LIMIT} levels are allowed; byte {at} opens one more.");
            Err(Problem::new(ProblemCode::JsonTooDeep, detail))
        }
    }
}

/// Where a body nests too deeply. Looks at brackets outside of strings only, so it is cheap and needs no stack.
fn first_too_deep(body: &[u8]) -> Option<usize> {
    let (mut depth, mut in_string, mut escaped) = (0_usize, false, false);
    for (at, byte) in body.iter().enumerate() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if in_string => escaped = true,
            b'"' => in_string = !in_string,
            b'{' | b'[' if !in_string => {
                depth += 1;
                if depth > DEPTH_LIMIT {
                    return Some(at);
                }
            }
            b'}' | b']' if !in_string => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    None
}

/// A JSON text as a value of the wanted shape. No text of the API holds NUL: no column could keep it.
pub(crate) fn parse<T: DeserializeOwned>(body: &[u8]) -> Answer<T> {
    check_text(body)?;
    if nul::may_be_in(body) {
        nul::refuse(body)?;
    }
    let mut reader = serde_json::Deserializer::from_slice(body);
    let value = serde_path_to_error::deserialize(&mut reader).map_err(|error| wrong(&error))?;
    reader.end().map_err(|error| malformed(&error))?;
    Ok(value)
}

fn wrong(error: &serde_path_to_error::Error<serde_json::Error>) -> Problem {
    let cause = error.inner();
    if cause.classify() != serde_json::error::Category::Data {
        return malformed(cause);
    }
    let (pointer, code, detail) = pointer_of(error.path(), &bare(cause));
    Problem::field(pointer, code, detail)
}

/// Says where the syntax breaks.
pub(crate) fn malformed(error: &serde_json::Error) -> Problem {
    let detail = format!("Line {}, column {}: {}.", error.line(), error.column(), bare(error));
    Problem::new(ProblemCode::MalformedJson, detail)
}

/// The message without the position, which is said elsewhere.
fn bare(error: &serde_json::Error) -> String {
    let text = error.to_string();
    match text.rfind(" at line ") {
        Some(at) => text[..at].to_owned(),
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn brackets_in_strings_do_not_nest() {
        let flat = format!("\"{}\"", "[{\\\"".repeat(100));
        assert_eq!(first_too_deep(flat.as_bytes()), None);
        assert_eq!(first_too_deep("[".repeat(64).as_bytes()), None);
        assert_eq!(first_too_deep("[".repeat(65).as_bytes()), Some(64));
    }

    #[derive(Debug, serde::Deserialize)]
    #[serde(deny_unknown_fields)]
    #[allow(dead_code, reason = "only its shape matters")]
    struct Thing {
        name: String,
        parts: Vec<Part>,
    }

    #[derive(Debug, serde::Deserialize)]
    #[serde(deny_unknown_fields)]
    #[allow(dead_code, reason = "only its shape matters")]
    struct Part {
        size: u8,
    }

    #[test]
    fn faults_say_where_they_are() {
        let cases = [
            (r#"{"name":"x","parts":[{"size":"big"}]}"#, "/parts/0/size", "wrong_type"),
            (r#"{"name":"x","parts":[{"size":1,"colour":2}]}"#, "/parts/0/colour", "unknown_field"),
            (r#"{"parts":[]}"#, "/name", "missing_field"),
            (r#"{"name":"x","parts":[],"x/y":1}"#, "/x~1y", "unknown_field"),
        ];
        for (body, pointer, code) in cases {
            let problem = parse::<Thing>(body.as_bytes()).unwrap_err();
            let sent = serde_json::to_value(&problem.errors()[0]).unwrap();
            assert_eq!(
                (sent["pointer"].as_str(), sent["code"].as_str()),
                (Some(pointer), Some(code)),
                "{body}"
            );
        }
    }

    #[test]
    fn nul_is_refused_where_it_is() {
        let body = r#"{"name":"x","parts":[],"a/b":[{"\\u0000":"\\\u0000"}]}"#;
        let problem = parse::<serde_json::Value>(body.as_bytes()).unwrap_err();
        assert_eq!(problem.code(), ProblemCode::InvalidBody);
        assert_eq!(problem.errors()[0].pointer, "/a~1b/0/\\u0000");
        let escaped = r#"{"name":"\\u0000"}"#;
        assert!(
            parse::<serde_json::Value>(escaped.as_bytes()).is_ok(),
            "a backslash and u0000 are six characters"
        );
    }

    #[test]
    fn syntax_errors_say_line_and_column() {
        let problem = parse::<Thing>(b"{\n  \"name\": ,\n}").unwrap_err();
        assert_eq!(problem.code(), ProblemCode::MalformedJson);
        assert!(problem.to_string().contains("Line 2, column 11"), "{problem}");
    }
}
