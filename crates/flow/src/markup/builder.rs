//! Blocks from a stream of openings, closings and text, as HTML and Markdown give them. Whatever the stream does, the
//! result is well formed and no deeper than it may be: what would be deeper stays, one level higher.

use super::address;
use super::tree::{Block, Cell, Inline, Style, append, flattened, letters, push_styled, push_text, tidied};
use crate::limits;

/// A block that holds blocks, being filled.
#[derive(Debug)]
struct Frame {
    kind: Kind,
    blocks: Vec<Block>,
    /// Items of a list, rows of a table.
    items: Vec<Vec<Block>>,
    rows: Vec<Vec<Cell>>,
    cells: Vec<Cell>,
}

/// What holds blocks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Root,
    Quote,
    List { ordered: bool },
    Item,
    Table,
    Row,
    Cell { header: bool },
}

/// What holds running text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Span {
    Style(Style),
    Link(Option<String>),
    Image(Option<String>),
}

/// A document being built.
#[derive(Debug)]
pub(super) struct Builder {
    frames: Vec<Frame>,
    /// Running text since the last block began.
    content: Vec<Inline>,
    spans: Vec<(Span, Vec<Inline>)>,
    heading: Option<u8>,
}

impl Frame {
    fn new(kind: Kind) -> Self {
        Self { kind, blocks: Vec::new(), items: Vec::new(), rows: Vec::new(), cells: Vec::new() }
    }
}

impl Builder {
    pub(super) fn new() -> Self {
        Self { frames: vec![Frame::new(Kind::Root)], content: Vec::new(), spans: Vec::new(), heading: None }
    }

    /// Everything, all that is open closed.
    pub(super) fn finish(mut self) -> Vec<Block> {
        self.spans_off();
        while self.frames.len() > 1 {
            self.close_last();
        }
        self.boundary();
        self.frames.pop().map(|root| root.blocks).unwrap_or_default()
    }

    fn spans_off(&mut self) {
        while !self.spans.is_empty() {
            self.close_span();
        }
    }

    /// Ends the paragraph or heading, if there is one. Spans that are open go on in the next.
    pub(super) fn boundary(&mut self) {
        let open: Vec<Span> = self.spans.iter().map(|(span, _)| span.clone()).collect();
        self.spans_off();
        let content = tidied(std::mem::take(&mut self.content));
        match self.heading.take() {
            _ if content.is_empty() => {}
            Some(level) => self.block(Block::Heading(level, content)),
            None => self.block(Block::Paragraph(content)),
        }
        self.spans = open.into_iter().map(|span| (span, Vec::new())).collect();
    }

    /// Begins a heading.
    pub(super) fn heading(&mut self, level: u8) {
        self.boundary();
        self.heading = Some(level.clamp(1, 6));
    }

    /// Adds a block that is complete.
    pub(super) fn block(&mut self, block: Block) {
        self.make_room();
        if let Some(frame) = self.frames.last_mut() {
            frame.blocks.push(block);
        }
    }

    /// Between the items of a list or the cells of a table stands nothing: what comes there gets an item or a cell.
    fn make_room(&mut self) {
        match self.top() {
            Kind::List { .. } => self.push(Kind::Item),
            Kind::Table => {
                self.push(Kind::Row);
                self.push(Kind::Cell { header: false });
            }
            Kind::Row => self.push(Kind::Cell { header: false }),
            _ => {}
        }
    }

    fn top(&self) -> Kind {
        self.frames.last().map_or(Kind::Root, |frame| frame.kind)
    }

    fn push(&mut self, kind: Kind) {
        self.frames.push(Frame::new(kind));
    }

    /// Opens what holds blocks, and closes what cannot be around it.
    pub(super) fn open(&mut self, kind: Kind) {
        self.boundary();
        match kind {
            Kind::Item => self.close_to(|open| matches!(open, Kind::List { .. }), is_barrier),
            Kind::Row => self.close_to(|open| open == Kind::Table, |_| false),
            Kind::Cell { .. } => self.close_to(|open| open == Kind::Row, |open| open == Kind::Table),
            _ => {}
        }
        let fits = match (kind, self.top()) {
            (Kind::Item, top) => matches!(top, Kind::List { .. }),
            (Kind::Row, top) => top == Kind::Table,
            (Kind::Cell { .. }, Kind::Table) => {
                self.push(Kind::Row);
                true
            }
            (Kind::Cell { .. }, top) => top == Kind::Row,
            (Kind::List { .. }, Kind::List { .. }) => {
                self.reopen_item();
                true
            }
            _ => true,
        };
        // An item, its list and the room that `make_room` may need: all of them stay within the bound.
        if fits && self.frames.len() + 3 <= limits::MARKUP_DEPTH {
            if !matches!(kind, Kind::Item | Kind::Row | Kind::Cell { .. }) {
                self.make_room();
            }
            self.push(kind);
        }
    }

    /// A list directly inside a list belongs to the item before it.
    fn reopen_item(&mut self) {
        let last = self.frames.last_mut().and_then(|list| list.items.pop());
        self.push(Kind::Item);
        if let (Some(item), Some(blocks)) = (self.frames.last_mut(), last) {
            item.blocks = blocks;
        }
    }

    /// Closes the nearest open thing of a kind; nothing when there is none.
    pub(super) fn close(&mut self, is_it: impl Fn(Kind) -> bool, stop: impl Fn(Kind) -> bool) {
        self.boundary();
        let inner = self.frames.iter().rev().take_while(|frame| is_it(frame.kind) || !stop(frame.kind));
        let Some(depth) = inner.clone().position(|frame| is_it(frame.kind)) else { return };
        (0..=depth).for_each(|_| self.close_last());
    }

    /// Closes what is open inside the nearest thing of a kind.
    fn close_to(&mut self, is_it: impl Fn(Kind) -> bool, stop: impl Fn(Kind) -> bool) {
        let inner = self.frames.iter().rev().take_while(|frame| is_it(frame.kind) || !stop(frame.kind));
        let Some(depth) = inner.clone().position(|frame| is_it(frame.kind)) else { return };
        (0..depth).for_each(|_| self.close_last());
    }

    fn close_last(&mut self) {
        if self.frames.len() < 2 {
            return;
        }
        self.boundary();
        let Some(frame) = self.frames.pop() else { return };
        let Some(outer) = self.frames.last_mut() else { return };
        match frame.kind {
            Kind::Root => {}
            Kind::Quote if frame.blocks.is_empty() => {}
            Kind::Quote => outer.blocks.push(Block::Quote(frame.blocks)),
            Kind::Item => outer.items.push(frame.blocks),
            Kind::List { .. } if frame.items.is_empty() => {}
            Kind::List { ordered } => outer.blocks.push(Block::List { ordered, items: frame.items }),
            Kind::Cell { header } => outer.cells.push(Cell { header, content: flattened(frame.blocks) }),
            Kind::Row if frame.cells.is_empty() => {}
            Kind::Row => outer.rows.push(frame.cells),
            Kind::Table if frame.rows.is_empty() => {}
            Kind::Table => outer.blocks.push(Block::Table(frame.rows)),
        }
    }

    fn here(&mut self) -> &mut Vec<Inline> {
        match self.spans.last_mut() {
            Some((_, content)) => content,
            None => &mut self.content,
        }
    }

    /// Adds text.
    pub(super) fn text(&mut self, text: &str) {
        push_text(self.here(), text);
    }

    /// Adds letters of code, without white space around them.
    pub(super) fn code(&mut self, text: &str) {
        match text.trim() {
            "" => self.text(text),
            letters => self.here().push(Inline::Code(letters.to_owned())),
        }
    }

    pub(super) fn line_break(&mut self) {
        self.here().push(Inline::Break);
    }

    pub(super) fn image(&mut self, source: &str, text: &str) {
        match address::safe(source) {
            Some(source) => self.here().push(Inline::Image { source, text: text.to_owned() }),
            None => push_text(self.here(), text),
        }
    }

    /// Opens a span; too deep, it is left out.
    pub(super) fn open_span(&mut self, span: Span) {
        if self.spans.len() < limits::MARKUP_SPANS {
            self.spans.push((span, Vec::new()));
        }
    }

    /// Closes the nearest span of a kind, and what is open inside it.
    pub(super) fn close_spans(&mut self, is_it: impl Fn(&Span) -> bool) {
        let Some(depth) = self.spans.iter().rev().position(|(span, _)| is_it(span)) else { return };
        (0..=depth).for_each(|_| self.close_span());
    }

    fn close_span(&mut self) {
        let Some((span, inner)) = self.spans.pop() else { return };
        let here = self.here();
        match span {
            Span::Style(style) => push_styled(here, style, inner),
            Span::Link(Some(to)) if !inner.is_empty() => here.push(Inline::Link { to, content: inner }),
            Span::Link(_) => append(here, inner),
            Span::Image(source) => {
                let mut text = String::new();
                letters(&inner, &mut text);
                match source {
                    Some(source) => here.push(Inline::Image { source, text }),
                    None => push_text(here, &text),
                }
            }
        }
    }
}

/// What an end tag of an item does not reach beyond.
pub(super) fn is_barrier(kind: Kind) -> bool {
    matches!(kind, Kind::Table | Kind::Cell { .. } | Kind::Quote)
}
