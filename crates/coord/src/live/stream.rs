//! A Redis stream as a list of events.

use redis::streams::{StreamId, StreamRangeReply, StreamReadReply};
use redis::{FromRedisValue, RedisResult};

use super::LiveEvent;

/// The fields of an entry.
pub(super) const KIND: &str = "kind";
/// The other one.
pub(super) const DATA: &str = "data";

/// A position in a stream; entries have growing ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub(super) struct Position(u64, u64);

impl Position {
    /// `milliseconds-sequence`, as Redis writes it. `None`: it is not one.
    pub(super) fn parse(id: &str) -> Option<Self> {
        let (millis, sequence) = id.split_once('-')?;
        Some(Self(millis.parse().ok()?, sequence.parse().ok()?))
    }
}

impl std::fmt::Display for Position {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}-{}", self.0, self.1)
    }
}

/// The last position, or the beginning when there is no stream.
pub(super) async fn last(redis: &mut impl redis::aio::ConnectionLike, key: &str) -> RedisResult<Position> {
    let mut range = redis::cmd("XREVRANGE");
    range.arg(key).arg("+").arg("-").arg("COUNT").arg(1);
    Ok(first_of(&range.query_async(redis).await?).unwrap_or_default())
}

/// The first position that is still kept.
pub(super) async fn first(
    redis: &mut impl redis::aio::ConnectionLike,
    key: &str,
) -> RedisResult<Option<Position>> {
    let mut range = redis::cmd("XRANGE");
    range.arg(key).arg("-").arg("+").arg("COUNT").arg(1);
    Ok(first_of(&range.query_async(redis).await?))
}

/// All events after `position`.
pub(super) async fn after(
    redis: &mut impl redis::aio::ConnectionLike,
    key: &str,
    position: Position,
) -> RedisResult<Vec<LiveEvent>> {
    let mut range = redis::cmd("XRANGE");
    range.arg(key).arg(format!("({position}")).arg("+");
    let reply: StreamRangeReply = range.query_async(redis).await?;
    Ok(reply.ids.into_iter().map(event).collect())
}

/// Waits up to `block_ms` for events after `position`.
pub(super) async fn next(
    redis: &mut impl redis::aio::ConnectionLike,
    key: &str,
    position: Position,
    block_ms: u64,
) -> RedisResult<Vec<LiveEvent>> {
    let mut read = redis::cmd("XREAD");
    read.arg("COUNT").arg(500).arg("BLOCK").arg(block_ms).arg("STREAMS").arg(key).arg(position.to_string());
    let reply: Option<StreamReadReply> = read.query_async(redis).await?;
    let streams = reply.map(|reply| reply.keys).unwrap_or_default();
    Ok(streams.into_iter().flat_map(|stream| stream.ids).map(event).collect())
}

fn first_of(reply: &StreamRangeReply) -> Option<Position> {
    Position::parse(&reply.ids.first()?.id)
}

fn event(entry: StreamId) -> LiveEvent {
    let text = |field: &str| {
        let value = entry.map.get(field).cloned();
        value.and_then(|value| String::from_redis_value(value).ok()).unwrap_or_default()
    };
    LiveEvent { kind: text(KIND), data: text(DATA), id: entry.id }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_are_ordered_as_numbers() {
        let position = |id| Position::parse(id).unwrap();
        assert!(position("9-2") < position("10-1"));
        assert!(position("10-2") < position("10-10"));
        assert_eq!(position("10-2").to_string(), "10-2");
        assert_eq!(Position::parse("yesterday"), None);
    }
}
