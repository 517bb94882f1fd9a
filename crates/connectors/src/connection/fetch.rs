//! Reading records: pages of a query, and single ones.

use serde_json::Value;
use throughline_domain::ErrorCode;
use throughline_flow::Record;

use super::Connection;
use super::operation::Operation;
pub use super::paging::Cursor;
use super::paging::Turned;
use super::query::NativeQuery;
use super::record::Recipe;
use crate::failure::Failure;
use crate::recorder::Recorder;

/// One page of records. It may be empty, and hold records that were on an earlier page, when records moved meanwhile.
#[derive(Debug, Clone, PartialEq)]
pub struct Page {
    /// The records, in the order of the source.
    pub records: Vec<Record>,
    /// Why some could not be made: without a key, or not what the manifest's templates expect. They fail alone.
    pub unreadable: Vec<Failure>,
    /// Where the next page begins; `None` after the last one.
    pub next: Option<Cursor>,
}

/// The records that could be made, and why the others could not.
pub(super) fn apart(made: impl Iterator<Item = Result<Record, Failure>>) -> (Vec<Record>, Vec<Failure>) {
    let (mut records, mut unreadable) = (Vec::new(), Vec::new());
    for record in made {
        match record {
            Ok(record) => records.push(record),
            Err(failure) => unreadable.push(failure),
        }
    }
    (records, unreadable)
}

impl Connection {
    /// One page; `None` for the first.
    pub async fn fetch(
        &self,
        query: &NativeQuery,
        cursor: Option<Cursor>,
        rec: &Recorder,
    ) -> Result<Page, Failure> {
        let entity = self.entity(&query.entity)?;
        let read = self.needed(entity.read.as_ref(), "read", &query.entity)?;
        let request = self.page_request(&read.request, &read.paging, query, cursor.as_ref());
        let request = request.map_err(|error| self.template_fault(&error))?;
        let reply = self.perform(&request, &self.scope, Operation::Read, rec).await?;
        let (found, selector) = self.select(&reply, read.select.as_ref(), Operation::Read)?;
        let Value::Array(items) = found else {
            let message = format!(
                "{} answered without a list of records at `{}`.",
                self.manifest.title,
                selector.pointer()
            );
            return Err(self
                .not_understood(&reply.answer, message, Operation::Read)
                .pointing(selector.pointer()));
        };
        let recipe = Recipe::of(&query.entity, entity);
        let records = items.iter().enumerate().map(|(at, raw)| {
            let record = self.record(&recipe, raw, &self.scope, &format!("{}/{at}", selector.pointer()));
            record.map_err(|failure| failure.at(Some(reply.answer.exchange.clone())))
        });
        let (mut records, unreadable) = apart(records);
        if let Some((cursor, (known, first))) =
            cursor.as_ref().and_then(|cursor| Some((cursor, cursor.overlap()?)))
        {
            if known.checked_sub(1).and_then(|at| records.get(at)).is_some_and(|record| record.key == first) {
                records.drain(..known);
            } else if let Some(back) = cursor.rewound(&read.paging, query.size) {
                return Ok(Page { records: Vec::new(), unreadable: Vec::new(), next: Some(back) });
            }
        }
        if query.sorted {
            records.sort_by_cached_key(|record| self.changed(&query.entity, record));
        }
        let last = records.last().map(|record| record.key.as_str());
        let turned = Turned { reply: &reply, count: items.len() as u64, last };
        let next = self.next_page(&read.paging, query, cursor.as_ref(), &turned)?;
        Ok(Page { records, unreadable, next })
    }

    /// The record with this key, or `None`.
    pub async fn get(&self, entity: &str, key: &str, rec: &Recorder) -> Result<Option<Record>, Failure> {
        let known = self.entity(entity)?;
        let get = self.needed(known.get.as_ref(), "read by its key", entity)?;
        let reply = match self.call(&get.request, &self.scope.with("key", key), Operation::Get, rec).await {
            Ok(reply) => reply,
            Err(failure) if failure.code == ErrorCode::LinkedRecordMissing => return Ok(None),
            Err(failure) => return Err(failure),
        };
        let (raw, selector) = self.select(&reply, get.select.as_ref(), Operation::Get)?;
        let record = self.record(&Recipe::of(entity, known), raw, &self.scope, selector.pointer());
        record.map(Some).map_err(|failure| failure.at(Some(reply.answer.exchange)))
    }
}
