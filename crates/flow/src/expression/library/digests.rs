//! Hashes and encodings.

use std::borrow::Cow;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use minijinja::{Environment, Error, State};
use sha2::{Digest, Sha256, Sha512};

use super::refuse;

pub(super) const NAMES: &[&str] = &["sha256", "sha512", "base64", "base64_decode"];

pub(super) fn install(environment: &mut Environment<'static>) {
    environment.add_filter("sha256", |state: &State, text: Cow<'_, str>| digest::<Sha256>(state, &text));
    environment.add_filter("sha512", |state: &State, text: Cow<'_, str>| digest::<Sha512>(state, &text));
    environment.add_filter("base64", |text: Cow<'_, str>| STANDARD.encode(text.as_bytes()));
    environment.add_filter("base64_decode", decode);
}

fn digest<D: Digest>(state: &State, text: &str) -> Result<String, Error> {
    state.consume_fuel(10 + text.len() as u64 / 16)?;
    Ok(hex::encode(D::digest(text.as_bytes()).as_slice()))
}

fn decode(text: &str) -> Result<String, Error> {
    let bytes = STANDARD.decode(text.trim()).map_err(|error| refuse(format!("not base64: {error}")))?;
    String::from_utf8(bytes).map_err(|_| refuse("what is encoded is not UTF-8"))
}
