//! Where the program may connect to.
//!
//! The URLs come from a sheet that somebody else may have written. Without this guard a sheet could make the
//! machine that runs Kakunin ask its own metadata service, or a neighbour that no outsider can reach, and print the
//! answer in a report. It stands at three places: the URL as written, each redirect, and each address that a name
//! resolves to (so that a public name for a private address is refused as well).

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use thiserror::Error;
use url::{Host, Url};

/// Why a connection was not tried.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum GuardError {
    /// The address is none that an outsider could reach.
    #[error(
        "expected a public address, found {host} ({why}); it is not visited because the sheet may be someone else's"
    )]
    Private {
        /// As written, or the name with the address that it resolves to.
        host: String,
        /// Which kind of address it is.
        why: &'static str,
    },
    /// Something else than a web address.
    #[error("expected an http or https URL, found scheme \"{0}\"; write the page's web address")]
    Scheme(String),
    /// No host in it.
    #[error("expected a URL with a host, found none; write the page's full web address")]
    NoHost,
    /// User name or password in the URL: it would be sent to, and printed for, people it is not meant for.
    #[error("expected a URL without user name and password, found one that has them; remove them")]
    Credentials,
    /// The name does not resolve.
    #[error(
        "expected {host} to resolve to an address, found: {detail}; check the name and the resolver of this machine"
    )]
    Lookup {
        /// The name.
        host: String,
        /// What the resolver said.
        detail: String,
    },
}

/// Why `ip` is no public address; none where it is one.
///
/// Source: IANA IPv4 and IPv6 Special-Purpose Address Registries.
pub fn not_public(ip: IpAddr) -> Option<&'static str> {
    match ip {
        IpAddr::V4(v4) => not_public_v4(v4),
        IpAddr::V6(v6) => not_public_v6(v6),
    }
}

fn not_public_v4(ip: Ipv4Addr) -> Option<&'static str> {
    let [a, b, c, _] = ip.octets();
    match (a, b, c) {
        (0, ..) => Some("unspecified"),
        (127, ..) => Some("loopback"),
        // The instance metadata service (169.254.169.254) and the container credential endpoint (169.254.170.2).
        (169, 254, _) => Some("link-local"),
        (100, 64..=127, _) => Some("shared address space"),
        (192, 0, 0) => Some("protocol assignments"),
        (198, 18..=19, _) => Some("benchmarking"),
        (224..=239, ..) => Some("multicast"),
        (240.., ..) => Some("reserved"),
        _ if ip.is_private() => Some("private"),
        _ if ip.is_documentation() => Some("documentation"),
        _ => None,
    }
}

fn not_public_v6(ip: Ipv6Addr) -> Option<&'static str> {
    let [a, b, c, d, e, f, g, h] = ip.segments();
    let embedded = |hi: u16, lo: u16| {
        let ([a, b], [c, d]) = (hi.to_be_bytes(), lo.to_be_bytes());
        not_public_v4(Ipv4Addr::new(a, b, c, d))
    };
    match (a, b) {
        _ if ip.is_unspecified() => Some("unspecified"),
        _ if ip.is_loopback() => Some("loopback"),
        // Addresses that carry an IPv4 address inside: mapped and compatible, NAT64, 6to4.
        (0, 0) if [c, d, e] == [0; 3] && (f == 0xffff || f == 0) => embedded(g, h).or(Some("IPv4 inside IPv6")),
        (0x64, 0xff9b) if [c, d, e, f] == [0; 4] => embedded(g, h),
        (0x64, 0xff9b) => Some("local NAT64"),
        (0x2002, _) => embedded(b, c),
        (0x2001, 0) => Some("Teredo"),
        (0x2001, 0xdb8) => Some("documentation"),
        (0xfc00..=0xfdff, _) => Some("unique local"),
        (0xfe80..=0xfeff, _) => Some("link-local"),
        (0xff00.., _) => Some("multicast"),
        _ => None,
    }
}

/// Whether `url` may be visited, as far as its text tells: scheme, and a host that is written as an address.
///
/// # Errors
/// [`GuardError`] says what about it is refused.
pub fn check_url(url: &Url, allow_private: bool) -> Result<(), GuardError> {
    if !matches!(url.scheme(), "http" | "https") {
        return Err(GuardError::Scheme(url.scheme().to_owned()));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(GuardError::Credentials);
    }
    let ip = match url.host() {
        None => return Err(GuardError::NoHost),
        Some(Host::Domain(_)) => return Ok(()),
        Some(Host::Ipv4(ip)) => IpAddr::V4(ip),
        Some(Host::Ipv6(ip)) => IpAddr::V6(ip),
    };
    check_ip(ip, &ip.to_string(), allow_private)
}

fn check_ip(ip: IpAddr, host: &str, allow_private: bool) -> Result<(), GuardError> {
    match not_public(ip) {
        Some(why) if !allow_private => Err(GuardError::Private { host: host.to_owned(), why }),
        _ => Ok(()),
    }
}

/// The addresses of `host` that may be connected to, in the resolver's order. Never empty.
///
/// # Errors
/// The name does not resolve, or to nothing but addresses that no outsider could reach.
pub async fn addresses(host: &str, port: u16, allow_private: bool) -> Result<Vec<SocketAddr>, GuardError> {
    let lookup = |detail: String| GuardError::Lookup { host: host.to_owned(), detail };
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    let found: Vec<SocketAddr> = match bare.parse::<IpAddr>() {
        Ok(ip) => vec![SocketAddr::new(ip, port)],
        Err(_) => tokio::net::lookup_host((host, port)).await.map_err(|e| lookup(e.to_string()))?.collect(),
    };
    let mut refused = None;
    let mut allowed = Vec::new();
    for address in found {
        match check_ip(address.ip(), &format!("{host} = {}", address.ip()), allow_private) {
            Ok(()) => allowed.push(address),
            Err(e) => refused = Some(e),
        }
    }
    match refused {
        _ if !allowed.is_empty() => Ok(allowed),
        Some(e) => Err(e),
        None => Err(lookup("no address".to_owned())),
    }
}

/// The resolver of the page client: the system's, minus the addresses that the guard refuses.
///
/// The addresses that pass here are the ones that are connected to, so a name cannot change its mind between the
/// check and the connection.
#[derive(Debug, Clone, Copy)]
pub struct GuardedResolver {
    /// Let private addresses pass.
    pub allow_private: bool,
}

impl Resolve for GuardedResolver {
    fn resolve(&self, name: Name) -> Resolving {
        let allow_private = self.allow_private;
        Box::pin(async move {
            // Port 0: the client puts the URL's port in.
            let found = addresses(name.as_str(), 0, allow_private).await?;
            Ok(Box::new(found.into_iter()) as Addrs)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(url: &str) -> bool {
        check_url(&Url::parse(url).unwrap(), false).is_err()
    }

    #[test]
    fn addresses_that_no_outsider_can_reach_are_refused_however_they_are_written() {
        for url in [
            "http://169.254.169.254/latest/meta-data/",
            "http://169.254.170.2/v2/credentials",
            "https://127.0.0.1/",
            "https://2130706433/",
            "https://0x7f.1/",
            "https://0177.0.0.1/",
            "https://10.0.0.1/",
            "https://172.31.255.255/",
            "https://192.168.1.1/",
            "https://100.64.0.1/",
            "https://0.0.0.0/",
            "https://[::1]/",
            "https://[::]/",
            "https://[fd00:ec2::254]/",
            "https://[fe80::1]/",
            "https://[::ffff:169.254.169.254]/",
            "https://[64:ff9b::a9fe:a9fe]/",
            "https://[2002:a9fe:a9fe::1]/",
            "ftp://example.com/",
            "file:///etc/passwd",
            "https://user:pw@example.com/",
        ] {
            assert!(refused(url), "{url}");
        }
    }

    #[test]
    fn public_addresses_pass() {
        for url in [
            "https://example.com/",
            "http://example.com/",
            "https://8.8.8.8/",
            "https://172.32.0.1/",
            "https://100.128.0.1/",
            "https://[2606:4700::1111]/",
            "https://[64:ff9b::808:808]/",
        ] {
            assert!(!refused(url), "{url}");
        }
    }

    #[tokio::test]
    async fn a_name_for_a_private_address_is_refused_after_resolution() {
        assert!(matches!(addresses("localhost", 443, false).await, Err(GuardError::Private { .. })));
        assert!(matches!(addresses("127.0.0.1", 443, false).await, Err(GuardError::Private { .. })));
        assert!(!addresses("localhost", 443, true).await.unwrap().is_empty());
        assert!(matches!(addresses("no-such-name.invalid", 443, true).await, Err(GuardError::Lookup { .. })));
    }
}
