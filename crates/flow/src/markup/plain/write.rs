//! Blocks as plain text: the letters, and what helps to tell a list, a quotation or a link.

use super::super::tree::{Block, Cell, Inline, NBSP};
use super::super::{Output, TooLarge, prefixed};

/// The plain text of blocks.
pub(crate) fn write(blocks: &[Block]) -> Result<String, TooLarge> {
    write_apart(blocks, "\n\n").map(|text| text.replace(NBSP, " "))
}

fn write_apart(blocks: &[Block], between: &str) -> Result<String, TooLarge> {
    let mut out = Output::default();
    for (position, block) in blocks.iter().enumerate() {
        out.push(if position > 0 { between } else { "" })?;
        out.push(&write_block(block)?)?;
    }
    Ok(out.text)
}

fn write_block(block: &Block) -> Result<String, TooLarge> {
    match block {
        Block::Paragraph(content) | Block::Heading(_, content) => Ok(running(content)),
        Block::Quote(inner) => prefixed(&write_apart(inner, "\n\n")?, "> ", "> "),
        Block::Code { text, .. } => Ok(text.clone()),
        Block::List { ordered, items } => write_list(*ordered, items),
        Block::Table(rows) => Ok(rows.iter().map(|row| write_row(row)).collect::<Vec<_>>().join("\n")),
        Block::Rule => Ok("---".to_owned()),
    }
}

fn write_list(ordered: bool, items: &[Vec<Block>]) -> Result<String, TooLarge> {
    let mut out = Output::default();
    for (position, item) in items.iter().enumerate() {
        let marker = if ordered { format!("{}. ", position + 1) } else { "- ".to_owned() };
        out.push(if position > 0 { "\n" } else { "" })?;
        out.push(&prefixed(&write_apart(item, "\n")?, &marker, &" ".repeat(marker.len()))?)?;
    }
    Ok(out.text)
}

fn write_row(row: &[Cell]) -> String {
    let cells = row.iter().map(|cell| running(&cell.content).replace('\n', " "));
    cells.collect::<Vec<_>>().join(" | ")
}

fn running(content: &[Inline]) -> String {
    let mut text = String::new();
    write_inlines(content, &mut text);
    text
}

fn write_inlines(content: &[Inline], text: &mut String) {
    for inline in content {
        match inline {
            Inline::Text(letters) | Inline::Code(letters) => text.push_str(letters),
            Inline::Styled(_, inner) => write_inlines(inner, text),
            Inline::Link { to, content } => write_link(to, content, text),
            Inline::Image { source, text: alt } => text.push_str(if alt.is_empty() { source } else { alt }),
            Inline::Break => text.push('\n'),
        }
    }
}

/// The text of a link, and where it leads unless the text says so.
fn write_link(to: &str, content: &[Inline], text: &mut String) {
    let begin = text.len();
    write_inlines(content, text);
    let shown = text[begin..].trim();
    if shown != to && Some(shown) != to.strip_prefix("mailto:") && !to.starts_with('#') {
        text.push_str(&format!(" ({to})"));
    }
}
