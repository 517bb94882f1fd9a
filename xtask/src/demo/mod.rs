//! The demo: a tenant, its systems, and integrations between the partner systems, some of them broken on purpose.
//!
//! What is made lies in `xtask/demo/` as data. Everything goes through the public API, as a tenant would do it.

mod documents;
mod seed;
mod tenant;

use crate::{progress::step, stack::Stack};

/// Makes what is missing; what is there is left alone.
pub(crate) fn ensure(stack: &mut Stack, with_integrations: bool) -> anyhow::Result<()> {
    step("The demo tenant", || tenant::ensure(stack))?;
    if with_integrations {
        step("Systems and integrations", || seed::ensure(stack))?;
        step("The first runs", || seed::await_runs(stack))?;
    }
    Ok(())
}
