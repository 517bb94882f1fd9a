//! What processes use: CPU seconds and resident memory, from `/proc`.

use std::collections::HashMap;
use std::fs;

use anyhow::Context;

/// Clock ticks per second of `/proc/<pid>/stat`; 100 on every Linux that we run on (`getconf CLK_TCK`).
const TICKS_PER_SECOND: f64 = 100.0;

/// A named process, with all processes that it has started.
#[derive(Debug, Clone)]
pub struct Watched {
    /// Its name in reports.
    pub name: String,
    /// Its process id.
    pub pid: u32,
}

/// CPU seconds used since the process started, with its children, living and gone.
pub fn cpu_seconds(pid: u32) -> anyhow::Result<f64> {
    let family = family(pid)?;
    let mut ticks = 0;
    for (member, stat) in &family {
        // utime, stime; and cutime, cstime of children that have been waited for.
        let own = stat.field(13)? + stat.field(14)?;
        let gone = if *member == pid { stat.field(15)? + stat.field(16)? } else { 0 };
        ticks += own + gone;
    }
    Ok(ticks as f64 / TICKS_PER_SECOND)
}

/// Resident memory in bytes, of the process and the processes that it started (shared pages are counted in each).
pub fn resident_bytes(pid: u32) -> anyhow::Result<u64> {
    let mut bytes = 0;
    for member in family(pid)?.keys() {
        let Ok(status) = fs::read_to_string(format!("/proc/{member}/smaps_rollup")) else { continue };
        let line = status.lines().find(|line| line.starts_with("Pss:")).unwrap_or("Pss: 0 kB");
        let kib: u64 = line.split_whitespace().nth(1).and_then(|text| text.parse().ok()).unwrap_or(0);
        bytes += kib * 1024;
    }
    Ok(bytes)
}

struct Stat(Vec<String>);

impl Stat {
    fn read(pid: u32) -> anyhow::Result<Self> {
        let text = fs::read_to_string(format!("/proc/{pid}/stat"))
            .with_context(|| format!("process {pid} is gone"))?;
        // The name is in parentheses and may hold spaces.
        let after = text.rsplit_once(") ").context("unexpected /proc stat")?.1;
        let mut fields = vec![pid.to_string(), String::new()];
        fields.extend(after.split_whitespace().map(str::to_owned));
        Ok(Self(fields))
    }

    fn field(&self, index: usize) -> anyhow::Result<u64> {
        Ok(self.0.get(index).context("short /proc stat")?.parse()?)
    }

    fn parent(&self) -> u32 {
        self.0.get(3).and_then(|text| text.parse().ok()).unwrap_or(0)
    }
}

/// The process and all its descendants.
fn family(pid: u32) -> anyhow::Result<HashMap<u32, Stat>> {
    let mut all = HashMap::new();
    for entry in fs::read_dir("/proc")? {
        let Some(other) = entry?.file_name().to_str().and_then(|name| name.parse::<u32>().ok()) else {
            continue;
        };
        if let Ok(stat) = Stat::read(other) {
            all.insert(other, stat);
        }
    }
    let mut members = HashMap::new();
    let mut next = vec![pid];
    while let Some(member) = next.pop() {
        next.extend(all.iter().filter(|(_, stat)| stat.parent() == member).map(|(child, _)| *child));
        if let Some(stat) = all.remove(&member) {
            members.insert(member, stat);
        }
    }
    anyhow::ensure!(!members.is_empty(), "process {pid} is gone");
    Ok(members)
}
