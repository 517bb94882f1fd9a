//! Rows of packs. A stored pack without a row is an orphan: nothing points to it, and the sink sweeps it.

use chrono::{Days, NaiveDate};
use throughline_domain::{PackId, RetentionClass};
use uuid::Uuid;

use crate::column::{days, retention_class};
use crate::error::Result;
use crate::session::Tx;

/// One stored pack.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PackRow {
    /// Its id.
    pub pack: PackId,
    /// For how long it is kept.
    pub class: RetentionClass,
    /// The key of the object.
    pub object_key: String,
    /// Its size.
    pub bytes: u64,
    /// How many frames it holds.
    pub frames: u32,
}

/// Writes rows of packs that are stored; those that are there stay as they are.
///
/// # Errors
/// When the database is not available.
pub(super) async fn insert(tx: &mut Tx, packs: &[&PackRow]) -> Result<()> {
    if packs.is_empty() {
        return Ok(());
    }
    let column = |of: fn(&PackRow) -> i64| packs.iter().map(|pack| of(pack)).collect::<Vec<_>>();
    let ids: Vec<Uuid> = packs.iter().map(|pack| pack.pack.as_uuid()).collect();
    let classes: Vec<i16> = packs.iter().map(|pack| days(pack.class)).collect();
    let dates: Vec<NaiveDate> = packs.iter().map(|pack| pack.pack.day()).collect();
    let keys: Vec<String> = packs.iter().map(|pack| pack.object_key.clone()).collect();
    let bytes = column(|pack| i64::try_from(pack.bytes).unwrap_or(i64::MAX));
    let frames: Vec<i32> = packs.iter().map(|pack| i32::try_from(pack.frames).unwrap_or(i32::MAX)).collect();
    sqlx::query!(
        "insert into packs (pack_id, retention_days, day, object_key, bytes, frames)
         select * from unnest($1::uuid[], $2::int2[], $3::date[], $4::text[], $5::int8[], $6::int4[])
         on conflict do nothing",
        &ids,
        &classes,
        &dates,
        &keys,
        &bytes,
        &frames
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Which of `packs` have a row. Runs in [`Store::service`](crate::Store::service).
///
/// # Errors
/// When the database is not available.
pub async fn known(tx: &mut Tx, packs: &[PackId]) -> Result<Vec<PackId>> {
    let ids: Vec<Uuid> = packs.iter().map(|pack| pack.as_uuid()).collect();
    let rows = sqlx::query_scalar!("select pack_id from packs where pack_id = any ($1)", &ids)
        .fetch_all(&mut **tx)
        .await?;
    Ok(rows.into_iter().map(PackId::from_uuid).collect())
}

/// The classes and days whose packs have expired at `today` but still have rows. Runs in
/// [`Store::service`](crate::Store::service).
///
/// # Errors
/// When the database is not available.
pub async fn expired(tx: &mut Tx, today: NaiveDate) -> Result<Vec<(RetentionClass, NaiveDate)>> {
    let rows = sqlx::query!(
        "select distinct retention_days, day from packs where day + retention_days::integer < $1 order by day",
        today
    )
    .fetch_all(&mut **tx)
    .await?;
    rows.into_iter()
        .map(|row| Ok((retention_class("retention_days", row.retention_days)?, row.day)))
        .collect()
}

/// Forgets the packs of an expired class and day, after their objects are gone. Runs in
/// [`Store::service`](crate::Store::service).
///
/// # Errors
/// When the database is not available.
pub async fn forget(tx: &mut Tx, class: RetentionClass, day: NaiveDate) -> Result<u64> {
    let done = sqlx::query!("delete from packs where retention_days = $1 and day = $2", days(class), day)
        .execute(&mut **tx)
        .await?;
    Ok(done.rows_affected())
}

/// Forgets on which expired days tenants had runs: their partitions are dropped. Runs in
/// [`Store::service`](crate::Store::service).
///
/// # Errors
/// When the database is not available.
pub async fn forget_days(tx: &mut Tx, today: NaiveDate) -> Result<u64> {
    let done = sqlx::query!("delete from run_days where day + retention_days::integer < $1", today)
        .execute(&mut **tx)
        .await?;
    Ok(done.rows_affected())
}

/// The last day whose packs of `class` have expired at `today`.
pub fn last_expired_day(class: RetentionClass, today: NaiveDate) -> NaiveDate {
    today - Days::new(u64::from(class.days()) + 1)
}
