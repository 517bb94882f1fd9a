//! What the tests share.

pub(crate) mod client;
pub(crate) mod partners;
pub(crate) mod ring;
pub(crate) mod tenant;

pub(crate) use client::Client;
pub(crate) use ring::Ring;
