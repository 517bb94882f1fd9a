//! What a text says, apart from how it is written: blocks with running text in them. Every notation is read into this
//! and written from it, so that four readers and four writers make twelve conversions.

/// A part of a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Block {
    Paragraph(Vec<Inline>),
    /// Its level, 1 to 6.
    Heading(u8, Vec<Inline>),
    Quote(Vec<Block>),
    Code {
        language: String,
        text: String,
    },
    List {
        ordered: bool,
        items: Vec<Vec<Block>>,
    },
    Table(Vec<Vec<Cell>>),
    Rule,
}

/// A cell of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Cell {
    pub(super) header: bool,
    pub(super) content: Vec<Inline>,
}

/// A part of running text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Inline {
    Text(String),
    Styled(Style, Vec<Inline>),
    Code(String),
    Link { to: String, content: Vec<Inline> },
    Image { source: String, text: String },
    Break,
}

/// How running text looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Style {
    Strong,
    Emphasis,
    Strike,
    Underline,
    Superscript,
    Subscript,
}

/// Letters as they are, without empty lines around them; nothing when there are none.
pub(super) fn code(language: String, text: &str) -> Option<Block> {
    let text = text.trim_end().trim_start_matches('\n');
    (!text.is_empty()).then(|| Block::Code { language, text: text.to_owned() })
}

/// Adds text, to the text before it if there is one.
pub(super) fn push_text(content: &mut Vec<Inline>, text: &str) {
    match content.last_mut() {
        _ if text.is_empty() => {}
        Some(Inline::Text(before)) => before.push_str(text),
        _ => content.push(Inline::Text(text.to_owned())),
    }
}

/// Adds what another list holds.
pub(super) fn append(content: &mut Vec<Inline>, more: Vec<Inline>) {
    for inline in more {
        match inline {
            Inline::Text(text) => push_text(content, &text),
            other => content.push(other),
        }
    }
}

/// Adds styled text. White space at its ends goes outside, where no notation minds it; styled nothing is nothing.
pub(super) fn push_styled(content: &mut Vec<Inline>, style: Style, mut inner: Vec<Inline>) {
    let before = take_edge(&mut inner, Edge::Start);
    let after = take_edge(&mut inner, Edge::End);
    push_text(content, &before);
    match &mut inner[..] {
        [] => {}
        // Twice the same style is the style once.
        [Inline::Styled(same, _)] if *same == style => append(content, inner),
        _ => content.push(Inline::Styled(style, inner)),
    }
    push_text(content, &after);
}

#[derive(Clone, Copy, PartialEq)]
enum Edge {
    Start,
    End,
}

fn take_edge(content: &mut Vec<Inline>, edge: Edge) -> String {
    let place = if edge == Edge::Start { 0 } else { content.len().saturating_sub(1) };
    let Some(Inline::Text(text)) = content.get_mut(place) else { return String::new() };
    let (space, rest) = match edge {
        Edge::Start => {
            let rest = text.trim_start();
            (text[..text.len() - rest.len()].to_owned(), rest.to_owned())
        }
        Edge::End => {
            let rest = text.trim_end();
            (text[rest.len()..].to_owned(), rest.to_owned())
        }
    };
    if rest.is_empty() {
        content.remove(place);
    } else {
        *text = rest;
    }
    space
}

/// Running text as a block has it: white space is one space, and there is none at the ends and around breaks; breaks only
/// stand between.
pub(super) fn tidied(mut content: Vec<Inline>) -> Vec<Inline> {
    collapse(&mut content, &mut true);
    content.retain(|inline| !matches!(inline, Inline::Text(text) if text.is_empty()));
    for place in 1..content.len() {
        if content[place] == Inline::Break
            && let Some(Inline::Text(text)) = content.get_mut(place - 1)
        {
            text.truncate(text.trim_end().len());
        }
    }
    let blank = |inline: &Inline| match inline {
        Inline::Break => true,
        Inline::Text(text) => text.trim().is_empty(),
        _ => false,
    };
    let end = content.iter().rposition(|inline| !blank(inline)).map_or(0, |last| last + 1);
    content.truncate(end);
    let start = content.iter().position(|inline| !blank(inline)).unwrap_or(content.len());
    content.drain(..start);
    if let Some(Inline::Text(last)) = content.last_mut() {
        last.truncate(last.trim_end().len());
    }
    content
}

/// White space as one space, and none after a space. Spaces that do not break stay: they are indentation.
fn collapse(content: &mut [Inline], after_space: &mut bool) {
    for inline in content {
        match inline {
            Inline::Text(text) => {
                let mut kept = String::with_capacity(text.len());
                for c in text.chars() {
                    let loose = is_loose(c);
                    if !loose {
                        kept.push(c);
                    } else if !*after_space {
                        kept.push(' ');
                    }
                    *after_space = loose;
                }
                *text = kept;
            }
            Inline::Styled(_, inner) | Inline::Link { content: inner, .. } => collapse(inner, after_space),
            Inline::Code(_) | Inline::Image { .. } => *after_space = false,
            Inline::Break => *after_space = true,
        }
    }
}

/// White space that any notation may drop.
fn is_loose(c: char) -> bool {
    c.is_whitespace() && c != NBSP
}

/// A space that stays where it is.
pub(super) const NBSP: char = '\u{a0}';

/// The letters of running text, without its looks.
pub(super) fn letters(content: &[Inline], text: &mut String) {
    for inline in content {
        match inline {
            Inline::Text(letters) | Inline::Code(letters) => text.push_str(letters),
            Inline::Styled(_, inner) | Inline::Link { content: inner, .. } => letters(inner, text),
            Inline::Image { text: alt, .. } => text.push_str(alt),
            Inline::Break => text.push(' '),
        }
    }
}

/// Blocks as running text, for places where no blocks may stand: the cells of a table.
pub(super) fn flattened(blocks: Vec<Block>) -> Vec<Inline> {
    let mut content = Vec::new();
    for block in blocks {
        if !content.is_empty() {
            content.push(Inline::Break);
        }
        match block {
            Block::Paragraph(inner) | Block::Heading(_, inner) => append(&mut content, inner),
            Block::Quote(inner) => append(&mut content, flattened(inner)),
            Block::Code { text, .. } => content.push(Inline::Code(text.replace('\n', " "))),
            Block::List { items, .. } => flatten_items(&mut content, items),
            Block::Table(rows) => {
                let cells = rows.into_iter().flatten().map(|cell| vec![Block::Paragraph(cell.content)]);
                flatten_items(&mut content, cells.collect());
            }
            Block::Rule => push_text(&mut content, "---"),
        }
    }
    tidied(content)
}

fn flatten_items(content: &mut Vec<Inline>, items: Vec<Vec<Block>>) {
    for (position, item) in items.into_iter().enumerate() {
        if position > 0 {
            content.push(Inline::Break);
        }
        push_text(content, "- ");
        append(content, flattened(item));
    }
}
