//! The monitor over a restart. Hooks and settings are forgotten; whoever starts it says them again.

use serde_json::{Value, json};

use super::{Monitor, alert::Alert};
use crate::partners::snapshot::Keepsake;

impl Keepsake for Monitor {
    fn edition(&self) -> String {
        self.state().shelf.edition()
    }

    fn image(&self) -> Value {
        let state = self.state();
        let alerts: Vec<_> = state.shelf.all().collect();
        json!(alerts)
    }

    fn restore(&self, image: Value) -> serde_json::Result<()> {
        let alerts: Vec<Alert> = serde_json::from_value(image)?;
        self.state().shelf.restore(alerts);
        Ok(())
    }
}
