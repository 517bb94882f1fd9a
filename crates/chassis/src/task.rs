//! Supervised tasks: a loop says what one turn is; waiting, back-off, panics, cancellation and health are ours.

mod pace;
mod supervisor;

use async_trait::async_trait;

pub use pace::Pace;
pub use supervisor::Supervisor;

/// What one turn of a loop did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Turn {
    /// It found work, this many items: take the next turn at once.
    Worked(usize),
    /// There was nothing to do: wait.
    Idle,
}

/// Work in turns. Tests call [`Loop::turn`]; processes give it to a [`Supervisor`].
///
/// A turn that fails or panics is logged, and the next one is taken after a pause, with the same value: a loop keeps
/// nothing between turns that a half-done turn could spoil.
#[async_trait]
pub trait Loop: Send + 'static {
    /// The name in logs, metrics and health: `release-triggers`.
    fn name(&self) -> &'static str;

    /// Does what there is to do now. It is not cancelled half-way: keep turns short.
    async fn turn(&mut self) -> anyhow::Result<Turn>;
}
