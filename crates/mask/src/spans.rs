//! Ranges of a text that must be hidden, from several finders, merged and replaced once.

use std::borrow::Cow;
use std::ops::Range;

use crate::tag::{Kind, Tagger};

/// A range to hide, and the mask for it.
#[derive(Debug)]
pub(crate) struct Span {
    pub(crate) range: Range<usize>,
    pub(crate) mask: String,
}

impl Span {
    pub(crate) fn new(range: Range<usize>, mask: String) -> Self {
        Self { range, mask }
    }

    pub(crate) fn of(text: &[u8], range: Range<usize>, kind: Kind, tagger: &Tagger) -> Self {
        let mask = tagger.mask(kind, &text[range.clone()]);
        Self { range, mask }
    }
}

/// Replaces the spans. Where spans overlap, the union is hidden under the mask of the first and longest.
pub(crate) fn replace(text: &[u8], mut spans: Vec<Span>) -> Cow<'_, [u8]> {
    if spans.is_empty() {
        return Cow::Borrowed(text);
    }
    spans.sort_by_key(|span| (span.range.start, std::cmp::Reverse(span.range.end)));
    let mut masked = Vec::with_capacity(text.len());
    let mut done = 0;
    let mut mask = "";
    for span in &spans {
        if span.range.start >= done {
            masked.extend_from_slice(mask.as_bytes());
            masked.extend_from_slice(&text[done..span.range.start]);
            mask = &span.mask;
        }
        done = done.max(span.range.end);
    }
    masked.extend_from_slice(mask.as_bytes());
    masked.extend_from_slice(&text[done..]);
    Cow::Owned(masked)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn overlapping_spans_become_one() {
        let spans =
            vec![Span::new(4..8, "B".into()), Span::new(2..6, "A".into()), Span::new(9..10, "C".into())];
        assert_eq!(replace(b"0123456789", spans).as_ref(), b"01A8C");
    }

    #[test]
    fn touching_spans_stay_two() {
        let spans = vec![Span::new(0..2, "A".into()), Span::new(2..4, "B".into())];
        assert_eq!(replace(b"0123x", spans).as_ref(), b"ABx");
    }
}
