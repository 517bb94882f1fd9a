//! Which addresses may be called. Tenants give us addresses; some of them are attacks.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use ipnet::IpNet;

/// Decides on addresses: public ones are allowed, others only if the operator lists them.
#[derive(Debug, Clone, Default)]
pub(crate) struct Guard {
    allow: Vec<IpNet>,
}

impl Guard {
    pub(crate) fn new(allow: Vec<IpNet>) -> Self {
        Self { allow }
    }

    /// Whether this address may be called. An address that carries another one inside is judged by both.
    pub(crate) fn allows(&self, address: IpAddr) -> bool {
        if self.listed(address) {
            return true;
        }
        match address {
            IpAddr::V4(v4) => is_public_v4(v4),
            IpAddr::V6(v6) => match embedded(v6) {
                Some(inner) => self.listed(IpAddr::V4(inner)) && v6.to_ipv4_mapped().is_some(),
                None => is_public_v6(v6),
            },
        }
    }

    fn listed(&self, address: IpAddr) -> bool {
        self.allow.iter().any(|net| net.contains(&address))
    }
}

/// Global unicast IPv4 by the IANA special-purpose registry.
fn is_public_v4(address: Ipv4Addr) -> bool {
    let [a, b, c, _] = address.octets();
    let special = address.is_private()
        || address.is_loopback()
        || address.is_link_local()
        || address.is_broadcast()
        || address.is_documentation()
        || address.is_multicast()
        || a == 0
        || a >= 240
        || (a == 100 && (64..128).contains(&b))
        || (a == 192 && b == 0 && c == 0)
        || (a == 192 && b == 88 && c == 99)
        || (a == 198 && (b == 18 || b == 19));
    !special
}

/// Global unicast IPv6: 2000::/3 without its special blocks.
fn is_public_v6(address: Ipv6Addr) -> bool {
    let [a, b, ..] = address.segments();
    let special = (a == 0x2001 && (b < 0x200 || b == 0xdb8)) || (a == 0x3fff && b < 0x1000);
    (0x2000..0x4000).contains(&a) && !special
}

/// The IPv4 address that mapped, compatible, NAT64, 6to4, ISATAP and Teredo addresses carry. None of them is called, except for
/// mapped ones whose inner address is listed: a router may turn the others into an address of the inside.
fn embedded(address: Ipv6Addr) -> Option<Ipv4Addr> {
    let s = address.segments();
    let low = |high: u16, low: u16| Ipv4Addr::from((u32::from(high) << 16) | u32::from(low));
    match s {
        [0, 0, 0, 0, 0, 0 | 0xffff, g, h] if g != 0 => Some(low(g, h)),
        [0, 0, 0, 0, 0xffff, 0, g, h] => Some(low(g, h)),
        [0x64, 0xff9b, .., g, h] => Some(low(g, h)),
        [0x2002, b, c, ..] => Some(low(b, c)),
        [0x2001, 0, .., g, h] => Some(low(!g, !h)),
        [_, _, _, _, 0 | 0x200, 0x5efe, g, h] => Some(low(g, h)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn allows(guard: &Guard, address: &str) -> bool {
        guard.allows(address.parse().unwrap())
    }

    #[test]
    fn special_addresses_are_refused() {
        let guard = Guard::default();
        for address in [
            "127.0.0.1",
            "127.8.9.1",
            "0.0.0.0",
            "0.1.2.3",
            "10.1.2.3",
            "172.16.0.1",
            "172.31.255.255",
            "192.168.1.1",
            "169.254.169.254",
            "100.64.0.1",
            "100.127.255.255",
            "192.0.0.8",
            "192.0.2.1",
            "198.18.0.1",
            "198.51.100.1",
            "203.0.113.9",
            "224.0.0.1",
            "240.0.0.1",
            "255.255.255.255",
            "192.88.99.1",
            "::",
            "::1",
            "fe80::1",
            "fc00::1",
            "fd12::1",
            "fec0::1",
            "ff02::1",
            "2001:db8::1",
            "100::1",
            "::ffff:127.0.0.1",
            "::ffff:8.8.8.8",
            "::127.0.0.1",
            "::ffff:0:127.0.0.1",
            "64:ff9b::a9fe:a9fe",
            "64:ff9b:1::a00:1",
            "2002:7f00:1::",
            "2002:808:808::",
            "2001:0:1::1",
            "2001:10::1",
            "fd00:ec2::254",
            "2a00:1450:4001:82a:0:5efe:7f00:1",
            "3fff::1",
            "5f00::1",
        ] {
            assert!(!allows(&guard, address), "{address}");
        }
    }

    #[test]
    fn public_addresses_are_allowed() {
        for address in [
            "1.1.1.1",
            "8.8.8.8",
            "100.63.0.1",
            "100.128.0.1",
            "172.32.0.1",
            "192.0.1.1",
            "2606:4700::1111",
            "2a00:1450::1",
        ] {
            assert!(allows(&Guard::default(), address), "{address}");
        }
    }

    #[test]
    fn listed_addresses_are_allowed_in_their_own_form_and_mapped() {
        let guard = Guard::new(vec!["127.0.0.1/32".parse().unwrap(), "fd00:1::/64".parse().unwrap()]);
        assert!(
            allows(&guard, "127.0.0.1") && allows(&guard, "::ffff:127.0.0.1") && allows(&guard, "fd00:1::7")
        );
        assert!(
            !allows(&guard, "127.0.0.2")
                && !allows(&guard, "64:ff9b::7f00:1")
                && !allows(&guard, "2002:7f00:1::")
        );
    }
}
