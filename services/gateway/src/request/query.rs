//! Query parameters: declared once per list, for reading and for the OpenAPI document.

use std::fmt::Display;
use std::str::FromStr;

use actix_web::HttpRequest;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, Utc};
use throughline_domain::Timestamp;

use crate::problem::{Answer, FieldFault, Problem, ProblemCode};

/// One query parameter.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Param {
    /// Its name.
    pub(crate) name: &'static str,
    /// What it holds.
    pub(crate) kind: Kind,
    /// What it does.
    pub(crate) about: &'static str,
}

/// What a query parameter holds.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Kind {
    /// Any text.
    Text,
    /// A UUID.
    Uuid,
    /// An instant (RFC 3339).
    Time,
    /// A whole number.
    Number,
    /// One or more of these words, separated by commas.
    Words(fn() -> Vec<&'static str>),
}

impl Param {
    /// Where the next page begins.
    pub(crate) const CURSOR: Self = Self {
        name: "cursor",
        kind: Kind::Text,
        about: "Where the page begins: the `next_cursor` of the page before.",
    };
    /// How long a page is.
    pub(crate) const LIMIT: Self =
        Self { name: "limit", kind: Kind::Number, about: "Items per page, 1 to 200; 50 when absent." };
}

/// The query parameters of one request, all of them known.
#[derive(Debug)]
pub(crate) struct Query(Vec<(String, String)>);

const USUAL_LIMIT: i64 = 50;
const LARGEST_LIMIT: i64 = 200;

impl Query {
    /// Reads the query string; a parameter that `known` does not have is a fault, so that a misspelt filter never
    /// silently shows everything.
    pub(crate) fn read(request: &HttpRequest, known: &[Param]) -> Answer<Self> {
        let pairs: Vec<(String, String)> = url::form_urlencoded::parse(request.query_string().as_bytes())
            .map(|(name, value)| (name.into_owned(), value.into_owned()))
            .collect();
        if let Some((name, _)) =
            pairs.iter().find(|(name, value)| value.contains('\0') && !name.contains('\0'))
        {
            let name: String = name.escape_debug().take(80).collect();
            let detail = format!("`{name}` holds the character U+0000, which nothing here can hold.");
            return Err(refused(&name, "invalid_value", detail));
        }
        match pairs.iter().find(|(name, _)| !known.iter().any(|param| param.name == name)) {
            None => Ok(Self(pairs)),
            Some((name, _)) => {
                let names: Vec<_> = known.iter().map(|param| param.name).collect();
                let name: String = name.escape_debug().take(80).collect();
                let detail = match names.as_slice() {
                    [] => format!("`{name}` is not a parameter here; there are none."),
                    names => format!("`{name}` is not a parameter here; there are {}.", names.join(", ")),
                };
                Err(refused(&name, "unknown_parameter", detail))
            }
        }
    }

    /// A parameter as it is; an empty one counts as absent.
    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        self.0
            .iter()
            .rev()
            .find(|(found, _)| found == name)
            .map(|(_, value)| value.as_str())
            .filter(|v| !v.is_empty())
    }

    /// A parameter as a value of some type.
    pub(crate) fn value<T>(&self, name: &'static str) -> Answer<Option<T>>
    where
        T: FromStr,
        T::Err: Display,
    {
        let read = |text: &str| text.parse().map_err(|error: T::Err| invalid(name, &error));
        self.text(name).map(read).transpose()
    }

    /// A parameter that holds one or more values, separated by commas.
    pub(crate) fn values<T>(&self, name: &'static str) -> Answer<Vec<T>>
    where
        T: FromStr,
        T::Err: Display,
    {
        let read = |text: &str| text.trim().parse().map_err(|error: T::Err| invalid(name, &error));
        self.text(name).map_or_else(|| Ok(Vec::new()), |text| text.split(',').map(read).collect())
    }

    /// A parameter that is an instant.
    pub(crate) fn time(&self, name: &'static str) -> Answer<Option<Timestamp>> {
        let read = |text: &str| {
            let found = DateTime::parse_from_rfc3339(text).map(|at| at.with_timezone(&Utc));
            found.map_err(|error| {
                invalid(name, &format!("should be an instant such as 2026-01-31T09:30:00Z: {error}"))
            })
        };
        self.text(name).map(read).transpose()
    }

    /// How long the page should be.
    pub(crate) fn limit(&self) -> Answer<i64> {
        match self.value::<i64>("limit")? {
            None => Ok(USUAL_LIMIT),
            Some(limit) if (1..=LARGEST_LIMIT).contains(&limit) => Ok(limit),
            Some(limit) => Err(invalid("limit", &format!("{limit} is not between 1 and {LARGEST_LIMIT}"))),
        }
    }

    /// Where the page begins in the list that is called `list`.
    pub(crate) fn cursor<T: FromStr>(&self, list: &'static str) -> Answer<Option<T>> {
        let read = |text: &str| {
            Cursor::decode(list, text).ok_or_else(|| {
                let detail = "Use the `next_cursor` of the page before as it is, or leave `cursor` out.";
                Problem::new(ProblemCode::InvalidCursor, detail)
            })
        };
        self.text("cursor").map(read).transpose()
    }
}

fn invalid(name: &'static str, error: &dyn Display) -> Problem {
    refused(name, "invalid_value", format!("`{name}`: {error}."))
}

fn refused(name: &str, code: &'static str, detail: String) -> Problem {
    let fault = FieldFault { pointer: format!("?{name}"), code: code.into(), detail: detail.clone() };
    Problem::new(ProblemCode::InvalidParameter, detail).with_errors(vec![fault])
}

/// Positions in lists, opaque to clients.
pub(crate) struct Cursor;

impl Cursor {
    /// The cursor of the position `key` in the list that is called `list`.
    pub(crate) fn encode(list: &str, key: &dyn Display) -> String {
        URL_SAFE_NO_PAD.encode(format!("{list}:{key}"))
    }

    fn decode<T: FromStr>(list: &str, text: &str) -> Option<T> {
        let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
        std::str::from_utf8(&bytes).ok()?.strip_prefix(list)?.strip_prefix(':')?.parse().ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_fits_its_own_list_only() {
        let cursor = Cursor::encode("runs", &17);
        assert_eq!(Cursor::decode::<i64>("runs", &cursor), Some(17));
        assert_eq!(Cursor::decode::<i64>("systems", &cursor), None);
        assert_eq!(Cursor::decode::<i64>("runs", "%%%"), None);
    }
}
