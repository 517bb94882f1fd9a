//! The compiled expressions and templates of one plan.

use std::sync::{Arc, LazyLock};

use minijinja::{Environment, Error, ErrorKind, Value};
use serde_json::Value as Json;
use throughline_domain::ErrorCode;

use super::convert::to_json;
use super::inspect::{self, Reads, Vocabulary};
use super::{Scope, environment, library};
use crate::limits;

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
    pub(crate) reads: Reads,
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
                Ok(Formula { code: Code::Expression(code), reads })
            }
            Syntax::Template => {
                let reads = inspect::template(source, &VOCABULARY)?;
                let name = format!("template {}", self.count);
                self.templates.add_template_owned(name.clone(), source.to_owned()).map_err(refuse)?;
                self.count += 1;
                Ok(Formula { code: Code::Template(name), reads })
            }
        }
    }

    /// The value of a formula; `None` when an expression gives an undefined value.
    pub(crate) fn evaluate(
        &self,
        formula: &Formula,
        scope: &Arc<Scope>,
    ) -> Result<Option<Json>, EvaluationError> {
        let context = Value::from_dyn_object(Arc::clone(scope));
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
