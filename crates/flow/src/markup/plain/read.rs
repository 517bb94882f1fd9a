//! Plain text. Spaces that other notations would drop (indentation, several in a row) become such as stay.

use super::super::tree::{Block, Inline, NBSP};

/// The paragraphs of a plain text.
pub(crate) fn read(text: &str) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut content = Vec::new();
    for line in text.lines().map(str::trim_end).chain([""]) {
        if !line.is_empty() {
            if !content.is_empty() {
                content.push(Inline::Break);
            }
            content.push(Inline::Text(kept(line)));
        } else if !content.is_empty() {
            blocks.push(Block::Paragraph(std::mem::take(&mut content)));
        }
    }
    blocks
}

fn kept(line: &str) -> String {
    let mut kept = String::with_capacity(line.len());
    let mut after_space = true;
    for c in line.chars() {
        match c {
            ' ' if after_space => kept.push(NBSP),
            '\t' => kept.extend([NBSP; 4]),
            // What no notation has a sign for.
            c if c.is_control() => {}
            c => kept.push(c),
        }
        after_space = c == ' ' || c == '\t';
    }
    kept
}
