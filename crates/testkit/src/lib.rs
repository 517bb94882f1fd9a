#![doc = include_str!("../README.md")]
#![allow(clippy::disallowed_methods, reason = "development only: servers of tests end with their process")]

pub mod builders;
pub mod client;
pub mod eventually;
pub mod partners;
pub mod s3;
pub mod server;
pub mod stack;

pub use client::client;
pub use eventually::eventually;
