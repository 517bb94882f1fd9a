//! Looking in the target for what an earlier attempt may have made.

use serde_json::Value;
use throughline_connectors::{Failure, Recorder};
use throughline_domain::{Operation, Outcome};
use throughline_flow::{Mapped, Record};

use super::{Way, timed};
use crate::run::decide::{Known, Linked, Step, decide};
use crate::run::extract::in_time;
use crate::run::item::{Again, Done, Failed, Item};

impl Way<'_> {
    /// Looks by the value that the field map gives to the correlation field.
    pub(super) async fn look(&mut self, mut done: Done, item: &Item) -> Done {
        let record = &item.record;
        let mapped = match self.map(&mut done, record, Operation::Create) {
            Ok(mapped) => mapped,
            Err(failed) => return done.failed(failed),
        };
        let recorder = self.setting.writing.for_record(&record.key);
        match timed(&mut done, self.find(record, &mapped, &recorder)).await {
            Err(failure) => {
                let error = self.setting.writing_failed(&record.key, Some(&mapped), &failure);
                done.failed(Failed { error, again: Again::after(record, &failure) })
            }
            Ok(found) if found.len() > 1 => done.failed(self.several(record, found.len())),
            Ok(mut found) => match found.pop() {
                Some(found) => self.adopt(done, item, mapped, found).await,
                None => self.go_on_without(done, item, mapped).await,
            },
        }
    }

    async fn find(
        &self,
        record: &Record,
        mapped: &Mapped,
        recorder: &Recorder,
    ) -> Result<Vec<Record>, Failure> {
        let Some(field) = &self.setting.search else { return Ok(Vec::new()) };
        let fields = Value::Object(mapped.fields.clone());
        let value = field.find(&fields).filter(|value| !value.is_null()).cloned();
        let value = value.unwrap_or_else(|| Value::String(record.key.clone()));
        let (entity, field) = (self.setting.target_entity(), field.to_string());
        in_time(self.setting, self.setting.target().find(entity, &field, &value, recorder)).await
    }

    /// The earlier attempt did make it. If it was made from this same input, there is nothing left to do.
    async fn adopt(&mut self, mut done: Done, item: &Item, mapped: Mapped, found: Record) -> Done {
        let Known::Maybe { intent, version } = std::mem::replace(&mut self.known, Known::Fresh) else {
            return done;
        };
        let same_input = intent.as_deref() == Some(&item.intent(self.setting.request.revision.0));
        let content_hash = if same_input { self.update_hash(&item.record, &mapped) } else { None };
        let linked = Linked { target_key: found.key, target_url: found.url, version, content_hash };
        self.known = Known::Linked(linked);
        self.doubt = false;
        if same_input {
            done.operation = Some(Operation::Create);
            done.mapped = Some(mapped);
            done.answer = Some(found.fields);
            let reason = "An earlier attempt had made it; it was found by the correlation field.";
            return done.quiet(Outcome::Created, reason);
        }
        match decide(&self.known, self.wanted(item)) {
            Step::Skip(skip) => done.quiet(Outcome::Skipped, skip.reason()),
            _ => self.update(done, &item.record).await,
        }
    }

    /// Nothing was made: the record has no counterpart after all.
    async fn go_on_without(&mut self, done: Done, item: &Item, mapped: Mapped) -> Done {
        self.known = Known::Fresh;
        self.doubt = false;
        match decide(&self.known, self.wanted(item)) {
            Step::Create => self.create(done, &item.record, Some(mapped)).await,
            Step::Skip(skip) => self.skip(done, item, skip),
            _ => done.failed(self.no_counterpart(&item.record)),
        }
    }
}
