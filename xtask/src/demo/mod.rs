//! The demo tenant.

use crate::stack::Stack;

/// Placeholder.
pub(crate) fn ensure(_stack: &mut Stack, _with_integrations: bool) -> anyhow::Result<()> {
    Ok(())
}
