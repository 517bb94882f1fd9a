//! A private Redis that keeps nothing: nothing in it is worth keeping.

use std::{net::TcpStream, process::Command, time::Duration};

use crate::stack::Stack;

const NAME: &str = "redis";

/// Starts it.
pub(crate) fn start(stack: &mut Stack) -> anyhow::Result<()> {
    if stack.process(NAME).is_some() {
        return Ok(());
    }
    let folder = stack.subfolder(NAME)?;
    let port = stack.port_to_bind(NAME)?.to_string();
    let mut command = Command::new("redis-server");
    command
        .args([
            "--port",
            &port,
            "--bind",
            "127.0.0.1",
            "--save",
            "",
            "--appendonly",
            "no",
            "--databases",
            "1024",
            "--dir",
        ])
        .arg(folder);
    stack.start(NAME, "", &mut command)
}

/// Waits until it answers.
pub(crate) fn await_ready(stack: &mut Stack) -> anyhow::Result<()> {
    let port = stack.port(NAME)?;
    let ready = || TcpStream::connect(("127.0.0.1", port)).is_ok();
    stack.await_ready(NAME, Duration::from_secs(10), ready, "Try again; it keeps no data.")
}

/// Where it is.
pub(crate) fn url(stack: &mut Stack) -> anyhow::Result<String> {
    if let Some(url) = &stack.state.given.redis_url {
        return Ok(url.clone());
    }
    Ok(format!("redis://127.0.0.1:{}", stack.port(NAME)?))
}
