//! The manifest interpreter and egress, the only HTTP client.
