//! A private RabbitMQ node: every listener on loopback, every file in the stack's folder.

use std::{
    fs,
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::Duration,
};

use anyhow::Context as _;

use crate::{http::Client, process::Signal, secrets, stack::Stack};

const NAME: &str = "rabbitmq";
/// Not `/usr/sbin/rabbitmq-server`, which insists on a user of its own.
const SERVER: &str = "/usr/lib/rabbitmq/bin/rabbitmq-server";
const PLUGINS: &str = "[rabbitmq_management].\n";
const KERNEL: &str = "[{kernel,[{inet_dist_use_interface,{127,0,0,1}}]}].\n";
const ADVICE: &str =
    "It sometimes fails right after a stop: try again. `cargo xtask reset` begins with a fresh node.";

struct Ports {
    amqp: u16,
    management: u16,
    distribution: u16,
    epmd: u16,
}

/// Starts the node.
pub(crate) fn start(stack: &mut Stack) -> anyhow::Result<()> {
    if stack.process(NAME).is_some() {
        return Ok(());
    }
    let folder = stack.subfolder(NAME)?;
    let ports = ports_to_bind(stack)?;
    write_files(&folder, &ports)?;
    let mut command = Command::new(SERVER);
    command.current_dir(&folder).envs(environment(&folder, &ports));
    stack.start(NAME, "", &mut command)
}

/// Waits until it takes work; a node that died at once gets a second chance.
pub(crate) fn await_ready(stack: &mut Stack) -> anyhow::Result<()> {
    if wait(stack).is_ok() {
        return Ok(());
    }
    stop(stack)?;
    start(stack)?;
    wait(stack)
}

fn wait(stack: &mut Stack) -> anyhow::Result<()> {
    let port = stack.port("rabbitmq-management")?;
    // The basic credentials are app:app.
    let management =
        Client::new(format!("http://127.0.0.1:{port}")).with_header("authorization", "Basic YXBwOmFwcA==");
    let ready = || management.answers("/api/health/checks/local-alarms");
    stack.await_ready(NAME, Duration::from_secs(60), ready, ADVICE)
}

/// Ends the node, and the port mapper that it started.
pub(crate) fn stop(stack: &mut Stack) -> anyhow::Result<()> {
    let started = stack.state.processes.contains_key(NAME);
    stack.stop(NAME, Signal::Term, Duration::from_secs(30))?;
    if started {
        let epmd = stack.port("rabbitmq-epmd")?.to_string();
        let mut command = Command::new("epmd");
        command.args(["-port", &epmd, "-kill"]).env("ERL_EPMD_ADDRESS", "127.0.0.1");
        // It may never have started.
        let _ = command.stdout(Stdio::null()).stderr(Stdio::null()).status();
    }
    Ok(())
}

/// Where it speaks AMQP.
pub(crate) fn url(stack: &mut Stack) -> anyhow::Result<String> {
    if let Some(url) = &stack.state.given.rabbitmq_url {
        return Ok(url.clone());
    }
    Ok(format!("amqp://app:app@127.0.0.1:{}/%2f", stack.port("rabbitmq")?))
}

/// Where it is managed, if that is known.
pub(crate) fn management_url(stack: &mut Stack) -> anyhow::Result<Option<String>> {
    if stack.state.given.rabbitmq_url.is_some() {
        return Ok(stack.state.given.rabbitmq_management_url.clone());
    }
    Ok(Some(format!("http://app:app@127.0.0.1:{}", stack.port("rabbitmq-management")?)))
}

fn ports_to_bind(stack: &mut Stack) -> anyhow::Result<Ports> {
    Ok(Ports {
        amqp: stack.port_to_bind("rabbitmq")?,
        management: stack.port_to_bind("rabbitmq-management")?,
        distribution: stack.port_to_bind("rabbitmq-distribution")?,
        // The port mapper may still run from last time, which is fine.
        epmd: stack.port("rabbitmq-epmd")?,
    })
}

fn write_files(folder: &Path, ports: &Ports) -> anyhow::Result<()> {
    for subfolder in ["mnesia", "log", "home", "schema", "conf.d"] {
        fs::create_dir_all(folder.join(subfolder))?;
    }
    let settings = format!(
        "listeners.tcp.default = 127.0.0.1:{}\nmanagement.tcp.ip = 127.0.0.1\nmanagement.tcp.port = {}\n\
         loopback_users = none\ndefault_user = app\ndefault_pass = app\ndisk_free_limit.absolute = 64MB\n\
         vm_memory_high_watermark.absolute = 1GB\nlog.console = false\nmanagement.rates_mode = basic\n\
         collect_statistics_interval = 1000\n",
        ports.amqp, ports.management
    );
    fs::write(folder.join("rabbitmq.conf"), settings)?;
    fs::write(folder.join("rabbitmq-env.conf"), "")?;
    fs::write(folder.join("enabled_plugins"), PLUGINS)?;
    fs::write(folder.join("advanced.config"), KERNEL)?;
    write_cookie(&folder.join("home/.erlang.cookie")).context("writing the Erlang cookie")
}

fn write_cookie(file: &Path) -> anyhow::Result<()> {
    if !file.exists() {
        fs::write(file, secrets::password()?)?;
        fs::set_permissions(file, fs::Permissions::from_mode(0o400))?;
    }
    Ok(())
}

fn environment(folder: &Path, ports: &Ports) -> Vec<(&'static str, String)> {
    let file = |name: &str| -> String { PathBuf::from(folder).join(name).to_string_lossy().into_owned() };
    vec![
        ("HOME", file("home")),
        ("RABBITMQ_CONF_ENV_FILE", file("rabbitmq-env.conf")),
        ("RABBITMQ_NODENAME", format!("throughline{}@localhost", ports.amqp)),
        ("RABBITMQ_MNESIA_BASE", file("mnesia")),
        ("RABBITMQ_LOG_BASE", file("log")),
        ("RABBITMQ_ENABLED_PLUGINS_FILE", file("enabled_plugins")),
        ("RABBITMQ_CONFIG_FILE", file("rabbitmq.conf")),
        ("RABBITMQ_ADVANCED_CONFIG_FILE", file("advanced.config")),
        ("RABBITMQ_CONFIG_FILES", file("conf.d")),
        ("RABBITMQ_SCHEMA_DIR", file("schema")),
        ("RABBITMQ_GENERATED_CONFIG_DIR", file("schema")),
        ("RABBITMQ_PID_FILE", file("rabbit.pid")),
        ("RABBITMQ_DIST_PORT", ports.distribution.to_string()),
        ("ERL_EPMD_PORT", ports.epmd.to_string()),
        ("ERL_EPMD_ADDRESS", "127.0.0.1".to_owned()),
        ("RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS", "+S 2:2".to_owned()),
    ]
}
