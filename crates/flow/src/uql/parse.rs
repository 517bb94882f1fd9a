//! Text into a query: sqlparser reads tokens and expressions; the clauses and what is allowed in them are ours, so that
//! everything else is refused where it stands.

use sqlparser::ast::Ident;
use sqlparser::dialect::Dialect;
use sqlparser::keywords::Keyword;
use sqlparser::parser::{Parser, ParserError};
use sqlparser::tokenizer::{Location, Token, TokenWithSpan};

use super::{Order, Query, expression};
use crate::limits;
use crate::path::FieldPath;
use crate::text::offset_of;

/// Why a text is not UQL, and where.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("at character {offset}: {message}")]
pub struct UqlError {
    /// One sentence on what is wrong.
    pub message: String,
    /// The character it begins at, counted from 0.
    pub offset: usize,
}

/// A fault before its place was turned into an offset.
pub(super) struct Misfit {
    pub(super) message: String,
    pub(super) location: Location,
}

impl Misfit {
    pub(super) fn new(message: impl Into<String>, location: Location) -> Self {
        Self { message: message.into(), location }
    }
}

/// SQL with as little in it as possible.
#[derive(Debug)]
struct Uql;

impl Dialect for Uql {
    fn is_delimited_identifier_start(&self, ch: char) -> bool {
        ch == '"'
    }

    fn is_identifier_start(&self, ch: char) -> bool {
        ch.is_ascii_alphabetic() || ch == '_'
    }

    fn is_identifier_part(&self, ch: char) -> bool {
        ch.is_ascii_alphanumeric() || ch == '_'
    }

    fn supports_in_empty_list(&self) -> bool {
        true
    }
}

/// Reads a query: `select * from <entity> [where …] [order by <field> [desc], …] [limit <n>]`.
pub fn parse(text: &str) -> Result<Query, UqlError> {
    if text.len() > limits::UQL_BYTES {
        let message = format!("a query has at most {} bytes", limits::UQL_BYTES);
        return Err(UqlError { message, offset: text.chars().count() });
    }
    let at = |misfit: Misfit| UqlError { offset: offset(text, misfit.location), message: misfit.message };
    let parser = Parser::new(&Uql).with_recursion_limit(60).try_with_sql(text);
    let mut parser = parser.map_err(|error| at(located(&error, Location::new(1, 1))))?;
    query(&mut parser).map_err(at)
}

/// sqlparser has no place for the end of the text: it says line 0.
fn offset(text: &str, location: Location) -> usize {
    let end = text.chars().count();
    if location.line == 0 { end } else { offset_of(text, location.line, location.column).min(end) }
}

fn query(parser: &mut Parser<'_>) -> Result<Query, Misfit> {
    keyword(parser, Keyword::SELECT, "a query begins with `select`")?;
    token(parser, &Token::Mul, "write `*`: a query gives whole records")?;
    keyword(parser, Keyword::FROM, "expected `from`")?;
    let entity = name(parser)?;
    let condition = if parser.parse_keyword(Keyword::WHERE) {
        let location = parser.peek_token().span.start;
        let parsed = parser.parse_expr().map_err(|error| located(&error, location))?;
        Some(expression::condition(&parsed)?)
    } else {
        None
    };
    let order_by = order_by(parser)?;
    let limit = if parser.parse_keyword(Keyword::LIMIT) { Some(number(parser)?) } else { None };
    let next = parser.peek_token();
    match next.token {
        Token::EOF => Ok(Query { entity, condition, order_by, limit }),
        _ => Err(Misfit::new(format!("`{next}` is not expected here"), next.span.start)),
    }
}

fn order_by(parser: &mut Parser<'_>) -> Result<Vec<Order>, Misfit> {
    let mut order = Vec::new();
    if !parser.parse_keyword(Keyword::ORDER) {
        return Ok(order);
    }
    keyword(parser, Keyword::BY, "expected `by`")?;
    loop {
        let field = path(parser)?;
        let descending = parser.parse_keyword(Keyword::DESC);
        if !descending {
            let _ = parser.parse_keyword(Keyword::ASC);
        }
        order.push(Order { field, descending });
        if !parser.consume_token(&Token::Comma) {
            return Ok(order);
        }
        if order.len() >= 10 {
            return Err(Misfit::new("at most 10 fields in an order", parser.peek_token().span.start));
        }
    }
}

fn keyword(parser: &mut Parser<'_>, keyword: Keyword, message: &str) -> Result<(), Misfit> {
    let location = parser.peek_token().span.start;
    parser.expect_keyword_is(keyword).map_err(|_| Misfit::new(message, location))
}

fn token(parser: &mut Parser<'_>, token: &Token, message: &str) -> Result<(), Misfit> {
    let location = parser.peek_token().span.start;
    if parser.consume_token(token) { Ok(()) } else { Err(Misfit::new(message, location)) }
}

fn name(parser: &mut Parser<'_>) -> Result<String, Misfit> {
    match parser.next_token() {
        TokenWithSpan { token: Token::Word(word), .. } if !word.value.is_empty() => Ok(word.value),
        other => Err(Misfit::new(format!("expected a name, found `{other}`"), other.span.start)),
    }
}

fn path(parser: &mut Parser<'_>) -> Result<FieldPath, Misfit> {
    let location = parser.peek_token().span.start;
    let mut names = vec![name(parser)?];
    while parser.consume_token(&Token::Period) {
        names.push(name(parser)?);
    }
    FieldPath::from_names(names).ok_or_else(|| Misfit::new("this field path has too many names", location))
}

pub(super) fn path_of(names: &[Ident], location: Location) -> Result<FieldPath, Misfit> {
    FieldPath::from_names(names.iter().map(|ident| ident.value.clone()))
        .ok_or_else(|| Misfit::new("this field path has too many names, or an empty one", location))
}

fn number(parser: &mut Parser<'_>) -> Result<u64, Misfit> {
    let next = parser.next_token();
    match &next.token {
        Token::Number(digits, false) => {
            digits.parse().map_err(|_| Misfit::new("this limit is too large", next.span.start))
        }
        _ => Err(Misfit::new("expected a whole number", next.span.start)),
    }
}

/// sqlparser puts the place at the end of its message: "… at Line: 1, Column: 7".
fn located(error: &ParserError, fallback: Location) -> Misfit {
    let text = match error {
        ParserError::TokenizerError(text) | ParserError::ParserError(text) => text.as_str(),
        ParserError::RecursionLimitExceeded => return Misfit::new("this is nested too deeply", fallback),
    };
    let found = text.rsplit_once(" at Line: ").and_then(|(message, place)| {
        let (line, column) = place.split_once(", Column: ")?;
        Some(Misfit::new(message, Location::new(line.trim().parse().ok()?, column.trim().parse().ok()?)))
    });
    found.unwrap_or_else(|| Misfit::new(text, fallback))
}
