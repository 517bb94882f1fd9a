//! One S3 server per test: it starts in milliseconds, and can be taken away.

use std::{env, fs, net::SocketAddr, path::PathBuf};

use uuid::Uuid;

use crate::{
    s3::{S3Options, serve},
    server::Server,
};

const BUCKET: &str = "throughline";

/// An S3 server of one's own. Dropping it removes its objects.
#[derive(Debug)]
pub struct ObjectStore {
    server: Server,
    options: S3Options,
}

impl ObjectStore {
    /// Starts one with an empty bucket.
    ///
    /// # Errors
    /// When its folder cannot be made.
    pub async fn start() -> anyhow::Result<Self> {
        let root = env::temp_dir().join(format!("throughline-s3-{}", Uuid::now_v7().simple()));
        let options = S3Options {
            root,
            access_key: "test".to_owned(),
            secret_key: "test-secret".to_owned(),
            buckets: vec![BUCKET.to_owned()],
        };
        let server = serve(SocketAddr::from(([127, 0, 0, 1], 0)), &options).await?;
        Ok(Self { server, options })
    }

    /// Base address.
    #[must_use]
    pub fn endpoint(&self) -> String {
        format!("http://{}", self.server.address())
    }

    /// The bucket.
    #[must_use]
    pub fn bucket(&self) -> &'static str {
        BUCKET
    }

    /// Access key.
    #[must_use]
    pub fn access_key(&self) -> &str {
        &self.options.access_key
    }

    /// Its secret.
    #[must_use]
    pub fn secret_key(&self) -> &str {
        &self.options.secret_key
    }

    /// The folder of the objects, to look for what must not be there.
    #[must_use]
    pub fn folder(&self) -> PathBuf {
        self.options.root.join(BUCKET)
    }

    /// Closes the port, or opens it again.
    pub fn set_available(&self, available: bool) {
        self.server.gate().send_replace(available);
    }
}

impl Drop for ObjectStore {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.options.root);
    }
}
