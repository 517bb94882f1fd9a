//! Links: which source record is which target record, and who works on it now. Writer: worker.
//!
//! A run *claims* the links of the records in its hands, works, and *settles* them. A claim has a deadline, so that the
//! records of a lost worker become free, and a fence that grows with every claim, so that a worker which is late cannot
//! overwrite what its successor found out. Times are those of the database, the one clock that all workers share.

use std::str::FromStr;
use std::time::Duration;

use sqlx::postgres::types::PgInterval;
use throughline_domain::{IntegrationId, RunId, TenantId, Timestamp};

use crate::error::{Result, StoreError};
use crate::session::Tx;

/// Whose links: one integration of one tenant, in one direction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LinkScope {
    /// The tenant.
    pub tenant: TenantId,
    /// The integration.
    pub integration: IntegrationId,
}

/// The only direction so far.
const DIRECTION: &str = "forward";

/// How far a link has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LinkState {
    /// A create was, or may have been, begun; what came of it is not known.
    Intended,
    /// The target record is known.
    Confirmed,
    /// A create may have happened and cannot be looked for: a person must decide.
    InDoubt,
    /// The record has no counterpart and needs none, up to this version: an older one that comes late makes none either.
    Absent,
}

impl FromStr for LinkState {
    type Err = StoreError;

    fn from_str(text: &str) -> Result<Self> {
        match text {
            "intended" => Ok(Self::Intended),
            "confirmed" => Ok(Self::Confirmed),
            "in_doubt" => Ok(Self::InDoubt),
            "absent" => Ok(Self::Absent),
            other => Err(StoreError::Corrupt(format!("links.state: `{other}`"))),
        }
    }
}

/// The wish to work on one record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wish {
    /// Key of the source record.
    pub source_key: String,
    /// What link is made if there is none.
    pub make: Make,
    /// The version of the record that decided so.
    pub version: Option<String>,
    /// Names the input of a create. It stays in the row's `content_hash` until the link is confirmed, so that whoever
    /// finds the record after a crash knows whether it was made from the same input.
    pub intent: String,
}

/// The link that a claim makes where there is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Make {
    /// None.
    Nothing,
    /// One that says that there is no counterpart, to hold the record while that is decided.
    Absent,
    /// One that says that a create may follow at once.
    Intended,
}

impl Make {
    const fn as_state(self) -> Option<&'static str> {
        match self {
            Self::Nothing => None,
            Self::Absent => Some("absent"),
            Self::Intended => Some("intended"),
        }
    }
}

/// A failure of a record that is kept for a later attempt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptFailure {
    /// The run that failed with it last.
    pub run: RunId,
    /// The version that failed.
    pub version: Option<String>,
}

/// A link in our hands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// Key of the source record.
    pub source_key: String,
    /// How far it has come.
    pub state: LinkState,
    /// Whether this claim made the row: nothing was ever sent for it.
    pub fresh: bool,
    /// Key of the target record.
    pub target_key: Option<String>,
    /// Page of the target record.
    pub target_url: Option<String>,
    /// The version that was applied last, or is intended.
    pub source_version: Option<String>,
    /// Hash of what was written last; for an intended link, the [`Wish::intent`] of its create.
    pub content_hash: Option<String>,
    /// The run that worked on it before.
    pub last_run: Option<RunId>,
    /// What is kept of a failure of this record in the action.
    pub failed: Option<KeptFailure>,
    /// When the row was made.
    pub created_at: Timestamp,
    /// What proves that it is ours.
    pub fence: i64,
}

/// The answer to a wish.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Claim {
    /// It is ours until the lease ends.
    Held(Link),
    /// Somebody else works on it.
    Busy(String),
    /// There is no link, and none was to be made.
    Absent {
        /// Key of the source record.
        source_key: String,
        /// What is kept of a failure of this record in the action.
        failed: Option<KeptFailure>,
    },
}

impl Claim {
    /// Key of the source record.
    pub fn source_key(&self) -> &str {
        match self {
            Self::Held(Link { source_key, .. })
            | Self::Busy(source_key)
            | Self::Absent { source_key, .. } => source_key,
        }
    }
}

/// What becomes of a link that we hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LinkEnd {
    /// The target record is known and says what we wrote.
    Confirmed {
        /// Key of the target record.
        target_key: String,
        /// Page of the target record.
        target_url: Option<String>,
        /// The version that was applied.
        version: Option<String>,
        /// Hash of what an update would write.
        content_hash: Option<String>,
    },
    /// Nothing was sent: a link that this claim made goes away again.
    Forgotten,
    /// There is no counterpart, and versions up to this one need none.
    Absent {
        /// The newest such version.
        version: String,
    },
    /// Whether the create happened cannot be found out.
    InDoubt,
    /// As it was before.
    Released,
}

/// A link that we hold, and what becomes of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settled {
    /// Key of the source record.
    pub source_key: String,
    /// From the claim.
    pub fence: i64,
    /// What becomes of it.
    pub end: LinkEnd,
}

/// Claims links for `run` of `action` until `lease` from now, all in one statement. Wishes name each key once. One answer per wish, in
/// no particular order.
///
/// A row whose claim has not run out is busy, with one exception: the same run, delivered again, takes back at once what
/// is confirmed or absent. What is intended stays busy until the lease ends even for it, because a request of the lost worker may
/// still be on its way to the target.
///
/// # Errors
/// When the database is not available.
pub async fn claim(
    tx: &mut Tx,
    scope: LinkScope,
    action: &str,
    run: RunId,
    lease: Duration,
    wishes: &[Wish],
) -> Result<Vec<Claim>> {
    let keys: Vec<&str> = wishes.iter().map(|wish| wish.source_key.as_str()).collect();
    let make: Vec<Option<&str>> = wishes.iter().map(|wish| wish.make.as_state()).collect();
    let versions: Vec<Option<&str>> = wishes.iter().map(|wish| wish.version.as_deref()).collect();
    let intents: Vec<&str> = wishes.iter().map(|wish| wish.intent.as_str()).collect();
    let rows = sqlx::query!(
        r#"with wanted as (
               select * from unnest($4::text[], $5::text[], $6::text[], $7::text[])
                   as w (source_key, make, version, intent)
           ), before as (
               select l.source_key, l.claimed_by from links l join wanted using (source_key)
               where l.tenant_id = $1 and l.integration_id = $2 and l.direction = $3
           ), made as (
               insert into links as l (tenant_id, integration_id, direction, source_key, state, source_version,
                                       content_hash, claimed_by, claimed_until)
               select $1, $2, $3, source_key, make, version, case make when 'intended' then intent end, $8,
                      clock_timestamp() + $9
               from wanted where make is not null order by source_key
               on conflict (tenant_id, integration_id, direction, source_key) do update
                   set claimed_by = excluded.claimed_by, claimed_until = excluded.claimed_until, fence = l.fence + 1
                   where l.claimed_until is null or l.claimed_until <= clock_timestamp()
                      or (l.claimed_by = $8 and l.state in ('confirmed', 'absent'))
               returning l.source_key, l.state, (xmax = 0) as fresh, l.target_key, l.target_url, l.source_version,
                         l.content_hash, l.created_at, l.fence
           ), taken as (
               update links l
               set claimed_by = $8, claimed_until = clock_timestamp() + $9, fence = l.fence + 1
               from wanted w
               where w.make is null and l.tenant_id = $1 and l.integration_id = $2 and l.direction = $3
                 and l.source_key = w.source_key
                 and (l.claimed_until is null or l.claimed_until <= clock_timestamp()
                      or (l.claimed_by = $8 and l.state in ('confirmed', 'absent')))
               returning l.source_key, l.state, false as fresh, l.target_key, l.target_url, l.source_version,
                         l.content_hash, l.created_at, l.fence
           ), held as (select * from made union all select * from taken)
           select w.source_key as "source_key!", w.make is not null or b.source_key is not null as "exists!",
                  f.run_id as "failed_run?", f.source_version as failed_version, b.claimed_by, h.state as "state?", h.fresh as "fresh?", h.target_key, h.target_url,
                  h.source_version, h.content_hash, h.created_at as "created_at?", h.fence as "fence?"
           from wanted w left join held h using (source_key) left join before b using (source_key)
           left join failed_records f on f.tenant_id = $1 and f.integration_id = $2 and f.action_key = $10
                                     and f.source_key = w.source_key"#,
        scope.tenant.as_uuid(),
        scope.integration.as_uuid(),
        DIRECTION,
        &keys as &[&str],
        &make as &[Option<&str>],
        &versions as &[Option<&str>],
        &intents as &[&str],
        run.as_uuid(),
        interval(lease),
        action
    )
    .fetch_all(&mut **tx)
    .await?;
    rows.into_iter()
        .map(|row| {
            let version = row.failed_version;
            let failed = row.failed_run.map(|run| KeptFailure { run: RunId::from_uuid(run), version });
            match (row.state, row.fresh, row.created_at, row.fence) {
                (Some(state), Some(fresh), Some(created_at), Some(fence)) => Ok(Claim::Held(Link {
                    source_key: row.source_key,
                    state: state.parse()?,
                    fresh,
                    target_key: row.target_key,
                    target_url: row.target_url,
                    source_version: row.source_version,
                    content_hash: row.content_hash,
                    last_run: row.claimed_by.map(RunId::from_uuid),
                    failed,
                    created_at,
                    fence,
                })),
                _ if row.exists => Ok(Claim::Busy(row.source_key)),
                _ => Ok(Claim::Absent { source_key: row.source_key, failed }),
            }
        })
        .collect()
}

/// A create that is about to follow, on an absent link that we hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Intent {
    /// Key of the source record.
    pub source_key: String,
    /// From the claim.
    pub fence: i64,
    /// The version that will be created.
    pub version: Option<String>,
    /// Names the input of the create, as [`Wish::intent`].
    pub intent: String,
}

/// Turns absent links that we hold into intended ones, before a create; the keys that were still ours.
///
/// # Errors
/// When the database is not available.
pub async fn intend(tx: &mut Tx, scope: LinkScope, intents: &[Intent]) -> Result<Vec<String>> {
    let keys: Vec<&str> = intents.iter().map(|one| one.source_key.as_str()).collect();
    let fences: Vec<i64> = intents.iter().map(|one| one.fence).collect();
    let versions: Vec<Option<&str>> = intents.iter().map(|one| one.version.as_deref()).collect();
    let inputs: Vec<&str> = intents.iter().map(|one| one.intent.as_str()).collect();
    let rows = sqlx::query_scalar!(
        "update links l set state = 'intended', source_version = i.version, content_hash = i.intent
         from unnest($4::text[], $5::bigint[], $6::text[], $7::text[]) as i (source_key, fence, version, intent)
         where l.tenant_id = $1 and l.integration_id = $2 and l.direction = $3 and l.state = 'absent'
           and l.source_key = i.source_key and l.fence = i.fence
         returning l.source_key",
        scope.tenant.as_uuid(),
        scope.integration.as_uuid(),
        DIRECTION,
        &keys as &[&str],
        &fences,
        &versions as &[Option<&str>],
        &inputs as &[&str]
    )
    .fetch_all(&mut **tx)
    .await?;
    Ok(rows)
}

/// Extends the claims of `run` to `lease` from now; the keys that it still holds.
///
/// # Errors
/// When the database is not available.
pub async fn renew(
    tx: &mut Tx,
    scope: LinkScope,
    run: RunId,
    lease: Duration,
    held: &[(String, i64)],
) -> Result<Vec<String>> {
    let (keys, fences): (Vec<&str>, Vec<i64>) =
        held.iter().map(|(key, fence)| (key.as_str(), *fence)).unzip();
    let rows = sqlx::query_scalar!(
        "update links l set claimed_until = clock_timestamp() + $7
         from unnest($5::text[], $6::bigint[]) as h (source_key, fence)
         where l.tenant_id = $1 and l.integration_id = $2 and l.direction = $3 and l.claimed_by = $4
           and l.source_key = h.source_key and l.fence = h.fence and l.claimed_until is not null
         returning l.source_key",
        scope.tenant.as_uuid(),
        scope.integration.as_uuid(),
        DIRECTION,
        run.as_uuid(),
        &keys as &[&str],
        &fences,
        interval(lease)
    )
    .fetch_all(&mut **tx)
    .await?;
    Ok(rows)
}

/// Settles links that we hold and gives them back; the keys that were still ours. A link that somebody else has claimed
/// meanwhile is left to him.
///
/// # Errors
/// When the database is not available.
pub async fn settle(tx: &mut Tx, scope: LinkScope, settled: &[Settled]) -> Result<Vec<String>> {
    let columns = Columns::of(settled);
    let rows = sqlx::query_scalar!(
        r#"with settled as (
               select * from unnest($4::text[], $5::bigint[], $6::text[], $7::text[], $8::text[], $9::text[], $10::text[])
                   as s (source_key, fence, ending, target_key, target_url, version, content_hash)
           ), gone as (
               delete from links l using settled s
               where s.ending = 'forgotten' and l.tenant_id = $1 and l.integration_id = $2 and l.direction = $3
                 and l.source_key = s.source_key and l.fence = s.fence
               returning l.source_key
           ), kept as (
               update links l
               set state = case s.ending when 'released' then l.state else s.ending end,
                   target_key = case s.ending when 'confirmed' then s.target_key else l.target_key end,
                   target_url = case s.ending when 'confirmed' then s.target_url else l.target_url end,
                   source_version = case when s.ending in ('confirmed', 'absent') then s.version else l.source_version end,
                   content_hash = case when s.ending in ('confirmed', 'absent') then s.content_hash
                                       else l.content_hash end,
                   claimed_until = null, updated_at = now()
               from settled s
               where s.ending <> 'forgotten' and l.tenant_id = $1 and l.integration_id = $2 and l.direction = $3
                 and l.source_key = s.source_key and l.fence = s.fence
               returning l.source_key
           )
           select source_key as "source_key!" from gone union all select source_key from kept"#,
        scope.tenant.as_uuid(),
        scope.integration.as_uuid(),
        DIRECTION,
        &columns.keys as &[&str],
        &columns.fences,
        &columns.endings as &[&str],
        &columns.target_keys as &[Option<&str>],
        &columns.target_urls as &[Option<&str>],
        &columns.versions as &[Option<&str>],
        &columns.hashes as &[Option<&str>]
    )
    .fetch_all(&mut **tx)
    .await?;
    Ok(rows)
}

/// For how long an absent link is remembered: nothing that came before it arrives later than this.
const ABSENT_FOR: Duration = Duration::from_secs(7 * 24 * 3600);

/// Forgets absent links of the integration that nothing will need any more, a few at a time.
///
/// # Errors
/// When the database is not available.
pub async fn forget_absent(tx: &mut Tx, scope: LinkScope) -> Result<()> {
    sqlx::query!(
        "delete from links where ctid = any(array(
             select ctid from links
             where tenant_id = $1 and integration_id = $2 and state = 'absent' and claimed_until is null
               and updated_at < now() - $3::interval
             order by updated_at limit 100 for update skip locked))",
        scope.tenant.as_uuid(),
        scope.integration.as_uuid(),
        interval(ABSENT_FOR)
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Those of the records `(key, version)` that a poll need not look at again: the same version was applied, is in doubt,
/// needs no counterpart, or failed and is left to the retries of `action`.
///
/// # Errors
/// When the database is not available.
pub async fn seen(
    tx: &mut Tx,
    scope: LinkScope,
    action: &str,
    records: &[(&str, &str)],
) -> Result<Vec<String>> {
    let (keys, versions): (Vec<&str>, Vec<&str>) = records.iter().copied().unzip();
    let rows = sqlx::query_scalar!(
        r#"select r.source_key as "source_key!" from unnest($5::text[], $6::text[]) as r (source_key, version)
           where exists (select from links l
                         where l.tenant_id = $1 and l.integration_id = $2 and l.direction = $3
                           and l.source_key = r.source_key and l.source_version = r.version and l.state <> 'intended')
              or exists (select from failed_records f
                         where f.tenant_id = $1 and f.integration_id = $2 and f.action_key = $4
                           and f.source_key = r.source_key and f.source_version = r.version)"#,
        scope.tenant.as_uuid(),
        scope.integration.as_uuid(),
        DIRECTION,
        action,
        &keys as &[&str],
        &versions as &[&str]
    )
    .fetch_all(&mut **tx)
    .await?;
    Ok(rows)
}

#[derive(Default)]
struct Columns<'a> {
    keys: Vec<&'a str>,
    fences: Vec<i64>,
    endings: Vec<&'static str>,
    target_keys: Vec<Option<&'a str>>,
    target_urls: Vec<Option<&'a str>>,
    versions: Vec<Option<&'a str>>,
    hashes: Vec<Option<&'a str>>,
}

impl<'a> Columns<'a> {
    fn of(settled: &'a [Settled]) -> Self {
        let mut columns = Self::default();
        settled.iter().for_each(|one| columns.push(one));
        columns
    }

    fn push(&mut self, settled: &'a Settled) {
        self.keys.push(&settled.source_key);
        self.fences.push(settled.fence);
        let (ending, target_key, target_url, version, hash) = match &settled.end {
            LinkEnd::Confirmed { target_key, target_url, version, content_hash } => (
                "confirmed",
                Some(target_key.as_str()),
                target_url.as_deref(),
                version.as_deref(),
                content_hash.as_deref(),
            ),
            LinkEnd::Forgotten => ("forgotten", None, None, None, None),
            LinkEnd::Absent { version } => ("absent", None, None, Some(version.as_str()), None),
            LinkEnd::InDoubt => ("in_doubt", None, None, None, None),
            LinkEnd::Released => ("released", None, None, None, None),
        };
        self.endings.push(ending);
        self.target_keys.push(target_key);
        self.target_urls.push(target_url);
        self.versions.push(version);
        self.hashes.push(hash);
    }
}

fn interval(length: Duration) -> PgInterval {
    let microseconds = i64::try_from(length.as_micros()).unwrap_or(i64::MAX);
    PgInterval { months: 0, days: 0, microseconds }
}
