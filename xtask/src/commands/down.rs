//! `cargo xtask down`.

use super::stop_all;
use crate::stack::Stack;

/// Ends what was started; data, addresses and secrets stay.
pub(super) fn run(stack: &mut Stack) -> anyhow::Result<()> {
    stop_all(stack)?;
    println!(
        "Everything is down. The data stays in {}; `cargo xtask up` goes on from here.",
        stack.folder.display()
    );
    Ok(())
}
