//! How often a login may fail: so many times a minute from one address.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Failures that are taken within [`WINDOW`].
pub(super) const FAILURES: u32 = 10;
const WINDOW: Duration = Duration::from_secs(60);
/// Addresses that are remembered at most, so that a flood from many cannot fill the memory.
const ADDRESSES: usize = 10_000;

/// Failures by address.
#[derive(Default)]
pub(super) struct Failures(Mutex<HashMap<IpAddr, (u32, Instant)>>);

impl Failures {
    /// Whether so many failed from this address that nothing more is tried.
    pub(super) fn too_many(&self, from: IpAddr) -> bool {
        let seen = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        seen.get(&network(from)).is_some_and(|(count, since)| *count >= FAILURES && since.elapsed() < WINDOW)
    }

    /// Notes a failure.
    pub(super) fn note(&self, from: IpAddr) {
        let mut seen = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if seen.len() >= ADDRESSES {
            seen.retain(|_, (_, since)| since.elapsed() < WINDOW);
        }
        if seen.len() >= ADDRESSES {
            seen.clear();
        }
        let entry = seen.entry(network(from)).or_insert_with(|| (0, Instant::now()));
        if entry.1.elapsed() >= WINDOW {
            *entry = (0, Instant::now());
        }
        entry.0 = entry.0.saturating_add(1);
    }
}

/// Who has an IPv6 address has a /64 of them.
fn network(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(_) => address,
        IpAddr::V6(v6) => IpAddr::V6(Ipv6Addr::from_bits(v6.to_bits() & (u128::MAX << 64))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn failures_are_counted_by_network() {
        let failures = Failures::default();
        let of = |text: &str| text.parse::<IpAddr>().unwrap();
        for n in 0..FAILURES {
            assert!(!failures.too_many(of("2001:db8::1")));
            failures.note(of(&format!("2001:db8::{n}")));
        }
        assert!(failures.too_many(of("2001:db8::ffff")));
        assert!(!failures.too_many(of("2001:db8:0:1::1")));
        assert!(!failures.too_many(of("192.0.2.1")));
    }
}
