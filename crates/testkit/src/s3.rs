//! An embedded S3 server (the `s3s` library over plain files), so that nothing needs to be installed and
//! `aws-sdk-s3` stays the only storage code path.

use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
};

use anyhow::Context as _;
use s3s::{auth::SimpleAuth, service::S3ServiceBuilder};
use s3s_fs::FileSystem;

use crate::server::Server;

/// Where the server keeps its files, and who may use it.
#[derive(Debug, Clone)]
pub struct S3Options {
    /// A folder; made when absent. Buckets are folders in it.
    pub root: PathBuf,
    /// The only access key.
    pub access_key: String,
    /// Its secret.
    pub secret_key: String,
    /// Buckets that exist from the start.
    pub buckets: Vec<String>,
}

/// Starts the server at `address`; port 0 takes a free one.
///
/// # Errors
/// When the folder cannot be made or the address cannot be bound.
pub async fn serve(address: SocketAddr, options: &S3Options) -> anyhow::Result<Server> {
    prepare(&options.root, &options.buckets)?;
    let files = FileSystem::new(&options.root)
        .map_err(|error| anyhow::anyhow!("opening {}: {error:?}", options.root.display()))?;
    let mut service = S3ServiceBuilder::new(files);
    service.set_auth(SimpleAuth::from_single(options.access_key.as_str(), options.secret_key.as_str()));
    Server::start(address, service.build()).await.with_context(|| format!("listening on {address}"))
}

fn prepare(root: &Path, buckets: &[String]) -> anyhow::Result<()> {
    for bucket in buckets {
        let folder = root.join(bucket);
        std::fs::create_dir_all(&folder).with_context(|| format!("making {}", folder.display()))?;
    }
    std::fs::create_dir_all(root).with_context(|| format!("making {}", root.display()))
}
