//! Why an action runs.

use serde::Serialize;

use crate::fault::{Faults, codes};
use crate::period::Period;
use crate::read::{Node, Read, deserialize_by_reading};

/// Why an action runs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Trigger {
    /// The source sends a webhook.
    Listen,
    /// The source is asked again and again.
    Poll(PollTrigger),
    /// A person asks.
    Manual,
}

/// When the source is asked, and how far back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PollTrigger {
    /// When.
    #[serde(flatten)]
    pub timing: Timing,
    /// How far before the watermark the query begins, so that records with equal or late timestamps are not missed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub overlap: Option<Period>,
}

/// When a poll is due.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Timing {
    /// Again and again after the same time.
    Every {
        /// The time between two polls.
        every: Period,
    },
    /// At the times of a calendar.
    Cron {
        /// Five fields: minute, hour, day of month, month, day of week.
        cron: String,
        /// The IANA zone in which the fields are meant; UTC when absent.
        #[serde(skip_serializing_if = "Option::is_none")]
        time_zone: Option<String>,
    },
}

impl PollTrigger {
    /// The overlap when the document does not say.
    pub const USUAL_OVERLAP: Period = Period::from_secs(5);

    /// How far before the watermark the query begins.
    pub fn overlap(&self) -> Period {
        self.overlap.unwrap_or(Self::USUAL_OVERLAP)
    }
}

impl Read for Trigger {
    fn read(node: &Node<'_>, faults: &mut Faults) -> Option<Self> {
        let mut object = node.object(faults)?;
        let kind: Option<String> = object.required("kind", faults);
        let trigger = match kind.as_deref() {
            Some("listen") => Some(Self::Listen),
            Some("manual") => Some(Self::Manual),
            Some("poll") => read_poll(&mut object, faults).map(Self::Poll),
            Some(other) => {
                let pointer = format!("{}/kind", node.pointer);
                faults.add(
                    pointer,
                    codes::INVALID_VALUE,
                    format!("`{other}` is not one of listen, poll, manual"),
                );
                return None;
            }
            None => return None,
        };
        object.finish(faults);
        trigger
    }
}

fn read_poll(object: &mut crate::read::Object<'_, '_>, faults: &mut Faults) -> Option<PollTrigger> {
    let every = object.optional("every", faults);
    let cron = object.optional("cron", faults);
    let time_zone = object.optional("time_zone", faults);
    let overlap = object.optional("overlap", faults);
    let timing = match (every?, cron?, time_zone?) {
        (Some(every), None, None) => Timing::Every { every },
        (None, Some(cron), time_zone) => Timing::Cron { cron, time_zone },
        _ => {
            let message = "a poll has either `every`, or `cron` with an optional `time_zone`";
            object.node().fault(faults, codes::WRONG_COMBINATION, message);
            return None;
        }
    };
    Some(PollTrigger { timing, overlap: overlap? })
}

impl Read for PollTrigger {
    fn read(node: &Node<'_>, faults: &mut Faults) -> Option<Self> {
        let mut object = node.object(faults)?;
        let poll = read_poll(&mut object, faults);
        object.finish(faults);
        poll
    }
}

deserialize_by_reading!(Trigger, PollTrigger);
