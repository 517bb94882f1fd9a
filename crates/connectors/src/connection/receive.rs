//! Webhooks: pushed documents into records.

use serde_json::Value;
use throughline_domain::ErrorCode;

use super::Connection;
use super::answer::header_map;
use super::fetch::{Page, apart};
use super::record::Recipe;
use crate::failure::Failure;
use crate::manifest::Listen;
use crate::template::Scope;

impl Connection {
    /// The records of a webhook, as one page: none when it tells of something that the connector does not follow.
    ///
    /// # Errors
    /// When the signature is wrong, or the document has no records where the connector expects them.
    pub fn receive(&self, entity: &str, headers: &[(String, String)], body: &[u8]) -> Result<Page, Failure> {
        let known = self.entity(entity)?;
        let listen = self.needed(known.listen.as_ref(), "pushed to us", entity)?;
        if let Some(signature) = &listen.signature {
            self.check_signature(signature, headers, body)?;
        }
        let document: Value = serde_json::from_slice(body)
            .map_err(|error| not_understood(format!("The pushed document is not JSON: {error}.")))?;
        let scope = self.scope.with("body", &document).with("headers", &header_map(headers));
        let recipe = Recipe::pushed(entity, known, listen);
        let items = self.pushed_items(listen, &document)?;
        let made = items.iter().filter_map(|(raw, pointer)| match self.is_wanted(listen, raw, &scope) {
            Ok(true) => Some(self.record(&recipe, raw, &scope, pointer)),
            Ok(false) => None,
            Err(failure) => Some(Err(failure.pointing(pointer))),
        });
        let (records, unreadable) = apart(made);
        Ok(Page { records, unreadable, next: None })
    }

    /// The pushed records, each with its pointer.
    fn pushed_items<'a>(
        &self,
        listen: &Listen,
        document: &'a Value,
    ) -> Result<Vec<(&'a Value, String)>, Failure> {
        let selector = self.selector(listen.select.as_ref())?;
        match selector.find(document) {
            Some(Value::Array(items)) => Ok(items
                .iter()
                .enumerate()
                .map(|(at, item)| (item, format!("{}/{at}", selector.pointer())))
                .collect()),
            Some(Value::Null) | None => {
                let place = selector.pointer();
                let message = format!(
                    "The pushed document has nothing at `{place}`, where {} puts its records.",
                    self.manifest.title
                );
                Err(not_understood(message).pointing(place))
            }
            Some(one) => Ok(vec![(one, selector.pointer().to_owned())]),
        }
    }

    fn is_wanted(&self, listen: &Listen, raw: &Value, scope: &Scope) -> Result<bool, Failure> {
        let Some(events) = &listen.events else { return Ok(true) };
        let kind =
            events.kind.render(&scope.with("raw", raw)).map_err(|error| self.template_fault(&error))?;
        Ok(events.accept.contains(&kind))
    }
}

fn not_understood(message: String) -> Failure {
    Failure::new(ErrorCode::EventNotUnderstood, message)
}
