//! The compiled expressions and templates of one plan.

use std::sync::LazyLock;

use minijinja::{Environment, Error, ErrorKind, Value};
use serde_json::Value as Json;
use throughline_domain::ErrorCode;

use super::convert::to_json;
use super::inspect::{self, Reads, Vocabulary};
use super::plain::{self, Piece};
use super::{environment, library};
use crate::limits;
use crate::path::FieldPath;

/// Which of the two notations a text is in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Syntax {
    /// `labels.host | upper`: gives a value of any type.
    Expression,
    /// `Host {{ labels.host }}`: gives text.
    Template,
}

/// Why a text does not compile, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SyntaxFault {
    pub(crate) code: &'static str,
    /// In characters, counted from 0.
    pub(crate) offset: usize,
    pub(crate) message: String,
}

/// A compiled text and what it reads.
#[derive(Debug)]
pub(crate) struct Formula {
    code: Code,
    plain: Option<Plain>,
    pub(crate) reads: Reads,
}

/// What a formula does that only fetches fields.
#[derive(Debug)]
enum Plain {
    Field(FieldPath),
    Pieces(Vec<Piece>),
}

#[derive(Debug)]
enum Code {
    Expression(minijinja::Expression<'static, 'static>),
    Template(String),
}

/// The templates of one plan; expressions need no home.
#[derive(Debug)]
pub(crate) struct Program {
    templates: Environment<'static>,
    count: usize,
}

/// Why an evaluation failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct EvaluationError {
    pub(crate) code: ErrorCode,
    pub(crate) message: String,
}

static VOCABULARY: LazyLock<Vocabulary> = LazyLock::new(library::vocabulary);

impl Program {
    pub(crate) fn new() -> Self {
        Self { templates: environment().clone(), count: 0 }
    }

    /// Compiles a text, or says everything that is wrong with it.
    pub(crate) fn compile(&mut self, syntax: Syntax, source: &str) -> Result<Formula, Vec<SyntaxFault>> {
        let refuse = |error: Error| vec![fault_at(source, &error)];
        match syntax {
            Syntax::Expression => {
                let reads = inspect::expression(source, &VOCABULARY)?;
                let code = environment().compile_expression_owned(source.to_owned()).map_err(refuse)?;
                Ok(Formula {
                    code: Code::Expression(code),
                    plain: plain::field(source).map(Plain::Field),
                    reads,
                })
            }
            Syntax::Template => {
                let reads = inspect::template(source, &VOCABULARY)?;
                let name = format!("template {}", self.count);
                self.templates.add_template_owned(name.clone(), source.to_owned()).map_err(refuse)?;
                self.count += 1;
                Ok(Formula {
                    code: Code::Template(name),
                    plain: plain::pieces(source).map(Plain::Pieces),
                    reads,
                })
            }
        }
    }

    /// The value of a formula; `None` when an expression gives an undefined value.
    pub(crate) fn evaluate(
        &self,
        formula: &Formula,
        context: Value,
    ) -> Result<Option<Json>, EvaluationError> {
        match &formula.code {
            Code::Expression(expression) => {
                let value = expression.eval(context).map_err(|error| explain(&error))?;
                if value.is_undefined() {
                    return Ok(None);
                }
                to_json(&value).map(Some).map_err(|error| explain(&error))
            }
            Code::Template(name) => {
                let template = self.templates.get_template(name).map_err(|error| explain(&error))?;
                let text = template.render(context).map_err(|error| explain(&error))?;
                bounded(text).map(|text| Some(Json::String(text)))
            }
        }
    }
}

impl Formula {
    /// Whether the formula only fetches fields, so that [`Formula::fetch`] mostly suffices.
    pub(crate) const fn is_plain(&self) -> bool {
        self.plain.is_some()
    }

    /// The value, if it can be had by fetching fields that have plain values.
    pub(crate) fn fetch<'v>(&self, find: impl Fn(&FieldPath) -> Option<&'v Json>) -> Option<Json> {
        match self.plain.as_ref()? {
            Plain::Field(path) => plain::fetched(find(path)),
            Plain::Pieces(pieces) => plain::joined(pieces, find).map(Json::String),
        }
    }
}

fn bounded(text: String) -> Result<String, EvaluationError> {
    if text.len() <= limits::OUTPUT_BYTES {
        return Ok(text);
    }
    let message = format!("the text is larger than {} bytes", limits::OUTPUT_BYTES);
    Err(EvaluationError { code: ErrorCode::FuelExhausted, message })
}

/// The position and text of a compile error.
pub(super) fn fault_at(source: &str, error: &Error) -> SyntaxFault {
    let offset = error.range().map_or(0, |range| crate::text::chars_before(source, range.start));
    SyntaxFault { code: crate::fault::codes::INVALID_EXPRESSION, offset, message: sentence(error) }
}

fn explain(error: &Error) -> EvaluationError {
    let code = match error.kind() {
        ErrorKind::OutOfFuel => ErrorCode::FuelExhausted,
        ErrorKind::UndefinedError => ErrorCode::SourceFieldMissing,
        ErrorKind::BadSerialization => ErrorCode::ValueTypeMismatch,
        _ => ErrorCode::ExpressionFailed,
    };
    EvaluationError { code, message: sentence(error) }
}

/// What minijinja says, without the name of the template, and with its cause.
fn sentence(error: &Error) -> String {
    let own = match error.detail() {
        Some(detail) => format!("{}: {detail}", error.kind()),
        None => error.kind().to_string(),
    };
    match std::error::Error::source(error) {
        Some(cause) => format!("{own}: {cause}"),
        None => own,
    }
}
