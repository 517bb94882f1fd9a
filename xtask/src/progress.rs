//! Steps with times, so that a person sees what goes on and what took long.

use std::{
    fs,
    path::Path,
    time::{Duration, Instant},
};

/// A headline between groups of steps.
pub(crate) fn headline(text: &str) {
    eprintln!("\n{text}");
}

/// Runs one step and prints its name, its result and its time.
pub(crate) fn step<T>(name: &str, work: impl FnOnce() -> anyhow::Result<T>) -> anyhow::Result<T> {
    let started = Instant::now();
    let result = work();
    let mark = if result.is_ok() { '✓' } else { '✗' };
    eprintln!("  {mark} {name:<58} {:>8}", shown(started.elapsed()));
    result
}

/// Runs one step whose own output is worth seeing.
pub(crate) fn loud_step<T>(name: &str, work: impl FnOnce() -> anyhow::Result<T>) -> anyhow::Result<T> {
    eprintln!("  … {name}");
    step(name, work)
}

/// Says that a step was not needed.
pub(crate) fn skipped(name: &str, why: &str) {
    eprintln!("  – {name} ({why})");
}

/// The last lines of a log, for an error message.
pub(crate) fn tail(log: &Path) -> String {
    let text = fs::read(log).map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).unwrap_or_default();
    let lines: Vec<_> = text.lines().collect();
    let last = lines.iter().skip(lines.len().saturating_sub(15)).map(|line| format!("    | {line}\n"));
    format!("{}\n{}", log.display(), last.collect::<String>())
}

fn shown(time: Duration) -> String {
    match time.as_secs() {
        0..60 => format!("{:.1} s", time.as_secs_f64()),
        seconds => format!("{} min {:02} s", seconds / 60, seconds % 60),
    }
}
