//! A private Postgres cluster. Postgres refuses to run as root, so root becomes `postgres` for it.

use std::{
    env, fs,
    hash::{DefaultHasher, Hash as _, Hasher as _},
    path::{Path, PathBuf},
    process::{Command, Stdio},
    thread::sleep,
    time::Duration,
};

use anyhow::Context as _;

use crate::{cargo::output, packages::is_root, stack::Stack};

const NAME: &str = "postgres";
/// Owner of the cluster and of the database.
const OWNER: &str = "app";
const DATABASE: &str = "throughline";
const CONNECTIONS: &str = "max_connections=300";
/// Settings that forget what the machine had not written when it went down; for tests only.
const QUICK: [&str; 3] = ["fsync=off", "synchronous_commit=off", "full_page_writes=off"];

/// Starts it, making the cluster first when there is none.
pub(crate) fn start(stack: &mut Stack) -> anyhow::Result<()> {
    if stack.process(NAME).is_some() {
        return Ok(());
    }
    let folder = data_folder(stack)?;
    let data = folder.join("data");
    if !data.join("PG_VERSION").exists() {
        let mut initdb = as_postgres(&program("initdb")?, &folder)?;
        initdb.arg("-D").arg(&data).args([
            "-U",
            OWNER,
            "-A",
            "trust",
            "-E",
            "UTF8",
            "--locale=C.UTF-8",
            "--no-sync",
        ]);
        output(&mut initdb)?;
    }
    let port = stack.port_to_bind(NAME)?;
    let mut server = as_postgres(&program("postgres")?, &folder)?;
    server.arg("-D").arg(&data).args(["-p", &port.to_string(), "-k", ""]);
    let settings =
        ["listen_addresses=127.0.0.1", CONNECTIONS, "shared_buffers=256MB", "log_min_messages=warning"];
    let quick = if stack.state.durable { [].as_slice() } else { QUICK.as_slice() };
    for setting in settings.iter().chain(quick) {
        server.args(["-c", setting]);
    }
    stack.start(NAME, "", &mut server)
}

/// Waits for it, and makes the database when there is none.
pub(crate) fn await_ready(stack: &mut Stack) -> anyhow::Result<()> {
    if wait(stack).is_err() {
        // The children of a server that was killed keep its memory for a moment.
        sleep(Duration::from_secs(2));
        start(stack)?;
        wait(stack)?;
    }
    let port = stack.port(NAME)?.to_string();
    let known = psql(&port, &format!("select 1 from pg_database where datname = '{DATABASE}'"))?;
    if known.trim().is_empty() {
        psql(&port, &format!("create database {DATABASE}"))?;
    }
    Ok(())
}

fn wait(stack: &mut Stack) -> anyhow::Result<()> {
    let port = stack.port(NAME)?.to_string();
    let ready = || {
        let asked = tool("pg_isready").map(|mut tool| {
            tool.args(["-q", "-h", "127.0.0.1", "-p", &port]).status().is_ok_and(|status| status.success())
        });
        asked.unwrap_or(false)
    };
    let advice = "`cargo xtask reset` begins with a fresh cluster.";
    stack.await_ready(NAME, Duration::from_secs(30), ready, advice)
}

/// The address of the owner of the database.
pub(crate) fn owner_url(stack: &mut Stack) -> anyhow::Result<String> {
    if let Some(url) = &stack.state.given.postgres_url {
        return Ok(url.clone());
    }
    Ok(format!("postgres://{OWNER}@127.0.0.1:{}/{DATABASE}", stack.port(NAME)?))
}

/// The same database for another role.
pub(crate) fn role_url(stack: &mut Stack, role: &str, password: &str) -> anyhow::Result<String> {
    let owner = owner_url(stack)?;
    let (scheme, rest) = owner.split_once("://").context("the Postgres address has no scheme")?;
    let server = rest.rsplit_once('@').map_or(rest, |(_, server)| server);
    Ok(format!("{scheme}://{role}:{password}@{server}"))
}

/// Makes the database `name` anew from the migrations alone, and gives its address.
pub(crate) fn migrated_afresh(stack: &mut Stack, name: &str) -> anyhow::Result<String> {
    let port = stack.port(NAME)?.to_string();
    psql(&port, &format!("drop database if exists {name}"))?;
    psql(&port, &format!("create database {name}"))?;
    let url = format!("postgres://{OWNER}@127.0.0.1:{port}/{name}");
    let folder = fs::read_dir(stack.workspace.root.join("migrations"))?;
    let mut files: Vec<PathBuf> =
        folder.map(|entry| entry.map(|entry| entry.path())).collect::<Result<_, _>>()?;
    files.sort();
    for file in files {
        let options = ["-X", "-q", "-v", "ON_ERROR_STOP=1", "-d", &url, "-f"];
        output(tool("psql")?.args(options).arg(&file))
            .with_context(|| format!("applying {}", file.display()))?;
    }
    Ok(url)
}

fn psql(port: &str, statement: &str) -> anyhow::Result<String> {
    let options = [
        "-X",
        "-q",
        "-A",
        "-t",
        "-h",
        "127.0.0.1",
        "-p",
        port,
        "-U",
        OWNER,
        "-d",
        "postgres",
        "-c",
        statement,
    ];
    output(tool("psql")?.args(options))
}

/// A folder that the server's user can reach. A home that only root may enter is none: then it lies outside.
fn data_folder(stack: &mut Stack) -> anyhow::Result<PathBuf> {
    if let Some(folder) = stack.state.postgres_data.clone().filter(|folder| folder.exists()) {
        return Ok(folder);
    }
    let inside = stack.folder.join(NAME);
    let folder = if own(&inside)? { inside } else { outside(&stack.folder) };
    own(&folder).with_context(|| format!("making {} for postgres", folder.display()))?;
    stack.state.postgres_data = Some(folder.clone());
    stack.save()?;
    Ok(folder)
}

fn outside(folder: &Path) -> PathBuf {
    let mut hasher = DefaultHasher::new();
    folder.hash(&mut hasher);
    PathBuf::from(format!("/var/tmp/throughline-{:016x}", hasher.finish()))
}

/// Makes the folder the server's own; whether its user can enter it.
fn own(folder: &Path) -> anyhow::Result<bool> {
    fs::create_dir_all(folder)?;
    if is_root()? {
        output(Command::new("chown").arg("postgres:").arg(folder))?;
    }
    let entered = as_postgres(Path::new("test"), Path::new("/"))?.arg("-w").arg(folder).status()?;
    Ok(entered.success())
}

/// A command of the user who runs the server.
fn as_postgres(program: &Path, home: &Path) -> anyhow::Result<Command> {
    if !is_root()? {
        let mut command = Command::new(program);
        command.current_dir(home);
        return Ok(command);
    }
    let mut command = Command::new("setpriv");
    command.args(["--reuid=postgres", "--regid=postgres", "--init-groups", "env"]);
    command.arg(format!("HOME={}", home.display())).arg(program).current_dir(home).stdin(Stdio::null());
    Ok(command)
}

fn tool(name: &str) -> anyhow::Result<Command> {
    Ok(Command::new(program(name)?))
}

/// A program of the newest Postgres that the distribution brought.
fn program(name: &str) -> anyhow::Result<PathBuf> {
    let mut found: Vec<(u32, PathBuf)> = fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .filter_map(|entry| entry.ok())
        .filter_map(|entry| {
            Some((entry.file_name().to_str()?.parse().ok()?, entry.path().join("bin").join(name)))
        })
        .filter(|(_, program)| program.exists())
        .collect();
    found.sort();
    let elsewhere = env::var_os("PATH")
        .and_then(|path| env::split_paths(&path).map(|f| f.join(name)).find(|f| f.exists()));
    found
        .pop()
        .map(|(_, program)| program)
        .or(elsewhere)
        .with_context(|| format!("{name} of PostgreSQL was not found"))
}
