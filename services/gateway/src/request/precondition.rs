//! `ETag` and `If-Match`: nobody overwrites a change that he has not seen.

use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::http::header::{self, HeaderName};
use actix_web::{FromRequest, HttpRequest};

use crate::problem::{Answer, Problem, ProblemCode};

/// The entity tag of a version.
pub(crate) fn entity_tag(version: i32) -> (HeaderName, String) {
    (header::ETAG, format!("\"{version}\""))
}

/// The version that the caller has seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum IfMatch {
    /// This one.
    Version(i32),
    /// Whichever it is (`*`).
    Any,
}

impl IfMatch {
    /// The version to compare with: the one that was seen, or the current one.
    pub(crate) fn or_current(self, current: i32) -> i32 {
        match self {
            Self::Version(version) => version,
            Self::Any => current,
        }
    }
}

impl FromRequest for IfMatch {
    type Error = Problem;
    type Future = Ready<Answer<Self>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let text = request.headers().get(header::IF_MATCH).map(|value| value.to_str().unwrap_or_default());
        ready(text.map_or_else(missing, read))
    }
}

fn missing() -> Answer<IfMatch> {
    let detail =
        "Send `If-Match` with the ETag that came with what you read, or `*` to overwrite whatever is there.";
    Err(Problem::new(ProblemCode::PreconditionRequired, detail))
}

fn read(text: &str) -> Answer<IfMatch> {
    let tag = text.trim();
    if tag == "*" {
        return Ok(IfMatch::Any);
    }
    // Compression on the way may have weakened the tag; versions are compared whole, so that changes nothing.
    let tag = tag.strip_prefix("W/").unwrap_or(tag).trim_matches('"');
    match tag.parse() {
        Ok(version) => Ok(IfMatch::Version(version)),
        Err(_) => Err(Problem::new(
            ProblemCode::PreconditionFailed,
            "The `If-Match` is not an ETag of this service.",
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_read_back() {
        assert_eq!(read(&entity_tag(7).1).ok(), Some(IfMatch::Version(7)));
        assert_eq!(read("W/\"7\"").ok(), Some(IfMatch::Version(7)));
        assert_eq!(read("*").ok(), Some(IfMatch::Any));
        assert!(read("\"seven\"").is_err());
    }
}
