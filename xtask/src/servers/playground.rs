//! The two partner systems of the demo.

use std::{process::Command, time::Duration};

use crate::{
    http::Client,
    stack::{Stack, of_files},
};

const NAME: &str = "playground";

/// Base addresses of the playground.
#[derive(Debug)]
pub(crate) struct PlaygroundAddress {
    /// Pages for people, and the control API.
    pub(crate) control: String,
    /// The monitor's API.
    pub(crate) monitor: String,
    /// The desk's API.
    pub(crate) desk: String,
}

/// Starts both.
pub(crate) fn start(stack: &mut Stack) -> anyhow::Result<()> {
    let binary = stack.binary("throughline-playground");
    let mut command = Command::new(&binary);
    for listener in ["control", "monitor", "desk"] {
        let name = format!("playground-{listener}");
        let port =
            if stack.process(NAME).is_some() { stack.port(&name)? } else { stack.port_to_bind(&name)? };
        command.args([format!("--{listener}"), format!("127.0.0.1:{port}")]);
    }
    command.arg("--state").arg(stack.subfolder(NAME)?);
    let known = of_files(&[&binary]);
    stack.start(NAME, &known, &mut command)
}

/// Waits until they answer.
pub(crate) fn await_ready(stack: &mut Stack) -> anyhow::Result<()> {
    let control = Client::new(address(stack)?.control);
    stack.await_ready(NAME, Duration::from_secs(10), || control.answers("/control"), "Try again.")
}

/// Where they are.
pub(crate) fn address(stack: &mut Stack) -> anyhow::Result<PlaygroundAddress> {
    let mut at = |listener: &str| -> anyhow::Result<String> {
        Ok(format!("http://127.0.0.1:{}", stack.port(&format!("playground-{listener}"))?))
    };
    Ok(PlaygroundAddress { control: at("control")?, monitor: at("monitor")?, desk: at("desk")? })
}
