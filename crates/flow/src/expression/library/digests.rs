//! Hashes and encodings.

use std::borrow::Cow;

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use hmac::{Hmac, KeyInit, Mac};
use minijinja::{Environment, Error, State};
use sha2::{Digest, Sha256, Sha512};

use super::refuse;

pub(super) const NAMES: &[&str] =
    &["sha256", "sha512", "hmac_sha256", "base64", "base64_decode", "base64url", "hex"];

pub(super) fn install(environment: &mut Environment<'static>) {
    environment.add_filter("sha256", |state: &State, text: Cow<'_, str>| digest::<Sha256>(state, &text));
    environment.add_filter("sha512", |state: &State, text: Cow<'_, str>| digest::<Sha512>(state, &text));
    environment.add_filter("base64", |text: Cow<'_, str>| STANDARD.encode(text.as_bytes()));
    environment.add_filter("base64_decode", decode);
    environment.add_filter("base64url", |text: Cow<'_, str>| URL_SAFE_NO_PAD.encode(text.as_bytes()));
    environment.add_filter("hex", |text: Cow<'_, str>| hex::encode(text.as_bytes()));
    environment.add_filter("hmac_sha256", hmac);
}

fn digest<D: Digest>(state: &State, text: &str) -> Result<String, Error> {
    state.consume_fuel(10 + text.len() as u64 / 16)?;
    Ok(hex::encode(D::digest(text.as_bytes()).as_slice()))
}

/// A hash with a key: a pseudonym that only who knows the key can make.
fn hmac(state: &State, text: Cow<'_, str>, key: &str) -> Result<String, Error> {
    state.consume_fuel(20 + (text.len() + key.len()) as u64 / 16)?;
    let mut mac =
        Hmac::<Sha256>::new_from_slice(key.as_bytes()).map_err(|_| refuse("the key cannot be used"))?;
    mac.update(text.as_bytes());
    Ok(hex::encode(mac.finalize().into_bytes().as_slice()))
}

fn decode(text: &str) -> Result<String, Error> {
    let bytes = STANDARD.decode(text.trim()).map_err(|error| refuse(format!("not base64: {error}")))?;
    String::from_utf8(bytes).map_err(|_| refuse("what is encoded is not UTF-8"))
}
