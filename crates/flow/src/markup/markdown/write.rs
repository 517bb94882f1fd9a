//! Blocks as Markdown.

use super::super::tree::{Block, Cell, Inline};
use super::super::{Output, TooLarge, prefixed};
use super::running::{self, Place};

/// Columns of a table; more are left out.
const COLUMNS: usize = 64;

/// The Markdown of blocks.
pub(crate) fn write(blocks: &[Block]) -> Result<String, TooLarge> {
    let mut out = Output::default();
    let mut before: Option<&Block> = None;
    for block in blocks {
        out.push(if before.is_some() { "\n\n" } else { "" })?;
        if let (Some(Block::List { ordered: above, .. }), Block::List { ordered, .. }) = (before, block)
            && above == ordered
        {
            // Else the two would be one.
            out.push("<!-- -->\n\n")?;
        }
        out.push(&write_block(block)?)?;
        before = Some(block);
    }
    Ok(out.text)
}

fn write_block(block: &Block) -> Result<String, TooLarge> {
    match block {
        Block::Paragraph(content) => Ok(running::write(content, Place::Paragraph)),
        Block::Heading(level, content) => Ok(running::write(content, Place::Heading(*level))),
        Block::Quote(inner) => prefixed(&write(inner)?, "> ", "> "),
        Block::Code { language, text } => Ok(fenced(language, text)),
        Block::List { ordered, items } => write_list(*ordered, items),
        Block::Table(rows) => write_table(rows),
        Block::Rule => Ok("***".to_owned()),
    }
}

fn fenced(language: &str, text: &str) -> String {
    let fence = "`".repeat(running::longest_run(text).max(2) + 1);
    format!("{fence}{language}\n{text}\n{fence}")
}

fn write_list(ordered: bool, items: &[Vec<Block>]) -> Result<String, TooLarge> {
    let tight = items.iter().all(|item| is_tight(item));
    let mut out = Output::default();
    for (position, item) in items.iter().enumerate() {
        out.push(match (position, tight) {
            (0, _) => "",
            (_, true) => "\n",
            (_, false) => "\n\n",
        })?;
        let marker = if ordered { format!("{}. ", position + 1) } else { "- ".to_owned() };
        let content = match &item[..] {
            [first, rest @ ..] if tight && !rest.is_empty() => {
                format!("{}\n{}", write_block(first)?, write(rest)?)
            }
            blocks => write(blocks)?,
        };
        out.push(&prefixed(&content, &marker, &" ".repeat(marker.len()))?)?;
    }
    Ok(out.text)
}

/// One paragraph, and perhaps one list under it.
fn is_tight(item: &[Block]) -> bool {
    matches!(item, [] | [Block::Paragraph(_)] | [Block::Paragraph(_), Block::List { .. }])
}

/// A table needs a head; one without gets an empty one.
fn write_table(rows: &[Vec<Cell>]) -> Result<String, TooLarge> {
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0).min(COLUMNS);
    let headed = rows.first().is_some_and(|row| row.iter().any(|cell| cell.header));
    let (head, body) = if headed { rows.split_at(1) } else { (&rows[..0], rows) };
    let mut out = Output::default();
    write_row(&mut out, head.first().map_or(&[], Vec::as_slice), columns)?;
    out.push("\n|")?;
    out.push(&" --- |".repeat(columns))?;
    body.iter().try_for_each(|row| {
        out.push("\n")?;
        write_row(&mut out, row, columns)
    })?;
    Ok(out.text)
}

fn write_row(out: &mut Output, row: &[Cell], columns: usize) -> Result<(), TooLarge> {
    const NOTHING: &[Inline] = &[];
    out.push("|")?;
    (0..columns).try_for_each(|column| {
        let content = row.get(column).map_or(NOTHING, |cell| &cell.content);
        out.push(&format!(" {} |", running::write(content, Place::Cell)))
    })
}
