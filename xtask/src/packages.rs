//! What the distribution must bring, installed without starting anything.

use std::{
    env, fs,
    os::unix::fs::PermissionsExt as _,
    path::Path,
    process::{Command, Stdio},
};

use anyhow::{Context as _, bail, ensure};

use crate::progress::{headline, loud_step};

/// While this file says 101, a package does not start its service.
const POLICY: &str = "/usr/sbin/policy-rc.d";

/// A package and the file by which we know that it is there.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Package {
    /// Its name in Debian and Ubuntu.
    pub(crate) name: &'static str,
    /// The file, or a word of `PATH`.
    pub(crate) proof: &'static str,
    /// How to do without it.
    pub(crate) instead: &'static str,
}

/// PostgreSQL, the server and its client.
pub(crate) const POSTGRES: Package = Package {
    name: "postgresql",
    proof: "/usr/lib/postgresql",
    instead: "--postgres-url postgres://owner@host/database",
};
/// RabbitMQ.
pub(crate) const RABBITMQ: Package = Package {
    name: "rabbitmq-server",
    proof: "/usr/lib/rabbitmq/bin/rabbitmq-server",
    instead: "--rabbitmq-url amqp://user:password@host:5672/%2f",
};
/// Redis.
pub(crate) const REDIS: Package =
    Package { name: "redis-server", proof: "redis-server", instead: "--redis-url redis://host:6379" };
/// The browser of the console's tests.
pub(crate) const CHROMIUM: Package = Package { name: "chromium", proof: "chromium", instead: "--no-browser" };

impl Package {
    fn is_there(&self) -> bool {
        if self.proof.starts_with('/') {
            return Path::new(self.proof).exists();
        }
        let path = env::var_os("PATH").unwrap_or_default();
        env::split_paths(&path)
            .chain(["/usr/sbin".into(), "/usr/bin".into()])
            .any(|folder| folder.join(self.proof).exists())
    }
}

/// Installs those that are missing, having said so.
pub(crate) fn ensure_installed(wanted: &[Package]) -> anyhow::Result<()> {
    let missing: Vec<_> = wanted.iter().filter(|package| !package.is_there()).copied().collect();
    if missing.is_empty() {
        return Ok(());
    }
    announce(&missing);
    loud_step("Installing packages (nothing of them is started)", || install(&missing))
}

fn announce(missing: &[Package]) {
    headline("These packages are missing, and will now be installed with apt-get:");
    for package in missing {
        eprintln!("    {:<16} (or do without: {})", package.name, package.instead);
    }
}

fn install(missing: &[Package]) -> anyhow::Result<()> {
    let names: Vec<_> = missing.iter().map(|package| package.name).collect();
    let become_root = become_root(&names)?;
    let silenced = silence_services(&become_root)?;
    let installed = apt(&become_root, &["update", "-qq"]).and_then(|()| {
        let options = ["install", "-y", "-qq", "--no-install-recommends", "-o", "Dpkg::Use-Pty=0"];
        apt(&become_root, &[options.as_slice(), &names].concat())
    });
    if silenced {
        let _ = as_root(&become_root, "rm").args(["-f", POLICY]).status();
    }
    installed
}

/// Nothing for root, `sudo` for others.
fn become_root(names: &[&str]) -> anyhow::Result<Vec<&'static str>> {
    if is_root()? {
        return Ok(Vec::new());
    }
    let allowed = Command::new("sudo").arg("-v").status().is_ok_and(|status| status.success());
    ensure!(
        allowed,
        "neither root nor sudo. Ask somebody to run: apt-get install --no-install-recommends {}",
        names.join(" ")
    );
    Ok(vec!["sudo"])
}

/// Whether this process is root's.
pub(crate) fn is_root() -> anyhow::Result<bool> {
    let id = Command::new("id").arg("-u").output().context("running id")?;
    Ok(id.stdout.trim_ascii() == b"0")
}

/// Puts the policy file there, unless somebody else's is there already.
fn silence_services(become_root: &[&str]) -> anyhow::Result<bool> {
    if Path::new(POLICY).exists() {
        return Ok(false);
    }
    let draft = env::temp_dir().join(format!("policy-rc.d.{}", std::process::id()));
    fs::write(&draft, "#!/bin/sh\nexit 101\n")?;
    fs::set_permissions(&draft, fs::Permissions::from_mode(0o755))?;
    let copied = as_root(become_root, "install").args(["-m", "755"]).arg(&draft).arg(POLICY).status()?;
    fs::remove_file(&draft)?;
    ensure!(copied.success(), "could not write {POLICY}");
    Ok(true)
}

fn apt(become_root: &[&str], arguments: &[&str]) -> anyhow::Result<()> {
    let mut command = as_root(become_root, "env");
    command
        .args(["DEBIAN_FRONTEND=noninteractive", "apt-get", "-o", "DPkg::Lock::Timeout=600"])
        .args(arguments);
    let status = command.stdout(Stdio::null()).status().context("running apt-get")?;
    if !status.success() {
        bail!(
            "apt-get {} failed (see above). Is the network there? Is another apt-get running?",
            arguments[0]
        );
    }
    Ok(())
}

fn as_root(become_root: &[&str], program: &str) -> Command {
    let mut words = become_root.iter().copied().chain([program]);
    let mut command = Command::new(words.next().unwrap_or(program));
    command.args(words);
    command
}
