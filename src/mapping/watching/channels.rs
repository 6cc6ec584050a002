//! `[[channel]]`: what each kind of channel needs, and nothing that it does not know.

use std::collections::BTreeSet;
use std::ops::Range;

use serde::Deserialize;
use toml::{Spanned, Value};

use super::places::Notes;
use crate::mapping::project::{is_account, is_region};
use crate::model::{ChannelKind, ChannelSettings, Lang, MailSecurity};

/// `[[channel]]`, with every field that some kind has.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(in crate::mapping) struct RawChannel {
    name: Option<Spanned<String>>,
    lang: Option<Lang>,
    kind: Option<Spanned<String>>,
    url: Option<Spanned<Value>>,
    key: Option<Spanned<Value>>,
    secret: Option<Spanned<Value>>,
    host: Option<Spanned<String>>,
    port: Option<Spanned<u16>>,
    security: Option<Spanned<MailSecurity>>,
    user: Option<Spanned<String>>,
    password: Option<Spanned<Value>>,
    from: Option<Spanned<String>>,
    to: Option<Spanned<Vec<Spanned<String>>>>,
    topic: Option<Spanned<String>>,
    bus: Option<Spanned<String>>,
    region: Option<Spanned<String>>,
}

const KINDS: [&str; 9] =
    ["slack", "teams", "email", "sns", "event-bridge", "pager-duty", "webhook", "security-hub", "stdout"];

/// Reads one. None where it cannot be one, which is noted; its name is taken all the same, so that routes which name it
/// are not said to be wrong, too.
pub(super) fn channel(
    notes: &mut Notes<'_>,
    raw: Spanned<RawChannel>,
    names: &mut BTreeSet<String>,
) -> Option<ChannelSettings> {
    let place = raw.span();
    let mut raw = raw.into_inner();
    let name = match raw.name.take() {
        Some(name) if is_name(name.get_ref()) => name,
        Some(name) => {
            notes.wrong(
                name.span(),
                format!("expected the name of a channel, found {:?}", name.get_ref()),
                "use letters, digits and . _ -: name = \"ops\"",
            );
            return None;
        }
        None => {
            notes.wrong(place, "expected a channel with a name, found none", "add a name: name = \"ops\"");
            return None;
        }
    };
    if !names.insert(name.get_ref().clone()) {
        notes.wrong(
            name.span(),
            format!("expected a name of its own, found a second channel {:?}", name.get_ref()),
            "give it another name",
        );
    }
    let lang = raw.lang;
    let Some(kind) = raw.kind.take() else {
        let help = format!("add one of {}: kind = \"slack\"", KINDS.join(", "));
        notes.wrong(place, format!("expected the kind of channel {:?}, found none", name.get_ref()), help);
        return None;
    };
    let kind = kind_of(notes, place, &kind, &mut raw)?;
    Some(ChannelSettings { name: name.into_inner(), lang, kind })
}

/// Characters that letters' ids, logs and commands can carry; any script's letters are.
fn is_name(name: &str) -> bool {
    !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || "._-".contains(c))
}

/// One channel while its fields are taken out.
struct Fields<'n, 'a> {
    notes: &'n mut Notes<'a>,
    place: Range<usize>,
    kind: &'n str,
}

impl Fields<'_, '_> {
    /// A field that the kind needs.
    fn need<T>(&mut self, field: &str, example: &str, value: Option<Spanned<T>>) -> Option<Spanned<T>> {
        if value.is_none() {
            self.notes.wrong(
                self.place.clone(),
                format!("expected {field} of a channel of kind {}, found none", self.kind),
                format!("add it: {field} = {example}"),
            );
        }
        value
    }

    fn secret(&mut self, field: &str, value: Option<Spanned<Value>>) -> Option<crate::model::Secret> {
        let value = self.need(field, "{ env = \"NAME_OF_A_VARIABLE\" }", value)?;
        self.notes.secret(field, value)
    }

    fn region(&mut self, region: Option<Spanned<String>>) -> Option<String> {
        let region = region?;
        if !is_region(region.get_ref()) {
            self.notes.wrong(
                region.span(),
                format!("expected the code of a region, found {:?}", region.get_ref()),
                "write it as AWS does: \"ap-northeast-1\"",
            );
        }
        Some(region.into_inner())
    }

    fn address(&mut self, address: &Spanned<String>) {
        if !is_address(address.get_ref()) {
            self.notes.wrong(
                address.span(),
                format!("expected a mail address, found {:?}", address.get_ref()),
                "write \"ops@example.com\" or \"Kakunin <ops@example.com>\"",
            );
        }
    }
}

/// The kind with its fields. What is left over afterwards belongs to no channel of this kind.
fn kind_of(
    notes: &mut Notes<'_>,
    place: Range<usize>,
    kind: &Spanned<String>,
    raw: &mut RawChannel,
) -> Option<ChannelKind> {
    let mut fields = Fields { notes, place, kind: kind.get_ref() };
    let read = match kind.get_ref().as_str() {
        "slack" => fields.secret("url", raw.url.take()).map(|url| ChannelKind::Slack { url }),
        "teams" => fields.secret("url", raw.url.take()).map(|url| ChannelKind::Teams { url }),
        "email" => email(&mut fields, raw),
        "sns" => {
            fields.need("topic", "\"arn:aws:sns:ap-northeast-1:123456789012:alerts\"", raw.topic.take()).map(|topic| {
                if !is_arn(topic.get_ref(), "sns", |name| !name.contains(':')) {
                    fields.notes.wrong(
                        topic.span(),
                        format!("expected the ARN of a topic, found {:?}", topic.get_ref()),
                        "write it whole: \"arn:aws:sns:ap-northeast-1:123456789012:alerts\"",
                    );
                }
                ChannelKind::Sns { topic: topic.into_inner() }
            })
        }
        "event-bridge" => {
            let region = fields.region(raw.region.take());
            fields.need("bus", "\"default\"", raw.bus.take()).map(|bus| {
                if !is_bus(bus.get_ref()) {
                    fields.notes.wrong(
                        bus.span(),
                        format!("expected the name or the ARN of an event bus, found {:?}", bus.get_ref()),
                        "write \"default\" or \"arn:aws:events:ap-northeast-1:123456789012:event-bus/alerts\"",
                    );
                }
                ChannelKind::EventBridge { bus: bus.into_inner(), region }
            })
        }
        "pager-duty" => {
            let url = raw.url.take().and_then(|url| open_url(&mut fields, url));
            fields.secret("key", raw.key.take()).map(|key| ChannelKind::PagerDuty { key, url })
        }
        "webhook" => {
            let url = fields.secret("url", raw.url.take());
            let secret = fields.secret("secret", raw.secret.take());
            url.zip(secret).map(|(url, secret)| ChannelKind::Webhook { url, secret })
        }
        "security-hub" => Some(ChannelKind::SecurityHub { region: fields.region(raw.region.take()) }),
        "stdout" => Some(ChannelKind::Stdout {}),
        other => {
            fields.notes.wrong(
                kind.span(),
                format!("expected the kind of a channel, found {other:?}"),
                format!("the kinds are {}", KINDS.join(", ")),
            );
            // Nobody knows which fields it should have.
            return None;
        }
    };
    for (field, place) in left(raw) {
        let found = format!("expected fields of a channel of kind {}, found {field}", kind.get_ref());
        notes.wrong(place, found, "remove it: this kind does not use it");
    }
    read
}

fn email(fields: &mut Fields<'_, '_>, raw: &mut RawChannel) -> Option<ChannelKind> {
    let host = fields.need("host", "\"smtp.example.com\"", raw.host.take());
    let from = fields.need("from", "\"kakunin@example.com\"", raw.from.take());
    let to = fields.need("to", "[\"ops@example.com\"]", raw.to.take());
    let password = raw.password.take();
    let user = raw.user.take();
    if let Some(host) = host.as_ref().filter(|host| url::Host::parse(host.get_ref()).is_err()) {
        fields.notes.wrong(
            host.span(),
            format!("expected the name of a mail server, found {:?}", host.get_ref()),
            "write its name alone, and the port as port: host = \"smtp.example.com\"",
        );
    }
    let port = raw.port.take();
    if let Some(port) = port.as_ref().filter(|port| *port.get_ref() == 0) {
        fields.notes.wrong(port.span(), "expected a port, found 0", "write port = 587, or leave it out");
    }
    if let Some(password) = password.as_ref().filter(|_| user.is_none()) {
        let found = "expected user beside password, found none";
        fields.notes.wrong(password.span(), found, "add the user's name: user = \"kakunin\"");
    }
    if let Some(user) = user.as_ref().filter(|_| password.is_none()) {
        let help = "add where it is: password = { env = \"SMTP_PASSWORD\" }";
        fields.notes.wrong(user.span(), "expected password beside user, found none", help);
    }
    if let Some(from) = &from {
        fields.address(from);
    }
    if let Some(to) = to.as_ref().filter(|to| to.get_ref().is_empty()) {
        fields.notes.wrong(to.span(), "expected mail addresses, found none", "name them: to = [\"ops@example.com\"]");
    }
    for address in to.iter().flat_map(|to| to.get_ref()) {
        fields.address(address);
    }
    let password = match password {
        // A password that is not where it should be has been noted.
        Some(password) => Some(fields.notes.secret("password", password)?),
        None => None,
    };
    let (host, from, to) = (host?, from?, to?);
    Some(ChannelKind::Email {
        host: host.into_inner(),
        port: port.map(Spanned::into_inner),
        security: raw.security.take().map(Spanned::into_inner).unwrap_or_default(),
        user: user.map(Spanned::into_inner),
        password,
        from: from.into_inner(),
        to: to.into_inner().into_iter().map(Spanned::into_inner).collect(),
    })
}

/// A URL that is no secret.
fn open_url(fields: &mut Fields<'_, '_>, url: Spanned<Value>) -> Option<String> {
    let example = "https://events.eu.pagerduty.com/v2/enqueue";
    let place = url.span();
    match url.into_inner() {
        Value::String(text) => {
            let text = Spanned::new(place, text);
            fields.notes.url(&text, example);
            Some(text.into_inner())
        }
        _ => {
            let help = format!("write it as it is, as it is no secret: url = {example:?}");
            fields.notes.wrong(place, "expected a URL, found no text", help);
            None
        }
    }
}

/// Fields that are still there.
fn left(raw: &RawChannel) -> Vec<(&'static str, Range<usize>)> {
    fn at<T>(field: &'static str, value: &Option<Spanned<T>>) -> Option<(&'static str, Range<usize>)> {
        value.as_ref().map(|value| (field, value.span()))
    }
    // Taken apart whole, so that a field that is added later is not forgotten here.
    let RawChannel {
        name,
        lang: _,
        kind,
        url,
        key,
        secret,
        host,
        port,
        security,
        user,
        password,
        from,
        to,
        topic,
        bus,
        region,
    } = raw;
    let all = [
        at("name", name),
        at("kind", kind),
        at("url", url),
        at("key", key),
        at("secret", secret),
        at("host", host),
        at("port", port),
        at("security", security),
        at("user", user),
        at("password", password),
        at("from", from),
        at("to", to),
        at("topic", topic),
        at("bus", bus),
        at("region", region),
    ];
    all.into_iter().flatten().collect()
}

/// `name@host`, alone or as `Words <name@host>`. Whether somebody reads it only a mail can tell.
fn is_address(text: &str) -> bool {
    let address = match text.trim().strip_suffix('>') {
        Some(rest) => rest.rsplit_once('<').map_or("", |(_, address)| address),
        None => text.trim(),
    };
    let plain = |part: &str| {
        !part.is_empty() && !part.chars().any(|c| c.is_whitespace() || c.is_control() || "<>,;@\"()".contains(c))
    };
    address.rsplit_once('@').is_some_and(|(name, host)| plain(name) && plain(host) && url::Host::parse(host).is_ok())
}

/// `arn:aws:sns:ap-northeast-1:123456789012:name`, in any partition.
fn is_arn(text: &str, service: &str, name: impl Fn(&str) -> bool) -> bool {
    let parts: Vec<&str> = text.splitn(6, ':').collect();
    let [arn, partition, of, region, account, rest] = parts.as_slice() else { return false };
    *arn == "arn"
        && partition.starts_with("aws")
        && *of == service
        && is_region(region)
        && is_account(account)
        && !rest.is_empty()
        && name(rest)
        && !rest.chars().any(char::is_whitespace)
}

/// Names of event buses, whose partners' contain slashes ("CreateEventBus", Amazon EventBridge API Reference).
fn is_bus(text: &str) -> bool {
    let name = |name: &str| {
        !name.is_empty() && name.len() <= 256 && name.chars().all(|c| c.is_ascii_alphanumeric() || "/._-".contains(c))
    };
    name(text) || is_arn(text, "events", |rest| rest.strip_prefix("event-bus/").is_some_and(name))
}
