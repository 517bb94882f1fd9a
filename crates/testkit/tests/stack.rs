//! The slices are private, and nothing is left over.

#![allow(clippy::unwrap_used, clippy::disallowed_methods, reason = "tests")]

use sqlx::{Connection as _, PgConnection, query_scalar};
use throughline_testkit::client;
use throughline_testkit::stack::{Database, ObjectStore, Servers, TestStack, VirtualHost};

#[tokio::test]
async fn two_databases_are_migrated_and_strangers() {
    let servers = Servers::from_env().unwrap();
    let (one, other) = (Database::create(&servers).await.unwrap(), Database::create(&servers).await.unwrap());
    assert_ne!(one.url(), other.url());
    let mut connection = PgConnection::connect(&one.url_of("throughline_gateway")).await.unwrap();
    let migrations: i64 = query_scalar("select count(*) from pg_tables where schemaname = 'public'")
        .fetch_one(&mut connection)
        .await
        .unwrap();
    assert!(migrations > 5);
}

#[tokio::test]
async fn a_database_is_gone_with_its_test() {
    let servers = Servers::from_env().unwrap();
    let url = Database::create(&servers).await.unwrap().url().to_owned();
    assert!(PgConnection::connect(&url).await.is_err());
}

#[tokio::test]
async fn a_virtual_host_is_gone_with_its_test() {
    let servers = Servers::from_env().unwrap();
    let broker = VirtualHost::create(&servers).await.unwrap();
    assert!(broker.url().contains("/test-"));
    assert!(broker.depth("nothing").await.is_err());
}

#[tokio::test]
async fn objects_can_be_taken_away_and_brought_back() {
    let objects = ObjectStore::start().await.unwrap();
    assert!(client().get(objects.endpoint()).send().await.is_ok());
    objects.set_available(false);
    assert!(client().get(objects.endpoint()).send().await.is_err());
    objects.set_available(true);
    throughline_testkit::eventually("the port is open again", std::time::Duration::from_secs(5), || {
        client().get(objects.endpoint()).send()
    })
    .await;
    let folder = objects.folder();
    drop(objects);
    assert!(!folder.exists());
}

#[tokio::test]
async fn a_whole_stack_describes_itself() {
    let stack = TestStack::start().await.unwrap();
    let config = stack.config();
    for section in ["[postgres]", "[rabbitmq]", "[redis]", "[s3]", "[vault]", "[gateway]", "[worker]"] {
        assert!(config.contains(section), "{section} in {config}");
    }
}
