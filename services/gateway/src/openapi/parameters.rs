//! Parameters: of the path by its template, of the query by their declaration, and the headers that operations share.

use utoipa::openapi::path::{Parameter, ParameterBuilder, ParameterIn};
use utoipa::openapi::schema::{KnownFormat, ObjectBuilder, Schema, SchemaFormat, Type};
use utoipa::openapi::{RefOr, Required};

use crate::answer::{Time, WordSet};
use crate::operation::Operation;
use crate::request::{Kind, Param};
use throughline_domain::Phase;
use utoipa::PartialSchema;

/// Every parameter of an operation.
pub(super) fn all(operation: &Operation, query: &[Param], if_match: bool) -> Vec<Parameter> {
    let names = operation.path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'));
    let mut all: Vec<_> = names.map(of_path).collect();
    all.extend(query.iter().map(of_query));
    if if_match {
        all.push(header("If-Match", true, "The `ETag` of what was read, or `*`."));
    }
    if operation.remembers_answers() {
        all.push(header(
            "Idempotency-Key",
            false,
            "Up to 200 characters. A repeated request with the same key gets the first one's answer, for a day.",
        ));
    }
    if operation.id == "events.stream" {
        all.push(header("Last-Event-ID", false, "Resume after this event."));
    }
    all
}

fn of_path(name: &str) -> Parameter {
    let (about, schema): (_, RefOr<Schema>) = match name {
        "id" => ("The id.", uuid()),
        "number" => ("The number of the revision.", number()),
        "phase" => ("The phase.", words(Phase::words())),
        "key" => ("The key of the action.", String::schema()),
        "code" => ("The stable code.", String::schema()),
        "token" => ("The token of the listener; whoever has it may push.", String::schema()),
        _ => ("The name.", String::schema()),
    };
    let parameter =
        ParameterBuilder::new().name(name).parameter_in(ParameterIn::Path).required(Required::True);
    parameter.description(Some(about)).schema(Some(schema)).build()
}

fn of_query(param: &Param) -> Parameter {
    let (schema, about): (RefOr<Schema>, String) = match param.kind {
        Kind::Text => (String::schema(), param.about.to_owned()),
        Kind::Uuid => (uuid(), param.about.to_owned()),
        Kind::Time => (Time::schema(), param.about.to_owned()),
        Kind::Number => (number(), param.about.to_owned()),
        Kind::Words(all) => (
            String::schema(),
            format!("{} One or more, separated by commas, of: {}.", param.about, all().join(", ")),
        ),
    };
    let parameter = ParameterBuilder::new().name(param.name).parameter_in(ParameterIn::Query);
    parameter.required(Required::False).description(Some(about)).schema(Some(schema)).build()
}

fn header(name: &str, required: bool, about: &str) -> Parameter {
    let required = if required { Required::True } else { Required::False };
    let parameter = ParameterBuilder::new().name(name).parameter_in(ParameterIn::Header).required(required);
    parameter.description(Some(about)).schema(Some(String::schema())).build()
}

fn uuid() -> RefOr<Schema> {
    ObjectBuilder::new()
        .schema_type(Type::String)
        .format(Some(SchemaFormat::KnownFormat(KnownFormat::Uuid)))
        .into()
}

fn number() -> RefOr<Schema> {
    ObjectBuilder::new().schema_type(Type::Integer).into()
}

fn words(all: Vec<&'static str>) -> RefOr<Schema> {
    ObjectBuilder::new().schema_type(Type::String).enum_values(Some(all)).into()
}
