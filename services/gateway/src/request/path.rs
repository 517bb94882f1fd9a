//! Parts of the path.

use std::fmt::Display;
use std::future::{Ready, ready};
use std::str::FromStr;

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};
use uuid::Uuid;

use crate::problem::{Answer, Problem, ProblemCode};

/// The `{id}` of the path.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Id<T>(pub(crate) T);

impl<T: From<Uuid> + 'static> FromRequest for Id<T> {
    type Error = Problem;
    type Future = Ready<Answer<Self>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(parsed::<Uuid>(request, "id", "a UUID").map(|uuid| Self(T::from(uuid))))
    }
}

/// A part of the path as it is.
pub(crate) fn path_text<'a>(request: &'a HttpRequest, name: &str) -> &'a str {
    request.match_info().get(name).unwrap_or_default()
}

/// A part of the path that is a whole number.
pub(crate) fn path_number(request: &HttpRequest, name: &'static str) -> Answer<i32> {
    parsed(request, name, "a whole number")
}

/// A part of the path that is one word of a closed set.
pub(crate) fn path_word<T>(request: &HttpRequest, name: &'static str, wanted: &str) -> Answer<T>
where
    T: FromStr,
    T::Err: Display,
{
    parsed(request, name, wanted)
}

fn parsed<T: FromStr>(request: &HttpRequest, name: &'static str, wanted: &str) -> Answer<T> {
    path_text(request, name).parse().map_err(|_| {
        let found = path_text(request, name).escape_debug().take(80).collect::<String>();
        Problem::new(
            ProblemCode::InvalidParameter,
            format!("`{name}` in the path should be {wanted}; found `{found}`."),
        )
    })
}
