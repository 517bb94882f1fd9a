//! Captured phases: from a pointer in a row to the document, opened with the tenant's key.

use throughline_blob::{Blob, BlobError, BlobOptions, FrameAt, FrameReader};
use throughline_chassis::config;
use throughline_domain::{Phase, RunId};
use throughline_store::runs::phases::Pointer;
use throughline_vault::TenantKey;

use crate::problem::{Answer, Problem, ProblemCode};

/// Frames that somebody looks at again and again stay in memory, sealed.
const CACHE_BYTES: u64 = 32 << 20;

/// Reads captured phases.
pub(crate) struct Payloads(FrameReader);

impl Payloads {
    /// From the operator's object storage.
    ///
    /// # Errors
    /// When the secret key is missing.
    pub(crate) fn new(s3: &config::S3) -> anyhow::Result<Self> {
        let secret = s3.secret_key.as_ref().ok_or_else(|| anyhow::anyhow!("[s3] secret_key is not set"))?;
        let mut options = BlobOptions::new(&s3.bucket, &s3.access_key, secret.to_secret_string());
        options.endpoint.clone_from(&s3.endpoint);
        options.region.clone_from(&s3.region);
        options.path_style = s3.path_style;
        Ok(Self(FrameReader::new(Blob::new(&options), CACHE_BYTES)))
    }

    /// The document of a phase: JSON.
    pub(crate) async fn read(
        &self,
        key: &TenantKey,
        run: RunId,
        phase: Phase,
        at: &Pointer,
    ) -> Answer<Vec<u8>> {
        let frame = FrameAt { offset: at.offset, length: at.length };
        let sealed = self.0.read(at.pack, at.class, frame).await.map_err(|error| refused(error, phase))?;
        Ok(key.open_frame(run, phase, &sealed)?)
    }
}

fn refused(error: BlobError, phase: Phase) -> Problem {
    match error {
        BlobError::Missing(_) => expired(phase),
        error if error.is_transient() => {
            Problem::new(ProblemCode::StorageUnavailable, "The phase is there; try again in a moment.")
                .because(error)
        }
        error => Problem::internal(error),
    }
}

/// The time of a phase is over.
pub(crate) fn expired(phase: Phase) -> Problem {
    let detail = format!("`{phase}` was kept for as long as the settings say, and was then deleted.");
    Problem::new(ProblemCode::PhaseExpired, detail)
}
