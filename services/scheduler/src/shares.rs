//! Deficit round robin: who gets the free places, when several tenants wait.
//!
//! Shreedhar and Varghese, "Efficient Fair Queuing using Deficit Round Robin" (1996), with every trigger of cost 1. Each
//! tenant with a backlog earns a quantum per round; what it cannot use because the room ran out, it keeps.

use std::collections::HashMap;

use throughline_domain::TenantId;

/// What a tenant earns per round.
pub(crate) const QUANTUM: u32 = 16;

/// A tenant that waits, and how many more of its runs may be in flight.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Waiting {
    pub(crate) tenant: TenantId,
    pub(crate) free: u32,
}

/// The memory of the round robin.
#[derive(Debug, Default)]
pub(crate) struct Shares {
    deficits: HashMap<TenantId, u32>,
    last_served: Option<TenantId>,
}

impl Shares {
    /// Shares `room` places among those who wait: one round, beginning after the tenant that was served last.
    pub(crate) fn round(&mut self, waiting: &[Waiting], mut room: u32) -> Vec<(TenantId, u32)> {
        self.deficits.retain(|tenant, _| waiting.iter().any(|wait| wait.tenant == *tenant));
        let mut order = waiting.to_vec();
        order.sort_by_key(|wait| wait.tenant);
        let next = order.partition_point(|wait| Some(wait.tenant) <= self.last_served);
        order.rotate_left(next);
        let mut grants = Vec::new();
        for Waiting { tenant, free } in order {
            let deficit = self.deficits.entry(tenant).or_default();
            *deficit = (*deficit + QUANTUM).min(4 * QUANTUM);
            let grant = (*deficit).min(free).min(room);
            if grant > 0 {
                *deficit -= grant;
                room -= grant;
                self.last_served = Some(tenant);
                grants.push((tenant, grant));
            }
        }
        grants
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn tenant(n: u128) -> TenantId {
        Uuid::from_u128(n).into()
    }

    fn waiting(n: u128, free: u32) -> Waiting {
        Waiting { tenant: tenant(n), free }
    }

    #[test]
    fn equal_tenants_get_equal_shares_over_time() {
        let mut shares = Shares::default();
        let mut got = HashMap::<TenantId, u32>::new();
        for _ in 0..300 {
            for (tenant, n) in shares.round(&[waiting(1, 1000), waiting(2, 1000), waiting(3, 1000)], 20) {
                *got.entry(tenant).or_default() += n;
            }
        }
        let (least, most) = (got.values().min().unwrap(), got.values().max().unwrap());
        assert_eq!(got.values().sum::<u32>(), 6000);
        assert!(most - least <= 5 * QUANTUM, "{got:?}");
    }

    #[test]
    fn a_tenant_over_its_limit_gets_nothing_and_blocks_nobody() {
        let mut shares = Shares::default();
        assert_eq!(shares.round(&[waiting(1, 0), waiting(2, 5)], 100), vec![(tenant(2), 5)]);
    }

    #[test]
    fn no_room_no_grants() {
        assert!(Shares::default().round(&[waiting(1, 9)], 0).is_empty());
    }
}
