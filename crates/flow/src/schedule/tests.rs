use super::*;
use crate::period::Period;

fn at(text: &str) -> DateTime<Utc> {
    DateTime::parse_from_rfc3339(text).unwrap().to_utc()
}

fn cron(pattern: &str, zone: &str) -> PollTrigger {
    PollTrigger {
        timing: Timing::Cron { cron: pattern.to_owned(), time_zone: Some(zone.to_owned()) },
        overlap: None,
    }
}

/// The instants at which a pattern is due after `from`, up to `until`.
fn due(pattern: &str, zone: &str, from: &str, until: &str) -> Vec<String> {
    let trigger = cron(pattern, zone);
    let next = |after: &DateTime<Utc>| next_due(&trigger, *after).filter(|due| *due <= at(until));
    std::iter::successors(next(&at(from)), next)
        .map(|due| due.to_rfc3339_opts(chrono::SecondsFormat::Secs, true))
        .collect()
}

#[test]
fn a_daily_time_follows_its_zone() {
    let winter_and_summer = due("30 9 * * *", "Europe/Sofia", "2026-03-27T00:00:00Z", "2026-03-30T12:00:00Z");
    assert_eq!(
        winter_and_summer,
        ["2026-03-27T07:30:00Z", "2026-03-28T07:30:00Z", "2026-03-29T06:30:00Z", "2026-03-30T06:30:00Z"]
    );
}

#[test]
fn a_skipped_time_runs_at_the_first_instant_after_the_gap() {
    // Sofia skips 03:00 to 04:00 on 29 March 2026, at 01:00 UTC; New York 02:00 to 03:00 on 8 March, at 07:00 UTC.
    assert_eq!(
        due("30 3 * * *", "Europe/Sofia", "2026-03-28T12:00:00Z", "2026-03-30T12:00:00Z"),
        ["2026-03-29T01:00:00Z", "2026-03-30T00:30:00Z"]
    );
    assert_eq!(
        due("15 2 * * *", "America/New_York", "2026-03-07T12:00:00Z", "2026-03-09T12:00:00Z"),
        ["2026-03-08T07:00:00Z", "2026-03-09T06:15:00Z"]
    );
}

#[test]
fn a_repeated_time_runs_once_the_first_time() {
    // Sofia repeats 03:00 to 04:00 on 25 October 2026 (from 00:00 and from 01:00 UTC); New York 01:00 to 02:00 on 1 November.
    assert_eq!(
        due("30 3 * * *", "Europe/Sofia", "2026-10-24T12:00:00Z", "2026-10-26T12:00:00Z"),
        ["2026-10-25T00:30:00Z", "2026-10-26T01:30:00Z"]
    );
    assert_eq!(
        due("30 1 * * *", "America/New_York", "2026-10-31T12:00:00Z", "2026-11-02T12:00:00Z"),
        ["2026-11-01T05:30:00Z", "2026-11-02T06:30:00Z"]
    );
}

#[test]
fn what_recurs_within_the_hour_goes_on_through_both() {
    for (zone, from, until) in [
        ("Europe/Sofia", "2026-10-25T00:00:00Z", "2026-10-25T02:00:00Z"),
        ("Europe/Sofia", "2026-03-29T00:00:00Z", "2026-03-29T02:00:00Z"),
        ("America/New_York", "2026-11-01T05:00:00Z", "2026-11-01T07:00:00Z"),
        ("America/New_York", "2026-03-08T06:00:00Z", "2026-03-08T08:00:00Z"),
    ] {
        let due = due("*/15 * * * *", zone, from, until);
        assert_eq!(due.len(), 8, "{zone} {from}: {due:?}");
    }
}

#[test]
fn intervals_do_not_drift() {
    let trigger = PollTrigger { timing: Timing::Every { every: Period::from_secs(30) }, overlap: None };
    assert_eq!(next_due(&trigger, at("2026-01-01T00:00:01Z")), Some(at("2026-01-01T00:00:31Z")));
    let never = PollTrigger { timing: Timing::Every { every: Period::from_secs(0) }, overlap: None };
    assert_eq!(next_due(&never, at("2026-01-01T00:00:01Z")), None);
}

#[test]
fn faults_of_timing_are_told_apart() {
    let code = |trigger: PollTrigger| {
        let mut faults = Faults::default();
        check(&trigger, "/t", &mut faults);
        faults.into_vec().into_iter().map(|fault| (fault.pointer, fault.code)).collect::<Vec<_>>()
    };
    assert_eq!(code(cron("0 9 * * 1-5", "Europe/Sofia")), []);
    assert_eq!(code(cron("0 0 29 2 *", "UTC")), []);
    assert_eq!(code(cron("0 0 30 2 *", "UTC")), [("/t/cron".to_owned(), codes::CRON_NEVER_FIRES)]);
    assert_eq!(code(cron("* * * * * *", "UTC")), [("/t/cron".to_owned(), codes::INVALID_CRON)]);
    assert_eq!(code(cron("61 * * * *", "UTC")), [("/t/cron".to_owned(), codes::INVALID_CRON)]);
    assert_eq!(code(cron("@daily", "Mars/Olympus")), [("/t/time_zone".to_owned(), codes::UNKNOWN_TIME_ZONE)]);
    let every = |secs| PollTrigger {
        timing: Timing::Every { every: Period::from_secs(secs) },
        overlap: Some(Period::from_secs(700_000)),
    };
    assert_eq!(
        code(every(0)),
        [("/t/every".to_owned(), codes::INVALID_VALUE), ("/t/overlap".to_owned(), codes::INVALID_VALUE)]
    );
}
