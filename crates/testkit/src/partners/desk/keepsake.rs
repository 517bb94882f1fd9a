//! The desk over a restart.

use serde::Deserialize;
use serde_json::{Value, json};

use super::{Desk, book::Incident, writes::WriteLog};
use crate::partners::snapshot::Keepsake;

#[derive(Debug, Deserialize)]
struct Image {
    incidents: Vec<Incident>,
    writes: WriteLog,
}

impl Keepsake for Desk {
    fn edition(&self) -> String {
        self.state().ticker.last()
    }

    fn image(&self) -> Value {
        let state = self.state();
        let incidents: Vec<_> = state.book.all().collect();
        json!({"incidents": incidents, "writes": state.writes})
    }

    fn restore(&self, image: Value) -> serde_json::Result<()> {
        let image: Image = serde_json::from_value(image)?;
        let mut state = self.state();
        for incident in image.incidents {
            state.ticker.resume_after(incident.text("updated_at").unwrap_or_default());
            let number = incident.text("number").unwrap_or_default().to_owned();
            state.book.put(number, incident);
        }
        state.writes = image.writes;
        Ok(())
    }
}
