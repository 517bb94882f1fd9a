//! The configuration file of all services of a stack.

use std::fs;

use anyhow::Context as _;

use super::{Secrets, Stack};
use crate::servers::{postgres, rabbitmq, redis, s3};

/// Writes `throughline.toml`; a file that would not change is left alone, so that nothing restarts for it.
pub(crate) fn write(stack: &mut Stack) -> anyhow::Result<()> {
    let text = render(stack)?;
    let file = stack.config_file();
    if fs::read_to_string(&file).is_ok_and(|known| known == text) {
        return Ok(());
    }
    fs::write(&file, text).with_context(|| format!("writing {}", file.display()))
}

fn render(stack: &mut Stack) -> anyhow::Result<String> {
    let secrets = secrets(stack)?;
    let gateway = stack.port("gateway")?;
    let postgres: Vec<String> = secrets
        .roles
        .iter()
        .map(|(service, password)| role(stack, service, password))
        .collect::<Result<_, _>>()?;
    let postgres = postgres.join("\n");
    let owner = quoted(&postgres::owner_url(stack)?);
    let rabbitmq = quoted(&rabbitmq::url(stack)?);
    let redis = quoted(&redis::url(stack)?);
    let s3 = s3::address(stack)?;
    let (endpoint, bucket) = (quoted(&s3.endpoint), quoted(&s3.bucket));
    let (access_key, secret_key) = (quoted(&s3.access_key), quoted(&s3.secret_key));
    let console = quoted(&stack.workspace.root.join("console/dist").to_string_lossy());
    let (master_key, signing_key) = (quoted(&secrets.master_key), quoted(&secrets.signing_key));
    Ok(format!(
        "# Written by `cargo xtask`; your own changes will be lost.\n\
         [postgres]\nadmin_url = {owner}\n{postgres}\n\n\
         [rabbitmq]\nurl = {rabbitmq}\n\n\
         [redis]\nurl = {redis}\n\n\
         [s3]\nendpoint = {endpoint}\nbucket = {bucket}\naccess_key = {access_key}\nsecret_key = {secret_key}\n\n\
         [vault]\nmaster_key = {master_key}\n\n\
         [gateway]\nlisten = \"127.0.0.1:{gateway}\"\npublic_url = \"http://127.0.0.1:{gateway}\"\n\
         console_dir = {console}\njwt_private_key = {signing_key}\n\n\
         # The partner systems of a trial live on this machine; a cloud would leave this empty.\n\
         [worker]\nallow_addresses = [\"127.0.0.0/8\"]\n"
    ))
}

/// The secrets of this stack, made on first use.
pub(crate) fn secrets(stack: &mut Stack) -> anyhow::Result<Secrets> {
    if let Some(secrets) = &stack.state.secrets {
        return Ok(secrets.clone());
    }
    let secrets = Secrets::make()?;
    stack.state.secrets = Some(secrets.clone());
    stack.save()?;
    Ok(secrets)
}

fn role(stack: &mut Stack, service: &str, password: &str) -> anyhow::Result<String> {
    let url = postgres::role_url(stack, &format!("throughline_{service}"), password)?;
    Ok(format!("{service}_url = {}", quoted(&url)))
}

/// A TOML string.
fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}
