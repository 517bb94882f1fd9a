//! Creating and updating.

use throughline_connectors::{Failure, Written};
use throughline_domain::{ErrorCode, Operation, Outcome};
use throughline_flow::{Mapped, Record};

use super::{Way, hash, timed};
use crate::run::decide::{Known, Linked};
use crate::run::extract::in_time;
use crate::run::item::{Again, Done, Failed};
use crate::run::storable;

impl Way<'_> {
    /// Makes the target record. `mapped` is what the field map gave, if it was asked before.
    pub(super) async fn create(&mut self, mut done: Done, record: &Record, mapped: Option<Mapped>) -> Done {
        done.operation = Some(Operation::Create);
        let mapped = match mapped.map_or_else(|| self.map(&mut done, record, Operation::Create), Ok) {
            Ok(mapped) => mapped,
            Err(failed) => return done.failed(failed),
        };
        if let Some(failed) = self.uncovered(record) {
            return done.failed(failed);
        }
        let setting = self.setting;
        let recorder = setting.writing.for_record(&record.key);
        let call = setting.target().create(setting.target_entity(), &mapped.fields, &recorder);
        match timed(&mut done, in_time(setting, call)).await {
            Ok(written) => {
                let content_hash = self.update_hash(record, &mapped);
                self.arrived(done, record, mapped, content_hash, written, Outcome::Created)
            }
            Err(failure) => self.not_created(done, record, mapped, &failure),
        }
    }

    fn not_created(&mut self, mut done: Done, record: &Record, mapped: Mapped, failure: &Failure) -> Done {
        let setting = self.setting;
        let error = setting.writing_failed(&record.key, Some(&mapped), failure);
        done.mapped = Some(mapped);
        if !failure.outcome_unknown {
            return done.failed(Failed { error, again: Again::after(record, failure) });
        }
        self.known = Known::Maybe { intent: None, version: record.version.clone() };
        if setting.search.is_some() && !setting.last_attempt {
            return done.failed(Failed { error, again: Again::later(record, failure.retry_after) });
        }
        let mut done = self.in_doubt(done, record, failure.message.trim_end_matches('.'));
        if let Some(doubt) = &mut done.error {
            doubt.evidence = error.evidence;
        }
        done
    }

    /// Writes to the counterpart, unless it was given exactly these values before.
    pub(super) async fn update(&mut self, mut done: Done, record: &Record) -> Done {
        done.operation = Some(Operation::Update);
        let Known::Linked(linked) = self.known.clone() else { return done };
        let mapped = match self.map(&mut done, record, Operation::Update) {
            Ok(mapped) => mapped,
            Err(failed) => return done.failed(failed),
        };
        let content_hash = hash(&mapped);
        if linked.content_hash.as_deref() == Some(&content_hash) {
            let version = record.version.clone().or_else(|| linked.version.clone());
            self.known = Known::Linked(Linked { version, ..linked });
            return self.unchanged(done, mapped);
        }
        if let Some(failed) = self.uncovered(record) {
            return done.failed(failed);
        }
        let setting = self.setting;
        let recorder = setting.writing.for_record(&record.key);
        let call =
            setting.target().update(setting.target_entity(), &linked.target_key, &mapped.fields, &recorder);
        match timed(&mut done, in_time(setting, call)).await {
            Ok(written) => {
                // The link stays with the key that it has, whatever the answer calls it.
                let url = written.url.or(linked.target_url);
                let written = Written { key: linked.target_key, url, ..written };
                self.arrived(done, record, mapped, Some(content_hash), written, Outcome::Updated)
            }
            Err(failure) => self.not_updated(done, record, mapped, linked, &failure),
        }
    }

    fn unchanged(&self, mut done: Done, mapped: Mapped) -> Done {
        done.mapped = Some(mapped);
        let Some(outcome) = self.earlier else {
            return done.quiet(Outcome::Unchanged, "The target has been given exactly these values before.");
        };
        done.operation = Some(Operation::Create);
        done.quiet(outcome, "An earlier delivery of this same run had made it.")
    }

    fn not_updated(
        &mut self,
        mut done: Done,
        record: &Record,
        mapped: Mapped,
        linked: Linked,
        failure: &Failure,
    ) -> Done {
        done.target_key = Some(linked.target_key.clone());
        if matches!(failure.code, ErrorCode::EndpointNotFound | ErrorCode::LinkedRecordMissing) {
            let failed = self.gone(record, &linked, failure);
            done.mapped = Some(mapped);
            return done.failed(failed);
        }
        if failure.outcome_unknown {
            self.known = Known::Linked(Linked { content_hash: None, ..linked });
        }
        let error = self.setting.writing_failed(&record.key, Some(&mapped), failure);
        done.mapped = Some(mapped);
        let transient = failure.transient || failure.outcome_unknown;
        done.failed(Failed { error, again: Again { transient, ..Again::after(record, failure) } })
    }

    fn arrived(
        &mut self,
        mut done: Done,
        record: &Record,
        mapped: Mapped,
        content_hash: Option<String>,
        written: Written,
        outcome: Outcome,
    ) -> Done {
        self.doubt = false;
        let version = record.version.clone();
        let target_key = written.key.replace('\0', "\u{fffd}");
        let target_url = written.url.and_then(storable);
        self.known = Known::Linked(Linked { target_key, target_url, version, content_hash });
        done.outcome = outcome;
        done.mapped = Some(mapped);
        done.answer = Some(written.document);
        done
    }
}
