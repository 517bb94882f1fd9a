//! `cargo xtask status`, and the words with which `up` ends.

use clap::Args;
use serde_json::{Map, Value, json};

use crate::{
    servers::{playground, postgres, rabbitmq, redis, s3, services},
    stack::{Stack, Unit},
};

/// What can be chosen.
#[derive(Debug, Args)]
pub(crate) struct Status {
    /// Prints one JSON object, secrets included, for scripts.
    #[arg(long)]
    json: bool,
}

impl Status {
    pub(super) fn run(&self, stack: &mut Stack) -> anyhow::Result<()> {
        if self.json {
            println!("{:#}", as_json(stack)?);
            return Ok(());
        }
        for unit in Unit::ALL {
            println!("  {:<12} {:<10} {}", unit.name(), condition(stack, unit), address(stack, unit)?);
        }
        match &stack.state.demo {
            Some(_) => welcome(stack),
            None => {
                println!("\nNothing was set up yet: cargo xtask up");
                Ok(())
            }
        }
    }
}

/// Where to go first.
pub(super) fn welcome(stack: &mut Stack) -> anyhow::Result<()> {
    let Some(demo) = stack.state.demo.clone() else { return Ok(()) };
    let console = services::address(stack, Unit::Gateway)?;
    let playground = playground::address(stack)?.control;
    let password = stack.state.secrets.as_ref().map_or("", |secrets| secrets.login_password.as_str());
    println!(
        "\nThroughline is up.\n\n  \
         Console      {console}\n  Login        {}\n  Password     {password}\n  API token    {}\n  API docs     {console}/docs\n  \
         Playground   {playground}   (the two partner systems)\n\n\
         Look at this first:\n  \
         1. {console}/troubleshooting: alerts become incidents, and every run can be opened phase by phase.\n  \
         2. Integrations whose name begins with \"Broken\" fail on purpose, one per class of error: open a failed run and read why.\n  \
         3. On the playground, break the desk or raise an alert by hand, and watch.\n\n\
         curl -H 'authorization: Bearer {}' '{console}/v1/runs?limit=5'\n\n\
         `cargo xtask status` shows this again, `down` stops it, `reset` forgets it.",
        demo.login, demo.api_token, demo.api_token
    );
    Ok(())
}

fn as_json(stack: &mut Stack) -> anyhow::Result<Value> {
    let mut processes = Map::new();
    for unit in Unit::ALL {
        let process = stack.process(unit.name());
        let shown = json!({
            "condition": condition(stack, unit), "address": address(stack, unit)?,
            "pid": process.map(|process| process.pid), "log": stack.log(unit.name()),
        });
        processes.insert(unit.name().to_owned(), shown);
    }
    let gateway = services::address(stack, Unit::Gateway)?;
    let playground = playground::address(stack)?;
    let s3 = s3::address(stack)?;
    let demo = stack.state.demo.as_ref();
    Ok(json!({
        "gateway_url": gateway, "console_url": gateway,
        "login": demo.map(|demo| &demo.login), "api_token": demo.map(|demo| &demo.api_token),
        "password": stack.state.secrets.as_ref().map(|secrets| &secrets.login_password),
        "postgres_url": postgres::owner_url(stack)?, "rabbitmq_url": rabbitmq::url(stack)?,
        "rabbitmq_management_url": rabbitmq::management_url(stack)?, "redis_url": redis::url(stack)?,
        "s3": {"endpoint": s3.endpoint, "bucket": s3.bucket, "access_key": s3.access_key, "secret_key": s3.secret_key},
        "playground": {"control_url": playground.control, "monitor_url": playground.monitor, "desk_url": playground.desk},
        "config_file": stack.config_file(), "processes": processes,
    }))
}

fn condition(stack: &Stack, unit: Unit) -> &'static str {
    match stack.process(unit.name()) {
        _ if unit.is_given(stack) => "yours",
        Some(_) => "running",
        None => "down",
    }
}

fn address(stack: &mut Stack, unit: Unit) -> anyhow::Result<String> {
    match unit {
        Unit::Postgres => postgres::owner_url(stack),
        Unit::RabbitMq => rabbitmq::url(stack),
        Unit::Redis => redis::url(stack),
        Unit::S3 => Ok(s3::address(stack)?.endpoint),
        Unit::Playground => Ok(playground::address(stack)?.control),
        service => services::address(stack, service),
    }
}
