//! The run history: runs, what became of their records, and where the captured phases lie. Writer: the sink.
//!
//! Rows live in partitions by retention class, then by the UTC day of the run id, and leave by dropping partitions; no
//! row is ever deleted. A run id is a UUID version 7, so it alone tells the day, and the order of run ids is the order
//! in which runs were accepted: lists are pages by run id, newest first.
//!
//! | wish | use |
//! | --- | --- |
//! | write a batch | [`write()`] |
//! | list with filters | [`list()`] |
//! | one run with its phases | [`find()`] |
//! | the newest run of integrations | [`latest()`] |
//! | the records of a run | [`records()`] |
//! | counts for a dashboard | [`stats()`] |
//! | runs that are past their deadline | [`overdue()`] |
//! | which of some runs have ended | [`ended()`] |
//! | packs: known ones, expired ones | [`packs`] |
//! | make and drop partitions | [`partitions`] |

mod columns;
mod ended;
mod evidence;
mod filter;
mod latest;
mod list;
mod overdue;
pub mod packs;
pub mod partitions;
pub mod phases;
mod read;
mod row;
mod search;
mod stats;
mod summary;
mod varint;
mod window;
mod write;

pub use ended::{ended, ended_of};
pub use filter::RunFilter;
pub use latest::{LastRun, latest};
pub use list::{RunPage, list};
pub use overdue::{OpenRun, overdue};
pub use read::{RecordPage, RunRecord, find, records};
pub use row::{FinishedRun, RecordRow, RunBatch, RunIdentity, StartedRun};
pub use stats::{IntegrationStats, OutcomeTotals, SeriesPoint, Stats, StatsWindow, stats};
pub use summary::{PreviewItem, RunDetail, RunSummary};
pub use write::{Written, write};
