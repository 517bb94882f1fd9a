//! Who wants which run to end.

use throughline_coord::Cancels as Wishes;
use throughline_domain::RunId;

/// Who wants which run to end; nobody is heard while Redis is away.
#[derive(Debug, Clone)]
pub struct Cancels(Option<Wishes>);

impl Cancels {
    /// The wishes in Redis.
    pub const fn heard(wishes: Wishes) -> Self {
        Self(Some(wishes))
    }

    /// Nobody can ask: for tests.
    pub const fn unheard() -> Self {
        Self(None)
    }

    /// Whether somebody has asked that the run ends.
    pub(crate) async fn asked(&self, run: RunId) -> bool {
        match &self.0 {
            Some(wishes) => wishes.asked(run).await.unwrap_or(false),
            None => false,
        }
    }
}
