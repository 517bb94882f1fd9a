//! Positions by number.
//!
//! Records that change while they are read move to the end, and those behind them move up. So each page begins with the last
//! record of the one before, and when that is not what comes, reading steps back.

/// Where a page lies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Offset {
    /// Records before the page.
    pub(super) start: u64,
    /// Records that are asked for.
    pub(super) size: u64,
    /// How many of them were on the page before, at its end.
    known: u64,
    /// The key of the last one of these.
    first: Option<String>,
    /// How often reading stepped back.
    rewound: u8,
}

/// A source whose order changes all the time is read as it comes.
const REWINDS: u8 = 10;

impl Offset {
    /// The first page.
    pub(super) const fn begin(size: u64) -> Self {
        Self { start: 0, size, known: 0, first: None, rewound: 0 }
    }

    /// How many records at the beginning of the page are known already, and the key of the last of them.
    pub(super) fn overlap(&self) -> Option<(usize, &str)> {
        let known = usize::try_from(self.known).ok()?;
        self.first.as_deref().map(|first| (known, first))
    }

    /// The number of the page, counted from 1; `start` is a multiple of `size` then.
    pub(super) const fn page(&self) -> u64 {
        self.start / self.size + 1
    }

    /// A page earlier, because records moved.
    pub(super) fn rewound(&self, size: u64, by_page: bool) -> Option<Self> {
        let start = self.start.saturating_sub(size);
        let start = if by_page { start - start % size } else { start };
        (self.rewound < REWINDS).then(|| Self { start, rewound: self.rewound + 1, ..Self::begin(size) })
    }

    /// The page after this one, on which there were `count` records of `total`, with pages of up to `size`.
    pub(super) fn next(
        &self,
        count: u64,
        last: Option<&str>,
        total: Option<u64>,
        size: u64,
        by_page: bool,
    ) -> Option<Self> {
        let read = self.start + count;
        let follows = total.map_or(count >= self.size, |total| read < total);
        if !follows || count <= self.known {
            return None;
        }
        let last = last.filter(|_| self.rewound < REWINDS);
        let window = last.and_then(|last| Some((overlapping(read, size, by_page)?, last)));
        let (start, size, first) = match window {
            Some(((start, size), last)) => (start, size, Some(last.to_owned())),
            None if by_page => (read, largest_divisor(read, size), None),
            None => (read, size, None),
        };
        Some(Self { start, size, known: read - start, first, rewound: self.rewound })
    }
}

/// The page with the most new records among those that begin before `read` and go on behind it: its start and size.
fn overlapping(read: u64, size: u64, by_page: bool) -> Option<(u64, u64)> {
    let last = read - 1;
    let window = if by_page {
        let size = (1..=size).max_by_key(|size| size - last % size)?;
        (last - last % size, size)
    } else {
        (last, size)
    };
    (window.0 + window.1 > read).then_some(window)
}

/// The largest page that can begin there.
fn largest_divisor(start: u64, size: u64) -> u64 {
    (1..=size).rev().find(|size| start.is_multiple_of(*size)).unwrap_or(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Reads a source of that many records, which does not change.
    fn read_all(total: u64, size: u64, by_page: bool) -> Vec<u64> {
        let mut read = Vec::new();
        let mut offset = Some(Offset::begin(size));
        while let Some(at) = offset {
            let end = total.min(at.start + at.size);
            let page: Vec<u64> = (at.start.min(end)..end).collect();
            assert!(!by_page || at.start == (at.page() - 1) * at.size, "{at:?} is no page");
            assert!(at.size <= size, "{at:?}");
            let known = at.overlap().map_or(0, |(known, first)| {
                assert_eq!(page[known - 1].to_string(), first, "{at:?}");
                known
            });
            read.extend(&page[known..]);
            let last = page.last().map(u64::to_string);
            offset = at.next(page.len() as u64, last.as_deref(), Some(total), size, by_page);
        }
        read
    }

    #[test]
    fn every_record_is_read_once() {
        for by_page in [false, true] {
            for size in [1, 2, 3, 7, 20, 100] {
                for total in (0..130).chain([999, 1000, 1001, 9_973]) {
                    assert_eq!(
                        read_all(total, size, by_page),
                        (0..total).collect::<Vec<_>>(),
                        "{total} by {size}"
                    );
                }
            }
        }
    }

    #[test]
    fn pages_stay_large_although_they_overlap() {
        let mut offset = Offset::begin(100);
        let mut pages = 1;
        while let Some(next) = offset.next(offset.size, Some("x"), Some(10_000), 100, true) {
            assert!(next.overlap().is_some(), "{next:?}");
            offset = next;
            pages += 1;
        }
        assert!(pages < 115, "{pages} pages for what 100 would hold");
    }
}
