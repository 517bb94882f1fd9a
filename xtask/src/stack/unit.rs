//! The processes of a stack, by name: what `status` shows, and what can be stopped and started one by one.

use std::{fmt, str::FromStr, time::Duration};

use anyhow::bail;

use super::Stack;
use crate::{
    process::Signal,
    servers::{playground, postgres, rabbitmq, redis, s3, services},
};

/// One process of a stack.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Unit {
    Postgres,
    RabbitMq,
    Redis,
    S3,
    Playground,
    Sink,
    Worker1,
    Worker2,
    Scheduler,
    Gateway,
}

impl Unit {
    /// All of them, in the order in which they start.
    pub(crate) const ALL: [Self; 10] = [
        Self::Postgres,
        Self::RabbitMq,
        Self::Redis,
        Self::S3,
        Self::Playground,
        Self::Sink,
        Self::Worker1,
        Self::Worker2,
        Self::Scheduler,
        Self::Gateway,
    ];
    /// Servers of the distribution, which need nothing of ours.
    pub(crate) const SERVERS: [Self; 3] = [Self::Postgres, Self::RabbitMq, Self::Redis];
    /// Our own services.
    pub(crate) const SERVICES: [Self; 5] =
        [Self::Sink, Self::Worker1, Self::Worker2, Self::Scheduler, Self::Gateway];

    /// Its name in `state.json`, of its log, and on the command line.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Postgres => "postgres",
            Self::RabbitMq => "rabbitmq",
            Self::Redis => "redis",
            Self::S3 => "s3",
            Self::Playground => "playground",
            Self::Sink => "sink",
            Self::Worker1 => "worker-1",
            Self::Worker2 => "worker-2",
            Self::Scheduler => "scheduler",
            Self::Gateway => "gateway",
        }
    }

    /// Whether somebody else runs it.
    pub(crate) fn is_given(self, stack: &Stack) -> bool {
        let given = &stack.state.given;
        match self {
            Self::Postgres => given.postgres_url.is_some(),
            Self::RabbitMq => given.rabbitmq_url.is_some(),
            Self::Redis => given.redis_url.is_some(),
            Self::S3 => given.s3_endpoint.is_some(),
            _ => false,
        }
    }

    /// Starts it, unless it runs; does not wait.
    pub(crate) fn start(self, stack: &mut Stack) -> anyhow::Result<()> {
        if self.is_given(stack) {
            return Ok(());
        }
        match self {
            Self::Postgres => postgres::start(stack),
            Self::RabbitMq => rabbitmq::start(stack),
            Self::Redis => redis::start(stack),
            Self::S3 => s3::start(stack),
            Self::Playground => playground::start(stack),
            service => services::start(stack, service),
        }
    }

    /// Waits until it can be used.
    pub(crate) fn await_ready(self, stack: &mut Stack) -> anyhow::Result<()> {
        if self.is_given(stack) {
            return Ok(());
        }
        match self {
            Self::Postgres => postgres::await_ready(stack),
            Self::RabbitMq => rabbitmq::await_ready(stack),
            Self::Redis => redis::await_ready(stack),
            Self::S3 => s3::await_ready(stack),
            Self::Playground => playground::await_ready(stack),
            service => services::await_ready(stack, service),
        }
    }

    /// Ends it in good order.
    pub(crate) fn stop(self, stack: &mut Stack) -> anyhow::Result<()> {
        match self {
            Self::Postgres => stack.stop(self.name(), Signal::Int, Duration::from_secs(20)),
            Self::RabbitMq => rabbitmq::stop(stack),
            Self::S3 | Self::Playground => stack.stop(self.name(), Signal::Kill, Duration::from_secs(2)),
            _ => stack.stop(self.name(), Signal::Term, Duration::from_secs(30)),
        }
    }

    /// Ends it as a crash would.
    pub(crate) fn kill(self, stack: &mut Stack) -> anyhow::Result<()> {
        stack.stop(self.name(), Signal::Kill, Duration::from_secs(2))
    }
}

impl fmt::Display for Unit {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.name())
    }
}

impl FromStr for Unit {
    type Err = anyhow::Error;

    fn from_str(text: &str) -> anyhow::Result<Self> {
        match Self::ALL.into_iter().find(|unit| unit.name() == text) {
            Some(unit) => Ok(unit),
            None => bail!("there is no {text}, only {}", Self::ALL.map(Self::name).join(", ")),
        }
    }
}
