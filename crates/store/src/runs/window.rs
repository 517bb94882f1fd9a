//! Which partitions a question looks into.
//!
//! There may be hundreds of partitions, and planning each costs more than reading it. So a question first reads on which
//! days its tenant has runs at all (`run_days`), and then looks into a few of them, the newest first, and into more only
//! while its page is not full. Days and classes are written into the statement, so that the planner leaves the other
//! partitions alone.

use chrono::NaiveDate;
use throughline_domain::{RetentionClass, RunId, TenantId};

use crate::column::retention_class;
use crate::error::Result;
use crate::session::Tx;

/// Days in successive windows; the last one repeats. A list is nearly always full after the first.
const LIST: [usize; 4] = [2, 8, 32, 128];
/// A record may have been touched at any time, so a search looks further at once.
const SEARCH: [usize; 2] = [32, 128];

/// A day, and the classes in which the tenant has runs of that day.
type Day = (NaiveDate, Vec<RetentionClass>);

/// The partitions of some days. Never empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Window(Vec<Day>);

impl Window {
    /// The condition that selects the partitions of the table named `alias`.
    pub(super) fn condition(&self, alias: &str) -> String {
        let days: Vec<_> = self.0.iter().map(|(day, _)| format!("'{day}'")).collect();
        let classes: Vec<_> = self.classes().map(|class| class.days().to_string()).collect();
        format!("{alias}.retention_days in ({}) and {alias}.day in ({})", classes.join(", "), days.join(", "))
    }

    /// The part of the window in which these runs lie.
    pub(super) fn of(&self, runs: &[RunId]) -> Self {
        let has = |day: &NaiveDate| runs.iter().any(|run| run.day() == *day);
        Self(self.0.iter().filter(|(day, _)| has(day)).cloned().collect())
    }

    fn classes(&self) -> impl Iterator<Item = RetentionClass> {
        let has = |class: &RetentionClass| self.0.iter().any(|(_, classes)| classes.contains(class));
        RetentionClass::ALL.iter().copied().filter(has)
    }
}

/// The days on which a tenant has runs, the newest first.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Days(Vec<Day>);

impl Days {
    /// Those between `first` and `last`, both included, in the classes `among`.
    pub(super) async fn read(
        tx: &mut Tx,
        tenant: TenantId,
        (first, last): (NaiveDate, NaiveDate),
        among: &[RetentionClass],
    ) -> Result<Self> {
        let rows = sqlx::query!(
            "select day, retention_days from run_days where tenant_id = $1 and day between $2 and $3 order by day desc",
            tenant.as_uuid(),
            first,
            last
        )
        .fetch_all(&mut **tx)
        .await?;
        let mut days = Self::default();
        for row in rows {
            let class = retention_class("retention_days", row.retention_days)?;
            if among.contains(&class) {
                days.add(row.day, class);
            }
        }
        Ok(days)
    }

    fn add(&mut self, day: NaiveDate, class: RetentionClass) {
        match self.0.last_mut() {
            Some((last, classes)) if *last == day => classes.push(class),
            _ => self.0.push((day, vec![class])),
        }
    }

    /// All of them at once; `None` when there are none.
    pub(super) fn whole(self) -> Option<Window> {
        (!self.0.is_empty()).then_some(Window(self.0))
    }

    /// Windows for a list.
    pub(super) fn for_list(self) -> impl Iterator<Item = Window> {
        self.widening(&LIST)
    }

    /// Windows for a search by record.
    pub(super) fn for_search(self) -> impl Iterator<Item = Window> {
        self.widening(&SEARCH)
    }

    fn widening(self, lengths: &'static [usize]) -> impl Iterator<Item = Window> {
        let mut lengths = lengths.iter().copied().chain(lengths.last().copied().into_iter().cycle());
        let mut rest = self.0;
        std::iter::from_fn(move || {
            let length = lengths.next()?.min(rest.len());
            let later = rest.split_off(length);
            let window = std::mem::replace(&mut rest, later);
            (!window.is_empty()).then_some(Window(window))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn days(count: u64) -> Days {
        let mut days = Days::default();
        for ago in 0..count {
            let day = NaiveDate::default() + chrono::Days::new(5000 - ago);
            days.add(day, RetentionClass::Days90);
            days.add(day, RetentionClass::Days7);
        }
        days
    }

    #[test]
    fn windows_hold_every_day_once_and_the_newest_first() {
        for count in [0, 1, 2, 3, 10, 11, 500] {
            let joined: Vec<_> = days(count).for_list().flat_map(|window| window.0).collect();
            assert_eq!(joined, days(count).0);
        }
        let lengths: Vec<_> = days(300).for_list().map(|window| window.0.len()).collect();
        assert_eq!(lengths, [2, 8, 32, 128, 128, 2]);
    }

    #[test]
    fn a_window_names_its_partitions() {
        let window = days(2).whole().unwrap();
        assert_eq!(
            window.condition("r"),
            "r.retention_days in (7, 90) and r.day in ('1983-09-10', '1983-09-09')"
        );
        assert_eq!(days(0).whole(), None);
    }
}
