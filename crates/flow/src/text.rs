//! Positions in text, counted as people count: in characters.

/// How many characters lie before a byte offset.
pub(crate) fn chars_before(text: &str, byte: usize) -> usize {
    text.char_indices().take_while(|(start, _)| *start < byte).count()
}

/// The offset in characters of a line and column, both counted from 1.
pub(crate) fn offset_of(text: &str, line: u64, column: u64) -> usize {
    let lines_before = usize::try_from(line.saturating_sub(1)).unwrap_or(usize::MAX);
    let before: usize = text.split('\n').take(lines_before).map(|line| line.chars().count() + 1).sum();
    before + usize::try_from(column.saturating_sub(1)).unwrap_or(0)
}
