//! The demo tenant, made by `throughline-admin`: the only thing that the API does not offer.

use anyhow::Context as _;
use serde_json::Value;

use crate::{
    cargo::output,
    servers::services::admin_command,
    stack::{Demo, Stack, config},
};

const LOGIN: &str = "demo@throughline.example";
const SLUG: &str = "demo";

/// Makes the tenant with its owner, and an API token, once.
pub(super) fn ensure(stack: &mut Stack) -> anyhow::Result<()> {
    if stack.state.demo.is_some() {
        return Ok(());
    }
    let password = config::secrets(stack)?.login_password;
    let mut create = admin_command(
        stack,
        &[
            "tenant",
            "create",
            "--slug",
            SLUG,
            "--name",
            "Demo",
            "--owner-email",
            LOGIN,
            "--owner-name",
            "Demo Owner",
            "--if-missing",
            "--json",
        ],
    );
    output(create.env("THROUGHLINE_OWNER_PASSWORD", password))?;
    let made = output(&mut admin_command(
        stack,
        &["api-token", "create", "--tenant", SLUG, "--name", "cargo xtask", "--role", "owner", "--json"],
    ))?;
    let made: Value =
        serde_json::from_str(&made).context("throughline-admin api-token create printed no JSON")?;
    let api_token = made["token"].as_str().context("throughline-admin printed no token")?.to_owned();
    stack.state.demo = Some(Demo { login: LOGIN.to_owned(), api_token });
    stack.save()
}
