//! Connections, and the transactions that say for whom they act.

use std::time::Duration;

use sqlx::pool::PoolConnection;
use sqlx::postgres::{PgConnectOptions, PgPool, PgPoolOptions};
use sqlx::{AssertSqlSafe, Connection as _, PgConnection, Postgres, Transaction};
use throughline_domain::TenantId;

use crate::error::{Result, StoreError};

/// A transaction that names the tenants it acts for.
pub type Tx = Transaction<'static, Postgres>;

/// What a statement runs on: a [`Tx`], or a connection of [`Store::autocommit`].
pub type Session = PgConnection;

/// What reading a page out of order costs, beside reading the next one. Postgres' own 4 thinks of a disk that turns; with
/// it, the planner reads all links of a young integration rather than look up the few that a run wants.
const RANDOM_PAGE_COST: &str = "1.1";

/// How long a statement waits for a lock. Nothing here holds one for longer than a batch takes; whoever waits longer
/// stands behind a session that is stuck, and gives its own locks back instead of making others wait too.
const LOCK_TIMEOUT: Duration = Duration::from_secs(10);

/// How long a transaction may stand idle: longer than a publish with all its reconnects (10 s), shorter than anybody
/// could miss the rows that it locks.
const IDLE_IN_TRANSACTION: Duration = Duration::from_secs(60);

/// After so much silence the server asks whether we are still there, six times, ten seconds apart; then it ends the session
/// and its locks. Two minutes, instead of the two hours of the operating system.
const KEEPALIVE: [(&str, &str); 3] =
    [("tcp_keepalives_idle", "60"), ("tcp_keepalives_interval", "10"), ("tcp_keepalives_count", "6")];

/// A connection that was used less long ago is taken to be alive: to ask costs a round trip of every transaction. If it is
/// not, the first statement says so, which is transient for everybody here.
const TRUSTED: Duration = Duration::from_secs(1);

/// How many connections there are, and what may take how long.
#[derive(Debug, Clone, Copy)]
pub struct StoreOptions {
    /// The most connections.
    pub max_connections: u32,
    /// The longest wait for a free connection.
    pub acquire_timeout: Duration,
    /// The longest that one statement may take; the server ends it then.
    pub statement_timeout: Duration,
}

impl Default for StoreOptions {
    fn default() -> Self {
        Self {
            max_connections: 16,
            acquire_timeout: Duration::from_secs(5),
            statement_timeout: Duration::from_secs(20),
        }
    }
}

/// A pool of connections with the role of one service.
#[derive(Debug, Clone)]
pub struct Store {
    pool: PgPool,
}

impl Store {
    /// A pool of at most `max_connections`, with default time-outs; see [`Store::with_options`].
    ///
    /// # Errors
    /// When the address cannot be parsed.
    pub fn connect(url: &str, max_connections: u32) -> Result<Self> {
        Self::with_options(url, StoreOptions { max_connections, ..StoreOptions::default() })
    }

    /// A pool for `url`, which names the service's role. Connects on first use, so a process starts while the database is
    /// away.
    ///
    /// # Errors
    /// When the address cannot be parsed.
    pub fn with_options(url: &str, options: StoreOptions) -> Result<Self> {
        let address: PgConnectOptions = url.parse().map_err(StoreError::Fault)?;
        let millis = |time: Duration| time.as_millis().to_string();
        let settings =
            address.options([("random_page_cost", RANDOM_PAGE_COST)]).options(KEEPALIVE).options([
                ("statement_timeout", millis(options.statement_timeout)),
                ("lock_timeout", millis(LOCK_TIMEOUT)),
                ("idle_in_transaction_session_timeout", millis(IDLE_IN_TRANSACTION)),
            ]);
        let pool = PgPoolOptions::new()
            .max_connections(options.max_connections)
            .acquire_timeout(options.acquire_timeout)
            .idle_timeout(Duration::from_secs(300))
            .test_before_acquire(false)
            .before_acquire(|connection, facts| {
                Box::pin(async move { Ok(facts.idle_for < TRUSTED || connection.ping().await.is_ok()) })
            })
            .connect_lazy_with(settings);
        Ok(Self { pool })
    }

    /// A transaction that sees and writes the rows of one tenant.
    ///
    /// # Errors
    /// When the database is not available.
    pub async fn tenant(&self, tenant: TenantId) -> Result<Tx> {
        self.begin("app.tenant_id", &tenant.to_string()).await
    }

    /// A transaction for a batch that belongs to several tenants: what the sink writes.
    ///
    /// # Errors
    /// When the database is not available.
    pub async fn tenants(&self, tenants: &[TenantId]) -> Result<Tx> {
        self.begin("app.tenant_id", &list(tenants)).await
    }

    /// A transaction that sees only the rows that can be found by something its caller has shown: the hash of a token,
    /// an e-mail address, or the id of a user who has logged in. `presented` is bound, never spliced.
    ///
    /// # Errors
    /// When the database is not available.
    pub async fn presented(&self, presented: &str) -> Result<Tx> {
        let mut tx = self.pool.begin().await?;
        sqlx::query!("select set_config('app.presented', $1, true)", presented).fetch_one(&mut *tx).await?;
        Ok(tx)
    }

    /// A transaction without a tenant, for a service's own tables and for what its policies let it see of all tenants.
    ///
    /// # Errors
    /// When the database is not available.
    pub async fn service(&self) -> Result<Tx> {
        Ok(self.pool.begin().await?)
    }

    /// Like [`Store::service`], but each statement is a transaction of its own: one round trip instead of three, for
    /// whoever needs no more than one.
    ///
    /// # Errors
    /// When the database is not available.
    pub async fn autocommit(&self) -> Result<PoolConnection<Postgres>> {
        Ok(self.pool.acquire().await?)
    }

    /// Whether the database answers.
    ///
    /// # Errors
    /// When it does not.
    pub async fn ping(&self) -> Result<()> {
        sqlx::query!("select 1 as one").fetch_one(&self.pool).await?;
        Ok(())
    }

    /// Connections in the pool: open, and idle among them.
    pub fn pool_use(&self) -> (u32, usize) {
        (self.pool.size(), self.pool.num_idle())
    }

    /// Waits for transactions to end and closes all connections.
    pub async fn close(&self) {
        self.pool.close().await;
    }

    /// Begins and names the tenants in one round trip. `value` holds UUIDs only, so it is safe to splice.
    async fn begin(&self, setting: &'static str, value: &str) -> Result<Tx> {
        let begin = format!("begin; set local {setting} = '{value}'");
        Ok(self.pool.begin_with(AssertSqlSafe(begin)).await?)
    }
}

/// Names, in the middle of a transaction, the tenants for whom it acts from now on.
///
/// # Errors
/// When the database is not available.
pub async fn act_for(tx: &mut Tx, tenants: &[TenantId]) -> Result<()> {
    sqlx::query!("select set_config('app.tenant_id', $1, true)", list(tenants)).fetch_one(&mut **tx).await?;
    Ok(())
}

fn list(tenants: &[TenantId]) -> String {
    tenants.iter().map(TenantId::to_string).collect::<Vec<_>>().join(",")
}
