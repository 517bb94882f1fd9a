//! Connections, and the transactions that say for whom they act.

use std::time::Duration;

use sqlx::postgres::{PgConnectOptions, PgPool, PgPoolOptions};
use sqlx::{AssertSqlSafe, Postgres, Transaction};
use throughline_domain::TenantId;

use crate::error::{Result, StoreError};

/// A transaction that names the tenants it acts for.
pub type Tx = Transaction<'static, Postgres>;

/// What reading a page out of order costs, beside reading the next one. Postgres' own 4 thinks of a disk that turns; with
/// it, the planner reads all links of a young integration rather than look up the few that a run wants.
const RANDOM_PAGE_COST: &str = "1.1";

/// A pool of connections with the role of one service.
#[derive(Debug, Clone)]
pub struct Store {
    pool: PgPool,
}

impl Store {
    /// A pool for `url` (which names the service's role) of at most `max_connections`. Connects on first use, so a
    /// process starts while the database is away.
    ///
    /// # Errors
    /// When the address cannot be parsed.
    pub fn connect(url: &str, max_connections: u32) -> Result<Self> {
        let options: PgConnectOptions = url.parse().map_err(StoreError::Fault)?;
        let options = options.options([("random_page_cost", RANDOM_PAGE_COST)]);
        let pool = PgPoolOptions::new()
            .max_connections(max_connections)
            .acquire_timeout(Duration::from_secs(5))
            .idle_timeout(Duration::from_secs(300))
            .connect_lazy_with(options);
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
        let list = tenants.iter().map(TenantId::to_string).collect::<Vec<_>>().join(",");
        self.begin("app.tenant_id", &list).await
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
