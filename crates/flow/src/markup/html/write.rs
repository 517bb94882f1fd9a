//! HTML that is safe to show: a fixed set of elements, no attributes but checked addresses, every letter escaped.

use super::super::tree::{Block, Cell, Inline, NBSP, Style};
use super::super::{Output, TooLarge};

/// The HTML of blocks.
pub(crate) fn write(blocks: &[Block]) -> Result<String, TooLarge> {
    let mut out = Output::default();
    write_blocks(&mut out, blocks)?;
    Ok(out.text)
}

fn write_blocks(out: &mut Output, blocks: &[Block]) -> Result<(), TooLarge> {
    for (position, block) in blocks.iter().enumerate() {
        out.push(if position > 0 { "\n" } else { "" })?;
        write_block(out, block)?;
    }
    Ok(())
}

fn write_block(out: &mut Output, block: &Block) -> Result<(), TooLarge> {
    match block {
        Block::Paragraph(content) => element(out, "p", |out| write_inlines(out, content)),
        Block::Heading(level, content) => {
            element(out, &format!("h{level}"), |out| write_inlines(out, content))
        }
        Block::Quote(inner) => element(out, "blockquote", |out| write_blocks(out, inner)),
        Block::Code { language, text } => write_code(out, language, text),
        Block::List { ordered, items } => {
            element(out, if *ordered { "ol" } else { "ul" }, |out| write_items(out, items))
        }
        Block::Table(rows) => {
            element(out, "table", |out| rows.iter().try_for_each(|row| write_row(out, row)))
        }
        Block::Rule => out.push("<hr>"),
    }
}

fn element(
    out: &mut Output,
    name: &str,
    content: impl FnOnce(&mut Output) -> Result<(), TooLarge>,
) -> Result<(), TooLarge> {
    out.push(&format!("<{name}>"))?;
    content(out)?;
    out.push(&format!("</{name}>"))
}

fn write_code(out: &mut Output, language: &str, text: &str) -> Result<(), TooLarge> {
    match language {
        "" => out.push("<pre><code>")?,
        language => out.push(&format!("<pre><code class=\"language-{language}\">"))?,
    }
    out.push(&escaped(text))?;
    out.push("</code></pre>")
}

/// An item that is one paragraph is written without it.
fn write_items(out: &mut Output, items: &[Vec<Block>]) -> Result<(), TooLarge> {
    items.iter().try_for_each(|item| {
        element(out, "li", |out| match &item[..] {
            [Block::Paragraph(content), rest @ ..]
                if rest.iter().all(|block| matches!(block, Block::List { .. })) =>
            {
                write_inlines(out, content)?;
                write_blocks(out, rest)
            }
            blocks => write_blocks(out, blocks),
        })
    })
}

fn write_row(out: &mut Output, row: &[Cell]) -> Result<(), TooLarge> {
    element(out, "tr", |out| {
        row.iter().try_for_each(|cell| {
            element(out, if cell.header { "th" } else { "td" }, |out| write_inlines(out, &cell.content))
        })
    })
}

fn write_inlines(out: &mut Output, content: &[Inline]) -> Result<(), TooLarge> {
    content.iter().try_for_each(|inline| match inline {
        Inline::Text(text) => out.push(&escaped(text)),
        Inline::Styled(style, inner) => element(out, name_of(*style), |out| write_inlines(out, inner)),
        Inline::Code(text) => element(out, "code", |out| out.push(&escaped(text))),
        Inline::Link { to, content } => {
            out.push(&format!("<a href=\"{}\">", escaped(to)))?;
            write_inlines(out, content)?;
            out.push("</a>")
        }
        Inline::Image { source, text } => {
            out.push(&format!("<img src=\"{}\" alt=\"{}\">", escaped(source), escaped(text)))
        }
        Inline::Break => out.push("<br>\n"),
    })
}

const fn name_of(style: Style) -> &'static str {
    match style {
        Style::Strong => "strong",
        Style::Emphasis => "em",
        Style::Strike => "del",
        Style::Underline => "u",
        Style::Superscript => "sup",
        Style::Subscript => "sub",
    }
}

/// Safe in text and in quoted attributes.
pub(crate) fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            NBSP => escaped.push_str("&nbsp;"),
            // What HTML has no way to say.
            c if c.is_control() && !matches!(c, '\n' | '\t') => {}
            c => escaped.push(c),
        }
    }
    escaped
}
