//! Which partitions a question looks into.
//!
//! There may be hundreds of partitions, and the answer nearly always lies in the newest. So a list looks into a few
//! days first and widens only while the page is not full. Days and classes are written into the statement, so that the
//! planner leaves the other partitions alone.

use chrono::{Days, NaiveDate};
use throughline_domain::RetentionClass;

/// Lengths of successive windows, days; the last one repeats.
const LENGTHS: [u64; 5] = [2, 6, 24, 60, 310];

/// The longest that a row can be there, days.
pub(super) const LONGEST: u64 = 402;

/// Days of partitions, both ends included, and the classes that may have rows in them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Window {
    pub(super) first: NaiveDate,
    pub(super) last: NaiveDate,
    classes: Vec<RetentionClass>,
}

impl Window {
    /// The days from `first` to `last`, as far as rows can be there at `today`.
    pub(super) fn new(first: NaiveDate, last: NaiveDate, today: NaiveDate, among: &[RetentionClass]) -> Self {
        let lives = |class: &RetentionClass| last >= today - Days::new(u64::from(class.days()) + 2);
        Self { first, last, classes: among.iter().copied().filter(lives).collect() }
    }

    /// The condition that selects the partitions of the table named `alias`.
    pub(super) fn condition(&self, alias: &str) -> String {
        let classes: Vec<_> = self.classes.iter().map(|class| class.days().to_string()).collect();
        let classes = if classes.is_empty() { "null".to_owned() } else { classes.join(", ") };
        let Self { first, last, .. } = self;
        format!(
            "{alias}.retention_days in ({classes}) and {alias}.day between date '{first}' and date '{last}'"
        )
    }

    /// Windows that cover `first` to `last`, the newest first and each wider than the one before.
    pub(super) fn widening(
        first: NaiveDate,
        last: NaiveDate,
        today: NaiveDate,
        among: &[RetentionClass],
    ) -> impl Iterator<Item = Self> {
        let mut lengths = LENGTHS.into_iter().chain(std::iter::repeat(LENGTHS[LENGTHS.len() - 1]));
        let mut end = Some(last);
        std::iter::from_fn(move || {
            let last = end.filter(|end| *end >= first)?;
            let start = (last - Days::new(lengths.next()? - 1)).max(first);
            end = start.pred_opt();
            Some(Self::new(start, last, today, among))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(n: u64) -> NaiveDate {
        NaiveDate::default() + Days::new(1000 + n)
    }

    #[test]
    fn windows_cover_all_days_once_and_newest_first() {
        for length in [0, 1, 2, 7, 8, 40, 401] {
            let windows: Vec<_> =
                Window::widening(day(0), day(length), day(length), RetentionClass::ALL).collect();
            assert_eq!(windows.first().unwrap().last, day(length));
            assert_eq!(windows.last().unwrap().first, day(0));
            for pair in windows.windows(2) {
                assert_eq!(pair[0].first.pred_opt().unwrap(), pair[1].last);
            }
        }
    }

    #[test]
    fn old_days_have_only_long_classes() {
        let window = Window::new(day(0), day(10), day(100), RetentionClass::ALL);
        assert_eq!(window.classes, [RetentionClass::Days90, RetentionClass::Days400]);
        assert!(
            Window::new(day(0), day(0), day(900), RetentionClass::ALL).condition("r").contains("in (null)")
        );
    }
}
