//! Where the captured phases of a run lie: the compact value of the column `runs.phases`.
//!
//! A run has up to seven phases, in up to three packs (one per retention class). As columns or JSON that would be the
//! larger part of a row; here it is usually under 200 bytes.
//!
//! # Encoding, version 1
//!
//! `varint` is unsigned LEB128. An empty value means that the run has not ended.
//!
//! | bytes | what |
//! | --- | --- |
//! | 1 | version: 1 |
//! | 1 | number of packs |
//! | 17 each | retention class (its place in [`RetentionClass::ALL`]), id of the pack |
//! | 1 | number of reasons |
//! | 1 + n each | length of a reason, its text (UTF-8, at most 255 bytes) |
//! | 1 | number of phases |
//! | each | phase (1 status, 2 extract_http, 3 extract, 4 load, 5 load_http, 6 response, 7 uql), state (0 empty, 1 not captured, 2 captured), microseconds `varint`, items `varint` |
//! | … if not captured | 1: place among the reasons |
//! | … if captured | 1: place among the packs; offset `varint`; length `varint`; length before compression `varint` |

use chrono::NaiveDate;
use throughline_domain::{PackId, Phase, RetentionClass};

use super::varint;
use crate::error::{Result, StoreError};
use crate::text::cut;

const VERSION: u8 = 1;
const REASON_LIMIT: usize = 255;

/// The phases of one run.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Phases(pub Vec<PhaseEntry>);

/// What is known of one phase.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PhaseEntry {
    /// Which.
    pub phase: Phase,
    /// How many things it holds: records or exchanges.
    pub items: u32,
    /// How long it took, microseconds.
    pub took_us: u64,
    /// Its document, or why there is none.
    pub state: PhaseState,
}

/// Whether a phase has a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PhaseState {
    /// It lies there.
    Captured(Pointer),
    /// The phase had nothing to show.
    Empty,
    /// Why not, for a person.
    NotCaptured(String),
}

/// Where a sealed frame lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pointer {
    /// The pack.
    pub pack: PackId,
    /// For how long the pack is kept.
    pub class: RetentionClass,
    /// Where the frame begins, bytes.
    pub offset: u64,
    /// Length of the sealed frame, bytes.
    pub length: u32,
    /// Length of the document, bytes.
    pub plain: u32,
}

impl Pointer {
    /// Whether the pack's time is over at `today`: it is gone, or about to be.
    pub fn is_expired(&self, today: NaiveDate) -> bool {
        self.pack.day() + chrono::Days::new(self.class.days().into()) < today
    }
}

impl Phases {
    /// The entry of `phase`.
    pub fn get(&self, phase: Phase) -> Option<&PhaseEntry> {
        self.0.iter().find(|entry| entry.phase == phase)
    }

    /// The value of the column.
    pub fn encode(&self) -> Vec<u8> {
        let mut packs: Vec<(RetentionClass, PackId)> = Vec::new();
        let mut reasons: Vec<&str> = Vec::new();
        let mut entries = Vec::with_capacity(16 * self.0.len());
        for entry in &self.0 {
            let (state, index) = match &entry.state {
                PhaseState::Empty => (0, None),
                PhaseState::NotCaptured(reason) => (1, Some(place(&mut reasons, cut(reason, REASON_LIMIT)))),
                PhaseState::Captured(at) => (2, Some(place(&mut packs, (at.class, at.pack)))),
            };
            entries.extend([code(entry.phase), state]);
            varint::put(&mut entries, entry.took_us);
            varint::put(&mut entries, entry.items.into());
            entries.extend(index);
            if let PhaseState::Captured(at) = &entry.state {
                varint::put(&mut entries, at.offset);
                varint::put(&mut entries, at.length.into());
                varint::put(&mut entries, at.plain.into());
            }
        }
        let mut out = vec![VERSION, count(packs.len())];
        for (class, pack) in packs {
            out.push(class_code(class));
            out.extend_from_slice(pack.as_uuid().as_bytes());
        }
        out.push(count(reasons.len()));
        for reason in reasons {
            out.push(count(reason.len()));
            out.extend_from_slice(reason.as_bytes());
        }
        out.push(count(self.0.len()));
        out.extend(entries);
        out
    }

    /// Reads the column.
    ///
    /// # Errors
    /// `Corrupt` when the value is not of this encoding.
    pub fn decode(bytes: &[u8]) -> Result<Self> {
        if bytes.is_empty() {
            return Ok(Self::default());
        }
        decode(bytes)
            .ok_or_else(|| StoreError::Corrupt(format!("phases: {} bytes are not of version 1", bytes.len())))
    }
}

fn decode(mut bytes: &[u8]) -> Option<Phases> {
    let bytes = &mut bytes;
    if byte(bytes)? != VERSION {
        return None;
    }
    let packs = (0..byte(bytes)?).map(|_| pack(bytes)).collect::<Option<Vec<_>>>()?;
    let reasons = (0..byte(bytes)?).map(|_| reason(bytes)).collect::<Option<Vec<_>>>()?;
    let entries = (0..byte(bytes)?).map(|_| entry(bytes, &packs, &reasons)).collect::<Option<Vec<_>>>()?;
    bytes.is_empty().then_some(Phases(entries))
}

fn pack(bytes: &mut &[u8]) -> Option<(RetentionClass, PackId)> {
    let class = *RetentionClass::ALL.get(usize::from(byte(bytes)?))?;
    let id = uuid::Uuid::from_slice(take(bytes, 16)?).ok()?;
    Some((class, PackId::from_uuid(id)))
}

fn reason(bytes: &mut &[u8]) -> Option<String> {
    let length = byte(bytes)?;
    String::from_utf8(take(bytes, length.into())?.to_vec()).ok()
}

fn entry(bytes: &mut &[u8], packs: &[(RetentionClass, PackId)], reasons: &[String]) -> Option<PhaseEntry> {
    let phase = phase_of(byte(bytes)?)?;
    let state = byte(bytes)?;
    let took_us = varint::take(bytes)?;
    let items = number(bytes)?;
    let state = match state {
        0 => PhaseState::Empty,
        1 => PhaseState::NotCaptured(reasons.get(usize::from(byte(bytes)?))?.clone()),
        2 => PhaseState::Captured(pointer(bytes, packs)?),
        _ => return None,
    };
    Some(PhaseEntry { phase, items, took_us, state })
}

fn pointer(bytes: &mut &[u8], packs: &[(RetentionClass, PackId)]) -> Option<Pointer> {
    let (class, pack) = *packs.get(usize::from(byte(bytes)?))?;
    Some(Pointer { pack, class, offset: varint::take(bytes)?, length: number(bytes)?, plain: number(bytes)? })
}

fn byte(bytes: &mut &[u8]) -> Option<u8> {
    take(bytes, 1).map(|taken| taken[0])
}

fn take<'a>(bytes: &mut &'a [u8], length: usize) -> Option<&'a [u8]> {
    let (taken, rest) = bytes.split_at_checked(length)?;
    *bytes = rest;
    Some(taken)
}

fn number(bytes: &mut &[u8]) -> Option<u32> {
    varint::take(bytes).and_then(|value| u32::try_from(value).ok())
}

/// The place of `item` in `items`, where it is put if it is not there yet.
fn place<T: PartialEq>(items: &mut Vec<T>, item: T) -> u8 {
    let at = items.iter().position(|known| *known == item).unwrap_or_else(|| {
        items.push(item);
        items.len() - 1
    });
    count(at)
}

/// There are seven phases, so no list here is longer than that; reasons are cut to 255 bytes.
fn count(length: usize) -> u8 {
    u8::try_from(length).unwrap_or(u8::MAX)
}

fn class_code(class: RetentionClass) -> u8 {
    count(RetentionClass::ALL.iter().position(|known| *known == class).unwrap_or_default())
}

const CODES: [(u8, Phase); 7] = [
    (1, Phase::Status),
    (2, Phase::ExtractHttp),
    (3, Phase::Extract),
    (4, Phase::Load),
    (5, Phase::LoadHttp),
    (6, Phase::Response),
    (7, Phase::Uql),
];

fn code(phase: Phase) -> u8 {
    CODES.iter().find(|(_, known)| *known == phase).map_or(0, |(code, _)| *code)
}

fn phase_of(code: u8) -> Option<Phase> {
    CODES.iter().find(|(known, _)| *known == code).map(|(_, phase)| *phase)
}

#[cfg(test)]
#[path = "phases_test.rs"]
mod tests;
