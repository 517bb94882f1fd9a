//! Why a record does not arrive, where no system said it.

use throughline_connectors::Failure;
use throughline_domain::{ErrorCode, Operation, Outcome, Side};
use throughline_flow::{MappingError, Record};

use super::Way;
use crate::run::decide::Linked;
use crate::run::item::{Again, Done, Failed};

impl Way<'_> {
    pub(super) fn not_mapped(&self, record: &Record, error: &MappingError) -> Failed {
        Failed { error: self.setting.mapping_failed(&record.key, error), again: Again::on_request(record) }
    }

    /// Nothing is sent when our claim might end before the answer.
    pub(super) fn uncovered(&self, record: &Record) -> Option<Failed> {
        let http_timeout = self.setting.action().limits.http_timeout.as_duration();
        let what = "the claim on it could not be renewed in time, so it was not sent.";
        (!self.work.lease.covers(&record.key, http_timeout))
            .then(|| self.unsent(record, ErrorCode::RecordBusy, what))
    }

    pub(super) fn unsent(&self, record: &Record, code: ErrorCode, what: &str) -> Failed {
        let error = self.setting.record_failed(&record.key, code, Side::Throughline, what);
        Failed { error, again: Again::later(record, None) }
    }

    pub(super) fn no_counterpart(&self, record: &Record) -> Failed {
        let name = self.setting.system_name(Side::Target);
        let what = format!("it has no counterpart in {name}, and this action only updates.");
        let error = self.setting.record_failed(&record.key, ErrorCode::NoLinkedRecord, Side::Mapping, &what);
        Failed { error, again: Again::on_request(record) }
    }

    pub(super) fn several(&self, record: &Record, count: usize) -> Failed {
        let name = self.setting.system_name(Side::Target);
        let what = format!(
            "an earlier attempt may have created it, and {count} records in {name} match. Leave only one of them there."
        );
        let error = self.setting.record_failed(&record.key, ErrorCode::SeveralMatches, Side::Target, &what);
        Failed { error, again: Again::on_request(record) }
    }

    pub(super) fn gone(&self, record: &Record, linked: &Linked, failure: &Failure) -> Failed {
        let mut error = self.setting.writing_failed(&record.key, None, failure);
        let name = self.setting.system_name(Side::Target);
        let what =
            format!("Record {}: its counterpart {} is gone from {name}.", record.key, linked.target_key);
        error.code = ErrorCode::LinkedRecordMissing;
        error.message = self.setting.mask(&what);
        Failed { error, again: Again::on_request(record) }
    }

    pub(super) fn in_doubt(&mut self, mut done: Done, record: &Record, cause: &str) -> Done {
        self.doubt = true;
        done.operation = Some(Operation::Create);
        let name = self.setting.system_name(Side::Target);
        let what = format!(
            "it may have been created in {name}, or not: {cause}. Look there before it is sent again."
        );
        let error = self.setting.record_failed(&record.key, ErrorCode::WriteInDoubt, Side::Target, &what);
        let mut done = done.failed(Failed { error, again: Again::on_request(record) });
        done.outcome = Outcome::InDoubt;
        done
    }
}
