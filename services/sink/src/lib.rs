//! The sink: takes captures in batches, packs their payloads into objects, then writes the rows, then acknowledges.
//!
//! **Architecture Invariant:** never a row that points to nothing. The order is fixed: seal, store the packs, commit the
//! rows of runs, records and packs in one transaction, acknowledge. A sink that dies in between leaves packs without rows,
//! which nobody can see and the sweeper removes; its messages are delivered again.
//!
//! **Architecture Invariant:** an outage loses nothing. While S3 or Postgres is away the batch is held, with what is sealed
//! and stored already, and handled again; further captures wait in the broker.
//!
//! Idempotent by `(run, attempt)`: see [`throughline_store::runs::write()`].
//!
//! | step | file |
//! | --- | --- |
//! | bytes → captures | `intake` |
//! | whose key | `keys` |
//! | captures → sealed packs and rows | `packing` |
//! | packs → S3, rows → Postgres, verdicts | `handler` |
//! | what consoles see at once | `announce` |
//! | loops: orphan packs, expired packs | `loops` |

mod announce;
mod commit;
mod handler;
mod intake;
mod keys;
pub mod loops;
mod packing;
mod rows;
mod sink;

pub use sink::Sink;
