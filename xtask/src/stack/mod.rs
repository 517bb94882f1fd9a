//! A stack: servers and services of our own in one folder, known by `state.json` over the end of this program.

pub(crate) mod config;
mod fingerprint;
mod ports;
mod state;
mod unit;

use std::{fs, path::PathBuf, process::Command, time::Duration};

use anyhow::{Context as _, bail, ensure};

pub(crate) use self::{
    fingerprint::{of_files, of_folder},
    state::{Demo, Given, Secrets, State},
    unit::Unit,
};
use crate::{
    http::wait_until,
    process::{Process, Signal},
    progress::tail,
    workspace::Workspace,
};

/// One stack. `up` has its own in `target/stack`; tests have one below it.
#[derive(Debug)]
pub(crate) struct Stack {
    /// The repository.
    pub(crate) workspace: Workspace,
    /// Everything of this stack is in here.
    pub(crate) folder: PathBuf,
    /// What is remembered.
    pub(crate) state: State,
}

impl Stack {
    /// The stack of that name, as it was left; `None` is the one of `up`.
    pub(crate) fn open(workspace: Workspace, name: Option<&str>) -> anyhow::Result<Self> {
        let mut folder = workspace.root.join("target/stack");
        if let Some(name) = name {
            ensure!(
                is_free_name(name),
                "a stack cannot be called {name:?}: take letters and digits, and no unit's name"
            );
            folder.push(name);
        }
        fs::create_dir_all(folder.join("log")).with_context(|| format!("making {}", folder.display()))?;
        let state = State::load(&folder)?;
        Ok(Self { workspace, folder, state })
    }

    /// Writes down what is remembered.
    pub(crate) fn save(&self) -> anyhow::Result<()> {
        self.state.save(&self.folder)
    }

    /// A program of ours.
    pub(crate) fn binary(&self, name: &str) -> PathBuf {
        self.workspace.binary(name, &self.state.profile)
    }

    /// Where `name` logs.
    pub(crate) fn log(&self, name: &str) -> PathBuf {
        self.folder.join("log").join(format!("{name}.log"))
    }

    /// The configuration of all services.
    pub(crate) fn config_file(&self) -> PathBuf {
        self.folder.join("throughline.toml")
    }

    /// A folder of this stack, made when absent.
    pub(crate) fn subfolder(&self, name: &str) -> anyhow::Result<PathBuf> {
        let folder = self.folder.join(name);
        fs::create_dir_all(&folder).with_context(|| format!("making {}", folder.display()))?;
        Ok(folder)
    }

    /// The port of that name: the same as last time.
    pub(crate) fn port(&mut self, name: &str) -> anyhow::Result<u16> {
        if let Some(port) = self.state.ports.get(name) {
            return Ok(*port);
        }
        let port = ports::free(self.state.ports.values().copied())?;
        self.state.ports.insert(name.to_owned(), port);
        self.save()?;
        Ok(port)
    }

    /// Like [`Stack::port`], but another one when somebody else has taken it since. For what is not running now.
    pub(crate) fn port_to_bind(&mut self, name: &str) -> anyhow::Result<u16> {
        let port = self.port(name)?;
        if ports::is_free(port) {
            return Ok(port);
        }
        self.state.ports.remove(name);
        self.port(name)
    }

    /// The process of that name, when it lives.
    pub(crate) fn process(&self, name: &str) -> Option<Process> {
        self.state.processes.get(name).copied().filter(|process| process.is_alive())
    }

    /// Starts `command` under that name, unless it runs already. What a restart would change is part of
    /// `fingerprint`: a process with another one is ended first.
    pub(crate) fn start(
        &mut self,
        name: &str,
        fingerprint: &str,
        command: &mut Command,
    ) -> anyhow::Result<()> {
        if self.process(name).is_some() {
            if self.state.fingerprints.get(name).is_some_and(|known| known == fingerprint) {
                return Ok(());
            }
            self.stop(name, Signal::Term, Duration::from_secs(30))?;
        }
        let process = Process::spawn(command, &self.log(name))?;
        self.state.processes.insert(name.to_owned(), process);
        self.state.fingerprints.insert(name.to_owned(), fingerprint.to_owned());
        self.save()
    }

    /// Ends the process of that name, if we started one.
    pub(crate) fn stop(&mut self, name: &str, signal: Signal, patience: Duration) -> anyhow::Result<()> {
        if let Some(process) = self.state.processes.remove(name) {
            process.stop(signal, patience);
            self.state.fingerprints.remove(name);
            self.save()?;
        }
        Ok(())
    }

    /// Waits until `name` is ready; a process that has died is not waited for.
    pub(crate) fn await_ready(
        &self,
        name: &str,
        patience: Duration,
        ready: impl Fn() -> bool,
        what_to_do: &str,
    ) -> anyhow::Result<()> {
        if wait_until(patience, ready, || self.process(name).is_none()) {
            return Ok(());
        }
        let why = if self.process(name).is_some() { "is not ready in time" } else { "has ended" };
        bail!("{name} {why}. {what_to_do}\n  Its log is {}", tail(&self.log(name)))
    }
}

/// Whether a folder of that name can lie beside those of the usual stack.
fn is_free_name(name: &str) -> bool {
    let plain = !name.is_empty() && name.chars().all(|character| character.is_ascii_alphanumeric());
    plain && !["log", "real"].contains(&name) && Unit::ALL.iter().all(|unit| unit.name() != name)
}
