//! Making and changing records.

use serde_json::{Map, Value};
use throughline_domain::ErrorCode;

use super::Connection;
use super::answer::Reply;
use super::operation::Operation;
use super::record::Recipe;
use super::values::{in_words, text_of};
use crate::failure::Failure;
use crate::manifest::{Entity, Write};
use crate::recorder::Recorder;
use crate::template::Scope;

/// What a write left in the target.
#[derive(Debug, Clone, PartialEq)]
pub struct Written {
    /// The record's key.
    pub key: String,
    /// The page where a person sees it.
    pub url: Option<String>,
    /// Its version after the write.
    pub version: Option<String>,
    /// The record's fields as the target shows them now; null when it does not.
    pub document: Value,
}

impl Connection {
    /// Makes a record. Labels of enums are understood.
    pub async fn create(
        &self,
        entity: &str,
        fields: &Map<String, Value>,
        rec: &Recorder,
    ) -> Result<Written, Failure> {
        let known = self.entity(entity)?;
        let write = self.needed(known.create.as_ref(), "created", entity)?;
        let fields = self.with_ids(entity, known, fields, rec).await;
        let scope = self.scope.with("fields", &fields);
        let reply = self.call(&write.request, &scope, Operation::Create, rec).await?;
        if let Some(written) = self.shown(entity, known, write, &reply)? {
            return Ok(written);
        }
        let key = match &write.key {
            Some(key) => key
                .render_some(&reply.scope(&scope))
                .map_err(|error| self.template_fault(&error).unknown(true))?,
            None => None,
        };
        let Some(key) = key else {
            let message = format!("{} made a record but does not say which.", self.manifest.title);
            return Err(self.not_understood(&reply.answer, message, Operation::Create));
        };
        Ok(self.read_back(entity, key, write.read_back, rec).await)
    }

    /// Changes a record. Labels of enums are understood.
    pub async fn update(
        &self,
        entity: &str,
        key: &str,
        fields: &Map<String, Value>,
        rec: &Recorder,
    ) -> Result<Written, Failure> {
        let known = self.entity(entity)?;
        let write = self.needed(known.update.as_ref(), "changed", entity)?;
        let fields = self.with_ids(entity, known, fields, rec).await;
        let scope = self.scope.with("fields", &fields).with("key", key);
        let reply = self.call(&write.request, &scope, Operation::Update, rec).await?;
        self.go_on(write, &scope, rec).await?;
        let written = match self.shown(entity, known, write, &reply)? {
            Some(written) => written,
            None => self.read_back(entity, key.to_owned(), write.read_back, rec).await,
        };
        match self.ignored(entity, write, &fields, &written) {
            Some(failure) => {
                let message = rec.mask(&failure.message).into_inner();
                Err(Failure { message, ..failure.at(Some(reply.answer.exchange)) })
            }
            None => Ok(written),
        }
    }

    /// Sends what follows an update.
    async fn go_on(&self, write: &Write, scope: &Scope, rec: &Recorder) -> Result<(), Failure> {
        for further in &write.then {
            let when = further.when.as_ref().map_or(Ok(true), |when| when.holds(scope));
            if when.map_err(|error| self.template_fault(&error))? {
                self.call(&further.request, scope, Operation::Update, rec).await?;
            }
        }
        Ok(())
    }

    /// A field that the system accepted and left as it was.
    fn ignored(
        &self,
        entity: &str,
        write: &Write,
        sent: &Map<String, Value>,
        written: &Written,
    ) -> Option<Failure> {
        let is_set = |value: &&Value| !value.is_null();
        let (field, wanted, now) = write.confirm.iter().find_map(|field| {
            let wanted = sent.get(field).filter(is_set)?;
            let now = written.document.get(field).filter(|now| text_of(now) != text_of(wanted))?;
            Some((field, wanted, now))
        })?;
        let schema = self.known_schema(entity);
        let [wanted, now] = [wanted, now].map(|value| in_words(schema.as_deref(), field, value));
        let message = format!(
            "{} accepted the change but left `{field}` at {now} instead of {wanted}. There may be no such value, or the \
             account's role may not make this change.",
            self.manifest.title
        );
        Some(Failure { field: Some(field.clone()), ..Failure::new(ErrorCode::ValueRefused, message) })
    }

    /// The record that the answer shows; `None` when it shows none.
    fn shown(
        &self,
        name: &str,
        entity: &Entity,
        write: &Write,
        reply: &Reply,
    ) -> Result<Option<Written>, Failure> {
        if reply.body.is_null() || (write.select.is_none() && write.key.is_some()) {
            return Ok(None);
        }
        let (raw, selector) = self.select(reply, write.select.as_ref(), Operation::Create)?;
        let record = self.record(&Recipe::of(name, entity), raw, &self.scope, selector.pointer());
        let record = record.map_err(|failure| Failure {
            code: ErrorCode::AnswerNotUnderstood,
            ..failure.at(Some(reply.answer.exchange.clone())).unknown(true)
        })?;
        Ok(Some(Written {
            key: record.key,
            url: record.url,
            version: record.version,
            document: record.fields,
        }))
    }

    /// The record as it is now. The write is done: that it cannot be read changes nothing.
    async fn read_back(&self, entity: &str, key: String, wanted: bool, rec: &Recorder) -> Written {
        let read = if wanted { self.get(entity, &key, rec).await } else { Ok(None) };
        match read {
            Ok(Some(record)) => {
                Written { key, url: record.url, version: record.version, document: record.fields }
            }
            Ok(None) | Err(_) => {
                Written { url: self.url_of(entity, &key), key, version: None, document: Value::Null }
            }
        }
    }

    /// The page of a record of which only the key is known.
    fn url_of(&self, entity: &str, key: &str) -> Option<String> {
        let url = self.manifest.entity(entity)?.url.as_ref()?;
        url.render_some(&self.scope.with("key", key)).ok()?
    }
}
