//! One database per test, copied from a template that was migrated once.

use std::{
    hash::{DefaultHasher, Hash as _, Hasher as _},
    path::Path,
    thread,
};

use anyhow::Context as _;
use sqlx::{AssertSqlSafe, Connection as _, PgConnection, migrate::Migrator, raw_sql};
use url::Url;
use uuid::Uuid;

use super::Servers;

const MIGRATIONS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../migrations");
/// Held while the template is made.
const LOCK: i64 = 7_410_741_074;

/// A database of one's own. Dropping it drops it.
#[derive(Debug)]
pub struct Database {
    server: Url,
    url: Url,
    name: String,
}

impl Database {
    /// Copies the template, making it first when it is not there.
    ///
    /// # Errors
    /// When Postgres is away, or a migration fails.
    pub async fn create(servers: &Servers) -> anyhow::Result<Self> {
        let mut server: Url = servers.postgres_url.parse().context("TL_POSTGRES_URL")?;
        server.set_path("postgres");
        let migrator = Migrator::new(Path::new(MIGRATIONS)).await.context("reading the migrations")?;
        let mut connection =
            PgConnection::connect(server.as_str()).await.context("connecting to Postgres")?;
        let template = template(&mut connection, &server, &migrator).await?;
        let name = format!("test_{}", Uuid::now_v7().simple());
        run(&mut connection, format!("create database {name} template {template}")).await?;
        let url = with_path(&server, &name);
        Ok(Self { server, url, name })
    }

    /// The address for the owner, who may do everything.
    #[must_use]
    pub fn url(&self) -> &str {
        self.url.as_str()
    }

    /// The address for a role, such as `throughline_worker`.
    #[must_use]
    pub fn url_of(&self, role: &str) -> String {
        let mut url = self.url.clone();
        // Postgres addresses always have a host, so these cannot fail.
        let _ = url.set_username(role);
        let _ = url.set_password(Some("test"));
        url.into()
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        let (server, name) = (self.server.clone(), self.name.clone());
        // Drop cannot wait, so a thread does; what it could not remove is one small database.
        let cleaner = thread::spawn(move || -> anyhow::Result<()> {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
            runtime.block_on(async {
                let mut connection = PgConnection::connect(server.as_str()).await?;
                run(&mut connection, format!("drop database if exists {name} with (force)")).await
            })
        });
        let _ = cleaner.join();
    }
}

/// The name of the migrated template; a changed migration makes a new one.
async fn template(
    connection: &mut PgConnection,
    server: &Url,
    migrator: &Migrator,
) -> anyhow::Result<String> {
    let mut hasher = DefaultHasher::new();
    migrator.iter().for_each(|migration| migration.checksum.hash(&mut hasher));
    let name = format!("template_{:016x}", hasher.finish());
    run(connection, format!("select pg_advisory_lock({LOCK})")).await?;
    let made = make_template(connection, server, migrator, &name).await;
    run(connection, format!("select pg_advisory_unlock({LOCK})")).await?;
    made.map(|()| name)
}

async fn make_template(
    connection: &mut PgConnection,
    server: &Url,
    migrator: &Migrator,
    name: &str,
) -> anyhow::Result<()> {
    let finished = format!("select datname from pg_database where datname = '{name}' and datistemplate");
    let rows = raw_sql(AssertSqlSafe(finished)).fetch_all(&mut *connection).await?;
    if !rows.is_empty() {
        return Ok(());
    }
    run(connection, format!("drop database if exists {name} with (force)")).await?;
    run(connection, format!("create database {name}")).await?;
    let mut inside = PgConnection::connect(with_path(server, name).as_str()).await?;
    migrator.run_direct(None, &mut inside, false).await.context("migrating the template")?;
    inside.close().await?;
    run(connection, format!("alter database {name} is_template true")).await
}

async fn run(connection: &mut PgConnection, statement: String) -> anyhow::Result<()> {
    raw_sql(AssertSqlSafe(statement)).execute(connection).await?;
    Ok(())
}

fn with_path(server: &Url, name: &str) -> Url {
    let mut url = server.clone();
    url.set_path(name);
    url
}
