//! From the bytes of a delivery to a capture that may be written.

use chrono::Days;
use throughline_contract::{Capture, Message as _};
use throughline_domain::Timestamp;
use throughline_queue::Delivery;

/// A run id from further in the past than this would need a partition that was dropped long ago.
const OLDEST: Days = Days::new(400);
/// Clocks of workers may be ahead by so much.
const AHEAD: Days = Days::new(1);

/// The capture in a delivery.
///
/// # Errors
/// Why nobody will ever be able to write it: what is said of it where it is parked.
pub(crate) fn read(delivery: &Delivery, now: Timestamp) -> Result<Capture, String> {
    let expected = delivery.message_type.is_empty() || delivery.message_type == Capture::NAME;
    if !expected {
        return Err(format!("a message of type `{}` is no capture", delivery.message_type));
    }
    let capture = Capture::decode(&delivery.body).map_err(|error| error.to_string())?;
    let (day, today) = (capture.run.run.day(), now.date_naive());
    if day < today - OLDEST || day > today + AHEAD {
        return Err(format!("run id {} is of {day}: no run can be of that day", capture.run.run));
    }
    Ok(capture)
}
