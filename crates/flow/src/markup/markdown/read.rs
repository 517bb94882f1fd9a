//! Markdown, by [pulldown_cmark]; tags in it are read as HTML.

use pulldown_cmark::{CodeBlockKind, Event, Options, Parser, Tag, TagEnd};

use super::super::address;
use super::super::builder::{Builder, Kind, Span};
use super::super::html::read::{Reader, language};
use super::super::tree::{Block, Style, code};

/// The blocks of a Markdown text.
pub(crate) fn read(text: &str) -> Vec<Block> {
    let mut reading = Reading { html: Reader::new(Builder::new()), block: None, in_head: false };
    for event in Parser::new_ext(text, options()) {
        reading.event(event);
    }
    reading.html.builder.finish()
}

fn options() -> Options {
    Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH | Options::ENABLE_TASKLISTS
}

/// A block that is read by its letters.
enum Letters {
    Code { language: String, text: String },
    Html(String),
}

struct Reading {
    html: Reader,
    block: Option<Letters>,
    in_head: bool,
}

impl Reading {
    fn event(&mut self, event: Event<'_>) {
        match event {
            Event::Start(tag) => self.start(tag),
            Event::End(tag) => self.end(tag),
            Event::Text(text) => self.text(&text),
            Event::Code(text) => self.html.builder.code(&text),
            Event::Html(text) => self.text(&text),
            Event::InlineHtml(tag) => self.html.feed(&tag),
            Event::SoftBreak => self.html.builder.text(" "),
            Event::HardBreak => self.html.builder.line_break(),
            Event::Rule => {
                self.html.builder.boundary();
                self.html.builder.block(Block::Rule);
            }
            Event::TaskListMarker(done) => self.html.builder.text(if done { "[x] " } else { "[ ] " }),
            Event::InlineMath(text) | Event::DisplayMath(text) | Event::FootnoteReference(text) => {
                self.text(&text)
            }
        }
    }

    fn text(&mut self, letters: &str) {
        match &mut self.block {
            Some(Letters::Code { text, .. } | Letters::Html(text)) => text.push_str(letters),
            None => self.html.builder.text(letters),
        }
    }

    fn start(&mut self, tag: Tag<'_>) {
        let builder = &mut self.html.builder;
        match tag {
            Tag::Heading { level, .. } => builder.heading(level as u8),
            Tag::BlockQuote(_) => builder.open(Kind::Quote),
            Tag::CodeBlock(kind) => {
                builder.boundary();
                let language = match kind {
                    CodeBlockKind::Fenced(word) => {
                        language(word.split_whitespace().next().unwrap_or_default())
                    }
                    CodeBlockKind::Indented => String::new(),
                };
                self.block = Some(Letters::Code { language, text: String::new() });
            }
            Tag::HtmlBlock => {
                builder.boundary();
                self.block = Some(Letters::Html(String::new()));
            }
            Tag::List(first) => builder.open(Kind::List { ordered: first.is_some() }),
            Tag::Item => builder.open(Kind::Item),
            Tag::Table(_) => builder.open(Kind::Table),
            Tag::TableHead => {
                self.in_head = true;
                builder.open(Kind::Row);
            }
            Tag::TableRow => builder.open(Kind::Row),
            Tag::TableCell => builder.open(Kind::Cell { header: self.in_head }),
            Tag::Emphasis => builder.open_span(Span::Style(Style::Emphasis)),
            Tag::Strong => builder.open_span(Span::Style(Style::Strong)),
            Tag::Strikethrough => builder.open_span(Span::Style(Style::Strike)),
            Tag::Link { dest_url, .. } => builder.open_span(Span::Link(address::safe(&dest_url))),
            Tag::Image { dest_url, .. } => builder.open_span(Span::Image(address::safe(&dest_url))),
            _ => builder.boundary(),
        }
    }

    fn end(&mut self, tag: TagEnd) {
        let builder = &mut self.html.builder;
        let any = |_| false;
        match tag {
            TagEnd::CodeBlock | TagEnd::HtmlBlock => self.end_letters(),
            TagEnd::BlockQuote(_) => builder.close(|kind| kind == Kind::Quote, any),
            TagEnd::List(_) => builder.close(|kind| matches!(kind, Kind::List { .. }), any),
            TagEnd::Item => {
                builder.close(|kind| kind == Kind::Item, |kind| matches!(kind, Kind::List { .. }))
            }
            TagEnd::Table => builder.close(|kind| kind == Kind::Table, any),
            TagEnd::TableHead => {
                self.in_head = false;
                builder.close(|kind| kind == Kind::Row, |kind| kind == Kind::Table);
            }
            TagEnd::TableRow => builder.close(|kind| kind == Kind::Row, |kind| kind == Kind::Table),
            TagEnd::TableCell => {
                builder.close(|kind| matches!(kind, Kind::Cell { .. }), |kind| kind == Kind::Table);
            }
            TagEnd::Emphasis => builder.close_spans(|span| *span == Span::Style(Style::Emphasis)),
            TagEnd::Strong => builder.close_spans(|span| *span == Span::Style(Style::Strong)),
            TagEnd::Strikethrough => builder.close_spans(|span| *span == Span::Style(Style::Strike)),
            TagEnd::Link => builder.close_spans(|span| matches!(span, Span::Link(_))),
            TagEnd::Image => builder.close_spans(|span| matches!(span, Span::Image(_))),
            _ => builder.boundary(),
        }
    }

    fn end_letters(&mut self) {
        match self.block.take() {
            Some(Letters::Code { language, text }) => {
                if let Some(block) = code(language, &text) {
                    self.html.builder.block(block);
                }
            }
            Some(Letters::Html(text)) => self.html.feed(&text),
            None => {}
        }
    }
}
