//! Where a request comes from: the address of its sender, or the one that a proxy of the operator names.

use std::net::IpAddr;

use actix_web::HttpRequest;
use throughline_chassis::config;

/// The sender's address as attempts are counted by it: a whole /64 network of IPv6 counts as one, because everybody there
/// has as many addresses as he likes.
pub(crate) fn of(request: &HttpRequest, config: &config::Gateway) -> String {
    let Some(peer) = request.peer_addr() else { return String::new() };
    let named = request.headers().get_all("x-forwarded-for").filter_map(|value| value.to_str().ok());
    let hops: Vec<_> = named.flat_map(|value| value.split(',')).collect();
    let is_proxy = |address: &IpAddr| config.trusted_proxies.iter().any(|network| network.contains(address));
    network(sender(peer.ip().to_canonical(), &hops, is_proxy))
}

/// The last address that no proxy of ours can vouch for: each proxy adds, at the end, whom it speaks for. What stands
/// before that was written by the sender himself.
fn sender(peer: IpAddr, hops: &[&str], is_proxy: impl Fn(&IpAddr) -> bool) -> IpAddr {
    let mut sender = peer;
    for hop in hops.iter().rev() {
        match address(hop) {
            Some(address) if is_proxy(&sender) => sender = address,
            _ => break,
        }
    }
    sender
}

/// An address of `X-Forwarded-For`, with a port or without.
fn address(hop: &str) -> Option<IpAddr> {
    let hop = hop.trim();
    let address = hop.parse().or_else(|_| hop.parse::<std::net::SocketAddr>().map(|socket| socket.ip()));
    address.ok().map(|address| address.to_canonical())
}

fn network(address: IpAddr) -> String {
    match address {
        IpAddr::V4(address) => address.to_string(),
        IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            format!("{a:x}:{b:x}:{c:x}:{d:x}::/64")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(peer: &str, hops: &[&str]) -> String {
        let is_proxy = |address: &IpAddr| address.to_string().starts_with("10.");
        network(sender(peer.parse().unwrap(), hops, is_proxy))
    }

    #[test]
    fn only_a_proxy_is_believed_and_only_what_it_added() {
        assert_eq!(seen("192.0.2.7", &["198.51.100.1"]), "192.0.2.7", "anybody can write a header");
        assert_eq!(seen("10.0.0.1", &["198.51.100.1"]), "198.51.100.1");
        assert_eq!(seen("10.0.0.1", &["203.0.113.9", " 198.51.100.1:4711"]), "198.51.100.1");
        assert_eq!(seen("10.0.0.1", &["198.51.100.1", "10.0.0.2"]), "198.51.100.1");
        assert_eq!(seen("10.0.0.1", &["unknown"]), "10.0.0.1");
        assert_eq!(seen("10.0.0.1", &[]), "10.0.0.1");
    }

    #[test]
    fn a_network_of_ipv6_counts_as_one() {
        assert_eq!(seen("2001:db8::1", &[]), seen("2001:db8::ffff:2", &[]));
        assert_ne!(seen("2001:db8::1", &[]), seen("2001:db8:0:1::1", &[]));
    }
}
