//! Reading single frames, with a small cache for the phases that somebody looks at again and again.

use std::sync::Arc;

use bytes::Bytes;
use moka::future::Cache;
use throughline_domain::{PackId, RetentionClass};

use crate::client::Blob;
use crate::error::BlobError;
use crate::pack::FrameAt;
use crate::pack_key::PackKey;

/// Reads frames. Packs never change, so what was read once stays true; frames are cached as they are stored, sealed.
#[derive(Debug, Clone)]
pub struct FrameReader {
    blob: Blob,
    cache: Cache<(PackId, u64), Bytes>,
}

impl FrameReader {
    /// A reader that keeps up to `cache_bytes` of frames.
    pub fn new(blob: Blob, cache_bytes: u64) -> Self {
        let weigh = |_: &(PackId, u64), frame: &Bytes| u32::try_from(frame.len() + 64).unwrap_or(u32::MAX);
        Self { blob, cache: Cache::builder().max_capacity(cache_bytes).weigher(weigh).build() }
    }

    /// The sealed frame at `at` in a pack. Several callers who want the same frame share one request.
    ///
    /// # Errors
    /// `Missing` when the pack has expired; `Unavailable` when the store is away.
    pub async fn read(&self, pack: PackId, class: RetentionClass, at: FrameAt) -> Result<Bytes, BlobError> {
        let key = PackKey { class, pack }.to_string();
        let read = self.blob.read(&key, at.offset, at.length);
        self.cache.try_get_with((pack, at.offset), read).await.map_err(Arc::unwrap_or_clone)
    }
}
