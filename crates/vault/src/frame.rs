//! Payload frames: one captured phase, compressed, then sealed for its tenant, run and phase.

use std::cell::RefCell;

use throughline_domain::{Phase, RunId};
use zstd::bulk::Compressor;

use crate::aead::{self, NONCE, TAG};
use crate::error::VaultError;
use crate::key::{Key, KeyId};
use crate::tenant::TenantKey;

const VERSION: u8 = 1;
const HEAD: usize = 10;
/// zstd's own default: the best ratio that still costs less than the sealing.
const LEVEL: i32 = 3;

/// The most bytes that a frame may hold before compression.
pub const FRAME_LIMIT: usize = 256 << 20;
/// How many bytes longer a frame is than its (compressed) content.
pub const FRAME_OVERHEAD: usize = HEAD + NONCE + TAG;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Compression {
    None = 0,
    Zstd = 1,
}

impl TenantKey {
    /// Compresses and seals the document of one phase.
    ///
    /// # Errors
    /// When it is larger than [`FRAME_LIMIT`].
    pub fn seal_frame(&self, run: RunId, phase: Phase, plain: &[u8]) -> Result<Vec<u8>, VaultError> {
        self.seal_frame_with(aead::nonce(), run, phase, plain)
    }

    /// Opens what [`TenantKey::seal_frame`] made for the same run and phase.
    ///
    /// # Errors
    /// When it was sealed for another run or phase, by another key, was changed, or is not a frame.
    pub fn open_frame(&self, run: RunId, phase: Phase, sealed: &[u8]) -> Result<Vec<u8>, VaultError> {
        let (compression, length) = self.read_head(sealed)?;
        let body = aead::open(&self.frame_key(run), HEAD, &self.place(run, phase).each(), sealed)?;
        match compression {
            Compression::None => Ok(body),
            Compression::Zstd => zstd::bulk::decompress(&body, length)
                .map_err(|_| VaultError::Malformed("a frame does not decompress")),
        }
    }

    pub(crate) fn seal_frame_with(
        &self,
        nonce: [u8; NONCE],
        run: RunId,
        phase: Phase,
        plain: &[u8],
    ) -> Result<Vec<u8>, VaultError> {
        let length = u32::try_from(plain.len()).unwrap_or(u32::MAX);
        if plain.len() > FRAME_LIMIT {
            return Err(VaultError::TooLarge { bytes: plain.len() });
        }
        let squeezed = squeeze(plain).filter(|squeezed| squeezed.len() < plain.len());
        let compression = if squeezed.is_some() { Compression::Zstd } else { Compression::None };
        let head = head(compression, self.id(), length);
        let body = squeezed.as_deref().unwrap_or(plain);
        Ok(aead::seal(&self.frame_key(run), nonce, &head, &self.place(run, phase).each(), body))
    }

    fn read_head(&self, sealed: &[u8]) -> Result<(Compression, usize), VaultError> {
        let head = sealed.get(..HEAD).ok_or(VaultError::Malformed("too short"))?;
        if head[0] != VERSION {
            return Err(VaultError::Malformed("unknown version of a frame"));
        }
        let compression = match head[1] {
            0 => Compression::None,
            1 => Compression::Zstd,
            _ => return Err(VaultError::Malformed("unknown compression")),
        };
        self.check_key_id(head.get(2..6))?;
        let length = u32::from_be_bytes([head[6], head[7], head[8], head[9]]) as usize;
        if length > FRAME_LIMIT {
            return Err(VaultError::TooLarge { bytes: length });
        }
        Ok((compression, length))
    }

    pub(crate) fn check_key_id(&self, found: Option<&[u8]>) -> Result<(), VaultError> {
        let found =
            found.and_then(|bytes| bytes.try_into().ok()).ok_or(VaultError::Malformed("too short"))?;
        let sealed_with = KeyId(found);
        if sealed_with == self.id() {
            Ok(())
        } else {
            Err(VaultError::OtherKey { sealed_with, at_hand: self.id() })
        }
    }

    fn frame_key(&self, run: RunId) -> Key {
        self.key().derive(&[
            b"throughline frames",
            self.tenant().as_uuid().as_bytes(),
            run.as_uuid().as_bytes(),
        ])
    }

    fn place(&self, run: RunId, phase: Phase) -> Place {
        Place { tenant: *self.tenant().as_uuid().as_bytes(), run: *run.as_uuid().as_bytes(), phase }
    }
}

thread_local! {
    /// A compressor is a megabyte of tables: making one costs more than most documents.
    static COMPRESSOR: RefCell<Option<Compressor<'static>>> = RefCell::new(Compressor::new(LEVEL).ok());
}

fn squeeze(plain: &[u8]) -> Option<Vec<u8>> {
    COMPRESSOR.with_borrow_mut(|compressor| compressor.as_mut()?.compress(plain).ok())
}

/// What a frame is bound to.
struct Place {
    tenant: [u8; 16],
    run: [u8; 16],
    phase: Phase,
}

impl Place {
    fn each(&self) -> [&[u8]; 4] {
        [b"throughline frame", &self.tenant, &self.run, self.phase.as_str().as_bytes()]
    }
}

fn head(compression: Compression, key: KeyId, length: u32) -> [u8; HEAD] {
    let [a, b, c, d] = key.0;
    let [l0, l1, l2, l3] = length.to_be_bytes();
    [VERSION, compression as u8, a, b, c, d, l0, l1, l2, l3]
}
