//! The S3 client: time-outs, bounded retries, and the five calls that we need.

use std::time::Duration;

use aws_sdk_s3::Client;
use aws_sdk_s3::config::retry::RetryConfig;
use aws_sdk_s3::config::timeout::TimeoutConfig;
use aws_sdk_s3::config::{
    BehaviorVersion, Credentials, Region, RequestChecksumCalculation, ResponseChecksumValidation,
};
use aws_sdk_s3::primitives::ByteStream;
use aws_sdk_s3::types::{Delete, ObjectIdentifier};
use aws_smithy_http_client::tls::{Provider, rustls_provider::CryptoMode};
use bytes::Bytes;
use secrecy::{ExposeSecret, SecretString};

use crate::error::BlobError;

/// The most keys that one delete request may name.
const DELETE_LIMIT: usize = 1000;

/// Where the objects are, and how long to wait for them.
#[derive(Debug, Clone)]
pub struct BlobOptions {
    /// Address of an S3-compatible server; `None`: Amazon's, of the region.
    pub endpoint: Option<String>,
    /// The region.
    pub region: String,
    /// The bucket; it must exist.
    pub bucket: String,
    /// The access key.
    pub access_key: String,
    /// The secret key.
    pub secret_key: SecretString,
    /// Put the bucket into the path instead of the host name.
    pub path_style: bool,
    /// The longest that connecting may take.
    pub connect_timeout: Duration,
    /// The longest that one attempt may take.
    pub attempt_timeout: Duration,
    /// How often a call is tried, with back-off between the attempts.
    pub attempts: u32,
}

impl BlobOptions {
    /// Options for `bucket` with default time-outs: 2 s to connect, 15 s per attempt, 3 attempts.
    pub fn new(bucket: impl Into<String>, access_key: impl Into<String>, secret_key: SecretString) -> Self {
        Self {
            endpoint: None,
            region: "us-east-1".to_owned(),
            bucket: bucket.into(),
            access_key: access_key.into(),
            secret_key,
            path_style: true,
            connect_timeout: Duration::from_secs(2),
            attempt_timeout: Duration::from_secs(15),
            attempts: 3,
        }
    }
}

/// An object in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ObjectInfo {
    /// Its key.
    pub key: String,
    /// Its size, bytes.
    pub bytes: u64,
}

/// One bucket of an object store. Clones share the connections.
#[derive(Debug, Clone)]
pub struct Blob {
    client: Client,
    bucket: String,
    prefix: String,
}

impl Blob {
    /// The bucket of `options`. Does not connect yet.
    pub fn new(options: &BlobOptions) -> Self {
        let timeouts = TimeoutConfig::builder()
            .connect_timeout(options.connect_timeout)
            .operation_attempt_timeout(options.attempt_timeout)
            .build();
        let secret = options.secret_key.expose_secret();
        let mut config = aws_sdk_s3::Config::builder()
            .behavior_version(BehaviorVersion::latest())
            .region(Region::new(options.region.clone()))
            .credentials_provider(Credentials::new(&options.access_key, secret, None, None, "configuration"))
            .force_path_style(options.path_style)
            .timeout_config(timeouts)
            .retry_config(RetryConfig::standard().with_max_attempts(options.attempts))
            // Frames carry their own tags, and not every server knows checksum trailers.
            .request_checksum_calculation(RequestChecksumCalculation::WhenRequired)
            .response_checksum_validation(ResponseChecksumValidation::WhenRequired)
            .http_client(
                aws_smithy_http_client::Builder::new()
                    .tls_provider(Provider::Rustls(CryptoMode::Ring))
                    .build_https(),
            );
        config.set_endpoint_url(options.endpoint.clone());
        Self {
            client: Client::from_conf(config.build()),
            bucket: options.bucket.clone(),
            prefix: String::new(),
        }
    }

    /// Puts `prefix` before every key, for several installations in one bucket.
    #[must_use]
    pub fn with_prefix(mut self, prefix: impl Into<String>) -> Self {
        self.prefix = prefix.into();
        self
    }

    /// Whether the bucket answers; for readiness.
    ///
    /// # Errors
    /// When it does not.
    pub async fn ping(&self) -> Result<(), BlobError> {
        let sent = self.client.head_bucket().bucket(&self.bucket).send().await;
        sent.map(|_| ()).map_err(|error| match BlobError::of(&self.bucket, &error) {
            BlobError::Missing(bucket) => BlobError::Refused(format!("there is no bucket {bucket}")),
            other => other,
        })
    }

    /// Stores an object; the same one again changes nothing.
    ///
    /// # Errors
    /// When it is not known to be stored.
    pub async fn put(&self, key: &str, bytes: Bytes) -> Result<(), BlobError> {
        let put = self.client.put_object().bucket(&self.bucket).key(self.full(key));
        let sent = put.content_type("application/octet-stream").body(ByteStream::from(bytes)).send().await;
        sent.map(|_| ()).map_err(|error| BlobError::of(key, &error))
    }

    /// Reads `length` bytes from `offset` on.
    ///
    /// # Errors
    /// `Missing` when there is no such object; `Broken` when it has no such bytes.
    pub async fn read(&self, key: &str, offset: u64, length: u32) -> Result<Bytes, BlobError> {
        if length == 0 {
            return Ok(Bytes::new());
        }
        let last = offset + u64::from(length) - 1;
        let bytes = self.get(key, &format!("bytes={offset}-{last}")).await?;
        if bytes.len() as u64 == u64::from(length) {
            Ok(bytes)
        } else {
            Err(BlobError::broken(key, format!("gave {} bytes, not {length}, from {offset} on", bytes.len())))
        }
    }

    /// Reads up to the last `length` bytes.
    ///
    /// # Errors
    /// `Missing` when there is no such object.
    pub async fn read_end(&self, key: &str, length: u32) -> Result<Bytes, BlobError> {
        self.get(key, &format!("bytes=-{length}")).await
    }

    async fn get(&self, key: &str, range: &str) -> Result<Bytes, BlobError> {
        let get = self.client.get_object().bucket(&self.bucket).key(self.full(key)).range(range);
        let answer = get.send().await.map_err(|error| BlobError::of(key, &error))?;
        let body = answer.body.collect().await;
        body.map(|body| body.into_bytes()).map_err(|error| BlobError::Unavailable(error.to_string()))
    }

    /// Up to `limit` (at most 1000) objects whose keys begin with `prefix`, in the order of keys, those after `after`.
    ///
    /// # Errors
    /// When the store is not available.
    pub async fn list(
        &self,
        prefix: &str,
        after: Option<&str>,
        limit: u16,
    ) -> Result<Vec<ObjectInfo>, BlobError> {
        let list = self.client.list_objects_v2().bucket(&self.bucket).prefix(self.full(prefix));
        let list = list.max_keys(limit.into()).set_start_after(after.map(|key| self.full(key)));
        let answer = list.send().await.map_err(|error| BlobError::of(prefix, &error))?;
        let info = |object: aws_sdk_s3::types::Object| {
            let key = object.key?.strip_prefix(&self.prefix)?.to_owned();
            Some(ObjectInfo {
                key,
                bytes: u64::try_from(object.size.unwrap_or_default()).unwrap_or_default(),
            })
        };
        Ok(answer.contents.unwrap_or_default().into_iter().filter_map(info).collect())
    }

    /// Deletes objects; one that is not there counts as deleted.
    ///
    /// # Errors
    /// When the store is not available, or keeps one of them.
    pub async fn delete(&self, keys: &[String]) -> Result<(), BlobError> {
        for some in keys.chunks(DELETE_LIMIT) {
            self.delete_some(some).await?;
        }
        Ok(())
    }

    async fn delete_some(&self, keys: &[String]) -> Result<(), BlobError> {
        let named = |key: &String| ObjectIdentifier::builder().key(self.full(key)).build();
        let objects = keys.iter().map(named).collect::<Result<Vec<_>, _>>();
        let delete =
            objects.and_then(|objects| Delete::builder().quiet(true).set_objects(Some(objects)).build());
        let delete = delete.map_err(|error| BlobError::Refused(error.to_string()))?;
        let sent = self.client.delete_objects().bucket(&self.bucket).delete(delete).send().await;
        let answer = sent.map_err(|error| BlobError::of("(several)", &error))?;
        let kept = answer.errors().iter().find(|error| error.code() != Some("NoSuchKey"));
        kept.map_or(Ok(()), |kept| {
            Err(BlobError::Refused(kept.message().unwrap_or("not deleted").to_owned()))
        })
    }

    /// Deletes every object whose key begins with `prefix`; returns how many there were.
    ///
    /// # Errors
    /// When the store is not available.
    pub async fn delete_prefix(&self, prefix: &str) -> Result<u64, BlobError> {
        let mut deleted = 0;
        loop {
            let keys: Vec<_> =
                self.list(prefix, None, 1000).await?.into_iter().map(|object| object.key).collect();
            if keys.is_empty() {
                return Ok(deleted);
            }
            self.delete(&keys).await?;
            deleted += keys.len() as u64;
        }
    }

    /// The parts that follow `prefix` in the keys of objects, up to the next `/`.
    ///
    /// # Errors
    /// When the store is not available.
    pub async fn folders(&self, prefix: &str) -> Result<Vec<String>, BlobError> {
        let prefix = self.full(prefix);
        let list = self.client.list_objects_v2().bucket(&self.bucket).prefix(&prefix).delimiter("/");
        let mut pages = list.into_paginator().send();
        let mut names = Vec::new();
        while let Some(page) = pages.next().await {
            let page = page.map_err(|error| BlobError::of(&prefix, &error))?;
            let folders =
                page.common_prefixes().iter().filter_map(|common| common.prefix()?.strip_prefix(&prefix));
            names.extend(folders.map(|name| name.trim_end_matches('/').to_owned()));
        }
        Ok(names)
    }

    fn full(&self, key: &str) -> String {
        format!("{}{key}", self.prefix)
    }
}
