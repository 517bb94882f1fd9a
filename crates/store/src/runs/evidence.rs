//! The columns of an error, in runs and in their records.

use serde_json::{Map, Value};
use throughline_domain::{ErrorCode, Evidence, Phase, RunError, Side};

use crate::column::word;
use crate::error::Result;
use crate::text::{self, KEY_LIMIT, MESSAGE_LIMIT};

/// The place of an error's proof, as JSON; `None` when there is none.
pub(super) fn to_json(evidence: &Evidence) -> Option<Value> {
    let mut object = Map::new();
    let mut put = |key: &str, value: Option<&str>| {
        if let Some(value) = value {
            object.insert(key.to_owned(), text::json(value, MESSAGE_LIMIT));
        }
    };
    put("phase", evidence.phase.map(Phase::as_str));
    put("exchange", evidence.exchange.as_deref());
    put("pointer", evidence.pointer.as_deref());
    put("rule", evidence.rule.as_deref());
    put("record", evidence.record.as_deref().map(|record| text::cut(record, KEY_LIMIT)));
    (!object.is_empty()).then_some(Value::Object(object))
}

fn from_json(json: Option<&Value>) -> Result<Evidence> {
    let text = |key: &str| json.and_then(|json| json.get(key)?.as_str().map(str::to_owned));
    Ok(Evidence {
        phase: text("phase").map(|phase| word("evidence.phase", &phase)).transpose()?,
        exchange: text("exchange"),
        pointer: text("pointer"),
        rule: text("rule"),
        record: text("record"),
    })
}

/// The error of its columns.
pub(super) fn error(
    code: Option<&str>,
    message: Option<String>,
    side: Option<&str>,
    evidence: Option<&Value>,
) -> Result<Option<RunError>> {
    let Some(code) = code else { return Ok(None) };
    Ok(Some(RunError {
        code: word::<ErrorCode>("error_code", code)?,
        message: message.unwrap_or_default(),
        side: side.map_or(Ok(Side::Throughline), |side| word("error_side", side))?,
        evidence: from_json(evidence)?,
    }))
}
