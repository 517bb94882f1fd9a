//! Name resolution behind the guard: the client connects to the addresses that were checked, and to no others.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Instant;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};

use super::guard::Guard;
use super::stopwatch::note_dns;
use super::trouble::Refusal;

/// Resolves with the machine's resolver, and refuses what the guard refuses.
pub(crate) struct GuardedResolver(pub(crate) Arc<Guard>);

impl Resolve for GuardedResolver {
    fn resolve(&self, name: Name) -> Resolving {
        let guard = Arc::clone(&self.0);
        Box::pin(async move {
            let start = Instant::now();
            let found = checked(&guard, name.as_str()).await;
            note_dns(start.elapsed());
            let addresses = found?;
            Ok(Box::new(addresses.into_iter()) as Addrs)
        })
    }
}

/// The allowed addresses of a host. A name with some refused addresses keeps the others; with none left it is refused.
async fn checked(guard: &Guard, host: &str) -> Result<Vec<SocketAddr>, Refusal> {
    let unresolved = |reason: String| Refusal::Name { host: host.to_owned(), reason };
    let found = tokio::net::lookup_host((host, 0)).await.map_err(|error| unresolved(reason_of(&error)))?;
    let (allowed, refused): (Vec<_>, Vec<_>) = found.partition(|address| guard.allows(address.ip()));
    match (allowed.is_empty(), refused.first()) {
        (false, _) => Ok(allowed),
        (true, Some(address)) => Err(Refusal::Address { host: host.to_owned(), address: address.ip() }),
        (true, None) => Err(unresolved("it has no address".to_owned())),
    }
}

/// Checks a host that is an address already: the client connects to such a host without asking a resolver.
pub(crate) fn check_literal(guard: &Guard, url: &url::Url) -> Result<(), Refusal> {
    let address = match url.host() {
        Some(url::Host::Ipv4(address)) => IpAddr::V4(address),
        Some(url::Host::Ipv6(address)) => IpAddr::V6(address),
        _ => return Ok(()),
    };
    if guard.allows(address) { Ok(()) } else { Err(Refusal::Address { host: address.to_string(), address }) }
}

fn reason_of(error: &std::io::Error) -> String {
    let text = error.to_string();
    text.strip_prefix("failed to lookup address information: ").unwrap_or(&text).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_name_that_leads_inside_is_refused() {
        let refused = checked(&Guard::default(), "localhost").await.unwrap_err();
        assert!(matches!(refused, Refusal::Address { .. }), "{refused}");
    }

    #[test]
    fn addresses_in_urls_are_checked_in_every_spelling() {
        for host in
            ["127.0.0.1", "2130706433", "0x7f.1", "[::1]", "[::ffff:7f00:1]", "0177.0.0.1", "169.254.169.254"]
        {
            let url = url::Url::parse(&format!("http://{host}/")).unwrap();
            assert!(check_literal(&Guard::default(), &url).is_err(), "{host}");
        }
    }
}
