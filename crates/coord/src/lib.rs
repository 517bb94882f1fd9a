//! Redis: in-flight leases, token buckets, live updates, login throttling.
//!
//! **Nothing here may be missed.** Redis holds nothing that cannot be lost: when it is away or was flushed, the service
//! goes on. Each call is bounded (100 ms by default); after a failure further calls are answered at once, without
//! trying, until Redis has had a moment to come back. Callers get [`Degraded`] and carry on with their own rule, or the
//! function itself falls back to a limit per process:
//!
//! | what | without Redis |
//! | --- | --- |
//! | [`Leases`] | [`Degraded`]: the scheduler admits by what it knows itself |
//! | [`Accepted`] | runs are unknown until their first row |
//! | [`Buckets`] | one bucket per process |
//! | [`Cancels`] | nobody is heard; runs end at their deadline |
//! | [`Places`] | none is known |
//! | [`Throttle`] | one counter per process |
//! | [`Live`] | events are dropped; subscribers are told that there is a gap, and read the rows |

mod accepted;
mod buckets;
mod cancels;
mod leases;
mod link;
mod live;
mod places;
mod throttle;

pub use accepted::{Accepted, AcceptedRun};
pub use buckets::{Admission, Buckets, Rate};
pub use cancels::Cancels;
pub use leases::{Acquired, Leases};
pub use link::{Coord, Degraded};
pub use live::{Live, LiveEvent, LiveItem, LivePublisher, Subscription};
pub use places::Places;
pub use throttle::{Attempt, Throttle, ThrottlePolicy};
