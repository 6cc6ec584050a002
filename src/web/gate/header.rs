//! A proxy in front names the user. Whoever connects from elsewhere could name any, and is refused.

use std::net::IpAddr;

use axum::http::{HeaderMap, HeaderName, StatusCode};
use ipnet::IpNet;

use super::{Looked, User};
use crate::model::Text;
use crate::web::error::WebError;

/// Holds the header's name and where the proxy is.
pub(in crate::web) struct HeaderGate {
    header: HeaderName,
    from: Vec<IpNet>,
}

impl HeaderGate {
    pub(super) fn new(header: &str, from: &[String]) -> Result<Self, WebError> {
        let header = header
            .parse()
            .map_err(|_| WebError::Setting { expected: "the name of a header", found: header.to_owned() })?;
        if from.is_empty() {
            let expected = "addresses that the proxy connects from, as in from = [\"10.0.0.0/24\"]";
            return Err(WebError::Setting { expected, found: "none".to_owned() });
        }
        let net = |text: &String| {
            let parsed = text.parse::<IpNet>().or_else(|_| text.parse::<IpAddr>().map(IpNet::from));
            parsed.map_err(|_| WebError::Setting {
                expected: "an address or a network, as in 10.0.0.0/24",
                found: text.clone(),
            })
        };
        Ok(Self { header, from: from.iter().map(net).collect::<Result<_, _>>()? })
    }

    pub(super) fn look(&self, headers: &HeaderMap, peer: IpAddr) -> Looked {
        if !self.from.iter().any(|net| net.contains(&peer)) {
            return Looked::Refused(
                StatusCode::FORBIDDEN,
                Text::new(
                    "このダッシュボードはリバースプロキシ経由でだけ表示できます。",
                    "The dashboard is shown through its reverse proxy only.",
                ),
            );
        }
        let mut values = headers.get_all(&self.header).iter();
        let name = values.next().and_then(|value| std::str::from_utf8(value.as_bytes()).ok()).map(str::trim);
        match (name, values.next()) {
            // A second value may be one that the user sent and the proxy let through.
            (Some(name), None) if !name.is_empty() => Looked::In(User { name: Some(name.to_owned()), session: false }),
            _ => Looked::Refused(
                StatusCode::FORBIDDEN,
                Text::new(
                    format!("リバースプロキシが利用者を {} ヘッダーで 1 人だけ示す必要があります。", self.header),
                    format!("The reverse proxy has to name one user in the header {}.", self.header),
                ),
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(gate: &HeaderGate, values: &[&str], peer: &str) -> Option<String> {
        let mut headers = HeaderMap::new();
        for value in values {
            headers.append("x-user", value.parse().unwrap());
        }
        match gate.look(&headers, peer.parse().unwrap()) {
            Looked::In(user) => user.name,
            Looked::Out | Looked::Refused(..) => None,
        }
    }

    #[test]
    fn a_name_counts_from_the_proxy_only() {
        let gate = HeaderGate::new("X-User", &["10.0.0.0/24".to_owned(), "::1".to_owned()]).unwrap();
        assert_eq!(of(&gate, &["hanako"], "10.0.0.7").as_deref(), Some("hanako"));
        assert_eq!(of(&gate, &["hanako"], "::1").as_deref(), Some("hanako"));
        assert_eq!(of(&gate, &["hanako"], "10.0.1.7"), None);
        assert_eq!(of(&gate, &["hanako"], "0.0.0.0"), None);
        assert_eq!(of(&gate, &["hanako", "root"], "10.0.0.7"), None);
        assert_eq!(of(&gate, &[" "], "10.0.0.7"), None);
        assert_eq!(of(&gate, &[], "10.0.0.7"), None);
    }

    #[test]
    fn a_gate_without_addresses_or_with_wrong_ones_is_refused() {
        assert!(HeaderGate::new("X-User", &[]).is_err());
        assert!(HeaderGate::new("X-User", &["10.0.0.0/33".to_owned()]).is_err());
        assert!(HeaderGate::new("X User", &["10.0.0.0/24".to_owned()]).is_err());
    }
}
