//! Proving who somebody is: passwords, access tokens, refresh tokens, API tokens.

pub(crate) mod access_token;
pub(crate) mod address;
pub(crate) mod api_token;
pub(crate) mod bearer;
pub(crate) mod cookie;
pub mod password;
pub mod secret;
pub(crate) mod session;
pub(crate) mod throttle;
