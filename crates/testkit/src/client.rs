//! An HTTP client for tests and partners.

use std::time::Duration;

use reqwest::{Client, redirect::Policy};

/// A client that follows no redirects and uses no proxy.
///
/// # Panics
/// Never: only a broken TLS setup could make it fail, and it brings its own.
#[must_use]
#[allow(
    clippy::disallowed_methods,
    clippy::expect_used,
    reason = "the one client outside egress: for tests and partners"
)]
pub fn client() -> Client {
    // An error means that somebody has installed a provider before.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let builder = Client::builder().redirect(Policy::none()).no_proxy().timeout(Duration::from_secs(30));
    builder.build().expect("a client with ring")
}
