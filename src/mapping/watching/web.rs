//! `[events]` and `[web]`.

use std::net::SocketAddr;
use std::ops::Range;

use ipnet::IpNet;
use serde::Deserialize;
use toml::{Spanned, Value};

use super::places::{Notes, plain};
use crate::mapping::error::{Problem, Source};
use crate::model::{EventSettings, Login, WebSettings};

/// Seconds to wait for further events, unless told otherwise.
const SETTLE: u64 = 2;
/// Who waits longer for further events tells nobody within a minute.
const SETTLE_AT_MOST: u64 = 60;

/// `[events]`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(in crate::mapping) struct RawEvents {
    queue: Spanned<String>,
    settle_seconds: Option<Spanned<u64>>,
}

/// `[web]`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(in crate::mapping) struct RawWeb {
    listen: Option<Spanned<String>>,
    login: Option<Spanned<RawLogin>>,
}

/// `login`, with every field that some way to log in has.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct RawLogin {
    by: Spanned<String>,
    token: Option<Spanned<Value>>,
    header: Option<Spanned<String>>,
    from: Option<Spanned<Vec<Spanned<String>>>>,
    issuer: Option<Spanned<String>>,
    client_id: Option<Spanned<String>>,
    client_secret: Option<Spanned<Value>>,
    url: Option<Spanned<String>>,
    allow: Option<Spanned<Vec<Spanned<String>>>>,
}

/// Reads `[events]`. None where there is no such section.
pub(in crate::mapping) fn events(
    source: &Source,
    raw: Option<RawEvents>,
    problems: &mut Vec<Problem>,
) -> Option<EventSettings> {
    let raw = raw?;
    let notes = &mut Notes::new(source, problems);
    notes.url(&raw.queue, "https://sqs.ap-northeast-1.amazonaws.com/123456789012/kakunin");
    if let Some(settle) = raw.settle_seconds.as_ref().filter(|settle| *settle.get_ref() > SETTLE_AT_MOST) {
        notes.wrong(
            settle.span(),
            format!("expected at most {SETTLE_AT_MOST} seconds, found {}", settle.get_ref()),
            format!("write settle-seconds = {SETTLE}, or leave it out"),
        );
    }
    Some(EventSettings { queue: raw.queue.into_inner(), settle_seconds: plain(raw.settle_seconds, SETTLE) })
}

/// Reads `[web]`: what a project shows of itself must not be open to everyone by a slip.
pub(in crate::mapping) fn web(source: &Source, raw: Option<RawWeb>, problems: &mut Vec<Problem>) -> WebSettings {
    let usual = WebSettings::default();
    let Some(raw) = raw else { return usual };
    let notes = &mut Notes::new(source, problems);
    let said = raw.login.is_some();
    let login = raw.login.map(|raw| login(notes, raw));
    if let Some(listen) = &raw.listen {
        let open = match reach(listen.get_ref()) {
            Some(reach) => reach == Reach::Others,
            None => {
                notes.wrong(
                    listen.span(),
                    format!("expected an address and a port, found {:?}", listen.get_ref()),
                    "write \"127.0.0.1:8613\", or \"0.0.0.0:8613\" for all of the machine's addresses",
                );
                false
            }
        };
        // Where the login itself is wrong, that is noted already.
        let anyone = !said || matches!(login, Some(Some(Login::None)));
        if open && anyone {
            notes.wrong(
                listen.span(),
                format!("expected a login where others can reach {:?}, found none", listen.get_ref()),
                "set login = { by = \"token\", token = { env = \"KAKUNIN_TOKEN\" } }, header or oidc; or listen on 127.0.0.1",
            );
        }
    }
    WebSettings { listen: plain(raw.listen, usual.listen), login: login.flatten().unwrap_or(usual.login) }
}

#[derive(PartialEq)]
enum Reach {
    Itself,
    Others,
}

/// Who reaches an address; none where it is none.
fn reach(listen: &str) -> Option<Reach> {
    if let Ok(address) = listen.parse::<SocketAddr>() {
        return Some(if address.ip().is_loopback() { Reach::Itself } else { Reach::Others });
    }
    let (host, port) = listen.rsplit_once(':')?;
    port.parse::<u16>().ok()?;
    match url::Host::parse(host).ok()? {
        // Resolvers answer it themselves, with loopback (RFC 6761, section 6.3).
        url::Host::Domain(name) if name == "localhost" => Some(Reach::Itself),
        url::Host::Domain(_) => Some(Reach::Others),
        // Written whole it has been parsed above; what is left is an odd spelling.
        url::Host::Ipv4(_) | url::Host::Ipv6(_) => None,
    }
}

/// None where it cannot be one, which is noted.
fn login(notes: &mut Notes<'_>, raw: Spanned<RawLogin>) -> Option<Login> {
    let place = raw.span();
    let mut raw = raw.into_inner();
    let by = raw.by.get_ref().clone();
    let read = match by.as_str() {
        "none" => Some(Login::None),
        "token" => {
            let token = need(notes, &place, &by, "token", "{ env = \"KAKUNIN_TOKEN\" }", raw.token.take());
            token.and_then(|token| notes.secret("token", token)).map(|token| Login::Token { token })
        }
        "header" => {
            let header = need(notes, &place, &by, "header", "\"X-Forwarded-User\"", raw.header.take());
            let from = need(notes, &place, &by, "from", "[\"10.0.0.0/24\"]", raw.from.take());
            header.zip(from).map(|(header, from)| by_header(notes, header, from))
        }
        "oidc" => oidc(notes, &place, &mut raw),
        other => {
            notes.wrong(
                raw.by.span(),
                format!("expected how people log in, found {other:?}"),
                "the ways are none, token, header and oidc",
            );
            return None;
        }
    };
    for (field, place) in left(&raw) {
        let found = format!("expected fields of a login by {by}, found {field}");
        notes.wrong(place, found, "remove it: this login does not use it");
    }
    read
}

fn need<T>(
    notes: &mut Notes<'_>,
    place: &Range<usize>,
    by: &str,
    field: &str,
    example: &str,
    value: Option<Spanned<T>>,
) -> Option<Spanned<T>> {
    if value.is_none() {
        let found = format!("expected {field} of a login by {by}, found none");
        notes.wrong(place.clone(), found, format!("add it: {field} = {example}"));
    }
    value
}

fn by_header(notes: &mut Notes<'_>, header: Spanned<String>, from: Spanned<Vec<Spanned<String>>>) -> Login {
    // The characters of a field name (RFC 9110, section 5.6.2).
    let token = |c: char| c.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~".contains(c);
    if header.get_ref().is_empty() || !header.get_ref().chars().all(token) {
        notes.wrong(
            header.span(),
            format!("expected the name of a header, found {:?}", header.get_ref()),
            "write it without a colon: \"X-Forwarded-User\"",
        );
    }
    if from.get_ref().is_empty() {
        notes.wrong(
            from.span(),
            "expected the addresses that the proxy connects from, found none",
            "name them, as anyone else could send the header, too: from = [\"10.0.0.0/24\"]",
        );
    }
    for range in from.get_ref() {
        match range.get_ref().parse::<IpNet>() {
            Ok(net) if net.prefix_len() == 0 => notes.wrong(
                range.span(),
                format!("expected the addresses of the proxy, found {:?}, which is everyone", range.get_ref()),
                "name its network: \"10.0.0.0/24\"",
            ),
            Ok(_) => {}
            Err(_) => notes.wrong(
                range.span(),
                format!("expected a range of addresses, found {:?}", range.get_ref()),
                "write \"10.0.0.0/24\", and one address as \"10.0.0.5/32\"",
            ),
        }
    }
    Login::Header {
        header: header.into_inner(),
        from: from.into_inner().into_iter().map(Spanned::into_inner).collect(),
    }
}

fn oidc(notes: &mut Notes<'_>, place: &Range<usize>, raw: &mut RawLogin) -> Option<Login> {
    let by = "oidc";
    let issuer = need(notes, place, by, "issuer", "\"https://login.example.com\"", raw.issuer.take());
    let client_id = need(notes, place, by, "client-id", "\"kakunin\"", raw.client_id.take());
    let secret = need(notes, place, by, "client-secret", "{ env = \"OIDC_SECRET\" }", raw.client_secret.take());
    let url = need(notes, place, by, "url", "\"https://kakunin.example.com\"", raw.url.take());
    if let Some(issuer) = &issuer {
        notes.url(issuer, "https://login.example.com");
    }
    if let Some(url) = &url {
        notes.url(url, "https://kakunin.example.com");
    }
    let allow = raw.allow.take().map(Spanned::into_inner).unwrap_or_default();
    for who in &allow {
        let whole = who.get_ref().rsplit_once('@').is_some_and(|(_, host)| url::Host::parse(host).is_ok());
        if !whole {
            notes.wrong(
                who.span(),
                format!("expected a mail address or a domain, found {:?}", who.get_ref()),
                "write \"hanako@example.com\", or \"@example.com\" for all of a domain",
            );
        }
    }
    let client_secret = secret.and_then(|secret| notes.secret("client-secret", secret));
    let (issuer, client_id, client_secret, url) = (issuer?, client_id?, client_secret?, url?);
    Some(Login::Oidc {
        issuer: issuer.into_inner(),
        client_id: client_id.into_inner(),
        client_secret,
        url: url.into_inner(),
        allow: allow.into_iter().map(Spanned::into_inner).collect(),
    })
}

/// Fields that are still there.
fn left(raw: &RawLogin) -> Vec<(&'static str, Range<usize>)> {
    fn at<T>(field: &'static str, value: &Option<Spanned<T>>) -> Option<(&'static str, Range<usize>)> {
        value.as_ref().map(|value| (field, value.span()))
    }
    let RawLogin { by: _, token, header, from, issuer, client_id, client_secret, url, allow } = raw;
    let all = [
        at("token", token),
        at("header", header),
        at("from", from),
        at("issuer", issuer),
        at("client-id", client_id),
        at("client-secret", client_secret),
        at("url", url),
        at("allow", allow),
    ];
    all.into_iter().flatten().collect()
}
