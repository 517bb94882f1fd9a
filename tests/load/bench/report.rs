//! Where figures go.

use std::fs;
use std::path::Path;

use anyhow::Context;
use serde_json::{Value, json};

/// What the figures were taken on.
pub fn machine() -> Value {
    let read = |file: &str| fs::read_to_string(file).unwrap_or_default();
    let field = |text: &str, name: &str| {
        let line = text.lines().find(|line| line.starts_with(name)).unwrap_or_default().to_owned();
        line.split_once(':').map(|(_, value)| value.trim().to_owned()).unwrap_or_default()
    };
    json!({
        "cores": std::thread::available_parallelism().map_or(1, std::num::NonZero::get),
        "processor": field(&read("/proc/cpuinfo"), "model name"),
        "memory": field(&read("/proc/meminfo"), "MemTotal"),
        "load_before": read("/proc/loadavg").trim(),
    })
}

/// Stores everything measured so far.
pub fn store(file: &Path, figures: &Value) -> anyhow::Result<()> {
    if let Some(folder) = file.parent() {
        fs::create_dir_all(folder)?;
    }
    fs::write(file, format!("{figures:#}\n")).with_context(|| format!("writing {}", file.display()))
}
