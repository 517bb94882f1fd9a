//! The processes of a stack: how each is started, when it is ready, and where it can be reached.

pub(crate) mod playground;
pub(crate) mod postgres;
pub(crate) mod rabbitmq;
pub(crate) mod redis;
pub(crate) mod s3;
pub(crate) mod services;
