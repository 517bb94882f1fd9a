//! Trying again what failed for a transient reason: new triggers, for the scheduler to release when they are due.

use std::time::Duration;

use sha2::{Digest, Sha256};
use throughline_contract::{Input, RunRequest, SourceRecord, Trigger};
use throughline_domain::{Lane, RetryPolicy, RunId, Timestamp, TriggerId, TriggerKind};
use throughline_flow::Record;

/// A trigger carries at most this many records …
const RECORDS: usize = 100;
/// … and about this many bytes of them.
const BYTES: usize = 1024 * 1024;

/// A larger record is not tried again by itself: it would not fit a message.
const LARGEST: usize = 8 * 1024 * 1024;

/// Whether a record can be carried by a trigger.
pub(crate) fn fits(record: &Record) -> bool {
    crate::capture::weight(&record.fields) <= LARGEST
}

/// When the failed records of a run are tried again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct NextAttempt {
    /// From the end of this attempt.
    pub(crate) wait: Duration,
    /// The instant.
    pub(crate) at: Timestamp,
}

/// When the next attempt is due; `None` after the last one. `floor` is what the target asked for. The jitter follows
/// from the run, so that a run that is executed again plans the same.
pub(crate) fn next_attempt(
    policy: &RetryPolicy,
    request: &RunRequest,
    floor: Option<Duration>,
    now: Timestamp,
) -> Option<NextAttempt> {
    let wait = policy.wait_after(request.attempt, jitter(request.run), floor)?;
    Some(NextAttempt { wait, at: now + wait })
}

/// Triggers for these inputs, which are what is left of `request`.
pub(crate) fn triggers(
    request: &RunRequest,
    inputs: Vec<Input>,
    next: NextAttempt,
    now: Timestamp,
) -> Vec<Trigger> {
    inputs.into_iter().map(|input| trigger(request, input, next, now)).collect()
}

/// The records in portions that fit a message.
pub(crate) fn inputs<'a>(records: impl IntoIterator<Item = &'a Record>) -> Vec<Input> {
    let mut portions: Vec<Vec<SourceRecord>> = Vec::new();
    let mut bytes = 0;
    for record in records {
        let size = crate::capture::weight(&record.fields);
        match portions.last_mut() {
            Some(portion) if portion.len() < RECORDS && bytes + size <= BYTES => {
                portion.push(source_record(record))
            }
            _ => {
                portions.push(vec![source_record(record)]);
                bytes = 0;
            }
        }
        bytes += size;
    }
    portions.into_iter().map(Input::Records).collect()
}

fn source_record(record: &Record) -> SourceRecord {
    let Record { key, version, url, fields } = record.clone();
    SourceRecord { key, version, url, fields }
}

fn trigger(request: &RunRequest, input: Input, next: NextAttempt, now: Timestamp) -> Trigger {
    Trigger {
        id: trigger_id(request, &input, next.wait),
        tenant: request.tenant,
        integration: request.integration,
        action: request.action.clone(),
        revision: None,
        kind: TriggerKind::Retry,
        lane: Lane::Bulk,
        accepted_at: now,
        not_before: Some(next.at),
        attempt: request.attempt + 1,
        caused_by: Some(request.run),
        input,
    }
}

/// The same for the same run and records, so that a run that is executed again causes no second retry. Its time is about
/// when the retry is due, so that the retry's run is listed where a person looks for it.
fn trigger_id(request: &RunRequest, input: &Input, wait: Duration) -> TriggerId {
    let mut hash = Sha256::new();
    hash.update(b"retry");
    hash.update(request.run.as_uuid().as_bytes());
    if let Input::Records(records) = input {
        records.iter().for_each(|record| hash.update(Sha256::digest(&record.key)));
    }
    let digest = hash.finalize();
    let mut random = [0; 10];
    random.copy_from_slice(&digest[..10]);
    let due = (request.queued_at + wait).timestamp_millis();
    TriggerId::from_uuid(
        uuid::Builder::from_unix_timestamp_millis(u64::try_from(due).unwrap_or(0), &random).into_uuid(),
    )
}

/// Uniform over runs, from 0 to 1.
fn jitter(run: RunId) -> f64 {
    let digest = Sha256::digest(run.as_uuid().as_bytes());
    f64::from(u32::from_be_bytes([digest[0], digest[1], digest[2], digest[3]])) / f64::from(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::run::testing::request;
    use serde_json::json;

    fn record(key: &str, size: usize) -> Record {
        Record { key: key.to_owned(), version: None, url: None, fields: json!({ "text": "x".repeat(size) }) }
    }

    #[test]
    fn a_retry_waits_carries_its_records_and_names_its_cause() {
        let request = request(Input::Poll);
        let now = request.queued_at;
        let next =
            next_attempt(&RetryPolicy::default(), &request, Some(Duration::from_secs(60)), now).unwrap();
        assert_eq!(next.wait, Duration::from_secs(60));
        let made = triggers(&request, inputs(&[record("a", 10)]), next, now);
        let again = triggers(&request, inputs(&[record("a", 10)]), next, now);
        assert_eq!(made, again);
        let [made] = made.as_slice() else { panic!("{made:?}") };
        assert_eq!((made.kind, made.attempt, made.caused_by), (TriggerKind::Retry, 2, Some(request.run)));
        assert_eq!((made.not_before, made.revision), (Some(next.at), None));
        assert!(matches!(&made.input, Input::Records(records) if records[0].key == "a"));
        let others = triggers(&request, inputs(&[record("b", 10)]), next, now);
        assert_ne!(others[0].id, made.id);
    }

    #[test]
    fn the_last_attempt_has_no_next() {
        let request = RunRequest { attempt: 8, ..request(Input::Poll) };
        assert_eq!(next_attempt(&RetryPolicy::default(), &request, None, request.queued_at), None);
    }

    #[test]
    fn messages_stay_small() {
        let many: Vec<Record> = (0..250).map(|n| record(&n.to_string(), 10)).collect();
        assert_eq!(inputs(&many).len(), 3);
        let large: Vec<Record> = (0..3).map(|n| record(&n.to_string(), 900_000)).collect();
        assert_eq!(inputs(&large).len(), 3);
    }
}
