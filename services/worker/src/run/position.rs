//! How far a poll reads, by the source's own clock.

use chrono::{DateTime, FixedOffset, TimeDelta};
use throughline_domain::Timestamp;
use throughline_store::watermarks::Advance;

/// The watermark that a run found, and the largest changed-at that it has seen.
#[derive(Debug, Clone, Default)]
pub(crate) struct Position {
    before: Option<Mark>,
    overlap: TimeDelta,
    highest: Option<Mark>,
    ahead: bool,
}

/// A source's clock may be ahead of ours by so much: its times may even be local ones without a zone. What is dated later
/// does not move the watermark, or nothing would be read until then.
const AHEAD: TimeDelta = TimeDelta::hours(26);

#[derive(Debug, Clone)]
struct Mark {
    text: String,
    at: DateTime<FixedOffset>,
}

impl Mark {
    /// Opaque versions have no order, so they are no marks.
    fn read(text: &str) -> Option<Self> {
        DateTime::parse_from_rfc3339(text).ok().map(|at| Self { text: text.to_owned(), at })
    }
}

/// Where a record lies, seen from the watermark.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    /// Before the window: the source gave more than it was asked for.
    Before,
    /// In the overlap window: it has probably been seen.
    Overlap,
    /// After the watermark, or not comparable.
    New,
}

impl Position {
    /// Reading goes on from `watermark`, less `overlap`.
    pub(crate) fn from(watermark: Option<&str>, overlap: TimeDelta) -> Self {
        Self { before: watermark.and_then(Mark::read), overlap, highest: None, ahead: false }
    }

    /// Where a record of this version lies.
    pub(crate) fn place(&self, version: Option<&str>) -> Place {
        let Some((before, mark)) = self.before.as_ref().zip(version.and_then(Mark::read)) else {
            return Place::New;
        };
        if mark.at > before.at {
            Place::New
        } else if mark.at >= before.at - self.overlap {
            Place::Overlap
        } else {
            Place::Before
        }
    }

    /// A record of this version was read.
    pub(crate) fn observe(&mut self, version: Option<&str>, now: Timestamp) {
        let Some(mark) = version.and_then(Mark::read) else { return };
        if mark.at > now + AHEAD {
            self.ahead = true;
        } else if self.highest.as_ref().is_none_or(|highest| highest.at < mark.at) {
            self.highest = Some(mark);
        }
    }

    /// Whether a record was dated too far in the future to be followed.
    pub(crate) const fn met_the_future(&self) -> bool {
        self.ahead
    }

    /// The watermark that the run found.
    pub(crate) fn before(&self) -> Option<&str> {
        self.before.as_ref().map(|mark| mark.text.as_str())
    }

    /// The move that this run makes; `None` when it has seen nothing newer.
    pub(crate) fn advance(&self) -> Option<Advance> {
        let highest = self.highest.as_ref()?;
        let moves = self.before.as_ref().is_none_or(|before| before.at < highest.at);
        moves.then(|| Advance { from: self.before().map(str::to_owned), to: highest.text.clone() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn now() -> Timestamp {
        "2026-01-01T12:00:00Z".parse().unwrap()
    }

    fn position() -> Position {
        Position::from(Some("2026-01-01T10:00:00Z"), TimeDelta::seconds(5))
    }

    #[test]
    fn records_have_their_place() {
        for (version, place) in [
            (Some("2026-01-01T10:00:01Z"), Place::New),
            (Some("2026-01-01T12:00:00+02:00"), Place::Overlap),
            (Some("2026-01-01T09:59:55Z"), Place::Overlap),
            (Some("2026-01-01T09:59:54Z"), Place::Before),
            (Some("rev-7"), Place::New),
            (None, Place::New),
        ] {
            assert_eq!(position().place(version), place, "{version:?}");
        }
        assert_eq!(Position::default().place(Some("2026-01-01T09:59:54Z")), Place::New);
    }

    #[test]
    fn the_watermark_follows_the_largest_and_never_goes_back() {
        let mut position = position();
        position.observe(Some("2026-01-01T09:00:00Z"), now());
        assert_eq!(position.advance(), None);
        position.observe(Some("2026-01-01T13:30:00+02:00"), now());
        position.observe(Some("2026-01-01T11:00:00Z"), now());
        let advance = position.advance().unwrap();
        assert_eq!(advance.from.as_deref(), Some("2026-01-01T10:00:00Z"));
        assert_eq!(advance.to, "2026-01-01T13:30:00+02:00");
    }

    #[test]
    fn a_record_from_the_far_future_does_not_move_the_watermark() {
        let mut position = position();
        position.observe(Some("2026-01-02T11:00:00Z"), now());
        assert!(!position.met_the_future());
        position.observe(Some("2099-01-01T00:00:00Z"), now());
        assert!(position.met_the_future());
        assert_eq!(position.advance().unwrap().to, "2026-01-02T11:00:00Z");
    }

    #[test]
    fn the_first_poll_sets_the_watermark() {
        let mut position = Position::from(None, TimeDelta::zero());
        position.observe(Some("2026-01-01T09:00:00Z"), now());
        assert_eq!(position.advance().unwrap().from, None);
    }
}
