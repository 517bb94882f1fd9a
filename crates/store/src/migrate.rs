//! Applying `migrations/`, and giving the roles of the services their passwords.

use secrecy::{ExposeSecret, SecretString};
use sqlx::migrate::Migrator;
use sqlx::postgres::PgPoolOptions;
use sqlx::{AssertSqlSafe, Connection};

use crate::error::{Result, StoreError};

static MIGRATIONS: Migrator = sqlx::migrate!("../../migrations");

/// Passwords of the services' roles. A role without one keeps what it has.
#[derive(Debug, Default)]
pub struct RolePasswords {
    /// Pairs of a service's name (`gateway`, `scheduler`, `worker`, `sink`) and the password of its role.
    pub by_service: Vec<(String, SecretString)>,
}

/// Brings the schema of the database at `owner_url` up to date; safe to repeat, and from several processes at once.
/// Returns how many migrations the database has now.
///
/// # Errors
/// When the database is away, a migration fails, or an applied one was changed.
pub async fn migrate(owner_url: &str, passwords: &RolePasswords) -> Result<usize> {
    let pool = PgPoolOptions::new().max_connections(1).connect(owner_url).await?;
    MIGRATIONS.run(&pool).await.map_err(|error| match error {
        sqlx::migrate::MigrateError::Execute(error) => StoreError::from(error),
        other => StoreError::Fault(sqlx::Error::Migrate(Box::new(other))),
    })?;
    let mut connection = pool.acquire().await?;
    for (service, password) in &passwords.by_service {
        set_password(&mut connection, service, password).await?;
    }
    connection.ping().await?;
    drop(connection);
    pool.close().await;
    Ok(MIGRATIONS.iter().count())
}

/// `alter role` takes no parameters, so Postgres itself quotes the words.
async fn set_password(
    connection: &mut sqlx::PgConnection,
    service: &str,
    password: &SecretString,
) -> Result<()> {
    let role = format!("throughline_{service}");
    let statement = sqlx::query_scalar!(
        "select format('alter role %I password %L', $1::text, $2::text)",
        role,
        password.expose_secret()
    )
    .fetch_one(&mut *connection)
    .await?
    .ok_or_else(|| StoreError::Corrupt("format() gave null".to_owned()))?;
    sqlx::raw_sql(AssertSqlSafe(statement)).execute(&mut *connection).await?;
    Ok(())
}
