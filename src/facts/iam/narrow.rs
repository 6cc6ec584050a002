//! Conditions that keep an Allow to everyone from being public: those that tie a request to accounts, an organisation,
//! a network or one resource. Keys and what counts as "fixed": "Blocking public access to your Amazon S3 storage", the
//! meaning of "public", Amazon S3 User Guide; keys of other services from their own pages. A key or an operator that is
//! not known here does not narrow: such a statement stays public.

use std::collections::BTreeSet;

use ipnet::IpNet;

use super::condition::{Condition, Quantifier};

/// To whom a condition leaves a statement.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Narrowed {
    /// Account ids.
    pub accounts: BTreeSet<String>,
    /// Organisation ids, `o-…`.
    pub organisations: BTreeSet<String>,
    /// Whoever comes from a network, an endpoint or a resource whose account is not told.
    pub place: bool,
}

impl Narrowed {
    /// Adds what another lets through.
    pub fn extend(&mut self, other: Self) {
        self.accounts.extend(other.accounts);
        self.organisations.extend(other.organisations);
        self.place |= other.place;
    }

    fn account(id: &str) -> Self {
        Self { accounts: BTreeSet::from([id.to_owned()]), ..Self::default() }
    }

    fn organisation(id: &str) -> Self {
        Self { organisations: BTreeSet::from([id.to_owned()]), ..Self::default() }
    }

    fn place() -> Self {
        Self { place: true, ..Self::default() }
    }
}

/// What a condition on an Allow leaves, where it narrows. `IfExists` and `ForAllValues` hold where the key is absent, as
/// it is for an anonymous caller, so they do not.
pub fn by_allow(condition: &Condition, owner: &str) -> Option<Narrowed> {
    if condition.if_exists || condition.quantifier == Quantifier::All {
        return None;
    }
    match condition.operator.as_str() {
        "ipaddress" => networks(condition),
        "bool" => flag(condition, "elasticfilesystem:accessedviamounttarget", "true"),
        _ if condition.is_positive_match() => values(condition, owner),
        _ => None,
    }
}

/// What a condition on a Deny to everyone spares, where it spares only something narrow. Negated operators hold where
/// the key is absent, but for `ForAnyValue`.
pub fn by_deny(condition: &Condition, owner: &str) -> Option<Narrowed> {
    if condition.quantifier == Quantifier::Any {
        return None;
    }
    match condition.operator.as_str() {
        "notipaddress" => networks(condition),
        "bool" => flag(condition, "elasticfilesystem:accessedviamounttarget", "false")
            .or_else(|| flag(condition, "aws:principalisawsservice", "false")),
        _ if condition.is_negative_match() => values(condition, owner),
        _ => None,
    }
}

fn flag(condition: &Condition, key: &str, wanted: &str) -> Option<Narrowed> {
    let one = matches!(condition.values.as_slice(), [value] if value.eq_ignore_ascii_case(wanted));
    (condition.key == key && one).then(Narrowed::place)
}

/// All values are alternatives, so each must be narrow.
fn merge(all: impl Iterator<Item = Option<Narrowed>>) -> Option<Narrowed> {
    let mut merged = None;
    for one in all {
        merged.get_or_insert_with(Narrowed::default).extend(one?);
    }
    merged
}

/// Wider than /8 (IPv4) or /32 (IPv6) and not private counts as everyone (S3's meaning of "public").
fn networks(condition: &Condition) -> Option<Narrowed> {
    if condition.key != "aws:sourceip" && condition.key != "aws:vpcsourceip" {
        return None;
    }
    merge(condition.values.iter().map(|value| {
        let network =
            value.parse::<IpNet>().ok().or_else(|| value.parse::<std::net::IpAddr>().ok().map(IpNet::from))?;
        let narrow = match network {
            IpNet::V4(_) => network.prefix_len() >= 8,
            IpNet::V6(_) => network.prefix_len() >= 32,
        };
        narrow.then(Narrowed::place)
    }))
}

fn values(condition: &Condition, owner: &str) -> Option<Narrowed> {
    let wild = condition.wildcards();
    merge(condition.values.iter().map(|value| one(&condition.key, value, wild, owner)))
}

fn one(key: &str, value: &str, wild: bool, owner: &str) -> Option<Narrowed> {
    let open = value.is_empty() || value.contains("${") || (wild && value.contains(['*', '?']));
    let fixed = !open;
    match key {
        "aws:sourceaccount"
        | "aws:sourceowner"
        | "aws:principalaccount"
        | "kms:calleraccount"
        | "s3:dataaccesspointaccount"
        | "aws:vpceaccount" => match value {
            "${aws:ResourceAccount}" => Some(Narrowed::account(owner)),
            _ => fixed.then(|| Narrowed::account(value)),
        },
        "aws:principalorgid" | "aws:sourceorgid" | "aws:vpceorgid" => match value {
            "${aws:ResourceOrgID}" => Some(Narrowed::organisation(value)),
            _ => fixed.then(|| Narrowed::organisation(value)),
        },
        "aws:principalorgpaths" | "aws:sourceorgpaths" | "aws:vpceorgpaths" => {
            let (organisation, _) = value.split_once('/')?;
            let fixed = organisation.starts_with("o-") && !organisation.contains(['*', '?', '$']);
            fixed.then(|| Narrowed::organisation(organisation))
        }
        "aws:sourcevpc" | "aws:sourcevpce" | "aws:sourcevpcarn" => fixed.then(Narrowed::place),
        "aws:userid" => {
            let (id, _) = value.split_once(':').unwrap_or((value, ""));
            (!id.is_empty() && !id.contains(['*', '?', '$'])).then(Narrowed::place)
        }
        "aws:sourcearn" | "aws:principalarn" | "s3:dataaccesspointarn" => arn(value, wild),
        _ => None,
    }
}

fn arn(value: &str, wild: bool) -> Option<Narrowed> {
    let fields: Vec<&str> = value.splitn(6, ':').collect();
    let [_, _, service, _, account, resource] = fields.as_slice() else { return None };
    let open = |text: &str| (wild && text.contains(['*', '?'])) || text.contains("${");
    if account.len() == 12 && account.bytes().all(|digit| digit.is_ascii_digit()) {
        return Some(Narrowed::account(account));
    }
    // A bucket's name is its owner's alone in the whole world; other names are not.
    let named = *service == "s3" && !open(service) && !open(resource) && !resource.is_empty();
    (named && (account.is_empty() || open(account))).then(Narrowed::place)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn allow(operator: &str, key: &str, values: &[&str]) -> Option<Narrowed> {
        let condition = Condition::new(operator, key, values.iter().map(ToString::to_string).collect());
        by_allow(&condition, "123456789012")
    }

    #[test]
    fn only_what_ties_a_request_down_narrows() {
        assert!(allow("StringEquals", "aws:PrincipalOrgID", &["o-abc"]).is_some());
        assert!(allow("StringEqualsIfExists", "aws:PrincipalOrgID", &["o-abc"]).is_none());
        assert!(allow("ForAllValues:StringEquals", "aws:PrincipalOrgID", &["o-abc"]).is_none());
        assert!(allow("StringLike", "aws:PrincipalOrgID", &["*"]).is_none());
        assert!(allow("StringNotEquals", "aws:PrincipalOrgID", &["o-abc"]).is_none());
        assert!(allow("StringLike", "aws:SourceVpce", &["vpce-*"]).is_none());
        assert!(allow("StringEquals", "aws:SourceVpce", &["vpce-1", "vpce-2"]).is_some());
        assert!(allow("StringEquals", "aws:Referer", &["https://example.com"]).is_none());
        assert!(allow("StringEquals", "kms:ViaService", &["s3.ap-northeast-1.amazonaws.com"]).is_none());
        assert!(allow("ArnLike", "aws:SourceArn", &["arn:aws:sns:*:123456789012:*"]).is_some());
        assert!(allow("ArnLike", "aws:SourceArn", &["arn:aws:sns:*:*:*"]).is_none());
        assert!(allow("ArnLike", "aws:SourceArn", &["arn:aws:lambda:*:*:function:x"]).is_none());
        assert!(allow("ArnLike", "aws:SourceArn", &["arn:aws:s3:::my-bucket"]).is_some());
        assert!(allow("ArnLike", "aws:SourceArn", &["arn:aws:s3:::*"]).is_none());
        assert!(allow("ArnLike", "aws:SourceArn", &[]).is_none());
    }

    #[test]
    fn wide_networks_are_everyone() {
        assert!(allow("IpAddress", "aws:SourceIp", &["203.0.113.0/24"]).is_some());
        assert!(allow("IpAddress", "aws:SourceIp", &["203.0.113.7"]).is_some());
        assert!(allow("IpAddress", "aws:SourceIp", &["0.0.0.0/0"]).is_none());
        assert!(allow("IpAddress", "aws:SourceIp", &["203.0.113.0/24", "0.0.0.0/1", "128.0.0.0/1"]).is_none());
        assert!(allow("IpAddress", "aws:SourceIp", &["::/0"]).is_none());
        assert!(allow("IpAddress", "aws:SourceIp", &["nonsense"]).is_none());
    }
}
