//! Processes that outlive this one, known by pid and start time: only what we started is ever ended.

use std::{
    fs::{self, File},
    os::unix::process::CommandExt as _,
    path::Path,
    process::{Command, Stdio},
    thread::sleep,
    time::{Duration, Instant},
};

use anyhow::Context as _;
use serde::{Deserialize, Serialize};

const POLL: Duration = Duration::from_millis(50);

/// A process. The start time tells it from a later one that was given the same pid.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Process {
    /// Its id, and that of its process group.
    pub(crate) pid: u32,
    /// Clock ticks after boot, from `/proc/<pid>/stat`.
    pub(crate) started: u64,
}

/// Signals that we send.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Signal {
    /// Please end.
    Term,
    /// Postgres: end now, but cleanly.
    Int,
    /// End.
    Kill,
}

impl Process {
    /// Starts `command` in a process group of its own, with its output in `log`.
    pub(crate) fn spawn(command: &mut Command, log: &Path) -> anyhow::Result<Self> {
        let output = File::options()
            .create(true)
            .append(true)
            .open(log)
            .with_context(|| format!("opening {}", log.display()))?;
        let errors = output.try_clone()?;
        let child = command.process_group(0).stdin(Stdio::null()).stdout(output).stderr(errors).spawn();
        let child = child.with_context(|| format!("starting {}", command.get_program().to_string_lossy()))?;
        let started = stat(child.id()).map(|stat| stat.started).context("it ended at once")?;
        Ok(Self { pid: child.id(), started })
    }

    /// Whether it still runs.
    pub(crate) fn is_alive(self) -> bool {
        stat(self.pid).is_some_and(|stat| stat.started == self.started && !stat.gone)
    }

    /// Asks it to end, and ends it when it has not done so in time.
    pub(crate) fn stop(self, signal: Signal, patience: Duration) {
        self.signal(signal);
        if !self.ends_within(patience) {
            self.signal(Signal::Kill);
            self.ends_within(Duration::from_secs(5));
        }
    }

    /// Sends a signal to its whole group.
    pub(crate) fn signal(self, signal: Signal) {
        if self.is_alive() {
            let command = format!("kill -s {} -- -{}", signal.name(), self.pid);
            // It may just have ended.
            let _ = Command::new("sh").args(["-c", &command]).stderr(Stdio::null()).status();
        }
    }

    fn ends_within(self, patience: Duration) -> bool {
        let deadline = Instant::now() + patience;
        while self.is_alive() {
            if Instant::now() >= deadline {
                return false;
            }
            sleep(POLL);
        }
        true
    }
}

impl Signal {
    fn name(self) -> &'static str {
        match self {
            Self::Term => "TERM",
            Self::Int => "INT",
            Self::Kill => "KILL",
        }
    }
}

struct Stat {
    started: u64,
    gone: bool,
}

/// Reads `/proc/<pid>/stat`; the name in parentheses may hold anything, so fields count from the last one.
fn stat(pid: u32) -> Option<Stat> {
    let text = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    let fields: Vec<&str> = text.rsplit_once(") ")?.1.split(' ').collect();
    Some(Stat { started: fields.get(19)?.parse().ok()?, gone: matches!(*fields.first()?, "Z" | "X") })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reused_pid_is_not_ours() {
        let me = std::process::id();
        let started = stat(me).unwrap().started;
        assert!(Process { pid: me, started }.is_alive());
        assert!(!Process { pid: me, started: started + 1 }.is_alive());
    }

    #[test]
    fn a_process_is_started_and_ended() {
        let log = std::env::temp_dir().join(format!("xtask-process-{}", std::process::id()));
        let process = Process::spawn(Command::new("sleep").arg("60"), &log).unwrap();
        assert!(process.is_alive());
        process.stop(Signal::Term, Duration::from_secs(5));
        assert!(!process.is_alive());
        fs::remove_file(log).unwrap();
    }
}
