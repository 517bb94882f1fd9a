//! Free ports, below the range from which outgoing connections take theirs.

use std::{
    net::{Ipv4Addr, TcpListener},
    ops::Range,
};

use anyhow::Context as _;

const RANGE: Range<u16> = 21_000..32_000;

/// A port that nobody listens on, and that is not among `taken`.
pub(super) fn free(taken: impl Iterator<Item = u16>) -> anyhow::Result<u16> {
    let taken: Vec<u16> = taken.collect();
    let width = u32::from(RANGE.end - RANGE.start);
    // Two stacks that start at the same moment should not try the same ports.
    let offset = std::process::id().wrapping_mul(2_654_435_761) % width;
    let mut candidates =
        (0..width).filter_map(|n| u16::try_from((offset + n) % width).ok()).map(|n| RANGE.start + n);
    candidates
        .find(|port| !taken.contains(port) && is_free(*port))
        .context("there is no free port on 127.0.0.1")
}

/// Whether nobody listens on it.
pub(super) fn is_free(port: u16) -> bool {
    TcpListener::bind((Ipv4Addr::LOCALHOST, port)).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_taken_port_is_not_given() {
        let first = free(std::iter::empty()).unwrap();
        let second = free([first].into_iter()).unwrap();
        assert_ne!(first, second);
        let _listener = TcpListener::bind((Ipv4Addr::LOCALHOST, second)).unwrap();
        assert!(!is_free(second));
    }
}
