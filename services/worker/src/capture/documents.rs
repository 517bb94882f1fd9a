//! The parts of phase documents.

use serde_json::Value;
use throughline_connectors::NativeDescription;
use throughline_domain::RunError;
use throughline_flow::{FilterVerdict, Record, RuleTrace};
use throughline_mask::{MaskedJson, Masker};

use crate::run::Done;

/// A text that may be absent.
pub(crate) fn text(masker: &Masker, text: Option<&str>) -> MaskedJson {
    text.map(|text| masker.text(text)).into()
}

/// One extracted record.
pub(crate) fn record(masker: &Masker, record: &Record) -> MaskedJson {
    MaskedJson::object([
        ("key", text(masker, Some(&record.key))),
        ("version", text(masker, record.version.as_deref())),
        ("url", text(masker, record.url.as_deref())),
        ("fields", masker.json(&record.fields)),
    ])
}

/// One record that the filter left out, and why.
pub(crate) fn filtered(masker: &Masker, record: &Record, verdict: &FilterVerdict) -> MaskedJson {
    let trace = verdict.trace.iter().map(|seen| {
        MaskedJson::object([
            ("pointer", text(masker, Some(&seen.pointer))),
            ("field", text(masker, Some(&seen.field))),
            ("op", text(masker, Some(&seen.op.to_string()))),
            ("expected", masker.json(&seen.expected)),
            ("seen", seen.seen.as_ref().map(|seen| masker.json(seen)).into()),
            ("passed", seen.passed.into()),
        ])
    });
    MaskedJson::object([
        ("key", text(masker, Some(&record.key))),
        ("fields", masker.json(&record.fields)),
        ("trace", MaskedJson::array(trace)),
    ])
}

/// One record after the field map.
pub(crate) fn loaded(masker: &Masker, done: &Done) -> MaskedJson {
    let fields = done.mapped.as_ref().map(|mapped| masker.json(&Value::Object(mapped.fields.clone())));
    let rules = done.mapped.iter().flat_map(|mapped| &mapped.rules).map(|made| rule(masker, made));
    MaskedJson::object([
        ("source_key", text(masker, Some(&done.source_key))),
        ("operation", operation(done)),
        ("reason", done.reason.into()),
        ("fields", fields.into()),
        ("rules", MaskedJson::array(rules)),
        ("error", done.error.as_ref().map(|found| error(masker, found)).into()),
    ])
}

fn rule(masker: &Masker, made: &RuleTrace) -> MaskedJson {
    let from = made.from.iter().map(|(path, value)| {
        MaskedJson::object([("path", text(masker, Some(path))), ("value", masker.json(value))])
    });
    MaskedJson::object([
        ("target", text(masker, Some(&made.target))),
        ("pointer", text(masker, Some(&made.pointer))),
        ("kind", made.kind.into()),
        ("from", MaskedJson::array(from)),
        ("value", made.value.as_ref().map(|value| masker.json(value)).into()),
    ])
}

/// What the target answered for one record.
pub(crate) fn answered(masker: &Masker, done: &Done) -> MaskedJson {
    MaskedJson::object([
        ("source_key", text(masker, Some(&done.source_key))),
        ("target_key", text(masker, done.target_key.as_deref())),
        ("operation", operation(done)),
        ("url", text(masker, done.target_url.as_deref())),
        ("document", done.answer.as_ref().map(|answer| masker.json(answer)).into()),
        ("error", done.error.as_ref().map(|found| error(masker, found)).into()),
    ])
}

/// One record in the status phase.
pub(crate) fn listed(masker: &Masker, done: &Done) -> MaskedJson {
    MaskedJson::object([
        ("source_key", text(masker, Some(&done.source_key))),
        ("target_key", text(masker, done.target_key.as_deref())),
        ("operation", done.operation.map(|operation| MaskedJson::from(operation.as_str())).into()),
        ("outcome", done.outcome.as_str().into()),
        ("reason", done.reason.into()),
        ("error", done.error.as_ref().map(|found| error(masker, found)).into()),
    ])
}

/// An error.
pub(crate) fn error(masker: &Masker, error: &RunError) -> MaskedJson {
    let evidence = &error.evidence;
    MaskedJson::object([
        ("class", error.class().as_str().into()),
        ("code", error.code.as_str().into()),
        ("message", text(masker, Some(&error.message))),
        ("side", error.side.as_str().into()),
        (
            "evidence",
            MaskedJson::object([
                ("phase", evidence.phase.map(|phase| MaskedJson::from(phase.as_str())).into()),
                ("exchange", text(masker, evidence.exchange.as_deref())),
                ("pointer", text(masker, evidence.pointer.as_deref())),
                ("rule", text(masker, evidence.rule.as_deref())),
                ("record", text(masker, evidence.record.as_deref())),
            ]),
        ),
    ])
}

/// The query in the source's own terms.
pub(crate) fn native(masker: &Masker, description: &NativeDescription) -> MaskedJson {
    MaskedJson::object([
        ("method", text(masker, Some(&description.method))),
        ("url", masker.url(&description.url).into()),
        ("body", description.body.as_ref().map(|body| masker.json(body)).into()),
    ])
}

/// What was done with the record, or that nothing was.
fn operation(done: &Done) -> MaskedJson {
    use throughline_domain::Outcome::{Skipped, Unchanged};
    match (done.outcome, done.operation) {
        (Skipped, _) => "skip".into(),
        (Unchanged, _) | (_, None) => "none".into(),
        (_, Some(operation)) => operation.as_str().into(),
    }
}
