//! Text into a query: sqlparser reads tokens and expressions; the clauses and what is allowed in them are ours, so that
//! everything else is refused where it stands.

use sqlparser::ast::Ident;
use sqlparser::dialect::Dialect;
use sqlparser::keywords::Keyword;
use sqlparser::parser::Parser;
use sqlparser::tokenizer::{Location, Token, TokenWithSpan};

use super::check::{self, Mention};
use super::error::{Misfit, UqlError};
use super::{Order, Query, Selection, expression};
use crate::limits;
use crate::path::FieldPath;
use crate::schema::EntitySchema;

/// Words that are no names unless they stand in double quotes.
const RESERVED: [Keyword; 15] = [
    Keyword::SELECT,
    Keyword::FROM,
    Keyword::WHERE,
    Keyword::ORDER,
    Keyword::BY,
    Keyword::LIMIT,
    Keyword::AND,
    Keyword::OR,
    Keyword::NOT,
    Keyword::IN,
    Keyword::IS,
    Keyword::NULL,
    Keyword::ASC,
    Keyword::DESC,
    Keyword::AS,
];

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

/// Reads a query for whole records: `select * from <entity> [where …] [order by <field> [desc], …] [limit <n>]`.
pub fn parse(text: &str) -> Result<Query, UqlError> {
    let (selection, first) = read(text, None)?;
    match first.filter(|_| !selection.fields.is_empty()) {
        Some(at) => {
            let misfit = Misfit::new("an action asks for whole records: write `*`", at);
            Err(misfit.instead("`*`").in_text(text))
        }
        None => Ok(selection.query),
    }
}

/// Reads a query that may ask for fields: `select * | <field>, … from …`, and on as [`parse`] does.
pub fn select(text: &str) -> Result<Selection, UqlError> {
    read(text, None).map(|(selection, _)| selection)
}

/// Reads what is asked of an entity, whose fields it must name and compare as they can be compared.
pub fn select_from(text: &str, schema: &EntitySchema) -> Result<Selection, UqlError> {
    read(text, Some(schema)).map(|(selection, _)| selection)
}

/// What is asked for, and where the first field that is asked for stands.
fn read(text: &str, schema: Option<&EntitySchema>) -> Result<(Selection, Option<Location>), UqlError> {
    if text.len() > limits::UQL_BYTES {
        let message = format!("a query has at most {} bytes", limits::UQL_BYTES);
        return Err(UqlError::at(text, usize::MAX, message, None));
    }
    let parser = Parser::new(&Uql).with_recursion_limit(60).try_with_sql(text);
    let mut parser = parser.map_err(|error| Misfit::located(&error, Location::new(1, 1)).in_text(text))?;
    let mut mentions = Vec::new();
    let selection = selection(&mut parser, &mut mentions).map_err(|misfit| misfit.in_text(text))?;
    if let Some(schema) = schema {
        check::against(schema, &selection.query, &mentions).map_err(|misfit| misfit.in_text(text))?;
    }
    Ok((selection, mentions.first().map(Mention::place)))
}

fn selection(parser: &mut Parser<'_>, mentions: &mut Vec<Mention>) -> Result<Selection, Misfit> {
    keyword(parser, Keyword::SELECT, "`select`")?;
    let fields = fields(parser, mentions)?;
    keyword(parser, Keyword::FROM, if fields.is_empty() { "`from`" } else { "`,` or `from`" })?;
    let at = parser.peek_token().span.start;
    let entity = name(parser, "the name of an entity")?;
    mentions.push(Mention::entity(at));
    let condition = if parser.parse_keyword(Keyword::WHERE) {
        let location = parser.peek_token().span.start;
        let parsed = parser.parse_expr().map_err(|error| Misfit::located(&error, location))?;
        Some(expression::condition(&parsed, mentions)?)
    } else {
        None
    };
    let order_by = order_by(parser, mentions)?;
    let limit = if parser.parse_keyword(Keyword::LIMIT) { Some(number(parser)?) } else { None };
    let next = parser.peek_token();
    match next.token {
        Token::EOF => Ok(Selection { fields, query: Query { entity, condition, order_by, limit } }),
        _ => Err(unexpected(&next, condition.is_some(), !order_by.is_empty(), limit.is_some())),
    }
}

/// What stands behind the last clause that could be read.
fn unexpected(next: &TokenWithSpan, has_where: bool, has_order: bool, has_limit: bool) -> Misfit {
    let mut expected = Vec::new();
    let clauses = [("`where`", has_where || has_order), ("`order by`", has_order), ("`limit`", false)];
    if !has_limit {
        expected.extend(clauses.iter().filter(|(_, passed)| !passed).map(|(name, _)| *name));
    }
    expected.push("the end");
    let hint = match &next.token {
        Token::Comma => "; a query reads one entity",
        Token::SemiColon => "; there is one query, without `;`",
        Token::Word(word) => match word.keyword {
            Keyword::JOIN | Keyword::INNER | Keyword::LEFT | Keyword::RIGHT | Keyword::CROSS => {
                "; a query reads one entity"
            }
            Keyword::GROUP | Keyword::HAVING | Keyword::UNION => "; UQL does not sum up",
            Keyword::OFFSET => "; pages follow each other by themselves",
            _ => "",
        },
        _ => "",
    };
    let expected = expected.join(", ");
    Misfit::new(format!("expected {expected}, found `{next}`{hint}"), next.span.start).instead(expected)
}

/// The fields that are asked for; none for whole records.
fn fields(parser: &mut Parser<'_>, mentions: &mut Vec<Mention>) -> Result<Vec<FieldPath>, Misfit> {
    if parser.consume_token(&Token::Mul) {
        return Ok(Vec::new());
    }
    let mut fields: Vec<FieldPath> = Vec::new();
    loop {
        let at = parser.peek_token().span.start;
        let field = path(parser, if fields.is_empty() { "`*` or a field" } else { "a field" })?;
        if parser.peek_token().token == Token::LParen {
            return Err(Misfit::new(format!("UQL has no function `{field}` here"), at).instead("a field"));
        }
        if fields.contains(&field) {
            return Err(Misfit::new(format!("`{field}` is asked for twice"), at));
        }
        if fields.len() >= limits::UQL_FIELDS {
            return Err(Misfit::new(format!("at most {} fields can be asked for", limits::UQL_FIELDS), at));
        }
        mentions.push(Mention::field(&field, at));
        fields.push(field);
        if !parser.consume_token(&Token::Comma) {
            return Ok(fields);
        }
    }
}

fn order_by(parser: &mut Parser<'_>, mentions: &mut Vec<Mention>) -> Result<Vec<Order>, Misfit> {
    let mut order = Vec::new();
    if !parser.parse_keyword(Keyword::ORDER) {
        return Ok(order);
    }
    keyword(parser, Keyword::BY, "`by`")?;
    loop {
        let at = parser.peek_token().span.start;
        let field = path(parser, "a field")?;
        mentions.push(Mention::field(&field, at));
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

fn keyword(parser: &mut Parser<'_>, keyword: Keyword, what: &str) -> Result<(), Misfit> {
    let found = parser.peek_token();
    parser.expect_keyword_is(keyword).map(|_| ()).map_err(|_| Misfit::expected(what, &found))
}

fn name(parser: &mut Parser<'_>, what: &str) -> Result<String, Misfit> {
    let found = parser.next_token();
    match &found.token {
        Token::Word(word) if word.quote_style.is_none() && RESERVED.contains(&word.keyword) => {
            let misfit = Misfit::expected(what, &found);
            Err(misfit.instead(format!("{what}; as a name, write \"{}\" with its quotes", word.value)))
        }
        Token::Word(word) if !word.value.is_empty() => Ok(word.value.clone()),
        _ => Err(Misfit::expected(what, &found)),
    }
}

fn path(parser: &mut Parser<'_>, what: &str) -> Result<FieldPath, Misfit> {
    let location = parser.peek_token().span.start;
    let mut names = vec![name(parser, what)?];
    while parser.consume_token(&Token::Period) {
        names.push(name(parser, "a name")?);
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
            digits.parse().map_err(|_| Misfit::expected("a whole number below 2^64", &next))
        }
        _ => Err(Misfit::expected("a whole number", &next)),
    }
}
