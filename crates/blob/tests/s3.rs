//! Against a real S3 protocol server, embedded, with its port closed where a test wants an outage.
#![allow(clippy::unwrap_used, reason = "a test")]

use std::time::{Duration, Instant};

use bytes::Bytes;
use throughline_blob::{Blob, BlobError, BlobOptions, FrameReader, PackIndex, PackKey, PackWriter, pack};
use throughline_domain::{Clock, PackId, Phase, RetentionClass, RunId, SystemClock, TenantId};
use throughline_testkit::stack::ObjectStore;

struct Bucket {
    store: ObjectStore,
    options: BlobOptions,
}

impl Bucket {
    async fn start() -> Self {
        let store = ObjectStore::start().await.unwrap();
        let options = BlobOptions {
            endpoint: Some(store.endpoint()),
            connect_timeout: Duration::from_millis(500),
            attempts: 2,
            ..BlobOptions::new(store.bucket(), store.access_key(), store.secret_key().into())
        };
        Self { store, options }
    }

    fn blob(&self) -> Blob {
        Blob::new(&self.options)
    }
}

fn pack_of(frames: &[&[u8]]) -> (pack::Pack, Vec<pack::FrameAt>) {
    let now = SystemClock.now();
    let mut writer = PackWriter::new(PackId::new(now), RetentionClass::Days7);
    let (tenant, run) = (TenantId::new(now), RunId::new(now));
    let at = frames.iter().map(|frame| writer.add(tenant, run, Phase::Load, frame)).collect();
    (writer.finish(), at)
}

#[tokio::test]
async fn one_frame_is_read_with_one_range() {
    let bucket = Bucket::start().await;
    let (pack, at) = pack_of(&[b"first", &[7; 100_000], b"third"]);
    let blob = bucket.blob();
    blob.ping().await.unwrap();
    blob.put(&pack.key.to_string(), pack.bytes.clone()).await.unwrap();

    let reader = FrameReader::new(blob, 1 << 20);
    let read = reader.read(pack.key.pack, pack.key.class, at[2]).await.unwrap();
    assert_eq!(read, Bytes::from_static(b"third"));
    assert_eq!(reader.read(pack.key.pack, pack.key.class, at[1]).await.unwrap().len(), 100_000);

    // What was read is kept: it is there without the server.
    bucket.store.set_available(false);
    assert_eq!(reader.read(pack.key.pack, pack.key.class, at[2]).await.unwrap(), read);
}

#[tokio::test]
async fn putting_twice_changes_nothing() {
    let bucket = Bucket::start().await;
    let (pack, at) = pack_of(&[b"only"]);
    let (blob, key) = (bucket.blob(), pack.key.to_string());
    blob.put(&key, pack.bytes.clone()).await.unwrap();
    blob.put(&key, pack.bytes.clone()).await.unwrap();
    assert_eq!(blob.read(&key, at[0].offset, at[0].length).await.unwrap(), Bytes::from_static(b"only"));
    assert_eq!(blob.list("packs/", None, 10).await.unwrap().len(), 1);
}

#[tokio::test]
async fn the_index_is_read_from_the_end() {
    let bucket = Bucket::start().await;
    let (pack, at) = pack_of(&[b"first", b"second"]);
    let (blob, key) = (bucket.blob(), pack.key.to_string());
    blob.put(&key, pack.bytes.clone()).await.unwrap();
    let trailer = blob.read_end(&key, pack::TRAILER as u32).await.unwrap();
    let tail = PackIndex::tail_length(&pack.key, &trailer).unwrap();
    let index = PackIndex::parse(&pack.key, &blob.read_end(&key, tail as u32).await.unwrap()).unwrap();
    assert_eq!(index.frames.iter().map(|frame| frame.at).collect::<Vec<_>>(), at);
}

#[tokio::test]
async fn retention_deletes_by_prefix_and_nothing_else() {
    let bucket = Bucket::start().await;
    let blob = bucket.blob().with_prefix("here/");
    let elsewhere = bucket.blob().with_prefix("elsewhere/");
    let (pack, _) = pack_of(&[b"x"]);
    let key = pack.key.to_string();
    let longer = PackKey { class: RetentionClass::Days30, ..pack.key }.to_string();
    for (blob, key) in [(&blob, &key), (&blob, &longer), (&elsewhere, &key)] {
        blob.put(key, pack.bytes.clone()).await.unwrap();
    }
    let prefix = PackKey::of_day(RetentionClass::Days7, pack.key.pack.day());
    assert_eq!(blob.folders("packs/7d/").await.unwrap(), [pack.key.pack.day().to_string()]);
    assert_eq!(blob.delete_prefix(&prefix).await.unwrap(), 1);
    assert_eq!(blob.delete_prefix(&prefix).await.unwrap(), 0);
    assert_eq!(blob.list("packs/", None, 10).await.unwrap()[0].key, longer);
    assert_eq!(elsewhere.list("packs/", None, 10).await.unwrap().len(), 1);
}

#[tokio::test]
async fn lists_go_on_after_a_key() {
    let bucket = Bucket::start().await;
    let blob = bucket.blob().with_prefix("p/");
    for name in ["a", "b", "c"] {
        blob.put(&format!("packs/{name}"), Bytes::from_static(b"x")).await.unwrap();
    }
    let first = blob.list("packs/", None, 2).await.unwrap();
    assert_eq!(first.iter().map(|object| object.key.as_str()).collect::<Vec<_>>(), ["packs/a", "packs/b"]);
    let rest = blob.list("packs/", Some("packs/b"), 2).await.unwrap();
    assert_eq!(rest.iter().map(|object| object.key.as_str()).collect::<Vec<_>>(), ["packs/c"]);
}

#[tokio::test]
async fn what_is_wrong_is_told_apart() {
    let bucket = Bucket::start().await;
    let blob = bucket.blob();
    assert_eq!(blob.read("packs/none", 0, 5).await, Err(BlobError::Missing("packs/none".to_owned())));
    blob.put("packs/short", Bytes::from_static(b"12345")).await.unwrap();
    assert!(matches!(blob.read("packs/short", 3, 5).await, Err(BlobError::Broken { .. })));
    assert!(matches!(blob.read("packs/short", 90, 5).await, Err(BlobError::Broken { .. })));

    let stranger = Blob::new(&BlobOptions { secret_key: "wrong".into(), ..bucket.options.clone() });
    assert!(matches!(stranger.put("x", Bytes::new()).await, Err(BlobError::Refused(_))));
    let nowhere = Blob::new(&BlobOptions { bucket: "no-such".to_owned(), ..bucket.options.clone() });
    assert!(matches!(nowhere.ping().await, Err(BlobError::Refused(_))));
}

#[tokio::test]
async fn an_outage_is_transient_bounded_and_survived() {
    let bucket = Bucket::start().await;
    let blob = bucket.blob();
    bucket.store.set_available(false);
    tokio::time::sleep(Duration::from_millis(50)).await;
    let began = Instant::now();
    let failed = blob.put("packs/x", Bytes::from_static(b"x")).await.unwrap_err();
    assert!(failed.is_transient(), "{failed}");
    assert!(began.elapsed() < Duration::from_secs(10), "{:?}", began.elapsed());

    bucket.store.set_available(true);
    throughline_testkit::eventually("the store is back", Duration::from_secs(5), || {
        blob.put("packs/x", Bytes::from_static(b"x"))
    })
    .await;
}
