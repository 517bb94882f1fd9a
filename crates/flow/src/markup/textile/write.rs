//! Blocks as Textile.

use super::super::tree::{Block, Cell, flattened};
use super::super::{Output, TooLarge, prefixed};
use super::running;

/// The Textile of blocks.
pub(crate) fn write(blocks: &[Block]) -> Result<String, TooLarge> {
    let mut out = Output::default();
    for (position, block) in blocks.iter().enumerate() {
        out.push(if position > 0 { "\n\n" } else { "" })?;
        write_block(&mut out, block)?;
    }
    Ok(out.text)
}

fn write_block(out: &mut Output, block: &Block) -> Result<(), TooLarge> {
    match block {
        Block::Paragraph(content) => out.push(&running::write(content, "")),
        Block::Heading(level, content) => out.push(&running::write(content, &format!("h{level}. "))),
        Block::Quote(inner) => out.push(&prefixed(&write(inner)?, "> ", "> ")?),
        Block::Code { language, text } => {
            let text = text.replace("</pre>", "</pre >");
            match language.as_str() {
                "" => out.push(&format!("<pre>\n{text}\n</pre>")),
                language => out.push(&format!("<pre><code class=\"{language}\">\n{text}\n</code></pre>")),
            }
        }
        Block::List { ordered, items } => write_list(out, *ordered, items, "", true),
        Block::Table(rows) => write_table(out, rows),
        Block::Rule => out.push("---"),
    }
}

/// An item has one line, or several that are short; what is more in it becomes such lines, and lists inside go deeper.
fn write_list(
    out: &mut Output,
    ordered: bool,
    items: &[Vec<Block>],
    around: &str,
    first: bool,
) -> Result<(), TooLarge> {
    let signs = format!("{around}{}", if ordered { '#' } else { '*' });
    for (position, item) in items.iter().enumerate() {
        let (lists, text): (Vec<_>, Vec<_>) =
            item.iter().cloned().partition(|block| matches!(block, Block::List { .. }));
        let content = flattened(text);
        if !content.is_empty() || lists.is_empty() {
            out.push(if first && position == 0 { "" } else { "\n" })?;
            out.push(&running::write(&content, &format!("{signs} ")))?;
        }
        for (nth, list) in lists.iter().enumerate() {
            if let Block::List { ordered, items } = list {
                let begins = first && position == 0 && nth == 0 && content.is_empty();
                write_list(out, *ordered, items, &signs, begins)?;
            }
        }
    }
    Ok(())
}

fn write_table(out: &mut Output, rows: &[Vec<Cell>]) -> Result<(), TooLarge> {
    for (position, row) in rows.iter().enumerate() {
        out.push(if position > 0 { "\n|" } else { "|" })?;
        row.iter().try_for_each(|cell| {
            let head = if cell.header { "|_. " } else { "|" };
            let written = running::write(&cell.content, head);
            // The bar before the first cell stands already; each cell ends with one.
            out.push(written.strip_prefix('|').unwrap_or(&written))
        })?;
    }
    Ok(())
}
