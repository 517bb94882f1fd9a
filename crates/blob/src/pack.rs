#![doc = include_str!("../../../docs/pack-format.md")]

use bytes::Bytes;
use sha2::{Digest, Sha256};
use throughline_domain::{PackId, Phase, RetentionClass, RunId, TenantId};
use uuid::Uuid;

use crate::error::BlobError;
use crate::pack_key::PackKey;
use crate::varint;

const MAGIC: &[u8; 6] = b"TLPACK";
const END: &[u8; 8] = b"TLPKEND1";
const VERSION: u8 = 1;
const HEADER: usize = 8;
/// Length of the trailer.
pub const TRAILER: usize = 24;

/// Where a frame lies in its pack.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FrameAt {
    /// Where it begins, bytes.
    pub offset: u64,
    /// Its length, bytes.
    pub length: u32,
}

/// A finished pack, ready to be stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pack {
    /// Names its object.
    pub key: PackKey,
    /// The object.
    pub bytes: Bytes,
    /// How many frames it holds.
    pub frames: u32,
}

/// Collects the frames of one retention class.
#[derive(Debug)]
pub struct PackWriter {
    key: PackKey,
    bytes: Vec<u8>,
    frames: u32,
    index: Vec<u8>,
    run: Option<OpenRun>,
}

/// The run whose frames are being added.
#[derive(Debug)]
struct OpenRun {
    tenant: TenantId,
    run: RunId,
    count: u8,
    frames: Vec<u8>,
}

impl PackWriter {
    /// An empty pack.
    pub fn new(pack: PackId, class: RetentionClass) -> Self {
        let key = PackKey { class, pack };
        Self { key, bytes: header(class).to_vec(), frames: 0, index: Vec::new(), run: None }
    }

    /// Names the object.
    pub const fn key(&self) -> PackKey {
        self.key
    }

    /// How long the pack is by now, without its index.
    pub fn len(&self) -> usize {
        self.bytes.len()
    }

    /// Whether it holds no frame.
    pub const fn is_empty(&self) -> bool {
        self.frames == 0
    }

    /// Adds a sealed frame. Frames of one run should follow each other.
    pub fn add(&mut self, tenant: TenantId, run: RunId, phase: Phase, frame: &[u8]) -> FrameAt {
        let at = FrameAt {
            offset: self.bytes.len() as u64,
            length: u32::try_from(frame.len()).unwrap_or(u32::MAX),
        };
        self.bytes.extend_from_slice(frame);
        self.frames += 1;
        if !self
            .run
            .as_ref()
            .is_some_and(|open| open.tenant == tenant && open.run == run && open.count < u8::MAX)
        {
            self.close_run();
        }
        let open = self.run.get_or_insert_with(|| OpenRun { tenant, run, count: 0, frames: Vec::new() });
        open.count += 1;
        open.frames.push(code(phase));
        varint::put(&mut open.frames, at.length.into());
        at
    }

    fn close_run(&mut self) {
        if let Some(open) = self.run.take() {
            self.index.extend_from_slice(open.tenant.as_uuid().as_bytes());
            self.index.extend_from_slice(open.run.as_uuid().as_bytes());
            self.index.push(open.count);
            self.index.extend(open.frames);
        }
    }

    /// The pack with its index and trailer.
    pub fn finish(mut self) -> Pack {
        self.close_run();
        let length = u32::try_from(self.index.len()).unwrap_or(u32::MAX);
        self.bytes.extend_from_slice(&self.index);
        self.bytes.extend_from_slice(&self.frames.to_be_bytes());
        self.bytes.extend_from_slice(&length.to_be_bytes());
        self.bytes.extend_from_slice(&check(self.key.class, &self.index));
        self.bytes.extend_from_slice(END);
        Pack { key: self.key, bytes: Bytes::from(self.bytes), frames: self.frames }
    }
}

/// One entry of a pack's index.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct IndexedFrame {
    /// Whose.
    pub tenant: TenantId,
    /// Of which run.
    pub run: RunId,
    /// Which phase.
    pub phase: Phase,
    /// Where it lies.
    pub at: FrameAt,
}

/// What a pack holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PackIndex {
    /// The frames, in the order in which they lie.
    pub frames: Vec<IndexedFrame>,
}

impl PackIndex {
    /// How many bytes at the end of a pack hold index and trailer, given the last [`TRAILER`] bytes.
    ///
    /// # Errors
    /// `Broken` when they are not the end of a pack.
    pub fn tail_length(key: &PackKey, trailer: &[u8]) -> Result<usize, BlobError> {
        let parsed =
            Trailer::parse(trailer).ok_or_else(|| BlobError::broken(&key.to_string(), "has no trailer"))?;
        Ok(parsed.index + TRAILER)
    }

    /// Reads the index from the end of a pack: at least [`PackIndex::tail_length`] bytes.
    ///
    /// # Errors
    /// `Broken` when it is not the end of a pack of this class, or was changed.
    pub fn parse(key: &PackKey, tail: &[u8]) -> Result<Self, BlobError> {
        let broken = |reason: &str| BlobError::broken(&key.to_string(), reason);
        let (rest, trailer) = tail.split_at(tail.len().saturating_sub(TRAILER));
        let trailer = Trailer::parse(trailer).ok_or_else(|| broken("has no trailer"))?;
        let start = rest.len().checked_sub(trailer.index).ok_or_else(|| broken("has a longer index"))?;
        let index = &rest[start..];
        if check(key.class, index) != trailer.check {
            return Err(broken("has an index that was changed"));
        }
        let frames = entries(index).ok_or_else(|| broken("has an index that cannot be read"))?;
        if frames.len() != trailer.frames {
            return Err(broken("has another number of frames than it says"));
        }
        Ok(Self { frames })
    }
}

struct Trailer {
    frames: usize,
    index: usize,
    check: [u8; 8],
}

impl Trailer {
    fn parse(bytes: &[u8]) -> Option<Self> {
        let bytes: &[u8; TRAILER] = bytes.try_into().ok()?;
        let number =
            |at: usize| u32::from_be_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]]) as usize;
        let check = bytes[8..16].try_into().ok()?;
        (bytes[16..] == *END).then(|| Self { frames: number(0), index: number(4), check })
    }
}

fn entries(mut index: &[u8]) -> Option<Vec<IndexedFrame>> {
    let mut frames = Vec::new();
    let mut offset = HEADER as u64;
    while !index.is_empty() {
        let (ids, rest) = index.split_at_checked(33)?;
        index = rest;
        let tenant = TenantId::from_uuid(Uuid::from_slice(&ids[..16]).ok()?);
        let run = RunId::from_uuid(Uuid::from_slice(&ids[16..32]).ok()?);
        for _ in 0..ids[32] {
            let (phase, rest) = index.split_first()?;
            index = rest;
            let length = u32::try_from(varint::take(&mut index)?).ok()?;
            frames.push(IndexedFrame {
                tenant,
                run,
                phase: phase_of(*phase)?,
                at: FrameAt { offset, length },
            });
            offset += u64::from(length);
        }
    }
    Some(frames)
}

fn header(class: RetentionClass) -> [u8; HEADER] {
    let [a, b, c, d, e, f] = *MAGIC;
    [a, b, c, d, e, f, VERSION, class_code(class)]
}

fn check(class: RetentionClass, index: &[u8]) -> [u8; 8] {
    let digest = Sha256::new().chain_update(header(class)).chain_update(index).finalize();
    std::array::from_fn(|at| digest[at])
}

const fn class_code(class: RetentionClass) -> u8 {
    match class {
        RetentionClass::Days1 => 1,
        RetentionClass::Days7 => 2,
        RetentionClass::Days30 => 3,
        RetentionClass::Days90 => 4,
        RetentionClass::Days400 => 5,
    }
}

const fn code(phase: Phase) -> u8 {
    match phase {
        Phase::Status => 1,
        Phase::ExtractHttp => 2,
        Phase::Extract => 3,
        Phase::Load => 4,
        Phase::LoadHttp => 5,
        Phase::Response => 6,
        Phase::Uql => 7,
    }
}

fn phase_of(number: u8) -> Option<Phase> {
    Phase::ALL.iter().copied().find(|phase| code(*phase) == number)
}

#[cfg(test)]
mod tests;
