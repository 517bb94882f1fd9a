//! Pages: what to ask for next, and when there is no more.

use std::collections::BTreeMap;

use url::Url;

use super::Connection;
use super::answer::Reply;
use super::offset::Offset;
use super::operation::Operation;
use super::query::{NativeQuery, set_parameters};
use crate::egress::Request;
use crate::failure::Failure;
use crate::manifest::{Paging, RequestTemplate};
use crate::template::{Scope, TemplateError, Text};

/// Where the next page begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cursor(pub(super) Position);

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Position {
    Page(u64),
    Offset(Offset),
    Token(String),
    Address(Url),
}

/// What there was on a page.
pub(super) struct Turned<'a> {
    pub(super) reply: &'a Reply,
    pub(super) count: u64,
    pub(super) last: Option<&'a str>,
}

impl Cursor {
    /// How many records at the beginning of the page were on the one before, and the key of the last of them.
    pub(super) fn overlap(&self) -> Option<(usize, &str)> {
        match &self.0 {
            Position::Offset(offset) => offset.overlap(),
            _ => None,
        }
    }

    /// A page earlier, because records moved.
    pub(super) fn rewound(&self, paging: &Paging, size: u64) -> Option<Self> {
        let (Position::Offset(offset), Paging::Offset { by_page, .. }) = (&self.0, paging) else {
            return None;
        };
        offset.rewound(size, *by_page).map(Position::Offset).map(Self)
    }
}

impl Connection {
    /// The request for the page at `cursor`.
    pub(super) fn page_request(
        &self,
        template: &RequestTemplate,
        paging: &Paging,
        query: &NativeQuery,
        cursor: Option<&Cursor>,
    ) -> Result<Request, TemplateError> {
        let mut request = query.request.clone();
        if let Some(Cursor(Position::Address(url))) = cursor {
            request.url = url.clone();
            return Ok(request);
        }
        let parameters = parameters(paging, query.size, cursor);
        if template.body.is_some() {
            let scope = query.scope.with("page", &parameters).with("limit", &query.size);
            return self.request(template, &scope);
        }
        set_parameters(&mut request.url, &parameters);
        Ok(request)
    }

    /// Where the next page begins, after the one at `cursor`.
    pub(super) fn next_page(
        &self,
        paging: &Paging,
        query: &NativeQuery,
        cursor: Option<&Cursor>,
        page: &Turned<'_>,
    ) -> Result<Option<Cursor>, Failure> {
        let Turned { reply, count, .. } = *page;
        let scope = reply.scope(&self.scope);
        let text = |text: &Text| text.render_some(&scope).map_err(|error| self.template_fault(&error));
        let number =
            |text: Option<&Text>, scope: &Scope| -> Option<u64> { text?.render(scope).ok()?.parse().ok() };
        let next = match paging {
            Paging::None => None,
            Paging::Page { first, total, more, .. } => {
                let page = match cursor {
                    Some(Cursor(Position::Page(page))) => *page,
                    _ => *first,
                };
                let follows = match (number(total.as_ref(), &scope), more) {
                    (Some(total), _) => (page - first + 1) * query.size < total,
                    (None, Some(more)) => text(more)?.is_some_and(|more| more != "false"),
                    (None, None) => count >= query.size,
                };
                (follows && count > 0).then_some(Position::Page(page + 1))
            }
            Paging::Offset { total, by_page, .. } => {
                let total = number(total.as_ref(), &scope);
                offset_at(cursor, query.size)
                    .next(count, page.last, total, query.size, *by_page)
                    .map(Position::Offset)
            }
            Paging::Cursor { next, .. } => text(next)?.map(Position::Token),
            Paging::Link { .. } => self.linked(reply)?.map(Position::Address),
        };
        let next = next.map(Cursor);
        if next.is_some() && next.as_ref() == cursor {
            let message = format!("{} names the same page as the next one.", self.manifest.title);
            return Err(self.not_understood(&reply.answer, message, Operation::Read));
        }
        Ok(next)
    }

    /// The address in `Link: <…>; rel="next"`; it must be on the same host.
    fn linked(&self, reply: &Reply) -> Result<Option<Url>, Failure> {
        let Some(target) = reply.answer.header("link").and_then(next_link) else { return Ok(None) };
        let url = self.base.join(target).ok().filter(|url| url.origin() == self.base.origin());
        let refuse = || format!("{} names a next page on another host.", self.manifest.title);
        url.map(Some).ok_or_else(|| self.not_understood(&reply.answer, refuse(), Operation::Read))
    }
}

fn offset_at(cursor: Option<&Cursor>, size: u64) -> Offset {
    match cursor {
        Some(Cursor(Position::Offset(offset))) => offset.clone(),
        _ => Offset::begin(size),
    }
}

fn parameters(paging: &Paging, size: u64, cursor: Option<&Cursor>) -> BTreeMap<String, String> {
    let mut parameters = BTreeMap::new();
    if let Some(name) = paging.size_parameter() {
        parameters.insert(name.to_owned(), size.to_string());
    }
    match (paging, cursor.map(|cursor| &cursor.0)) {
        (Paging::Page { parameter, first, .. }, position) => {
            let page = if let Some(Position::Page(page)) = position { *page } else { *first };
            parameters.insert(parameter.clone(), page.to_string());
        }
        (Paging::Offset { parameter, size: name, by_page, .. }, _) => {
            let offset = offset_at(cursor, size);
            let place = if *by_page { offset.page() } else { offset.start };
            parameters.insert(parameter.clone(), place.to_string());
            parameters.extend(name.iter().map(|name| (name.clone(), offset.size.to_string())));
        }
        (Paging::Cursor { parameter, .. }, Some(Position::Token(token))) => {
            parameters.insert(parameter.clone(), token.clone());
        }
        _ => {}
    }
    parameters
}

/// The target of `rel="next"` in a `Link` header (RFC 8288).
fn next_link(header: &str) -> Option<&str> {
    header.split(',').find_map(|link| {
        let (target, attributes) = link.trim().strip_prefix('<')?.split_once('>')?;
        let is_next = attributes.split(';').any(|attribute| {
            attribute
                .trim()
                .strip_prefix("rel=")
                .is_some_and(|rel| rel.trim_matches('"').split(' ').any(|rel| rel == "next"))
        });
        is_next.then_some(target)
    })
}

#[cfg(test)]
mod tests {
    use super::next_link;

    #[test]
    fn the_next_link_is_found() {
        let header = "<https://h/a?page=1>; rel=\"prev\", <https://h/a?page=3>; rel=\"next\"";
        assert_eq!(next_link(header), Some("https://h/a?page=3"));
        assert_eq!(next_link("<x>; rel=prev"), None);
    }
}
