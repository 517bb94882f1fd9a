//! `throughline-s3`: the embedded S3 server as a process of its own.

use std::{net::SocketAddr, path::PathBuf};

use clap::Parser;
use throughline_testkit::s3::{S3Options, serve};

/// Serves S3 from a folder, for development and trials.
#[derive(Debug, Parser)]
#[command(version)]
struct Arguments {
    /// Address to listen on.
    #[arg(long, default_value = "127.0.0.1:9000")]
    listen: SocketAddr,
    /// Folder for buckets and objects.
    #[arg(long)]
    root: PathBuf,
    /// The only access key.
    #[arg(long, env = "TL_S3_ACCESS_KEY", default_value = "throughline")]
    access_key: String,
    /// Its secret.
    #[arg(long, env = "TL_S3_SECRET_KEY", default_value = "throughline-secret")]
    secret_key: String,
    /// Buckets to make at the start.
    #[arg(long = "bucket")]
    buckets: Vec<String>,
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let Arguments { listen, root, access_key, secret_key, buckets } = Arguments::parse();
    let options = S3Options { root, access_key, secret_key, buckets };
    serve(listen, &options).await?.ended().await;
    Ok(())
}
