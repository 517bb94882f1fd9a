//! Row-level security and grants, asked of Postgres with each service's own role.

use sqlx::{Connection, PgConnection, Row};
use throughline_chassis::Service;

use crate::support::Ring;

async fn connect(ring: &Ring, service: Service) -> PgConnection {
    PgConnection::connect(ring.config.postgres_url(service).unwrap().expose()).await.unwrap()
}

/// Tables that carry a tenant.
async fn tenant_tables(ring: &Ring) -> Vec<String> {
    let mut owner = connect(ring, Service::Admin).await;
    let rows = sqlx::query(
        "select c.relname::text from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attname = 'tenant_id'
         where c.relkind in ('r', 'p') and not c.relispartition and c.relnamespace = 'public'::regnamespace",
    )
    .fetch_all(&mut owner)
    .await
    .unwrap();
    rows.iter().map(|row| row.get(0)).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_tenant_table_forces_row_level_security() {
    let ring = Ring::start().await;
    let mut owner = connect(&ring, Service::Admin).await;
    let tables = tenant_tables(&ring).await;
    assert!(tables.len() >= 15, "{tables:?}");
    for table in tables {
        let forced: bool = sqlx::query_scalar(
            "select relrowsecurity and relforcerowsecurity from pg_class where relname = $1",
        )
        .bind(&table)
        .fetch_one(&mut owner)
        .await
        .unwrap();
        assert!(forced, "{table}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_transaction_without_a_tenant_sees_nothing() {
    let ring = Ring::start().await;
    for service in [Service::Gateway, Service::Worker, Service::Sink] {
        let mut connection = connect(&ring, service).await;
        for table in tenant_tables(&ring).await {
            let count =
                sqlx::query_scalar::<_, i64>(sqlx::AssertSqlSafe(format!("select count(*) from {table}")));
            match count.fetch_one(&mut connection).await {
                Ok(count) => assert_eq!(count, 0, "{service} sees {table} of nobody"),
                Err(error) => {
                    assert!(error.to_string().contains("permission denied"), "{service} {table}: {error}")
                }
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn each_table_has_one_writer() {
    let ring = Ring::start().await;
    let mut owner = connect(&ring, Service::Admin).await;
    let rows = sqlx::query(
        "select table_name::text, array_agg(distinct grantee::text) from information_schema.role_table_grants
         where grantee like 'throughline_%' and privilege_type in ('INSERT', 'UPDATE', 'DELETE')
         group by table_name",
    )
    .fetch_all(&mut owner)
    .await
    .unwrap();
    assert!(rows.len() >= 15);
    for row in rows {
        let (table, writers): (String, Vec<String>) = (row.get(0), row.get(1));
        assert_eq!(writers.len(), 1, "{table}: {writers:?}");
    }
}
