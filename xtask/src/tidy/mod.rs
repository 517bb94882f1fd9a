//! `cargo xtask tidy`: what can be checked about the layout, so that nobody has to remember it.

mod layers;
mod migrations;
mod problems;
mod protos;
mod sizes;
mod source;
mod sql;

use anyhow::bail;

use crate::workspace::Workspace;

/// One rule that is broken: where, and how to mend it.
#[derive(Debug)]
pub(crate) struct Fault(String);

type Check = fn(&Workspace) -> anyhow::Result<Vec<Fault>>;

const CHECKS: [(&str, Check); 5] = [
    ("layers: lower never names higher", layers::check),
    ("SQL only in store", sql::check),
    ("migrations are never changed", migrations::check),
    ("every error code has its page", problems::check),
    ("messages and fields are explained", protos::check),
];

/// Runs every check, prints what is broken, and the sizes as a report.
pub(crate) fn run(workspace: &Workspace) -> anyhow::Result<()> {
    let mut broken = 0;
    for (name, check) in CHECKS {
        let faults = check(workspace)?;
        println!("  {} {name}", if faults.is_empty() { '✓' } else { '✗' });
        faults.iter().for_each(|Fault(text)| println!("      {text}"));
        broken += faults.len();
    }
    sizes::report(workspace)?;
    if broken > 0 {
        bail!("{broken} rule(s) broken: see above");
    }
    Ok(())
}
