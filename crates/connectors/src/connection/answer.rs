//! Reading answers.

use serde_json::Value;
use throughline_domain::ErrorCode;

use super::Connection;
use super::operation::Operation;
use crate::egress::Answer;
use crate::failure::Failure;
use crate::selector::Selector;
use crate::template::{Scope, Text};

/// An answer that was accepted.
pub(super) struct Reply {
    pub(super) answer: Answer,
    /// Null when the answer has no body.
    pub(super) body: Value,
}

impl Reply {
    /// The scope with `body` and `headers`.
    pub(super) fn scope(&self, base: &Scope) -> Scope {
        base.with("body", &self.body).with("headers", &header_map(&self.answer.headers))
    }
}

/// Headers by lower-case name; the last one wins.
pub(super) fn header_map(headers: &[(String, String)]) -> std::collections::BTreeMap<String, String> {
    headers.iter().map(|(name, value)| (name.to_ascii_lowercase(), value.clone())).collect()
}

impl Connection {
    /// The JSON of an answer, or why it is none.
    pub(super) fn read_json(&self, answer: &Answer, operation: Operation) -> Result<Value, Failure> {
        if answer.body.iter().all(u8::is_ascii_whitespace) {
            return Ok(Value::Null);
        }
        serde_json::from_slice(&answer.body).map_err(|error| {
            let what = if looks_like_html(answer) {
                "a web page where JSON was expected. Check the system's address: this may be a login page or a proxy".to_owned()
            } else {
                format!("something that is not JSON ({error}). Check the system's address")
            };
            self.not_understood(answer, format!("{} answered with {what}.", self.manifest.title), operation)
        })
    }

    /// What the selector finds in the answer.
    pub(super) fn select<'a>(
        &self,
        reply: &'a Reply,
        selector: Option<&Text>,
        operation: Operation,
    ) -> Result<(&'a Value, Selector), Failure> {
        let selector = self.selector(selector)?;
        match selector.find(&reply.body) {
            Some(found) => Ok((found, selector)),
            None => {
                let message =
                    format!("The answer of {} has no `{}`.", self.manifest.title, selector.pointer());
                Err(self.not_understood(&reply.answer, message, operation).pointing(selector.pointer()))
            }
        }
    }

    pub(super) fn selector(&self, selector: Option<&Text>) -> Result<Selector, Failure> {
        let text = selector
            .map(|selector| selector.render(&self.scope))
            .transpose()
            .map_err(|error| self.template_fault(&error))?;
        let Ok(selector) = text.unwrap_or_default().parse();
        Ok(selector)
    }

    pub(super) fn not_understood(&self, answer: &Answer, message: String, operation: Operation) -> Failure {
        Failure::new(ErrorCode::AnswerNotUnderstood, message)
            .at(Some(answer.exchange.clone()))
            .unknown(operation.writes())
    }

    pub(super) fn template_fault(&self, error: &crate::template::TemplateError) -> Failure {
        Failure::configuration(format!("The connector {} cannot be used here: {error}.", self.manifest.title))
    }
}

fn looks_like_html(answer: &Answer) -> bool {
    let says_so = answer.header("content-type").is_some_and(|kind| kind.contains("html"));
    let start: Vec<u8> = answer.body.iter().copied().skip_while(u8::is_ascii_whitespace).take(15).collect();
    says_so || start.starts_with(b"<")
}
