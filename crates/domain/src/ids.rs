//! Typed identifiers. All are UUIDs; those made here are version 7, so they sort by time of creation.

use uuid::Uuid;

use crate::clock::Timestamp;

macro_rules! ids {
    ($($(#[$meta:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name(Uuid);

        impl $name {
            /// A new id, sortable by `now`.
            pub fn new(now: Timestamp) -> Self { Self(uuid_at(now)) }
            /// The id that this UUID names.
            pub const fn from_uuid(uuid: Uuid) -> Self { Self(uuid) }
            /// The UUID itself.
            pub const fn as_uuid(self) -> Uuid { self.0 }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result { self.0.fmt(f) }
        }

        impl std::str::FromStr for $name {
            type Err = uuid::Error;
            fn from_str(text: &str) -> Result<Self, Self::Err> { Uuid::parse_str(text).map(Self) }
        }

        impl From<Uuid> for $name { fn from(uuid: Uuid) -> Self { Self(uuid) } }
        impl From<$name> for Uuid { fn from(id: $name) -> Uuid { id.0 } }
    )+};
}

ids! {
    /// A customer organisation.
    TenantId,
    /// A person who can log in.
    UserId,
    /// An API token.
    ApiTokenId,
    /// One connection to one instance of a connector.
    SystemId,
    /// Two systems kept in step by a list of actions.
    IntegrationId,
    /// One reason to run. Carried through the ring unchanged; the run that it causes has the same UUID.
    TriggerId,
    /// One execution cycle of one action.
    RunId,
    /// One S3 object that holds many sealed frames.
    PackId,
}

fn uuid_at(now: Timestamp) -> Uuid {
    let millis = u64::try_from(now.timestamp_millis()).unwrap_or(0);
    uuid::Builder::from_unix_timestamp_millis(millis, &rand::random()).into_uuid()
}

impl RunId {
    /// The instant this id was made at, in milliseconds since the epoch: rows of a run live in the partition of
    /// this day, so a run id alone says where its row is.
    pub fn unix_millis(self) -> i64 {
        millis_of(self.0)
    }

    /// The UTC day of [`RunId::unix_millis`].
    pub fn day(self) -> chrono::NaiveDate {
        day_of(self.0)
    }
}

impl PackId {
    /// The UTC day this id was made on: part of the object's key, and what its retention counts from.
    pub fn day(self) -> chrono::NaiveDate {
        day_of(self.0)
    }

    /// The instant this id was made at, to the millisecond.
    pub fn made_at(self) -> Timestamp {
        chrono::DateTime::from_timestamp_millis(millis_of(self.0)).unwrap_or_default()
    }
}

fn millis_of(uuid: Uuid) -> i64 {
    uuid.as_bytes()[..6].iter().fold(0, |millis, byte| (millis << 8) | i64::from(*byte))
}

fn day_of(uuid: Uuid) -> chrono::NaiveDate {
    chrono::DateTime::from_timestamp_millis(millis_of(uuid)).unwrap_or_default().date_naive()
}

impl From<TriggerId> for RunId {
    fn from(trigger: TriggerId) -> Self {
        Self(trigger.0)
    }
}

/// The number of a revision: 1, 2, 3, … within one integration.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct RevisionNumber(pub i32);

impl std::fmt::Display for RevisionNumber {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::{Clock, SystemClock};

    #[test]
    fn a_run_id_tells_its_day() {
        let now = SystemClock.now();
        let id = RunId::new(now);
        assert_eq!(id.unix_millis(), now.timestamp_millis());
        assert_eq!(id.day(), now.date_naive());
    }

    #[test]
    fn ids_sort_by_time() {
        let now = SystemClock.now();
        assert!(RunId::new(now) < RunId::new(now + chrono::Duration::milliseconds(2)));
    }
}
