//! The five processes.

/// Which process this is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Service {
    /// HTTP edge.
    Gateway,
    /// Owns time.
    Scheduler,
    /// Executes runs.
    Worker,
    /// Stores history.
    Sink,
    /// Commands that run once.
    Admin,
}

impl Service {
    /// The short name, as in the configuration.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Gateway => "gateway",
            Self::Scheduler => "scheduler",
            Self::Worker => "worker",
            Self::Sink => "sink",
            Self::Admin => "admin",
        }
    }

    /// The name in traces, metrics and the broker: `throughline-worker`.
    pub const fn full_name(self) -> &'static str {
        match self {
            Self::Gateway => "throughline-gateway",
            Self::Scheduler => "throughline-scheduler",
            Self::Worker => "throughline-worker",
            Self::Sink => "throughline-sink",
            Self::Admin => "throughline-admin",
        }
    }
}

impl std::fmt::Display for Service {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}
