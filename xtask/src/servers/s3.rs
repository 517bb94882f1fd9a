//! The embedded S3 server, as a process.

use std::{net::TcpStream, process::Command, time::Duration};

use crate::stack::{Stack, of_files};

const NAME: &str = "s3";
const BUCKET: &str = "throughline";

/// How to reach the object store.
#[derive(Debug)]
pub(crate) struct S3Address {
    /// Base address.
    pub(crate) endpoint: String,
    /// An existing bucket.
    pub(crate) bucket: String,
    /// Access key.
    pub(crate) access_key: String,
    /// Its secret.
    pub(crate) secret_key: String,
}

/// Starts it.
pub(crate) fn start(stack: &mut Stack) -> anyhow::Result<()> {
    let binary = stack.binary("throughline-s3");
    let root = stack.subfolder(NAME)?;
    let port = if stack.process(NAME).is_some() { stack.port(NAME)? } else { stack.port_to_bind(NAME)? };
    let address = address(stack)?;
    let mut command = Command::new(&binary);
    command.args(["--listen", &format!("127.0.0.1:{port}"), "--bucket", BUCKET, "--root"]).arg(root);
    command.env("TL_S3_ACCESS_KEY", address.access_key).env("TL_S3_SECRET_KEY", address.secret_key);
    let known = of_files(&[&binary]);
    stack.start(NAME, &known, &mut command)
}

/// Waits until it answers.
pub(crate) fn await_ready(stack: &mut Stack) -> anyhow::Result<()> {
    let port = stack.port(NAME)?;
    let ready = || TcpStream::connect(("127.0.0.1", port)).is_ok();
    stack.await_ready(NAME, Duration::from_secs(10), ready, "Try again.")
}

/// Where it is, and with which keys.
pub(crate) fn address(stack: &mut Stack) -> anyhow::Result<S3Address> {
    let port = stack.port(NAME)?;
    let given = &stack.state.given;
    let or = |given: &Option<String>, own: &str| given.clone().unwrap_or_else(|| own.to_owned());
    Ok(S3Address {
        endpoint: or(&given.s3_endpoint, &format!("http://127.0.0.1:{port}")),
        bucket: or(&given.s3_bucket, BUCKET),
        access_key: or(&given.s3_access_key, "throughline"),
        secret_key: or(&given.s3_secret_key, "throughline-secret"),
    })
}
