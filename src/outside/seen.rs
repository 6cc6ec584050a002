//! From what was seen to resources, observations and gaps.

use std::collections::BTreeMap;

use chrono::SecondsFormat;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::page::PageProbe;
use super::probe::{ErrorKind, ProbeError, Reading};
use super::tls::TlsProbe;
use crate::model::{AttributeGap, Gap, Moment, Observation, Resource, Tags};
use crate::table::{PAGE_KIND, TLS_KIND};

/// Account and region of everything that is seen by connecting.
pub const OUTSIDE: &str = "outside";
/// Operation that looks at a page.
pub const GET_PAGE: &str = "outside:GetPage";
/// Operation that looks at a TLS endpoint.
pub const TLS_HANDSHAKE: &str = "outside:TlsHandshake";

/// Attributes of a [`PAGE_KIND`].
pub const PAGE_ATTRIBUTES: &[&str] = &[
    "Url",
    "Status",
    "FinalUrl",
    "Hops",
    "Https",
    "HostChanged",
    "TlsError",
    "Sha256",
    "Fingerprint",
    "ContentLength",
    "Title",
];

/// Attributes of a [`TLS_KIND`].
///
/// `Protocols` is a gap where a version is undecided and neither TLS 1.0 nor 1.1 is known to be accepted: a list that
/// may lack one of them must not look clean.
/// `AcceptsLegacy` (TLS 1.0 or 1.1) and `AcceptsModern` (1.2 or 1.3) are known as soon as one of their two is accepted.
pub const TLS_ATTRIBUTES: &[&str] = &[
    "Host",
    "Port",
    "Protocols",
    "ProtocolsUndecided",
    "AcceptsLegacy",
    "AcceptsModern",
    "ChainValid",
    "NameMatches",
    "TrustError",
    "NotBefore",
    "NotAfter",
    "DaysLeft",
    "Subject",
    "Issuer",
    "KeyAlgorithm",
    "KeyBits",
    "SignatureAlgorithm",
    "RedirectsToHttps",
    "PlainHttpStatus",
    "HstsMaxAge",
];

/// Versions that are broken (RFC 8996, Deprecating TLS 1.0 and TLS 1.1).
const LEGACY: [&str; 2] = ["TLSv1.0", "TLSv1.1"];

/// One target's part of the result.
pub struct Part {
    pub resource: Resource,
    pub observation: Observation,
    /// Why nothing was seen of it.
    pub gap: Option<Gap>,
}

impl Part {
    /// With `error` as its gap, where it has none yet.
    pub fn or_gap(mut self, error: Option<ProbeError>) -> Self {
        let observation = &self.observation;
        self.gap = self.gap.or_else(|| error.map(|e| gap(&observation.operation, &self.resource.id, &e)));
        self
    }
}

/// Attributes and gaps under way to a resource.
struct Draft {
    operation: &'static str,
    attributes: BTreeMap<String, Value>,
    gaps: BTreeMap<String, AttributeGap>,
}

impl Draft {
    fn new(operation: &'static str) -> Self {
        Self { operation, attributes: BTreeMap::new(), gaps: BTreeMap::new() }
    }

    fn set(&mut self, name: &str, value: impl Into<Value>) {
        self.attributes.insert(name.to_owned(), value.into());
    }

    fn miss(&mut self, names: &[&str], error: &ProbeError) {
        for name in names {
            self.gaps.insert((*name).to_owned(), error.gap(self.operation));
        }
    }

    fn finish(self, kind: &str, id: &str, observation: &str) -> Resource {
        Resource {
            kind: kind.to_owned(),
            id: id.to_owned(),
            arn: None,
            account: OUTSIDE.to_owned(),
            region: OUTSIDE.to_owned(),
            attributes: self.attributes,
            gaps: self.gaps,
            tags: Tags::NotAsked,
            evidence: BTreeMap::from([(self.operation.to_owned(), vec![observation.to_owned()])]),
        }
    }
}

/// The observation's id: the same target has the same id in every run.
fn observation_id(operation: &str, input: &str) -> String {
    let digest = hex::encode(Sha256::digest([OUTSIDE, OUTSIDE, operation, input].join("|")));
    format!("o-{}", digest.get(..16).unwrap_or(&digest))
}

fn observation(operation: &str, input: &str, time: Moment, status: u16, digest: String) -> Observation {
    Observation {
        id: observation_id(operation, input),
        account: OUTSIDE.to_owned(),
        region: OUTSIDE.to_owned(),
        operation: operation.to_owned(),
        input: vec![input.to_owned()],
        status,
        request_id: None,
        time,
        digest,
        error: None,
    }
}

fn gap(operation: &str, target: &str, error: &ProbeError) -> Gap {
    Gap {
        account: OUTSIDE.to_owned(),
        region: OUTSIDE.to_owned(),
        operation: operation.to_owned(),
        resource: Some(target.to_owned()),
        reason: error.reason(),
        detail: error.detail.clone(),
    }
}

/// A page's part.
pub fn of_page(probe: &PageProbe) -> Part {
    let mut draft = Draft::new(GET_PAGE);
    draft.set("Url", probe.url.as_str());
    let unread = ProbeError::new(ErrorKind::Other, "no answer was recorded");
    match probe.status {
        Some(status) => {
            draft.set("Status", status);
            draft.set("FinalUrl", probe.final_url.as_str());
            draft.set("Hops", probe.hops.clone());
            draft.set("Https", probe.https);
            draft.set("HostChanged", probe.host_changed);
            draft.set("TlsError", probe.tls_error.clone());
            let body = ["Sha256", "Fingerprint", "ContentLength", "Title"];
            match (&probe.error, &probe.tls_error) {
                (Some(e), _) => draft.miss(&body, e),
                (None, Some(why)) => {
                    draft.miss(&body, &ProbeError::new(ErrorKind::Tls, format!("not asked for: {why}")))
                }
                (None, None) => {
                    draft.set("Sha256", probe.sha256.clone());
                    draft.set("Fingerprint", probe.fingerprint.clone());
                    draft.set("ContentLength", probe.content_length);
                    draft.set("Title", probe.title.clone());
                }
            }
        }
        None => draft.miss(PAGE_ATTRIBUTES.get(1..).unwrap_or_default(), probe.error.as_ref().unwrap_or(&unread)),
    }
    let digest = match (&probe.sha256, &probe.tls_error) {
        (Some(body), _) => body.clone(),
        (None, Some(why)) => hex::encode(Sha256::digest(why)),
        (None, None) => String::new(),
    };
    let mut observation = observation(GET_PAGE, &probe.url, probe.time, probe.status.unwrap_or(0), digest);
    observation.error = probe.tls_error.clone().or_else(|| probe.error.as_ref().map(|e| e.detail.clone()));
    let gap = match probe.status {
        Some(_) => None,
        None => Some(gap(GET_PAGE, &probe.url, probe.error.as_ref().unwrap_or(&unread))),
    };
    Part { resource: draft.finish(PAGE_KIND, &probe.url, &observation.id), observation, gap }
}

/// A TLS endpoint's part, at the run's clock. `target` is `host:port` as it was asked for.
pub fn of_tls(target: &str, probe: &TlsProbe, clock: Moment) -> Part {
    let mut draft = Draft::new(TLS_HANDSHAKE);
    draft.set("Host", probe.host.as_str());
    draft.set("Port", probe.port);
    protocols(&mut draft, probe);
    certificate(&mut draft, probe, clock);
    match &probe.plain_http {
        Reading::Seen(plain) => {
            draft.set("RedirectsToHttps", plain.map(|p| p.redirects_to_https));
            draft.set("PlainHttpStatus", plain.map(|p| p.status));
        }
        Reading::Gap(e) => draft.miss(&["RedirectsToHttps", "PlainHttpStatus"], e),
    }
    match &probe.hsts_max_age {
        Reading::Seen(age) => draft.set("HstsMaxAge", *age),
        Reading::Gap(e) => draft.miss(&["HstsMaxAge"], e),
    }
    let digest = match &probe.error {
        Some(_) => String::new(),
        // What was seen, and not when.
        None => {
            let seen =
                json!([probe.protocols, probe.undecided, probe.certificate, probe.plain_http, probe.hsts_max_age]);
            hex::encode(Sha256::digest(seen.to_string()))
        }
    };
    let mut observation = observation(TLS_HANDSHAKE, target, probe.time, 0, digest);
    // With the port, as the command that repeats it needs one.
    observation.input = vec![format!("{}:{}", probe.host, probe.port)];
    observation.error = probe.error.as_ref().map(|e| e.detail.clone());
    let gap = probe.error.as_ref().map(|e| gap(TLS_HANDSHAKE, target, e));
    Part { resource: draft.finish(TLS_KIND, target, &observation.id), observation, gap }
}

fn protocols(draft: &mut Draft, probe: &TlsProbe) {
    let undecided: Vec<&str> = probe.undecided.iter().map(|u| u.version.as_str()).collect();
    draft.set("ProtocolsUndecided", undecided.clone());
    let legacy = probe.protocols.iter().any(|p| LEGACY.contains(&p.as_str()));
    match probe.undecided.first() {
        Some(first) if !legacy => {
            let detail = format!("accepted {:?}, undecided {undecided:?}: {}", probe.protocols, first.error.detail);
            draft.miss(&["Protocols"], &ProbeError::new(first.error.kind, detail));
        }
        _ => draft.set("Protocols", probe.protocols.clone()),
    }
    for (name, group) in [("AcceptsLegacy", LEGACY), ("AcceptsModern", ["TLSv1.2", "TLSv1.3"])] {
        let open = probe.undecided.iter().find(|u| group.contains(&u.version.as_str()));
        match (probe.protocols.iter().any(|p| group.contains(&p.as_str())), open) {
            (true, _) => draft.set(name, true),
            (false, None) => draft.set(name, false),
            (false, Some(u)) => draft.miss(&[name], &u.error),
        }
    }
}

fn certificate(draft: &mut Draft, probe: &TlsProbe, clock: Moment) {
    let facts = match &probe.certificate {
        Reading::Seen(facts) => facts,
        Reading::Gap(e) => {
            let names = [
                "ChainValid",
                "NameMatches",
                "TrustError",
                "NotBefore",
                "NotAfter",
                "DaysLeft",
                "Subject",
                "Issuer",
                "KeyAlgorithm",
                "KeyBits",
                "SignatureAlgorithm",
            ];
            return draft.miss(&names, e);
        }
    };
    let stamp = |m: Moment| m.to_rfc3339_opts(SecondsFormat::Secs, true);
    draft.set("NameMatches", facts.name_matches);
    draft.set("NotBefore", stamp(facts.not_before));
    draft.set("NotAfter", stamp(facts.not_after));
    draft.set("DaysLeft", (facts.not_after - clock).num_seconds().div_euclid(86_400));
    draft.set("Subject", facts.subject.as_str());
    draft.set("Issuer", facts.issuer.as_str());
    draft.set("KeyAlgorithm", facts.key_algorithm.as_str());
    match facts.key_bits {
        Some(bits) => draft.set("KeyBits", bits),
        None => draft.miss(&["KeyBits"], &ProbeError::new(ErrorKind::Other, "the kind of key is not known")),
    }
    draft.set("SignatureAlgorithm", facts.signature_algorithm.as_str());
    // The chain was judged when it was seen; a replay by another clock must not keep a judgement that has run out.
    let in_date = |m: Moment| (facts.not_before..=facts.not_after).contains(&m);
    let stale = match facts.chain_valid {
        true => facts.stands_until.is_some_and(|end| clock > end),
        // Refused for its dates, perhaps for nothing else.
        false => in_date(clock) && !in_date(facts.judged_at),
    };
    if facts.chain_valid && !in_date(clock) {
        let late = clock > facts.not_after;
        let (word, when) = if late { ("expired on", facts.not_after) } else { ("not valid before", facts.not_before) };
        draft.set("ChainValid", false);
        draft.set("TrustError", format!("certificate {word} {}", stamp(when)));
    } else if stale {
        let detail =
            format!("the recorded chain was judged at {} and may differ by this clock", stamp(facts.judged_at));
        draft.miss(&["ChainValid", "TrustError"], &ProbeError::new(ErrorKind::NotRecorded, detail));
    } else {
        draft.set("ChainValid", facts.chain_valid);
        draft.set("TrustError", facts.trust_error.clone());
    }
}
