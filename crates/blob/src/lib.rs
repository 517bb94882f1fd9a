//! S3: packs of sealed frames, range reads, and what retention deletes.
//!
//! Payloads are small and many, objects should be large and few: the sink packs the sealed frames of a whole batch into one
//! object per retention class ([`PackWriter`]), and a reader fetches one frame with one range request
//! ([`FrameReader`]). The object's key says when it expires ([`PackKey`]), so retention deletes by prefix.
//!
//! Nothing here knows what a frame holds, or for whom: that is the vault's.

mod client;
mod error;
mod frames;
pub mod pack;
mod pack_key;
mod varint;

pub use client::{Blob, BlobOptions, ObjectInfo};
pub use error::BlobError;
pub use frames::FrameReader;
pub use pack::{FrameAt, IndexedFrame, Pack, PackIndex, PackWriter};
pub use pack_key::PackKey;
