//! HTML, however broken: the tokens are those of the standard ([html5gum]), the tree is our own, of what can be kept.
//! Scripts, styles and whatever else is not text are left out with what is in them; of attributes only addresses count.

use html5gum::emitters::default::DefaultEmitter;
use html5gum::{HtmlString, StartTag, Token, Tokenizer};

use super::super::builder::{Builder, Kind, Span, is_barrier};
use super::super::tree::{Block, Style, code};

/// Elements whose content is not text.
const LEFT_OUT: [&str; 9] =
    ["script", "style", "title", "template", "iframe", "noembed", "noframes", "noscript", "object"];
/// Elements that begin and end a paragraph.
const BOUNDARIES: [&str; 25] = [
    "address",
    "article",
    "aside",
    "body",
    "caption",
    "center",
    "dd",
    "details",
    "div",
    "dl",
    "dt",
    "fieldset",
    "figcaption",
    "figure",
    "footer",
    "form",
    "header",
    "html",
    "main",
    "nav",
    "p",
    "section",
    "summary",
    "tbody",
    "thead",
];

/// The blocks of an HTML text.
pub(crate) fn read(text: &str) -> Vec<Block> {
    let mut reader = Reader::new(Builder::new());
    reader.feed(text);
    reader.builder.finish()
}

/// What reads tags into a builder; Markdown, which may have tags in it, uses it too.
pub(crate) struct Reader {
    pub(crate) builder: Builder,
    /// The element being left out, and how many of the same name are open.
    skipped: Option<(String, usize)>,
    /// The text of a `<pre>` being read, with its language.
    preformatted: Option<(String, String)>,
    /// The text of a `<code>` being read.
    code: Option<String>,
}

impl Reader {
    pub(crate) fn new(builder: Builder) -> Self {
        Self { builder, skipped: None, preformatted: None, code: None }
    }

    /// Reads a piece of HTML. What it leaves open stays open, except what is read by its letters.
    pub(crate) fn feed(&mut self, text: &str) {
        let mut emitter = DefaultEmitter::default();
        emitter.naively_switch_states(true);
        for token in Tokenizer::new_with_emitter(text, emitter).flatten() {
            match token {
                Token::StartTag(tag) => self.start(&tag),
                Token::EndTag(tag) => self.end(&string(&tag.name)),
                Token::String(text) => self.text(&string(&text)),
                _ => {}
            }
        }
        self.skipped = None;
        self.end_code();
        self.end_preformatted();
    }

    fn text(&mut self, text: &str) {
        match (&self.skipped, &mut self.preformatted, &mut self.code) {
            (Some(_), ..) => {}
            (_, Some((_, letters)), _) => letters.push_str(text),
            (_, _, Some(letters)) => letters.push_str(text),
            _ => self.builder.text(text),
        }
    }

    fn start(&mut self, tag: &StartTag<()>) {
        let name = string(&tag.name);
        if let Some((skipped, depth)) = &mut self.skipped {
            *depth += usize::from(*skipped == name);
            return;
        }
        if LEFT_OUT.contains(&name.as_str()) {
            self.skipped = (!tag.self_closing).then_some((name, 1));
            return;
        }
        if self.preformatted.is_some() {
            return self.inside_preformatted(&name, tag);
        }
        if self.code.is_some() && !is_block(&name) {
            return;
        }
        self.end_code();
        self.open(&name, tag);
    }

    fn inside_preformatted(&mut self, name: &str, tag: &StartTag<()>) {
        let Some((language, letters)) = &mut self.preformatted else { return };
        match name {
            "br" => letters.push('\n'),
            "code" => *language = language_of(tag),
            _ => {}
        }
    }

    fn open(&mut self, name: &str, tag: &StartTag<()>) {
        let builder = &mut self.builder;
        match name {
            "br" => builder.line_break(),
            "hr" => {
                builder.boundary();
                builder.block(Block::Rule);
            }
            "pre" | "listing" => {
                builder.boundary();
                self.preformatted = Some((language_of(tag), String::new()));
            }
            "code" | "tt" | "kbd" | "samp" => self.code = Some(String::new()),
            "blockquote" => builder.open(Kind::Quote),
            "ul" | "menu" => builder.open(Kind::List { ordered: false }),
            "ol" => builder.open(Kind::List { ordered: true }),
            "li" => builder.open(Kind::Item),
            "table" => builder.open(Kind::Table),
            "tr" => builder.open(Kind::Row),
            "td" => builder.open(Kind::Cell { header: false }),
            "th" => builder.open(Kind::Cell { header: true }),
            "a" => {
                // A link inside a link is not HTML: the first ends.
                builder.close_spans(|span| matches!(span, Span::Link(_)));
                let to = attribute(tag, b"href").and_then(|href| super::super::address::safe(&href));
                builder.open_span(Span::Link(to));
            }
            "img" => {
                let text = attribute(tag, b"alt").unwrap_or_default();
                builder.image(&attribute(tag, b"src").unwrap_or_default(), &text);
            }
            _ => match (heading(name), style(name)) {
                (Some(level), _) => builder.heading(level),
                (_, Some(style)) => builder.open_span(Span::Style(style)),
                _ if is_block(name) => builder.boundary(),
                _ => {}
            },
        }
    }

    fn end(&mut self, name: &str) {
        if let Some((skipped, depth)) = &mut self.skipped {
            *depth -= usize::from(skipped == name);
            if *depth == 0 {
                self.skipped = None;
            }
            return;
        }
        match name {
            "pre" | "listing" => return self.end_preformatted(),
            _ if self.preformatted.is_some() => return,
            "code" | "tt" | "kbd" | "samp" => return self.end_code(),
            _ if self.code.is_some() && !is_block(name) => return,
            _ => self.end_code(),
        }
        self.close(name);
    }

    fn close(&mut self, name: &str) {
        let builder = &mut self.builder;
        let never = |_| false;
        let table = |kind| kind == Kind::Table;
        match name {
            "br" => builder.line_break(),
            "blockquote" => {
                builder.close(|kind| kind == Kind::Quote, |kind| matches!(kind, Kind::Cell { .. }))
            }
            "ul" | "ol" | "menu" => {
                builder.close(
                    |kind| matches!(kind, Kind::List { .. }),
                    |kind| matches!(kind, Kind::Cell { .. }),
                );
            }
            "li" => builder.close(|kind| kind == Kind::Item, is_barrier),
            "table" => builder.close(table, never),
            "tr" => builder.close(|kind| kind == Kind::Row, table),
            "td" | "th" => builder.close(|kind| matches!(kind, Kind::Cell { .. }), table),
            "a" => builder.close_spans(|span| matches!(span, Span::Link(_))),
            _ => match (heading(name), style(name)) {
                (_, Some(style)) => builder.close_spans(|span| *span == Span::Style(style)),
                (Some(_), _) => builder.boundary(),
                _ if is_block(name) => builder.boundary(),
                _ => {}
            },
        }
    }

    fn end_code(&mut self) {
        if let Some(letters) = self.code.take() {
            // Line ends inside are white space.
            self.builder.code(&letters.split(['\n', '\r']).map(str::trim).collect::<Vec<_>>().join(" "));
        }
    }

    fn end_preformatted(&mut self) {
        if let Some((language, letters)) = self.preformatted.take()
            && let Some(block) = code(language, &letters.replace("\r\n", "\n"))
        {
            self.builder.block(block);
        }
    }
}

fn string(bytes: &HtmlString) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn attribute(tag: &StartTag<()>, name: &[u8]) -> Option<String> {
    tag.attributes.get(name).map(|value| string(&value.value))
}

/// `<code class="language-rust">`, or Redmine's `<code class="ruby">`.
fn language_of(tag: &StartTag<()>) -> String {
    let class = attribute(tag, b"class").unwrap_or_default();
    let word = class.split_whitespace().next().unwrap_or_default();
    language(word.strip_prefix("language-").unwrap_or(word))
}

/// The name of a language, or nothing when it is none.
pub(crate) fn language(word: &str) -> String {
    let letter = |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '#' | '_');
    if word.len() <= 30 && word.chars().all(letter) { word.to_owned() } else { String::new() }
}

fn heading(name: &str) -> Option<u8> {
    match name.as_bytes() {
        [b'h', level @ b'1'..=b'6'] => Some(level - b'0'),
        _ => None,
    }
}

fn is_block(name: &str) -> bool {
    const MORE: [&str; 11] =
        ["pre", "listing", "blockquote", "ul", "ol", "li", "table", "tr", "td", "th", "hr"];
    BOUNDARIES.contains(&name) || MORE.contains(&name) || heading(name).is_some()
}

fn style(name: &str) -> Option<Style> {
    match name {
        "b" | "strong" => Some(Style::Strong),
        "i" | "em" | "cite" | "dfn" | "var" => Some(Style::Emphasis),
        "s" | "strike" | "del" => Some(Style::Strike),
        "u" | "ins" => Some(Style::Underline),
        "sup" => Some(Style::Superscript),
        "sub" => Some(Style::Subscript),
        _ => None,
    }
}
