#![doc = include_str!("../README.md")]

pub mod builders;
pub mod client;
pub mod eventually;
pub mod partners;
pub mod s3;
pub mod server;
pub mod stack;

pub use client::client;
pub use eventually::eventually;
