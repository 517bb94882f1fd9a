//! Cells of a row: `|_. head|cell|\2. wide|`.

use super::super::tree::Cell;
use super::line::attributes;
use super::scan::running;

/// The cells between the outer bars of a row.
pub(super) fn cells(row: &str) -> Vec<Cell> {
    row.split('|').map(cell).collect()
}

fn cell(text: &str) -> Cell {
    let rest = attributes(text.trim_start_matches([
        '_', '^', '~', '-', '\\', '/', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9',
    ]));
    let signs = &text[..text.len() - rest.len()];
    match rest
        .strip_prefix('.')
        .filter(|rest| !signs.is_empty() && (rest.is_empty() || rest.starts_with(' ')))
    {
        Some(content) if !signs.chars().all(|c| c.is_ascii_digit()) => {
            Cell { header: signs.starts_with('_'), content: running(content.trim()) }
        }
        _ => Cell { header: false, content: running(text.trim()) },
    }
}
