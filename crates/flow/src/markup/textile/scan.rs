//! Running text of Textile, in one pass: what opens waits until it is closed, and becomes the letters that it is when
//! nothing closes it.

use super::super::address;
use super::super::tree::{Inline, Style, append, letters, push_styled, push_text, tidied};
use super::tokens::{address_at, entity, image_at};
use crate::limits;

/// Signs of styles, longer ones first. `%` marks a span that only has attributes.
const STYLES: [(&str, Option<Style>); 10] = [
    ("**", Some(Style::Strong)),
    ("__", Some(Style::Emphasis)),
    ("??", Some(Style::Emphasis)),
    ("*", Some(Style::Strong)),
    ("_", Some(Style::Emphasis)),
    ("-", Some(Style::Strike)),
    ("+", Some(Style::Underline)),
    ("^", Some(Style::Superscript)),
    ("~", Some(Style::Subscript)),
    ("%", None),
];

/// Tags whose content is letters, and whether these are code.
const TAGS: [(&str, &str, bool); 5] = [
    ("<code>", "</code>", true),
    ("<pre>", "</pre>", true),
    ("<kbd>", "</kbd>", true),
    ("<notextile>", "</notextile>", false),
    ("==", "==", false),
];

/// Running text of one line.
pub(super) fn running(line: &str) -> Vec<Inline> {
    lines(line, &[])
}

/// Running text of several lines, each line its own.
pub(super) fn lines(first: &str, more: &[&str]) -> Vec<Inline> {
    let mut content = Vec::new();
    for (position, line) in std::iter::once(first).chain(more.iter().copied()).enumerate() {
        if position > 0 {
            content.push(Inline::Break);
        }
        append(&mut content, Scan::new(line.trim_matches([' ', '\t'])).run());
    }
    tidied(content)
}

/// What was opened, and what has come since.
struct Frame {
    sign: &'static str,
    content: Vec<Inline>,
}

/// The sign of a link's text.
const QUOTE: &str = "\"";

struct Scan<'l> {
    line: &'l str,
    at: usize,
    frames: Vec<Frame>,
    content: Vec<Inline>,
    /// Endings that do not occur any more.
    absent: Vec<&'static str>,
}

impl<'l> Scan<'l> {
    fn new(line: &'l str) -> Self {
        Self { line, at: 0, frames: Vec::new(), content: Vec::new(), absent: Vec::new() }
    }

    fn run(mut self) -> Vec<Inline> {
        while self.at < self.line.len() {
            if !(self.letters_inside()
                || self.code()
                || self.image()
                || self.link()
                || self.style()
                || self.entity())
            {
                self.letter();
            }
        }
        self.dissolve(0);
        self.content
    }

    fn rest(&self) -> &'l str {
        &self.line[self.at..]
    }

    fn before(&self) -> Option<char> {
        self.line[..self.at].chars().next_back()
    }

    fn here(&mut self) -> &mut Vec<Inline> {
        match self.frames.last_mut() {
            Some(frame) => &mut frame.content,
            None => &mut self.content,
        }
    }

    fn letter(&mut self) {
        let rest = self.rest();
        // Everything up to the next character that may be a sign.
        let plain = rest.char_indices().skip(1).find(|(_, c)| !c.is_alphanumeric() && *c != ' ');
        let end = plain.map_or(rest.len(), |(end, _)| end);
        push_text(self.here(), &rest[..end]);
        self.at += end;
    }

    /// Whether something may open here: at the beginning, after a space or a bracket, or right inside what has opened.
    fn may_open(&self) -> bool {
        let opened = self
            .frames
            .last()
            .is_some_and(|frame| frame.content.is_empty() && self.line[..self.at].ends_with(frame.sign));
        opened || self.before().is_none_or(|c| c.is_whitespace() || matches!(c, '(' | '>'))
    }

    /// Whether what ends before this text may end there: before a space, punctuation, or the end.
    fn may_close(rest: &str) -> bool {
        rest.chars().next().is_none_or(|c| !c.is_alphanumeric())
    }

    /// The text up to an ending, and what follows; an ending that is not there is looked for once.
    fn until(&mut self, start: usize, ending: &'static str) -> Option<(&'l str, usize)> {
        if self.absent.contains(&ending) {
            return None;
        }
        let rest = self.line.get(start..)?;
        match rest.find(ending) {
            Some(length) => Some((&rest[..length], start + length + ending.len())),
            None => {
                self.absent.push(ending);
                None
            }
        }
    }

    fn letters_inside(&mut self) -> bool {
        let Some((open, close, code)) = TAGS.iter().find(|(open, ..)| self.rest().starts_with(open)) else {
            return false;
        };
        if *open == "==" && !self.may_open() {
            return false;
        }
        let Some((inside, next)) = self.until(self.at + open.len(), close) else { return false };
        if inside.is_empty() || *open == "==" && !Self::may_close(&self.line[next..]) {
            return false;
        }
        self.at = next;
        if *code && !inside.trim().is_empty() {
            self.here().push(Inline::Code(inside.trim().to_owned()));
        } else {
            push_text(self.here(), inside);
        }
        true
    }

    fn code(&mut self) -> bool {
        if !self.rest().starts_with('@') || !self.may_open() {
            return false;
        }
        let Some((inside, next)) = self.until(self.at + 1, "@") else { return false };
        if inside.trim().is_empty() || inside.trim() != inside || !Self::may_close(&self.line[next..]) {
            return false;
        }
        self.at = next;
        self.here().push(Inline::Code(inside.to_owned()));
        true
    }

    /// `!source!`, `!source(text)!`, either with a link after it.
    fn image(&mut self) -> bool {
        let Some(rest) = self.rest().strip_prefix('!').filter(|_| self.may_open()) else { return false };
        let Some((source, alt, length)) = image_at(rest) else { return false };
        let Some(source) = address::safe(source) else { return false };
        self.at += 1 + length;
        let image = Inline::Image { source, text: decoded(alt) };
        let to = self.rest().strip_prefix(':').map(address_at).unwrap_or_default();
        match address::safe(to) {
            Some(address) => {
                self.at += 1 + to.len();
                self.here().push(Inline::Link { to: address, content: vec![image] });
            }
            None => self.here().push(image),
        }
        true
    }

    /// `"text":address`, `"text(title)":address`.
    fn link(&mut self) -> bool {
        let Some(rest) = self.rest().strip_prefix('"') else { return false };
        let open = self.frames.iter().rposition(|frame| frame.sign == QUOTE);
        let to = rest.strip_prefix(':').map(address_at).unwrap_or_default();
        if let Some(open) = open {
            let safe = address::safe(to).filter(|_| !to.is_empty());
            let Some(safe) = safe else {
                // An ordinary quotation.
                self.dissolve(open);
                return false;
            };
            self.dissolve(open + 1);
            let content = self.frames.pop().map(|frame| frame.content).unwrap_or_default();
            self.at += 2 + to.len();
            self.end_link(safe, content);
            return true;
        }
        self.may_open() && !rest.is_empty() && !rest.starts_with(char::is_whitespace) && self.open(QUOTE)
    }

    fn end_link(&mut self, to: String, mut content: Vec<Inline>) {
        if let Some(Inline::Text(text)) = content.last_mut()
            && text.ends_with(')')
            && let Some((before, _)) = text.split_once('(').filter(|(before, _)| !before.trim().is_empty())
        {
            *text = before.trim_end().to_owned();
        }
        let here = self.here();
        if content.is_empty() {
            push_text(here, &to);
        } else {
            here.push(Inline::Link { to, content });
        }
    }

    fn open(&mut self, sign: &'static str) -> bool {
        if self.frames.len() >= limits::MARKUP_SPANS {
            return false;
        }
        self.at += sign.len();
        self.frames.push(Frame { sign, content: Vec::new() });
        true
    }

    fn style(&mut self) -> bool {
        for (sign, style) in STYLES {
            let Some(rest) = self.rest().strip_prefix(sign) else { continue };
            if let Some(open) = self.frames.iter().rposition(|frame| frame.sign == sign)
                && self.before().is_some_and(|c| !c.is_whitespace())
                && Self::may_close(rest)
                && !(self.frames.len() == open + 1 && self.frames[open].content.is_empty())
            {
                self.close(open, style);
                self.at += sign.len();
                return true;
            }
            let begins = rest.chars().next().is_some_and(|c| !c.is_whitespace() && !rest.starts_with(sign));
            if begins
                && self.may_open()
                && !self.frames.iter().any(|frame| frame.sign == sign)
                && self.open(sign)
            {
                return true;
            }
        }
        false
    }

    fn close(&mut self, open: usize, style: Option<Style>) {
        self.dissolve(open + 1);
        let Some(frame) = self.frames.pop() else { return };
        let mut content = frame.content;
        if let Some(Inline::Text(first)) = content.first_mut() {
            let rest = super::line::attributes(first);
            // Attributes are followed by what they are of.
            if first.starts_with(['(', '{', '['])
                && !rest.is_empty()
                && !rest.starts_with(char::is_whitespace)
                && style.is_none()
            {
                *first = rest.to_owned();
            }
        }
        match style {
            Some(style) => push_styled(self.here(), style, content),
            None => append(self.here(), content),
        }
    }

    /// What was opened and not closed is letters after all.
    fn dissolve(&mut self, from: usize) {
        while self.frames.len() > from {
            let Some(frame) = self.frames.pop() else { return };
            let here = self.here();
            push_text(here, frame.sign);
            append(here, frame.content);
        }
    }

    fn entity(&mut self) -> bool {
        let Some((letter, length)) = entity(self.rest()) else { return false };
        self.at += length;
        push_text(self.here(), letter.encode_utf8(&mut [0; 4]));
        true
    }
}

fn decoded(text: &str) -> String {
    let mut content = Vec::new();
    append(&mut content, running(text));
    let mut plain = String::new();
    letters(&content, &mut plain);
    plain
}
