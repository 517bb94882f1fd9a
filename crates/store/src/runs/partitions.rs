//! Partitions of the run history: made ahead of time, dropped when their class has expired.

use chrono::NaiveDate;

use crate::error::Result;
use crate::session::Tx;

/// Makes the partitions of `first` to `last` for every class, where they are missing; returns how many it made.
/// Runs in [`Store::service`](crate::Store::service), by the scheduler (ahead of time) and the sink (when one is missing).
///
/// # Errors
/// When the database is not available.
pub async fn ensure(tx: &mut Tx, first: NaiveDate, last: NaiveDate) -> Result<u32> {
    let made =
        sqlx::query_scalar!("select ensure_run_partitions($1, $2)", first, last).fetch_one(&mut **tx).await?;
    Ok(made.and_then(|made| u32::try_from(made).ok()).unwrap_or_default())
}

/// Drops every partition whose class has expired at `today`; returns their names. Runs in
/// [`Store::service`](crate::Store::service), by the scheduler.
///
/// # Errors
/// When the database is not available.
pub async fn drop_expired(tx: &mut Tx, today: NaiveDate) -> Result<Vec<String>> {
    let names =
        sqlx::query_scalar!("select drop_expired_run_partitions($1)", today).fetch_all(&mut **tx).await?;
    Ok(names.into_iter().flatten().collect())
}
