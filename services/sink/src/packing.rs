//! From captures to sealed packs, and to rows that point into them. Pure but for randomness.

use std::collections::{BTreeMap, HashMap};

use throughline_blob::{Pack, PackWriter};
use throughline_contract::{Capture, PhaseContent, PhaseDocument, RunHeader, Stage};
use throughline_domain::{PackId, Phase, Retention, RetentionClass, RunId, TenantId, Timestamp};
use throughline_store::runs::RunBatch;
use throughline_store::runs::packs::PackRow;
use throughline_store::runs::phases::{PhaseEntry, PhaseState, Phases, Pointer};
use throughline_vault::{TenantKey, VaultError};

use crate::keys::KeyState;
use crate::rows;

/// What becomes of one delivery of the batch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Fate {
    /// Its rows are in the batch.
    Written(RunId, StageKind),
    /// There is nothing to keep.
    Dropped,
    /// Nobody will ever be able to write it, for this reason.
    Poison(String),
}

/// Which stage a capture tells of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum StageKind {
    Started,
    Finished,
}

/// A batch, sealed and ready to be stored.
#[derive(Debug)]
pub(crate) struct Packed {
    /// One per delivery, in order.
    pub(crate) fates: Vec<Fate>,
    /// Objects to store before the rows.
    pub(crate) packs: Vec<Pack>,
    /// Rows that point into them.
    pub(crate) rows: RunBatch,
}

/// Packs a batch: what intake made of each delivery, with the keys of the tenants in it.
pub(crate) fn pack(
    captures: Vec<Result<Capture, String>>,
    keys: &HashMap<TenantId, KeyState>,
    now: Timestamp,
) -> Packed {
    let mut packing = Packing { keys, now, writers: BTreeMap::new(), rows: RunBatch::default() };
    let fates = captures.into_iter().map(|capture| match capture {
        Ok(capture) => packing.add(capture),
        Err(reason) => Fate::Poison(reason),
    });
    let fates = fates.collect();
    let packs: Vec<_> = packing.writers.into_values().map(PackWriter::finish).collect();
    packing.rows.packs = packs.iter().map(row).collect();
    Packed { fates, packs, rows: packing.rows }
}

struct Packing<'a> {
    keys: &'a HashMap<TenantId, KeyState>,
    now: Timestamp,
    writers: BTreeMap<RetentionClass, PackWriter>,
    rows: RunBatch,
}

impl Packing<'_> {
    fn add(&mut self, capture: Capture) -> Fate {
        let Capture { run: header, stage } = capture;
        let run = header.run;
        let key = match self.keys.get(&header.tenant) {
            Some(KeyState::Open(key)) => key,
            Some(KeyState::Unusable(error)) => return Fate::Poison(format!("the tenant's key: {error}")),
            Some(KeyState::Destroyed) | None => {
                tracing::info!(throughline.run.id = %run, "a capture is dropped: its tenant's key is destroyed");
                return Fate::Dropped;
            }
        };
        match stage {
            Stage::Started(started) => {
                self.rows.started.push(rows::started(header, &started));
                Fate::Written(run, StageKind::Started)
            }
            Stage::Finished(mut finished) => {
                let phases = match self.seal_all(key, &header, std::mem::take(&mut finished.phases)) {
                    Ok(phases) => phases,
                    Err(error) => return Fate::Poison(error.to_string()),
                };
                self.rows.finished.push(rows::finished(header, *finished, phases));
                Fate::Written(run, StageKind::Finished)
            }
        }
    }

    /// Seals the phases of a run; all of them, or none is packed.
    fn seal_all(
        &mut self,
        key: &TenantKey,
        header: &RunHeader,
        phases: Vec<PhaseDocument>,
    ) -> Result<Phases, VaultError> {
        let seal = |phase: PhaseDocument| seal(key, header.run, phase);
        let sealed = phases.into_iter().map(seal).collect::<Result<Vec<_>, _>>()?;
        Ok(Phases(sealed.into_iter().map(|sealed| self.place(header, sealed)).collect()))
    }

    fn place(&mut self, header: &RunHeader, sealed: Sealed) -> PhaseEntry {
        let Sealed { phase, items, took_us, content } = sealed;
        let state = match content {
            Content::None(state) => state,
            Content::Frame { frame, plain } => {
                let class = class_of(phase, &header.retention);
                let now = self.now;
                let writer =
                    self.writers.entry(class).or_insert_with(|| PackWriter::new(PackId::new(now), class));
                let at = writer.add(header.tenant, header.run, phase, &frame);
                let pack = writer.key().pack;
                PhaseState::Captured(Pointer { pack, class, offset: at.offset, length: at.length, plain })
            }
        };
        PhaseEntry { phase, items, took_us, state }
    }
}

struct Sealed {
    phase: Phase,
    items: u32,
    took_us: u64,
    content: Content,
}

enum Content {
    Frame { frame: Vec<u8>, plain: u32 },
    None(PhaseState),
}

fn seal(key: &TenantKey, run: RunId, document: PhaseDocument) -> Result<Sealed, VaultError> {
    let PhaseDocument { phase, content, items, took_us } = document;
    let content = match content {
        PhaseContent::NotCaptured(reason) => Content::None(PhaseState::NotCaptured(reason)),
        PhaseContent::Captured(masked) if masked.get().is_empty() => Content::None(PhaseState::Empty),
        PhaseContent::Captured(masked) => {
            let plain = masked.get();
            let frame = key.seal_frame(run, phase, plain)?;
            Content::Frame { frame, plain: u32::try_from(plain.len()).unwrap_or(u32::MAX) }
        }
    };
    Ok(Sealed { phase, items, took_us, content })
}

/// For how long a phase is kept.
fn class_of(phase: Phase, retention: &Retention) -> RetentionClass {
    if phase.is_http() {
        retention.http
    } else if phase.is_payload() {
        retention.payload
    } else {
        retention.status
    }
}

fn row(pack: &Pack) -> PackRow {
    PackRow {
        pack: pack.key.pack,
        class: pack.key.class,
        object_key: pack.key.to_string(),
        bytes: pack.bytes.len() as u64,
        frames: pack.frames,
    }
}
