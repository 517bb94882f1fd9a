//! Runs in flight per tenant: a lease per run, with a deadline after which it no longer counts.

use std::time::Duration;

use throughline_domain::{RunId, TenantId};

use crate::link::{Coord, Degraded};

/// Whether a run may start.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Acquired {
    /// It has a lease (a new one, or the one that it already had).
    Granted,
    /// The tenant has its number of runs in flight.
    Full,
}

/// The leases of all tenants.
#[derive(Debug, Clone)]
pub struct Leases;

impl Leases {
    /// The leases in `coord`.
    pub fn new(coord: &Coord) -> Self {
        let _ = coord;
        todo!()
    }

    /// Takes a lease for `run` unless the tenant has `limit` of them; it expires after `ttl`. Idempotent per run.
    pub async fn acquire(&self, tenant: TenantId, run: RunId, limit: u32, ttl: Duration) -> Result<Acquired, Degraded> {
        let _ = (tenant, run, limit, ttl);
        todo!()
    }

    /// Takes leases for as many of `runs` as fit, in order, in one round trip; how many were granted.
    pub async fn acquire_many(&self, tenant: TenantId, runs: &[RunId], limit: u32, ttl: Duration) -> Result<usize, Degraded> {
        let _ = (tenant, runs, limit, ttl);
        todo!()
    }

    /// Extends the lease of `run`; takes it again, whatever the limit, when Redis has forgotten it.
    pub async fn renew(&self, tenant: TenantId, run: RunId, ttl: Duration) -> Result<(), Degraded> {
        let _ = (tenant, run, ttl);
        todo!()
    }

    /// Gives the lease back.
    pub async fn release(&self, tenant: TenantId, run: RunId) -> Result<(), Degraded> {
        let _ = (tenant, run);
        todo!()
    }

    /// How many runs of the tenant are in flight.
    pub async fn count(&self, tenant: TenantId) -> Result<u32, Degraded> {
        let _ = tenant;
        todo!()
    }
}
