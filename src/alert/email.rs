//! E-mail by SMTP: a mail of plain text and HTML to each receiver.
//!
//! Each receiver has a transaction of its own: one that the server refuses keeps nobody else from the mail. All mails of a
//! letter have the same Message-ID, so that a reader who gets one twice sees it once.

use std::time::{Duration, SystemTime};

use askama::Template;
use futures::future::{BoxFuture, FutureExt};
use lettre::address::Envelope;
use lettre::message::header::{HeaderName, HeaderValue};
use lettre::message::{Mailbox, MultiPart, MultiPartKind, SinglePart};
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Tls, TlsParameters};
use lettre::{AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor};
use sha2::{Digest, Sha256};

use super::http::chain;
use super::progress::Progress;
use super::words::{self, Mark, Told};
use super::{Channel, ChannelError, Hidden, Sent};
use crate::model::{Lang, Letter, MailSecurity, Subject};

/// Longest wait for the connection, and for each answer of the server.
const ANSWER: Duration = Duration::from_secs(10);
/// Longest time for one receiver's mail.
const WHOLE: Duration = Duration::from_secs(25);
/// Changes that are told in full; the rest has one line each.
const FULL: usize = 100;
/// Characters of a server's answer that people are shown.
const SHOWN: usize = 300;

/// Where mails go first.
pub(super) struct Server<'a> {
    pub(super) host: &'a str,
    pub(super) port: Option<u16>,
    pub(super) security: MailSecurity,
    pub(super) user: Option<&'a str>,
    pub(super) password: Option<Hidden>,
}

/// A sender with its receivers.
pub(super) struct Email {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
    to: Vec<Mailbox>,
    password: Option<Hidden>,
    progress: Progress,
}

impl Email {
    pub(super) fn new(channel: &str, server: Server<'_>, from: &str, to: &[String]) -> Result<Self, ChannelError> {
        let mailbox = |field, text: &str| {
            text.parse::<Mailbox>()
                .map_err(|error| ChannelError::address(channel, field, "a mail address", format!("{text:?}: {error}")))
        };
        let from = mailbox("from", from)?;
        let to = to.iter().map(|to| mailbox("to", to)).collect::<Result<Vec<_>, _>>()?;
        if to.is_empty() {
            return Err(ChannelError::address(channel, "to", "a mail address at least", "none"));
        }
        let host = server.host.trim();
        if host.is_empty() {
            return Err(ChannelError::address(channel, "host", "the name of a mail server", "nothing"));
        }
        let local = host == "localhost"
            || host.trim_matches(['[', ']']).parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback());
        if server.security == MailSecurity::None && server.password.is_some() && !local {
            return Err(ChannelError::address(
                channel,
                "security",
                "starttls or tls where there is a password and the server is on another machine",
                "none",
            ));
        }
        let tls = || {
            TlsParameters::new(host.to_owned())
                .map_err(|error| ChannelError::Client { channel: channel.to_owned(), detail: chain(&error) })
        };
        let (tls, port) = match server.security {
            MailSecurity::Starttls => (Tls::Required(tls()?), 587),
            MailSecurity::Tls => (Tls::Wrapper(tls()?), 465),
            MailSecurity::None => (Tls::None, 25),
        };
        let mut builder = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(host)
            .port(server.port.unwrap_or(port))
            .tls(tls)
            .timeout(Some(ANSWER));
        match (server.user, &server.password) {
            (Some(user), Some(password)) => {
                builder = builder.credentials(Credentials::new(user.to_owned(), password.expose().to_owned()));
            }
            (None, None) => {}
            (Some(_), None) => return Err(ChannelError::address(channel, "password", "one for the user", "none")),
            (None, Some(_)) => return Err(ChannelError::address(channel, "user", "one for the password", "none")),
        }
        Ok(Self { transport: builder.build(), from, to, password: server.password, progress: Progress::default() })
    }

    async fn one(&self, letter: &Letter, mail: &[u8], to: &Mailbox) -> Sent {
        let envelope = match Envelope::new(Some(self.from.email.clone()), vec![to.email.clone()]) {
            Ok(envelope) => envelope,
            Err(error) => return Sent::refused(format!("{}: {error}", to.email)),
        };
        if self.progress.has(&letter.id, to.email.as_ref()) {
            return Sent::Delivered;
        }
        let sent = tokio::time::timeout(WHOLE, self.transport.send_raw(&envelope, mail)).await;
        match sent {
            Ok(Ok(_)) => {
                self.progress.note(&letter.id, to.email.as_ref());
                Sent::Delivered
            }
            Ok(Err(error)) => {
                let why = self.show(&format!("{}: {}", to.email, chain(&error)));
                if error.is_permanent() { Sent::Refused { why } } else { Sent::later(why) }
            }
            Err(_) => Sent::later(format!("{}: no answer from the mail server in time", to.email)),
        }
    }

    fn show(&self, text: &str) -> String {
        let text = match &self.password {
            Some(password) => text.replace(password.expose(), "(hidden)"),
            None => text.to_owned(),
        };
        words::cut(&words::clean(&text), SHOWN)
    }
}

impl Channel for Email {
    fn send<'a>(&'a self, letter: &'a Letter, lang: Lang) -> BoxFuture<'a, Sent> {
        async move {
            let mail = match compose(letter, &self.from, &self.to, lang) {
                Ok(mail) => mail.formatted(),
                Err(why) => return Sent::Refused { why },
            };
            let (mut later, mut refused) = (Vec::new(), Vec::new());
            for to in &self.to {
                match self.one(letter, &mail, to).await {
                    Sent::Delivered => {}
                    Sent::Later { why, .. } => {
                        later.push(why);
                        // The same server would not take the others now either, unless it speaks of this receiver.
                        if later.len() > 3 {
                            break;
                        }
                    }
                    Sent::Refused { why } => refused.push(why),
                }
            }
            if !later.is_empty() {
                later.extend(refused);
                return Sent::later(later.join("; "));
            }
            self.progress.forget(&letter.id);
            if refused.is_empty() { Sent::Delivered } else { Sent::refused(refused.join("; ")) }
        }
        .boxed()
    }
}

#[derive(Template)]
#[template(path = "alert.html")]
struct Page<'a> {
    told: &'a Told,
    lang: &'static str,
    full: usize,
    dashboard: &'static str,
    still_open: &'static str,
}

impl Page<'_> {
    /// A colour that reads on white.
    fn colour(&self, mark: &Mark) -> &'static str {
        match mark {
            Mark::Bad => "#b3261e",
            Mark::Warn => "#8a5300",
            Mark::Good => "#146c2e",
            Mark::Plain => "#44474e",
        }
    }
}

/// The mail. The same letter makes the same mail, but for its date.
pub(super) fn compose(letter: &Letter, from: &Mailbox, to: &[Mailbox], lang: Lang) -> Result<Message, String> {
    let told = words::tell(&letter.message, lang);
    let page = Page {
        told: &told,
        lang: match lang {
            Lang::Ja => "ja",
            Lang::En => "en",
        },
        full: FULL,
        dashboard: words::dashboard(lang),
        still_open: words::still_open(lang),
    };
    let html = page.render().map_err(|error| format!("the mail cannot be laid out: {error}"))?;
    let domain = from.email.domain();
    let mark = digest(&[&letter.id]);
    let mut builder = Message::builder()
        .from(from.clone())
        .subject(told.subject.clone())
        .message_id(Some(format!("<{mark}@{domain}>")))
        // When it was to go out, not when it was thought of: quiet hours lie between.
        .date(SystemTime::from(letter.due.max(letter.created)))
        .raw_header(header("List-Id", list_id(&letter.message.sheet, domain))?)
        // RFC 3834: no holiday notes in answer, please.
        .raw_header(header("Auto-Submitted", "auto-generated".to_owned())?)
        .raw_header(header("X-Auto-Response-Suppress", "All".to_owned())?);
    for to in to {
        builder = builder.to(to.clone());
    }
    if let [one] = letter.message.transitions.as_slice()
        && let Subject::Item { id } = &one.subject
    {
        // Mails about one item form a thread.
        builder = builder.references(format!("<{}@{domain}>", digest(&["item", &letter.message.sheet, id])));
    }
    let parts = MultiPart::builder().kind(MultiPartKind::Alternative).boundary(format!("kakunin-{mark}"));
    let parts = parts.singlepart(SinglePart::plain(told.plain(FULL, lang))).singlepart(SinglePart::html(html));
    builder.multipart(parts).map_err(|error| format!("the mail cannot be written: {error}"))
}

fn header(name: &'static str, value: String) -> Result<HeaderValue, String> {
    let name = HeaderName::new_from_ascii(name.to_owned()).map_err(|error| format!("{name}: {error}"))?;
    Ok(HeaderValue::new(name, value))
}

/// RFC 2919: what people sort mails of a sheet by.
fn list_id(sheet: &str, domain: &str) -> String {
    let plain = !sheet.is_empty() && sheet.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    let label = if plain && sheet.len() <= 60 { sheet.to_lowercase() } else { digest(&[sheet]) };
    format!("<{label}.kakunin.{domain}>")
}

fn digest(parts: &[&str]) -> String {
    let mut digest = Sha256::new();
    for part in parts {
        digest.update((part.len() as u64).to_be_bytes());
        digest.update(part.as_bytes());
    }
    hex::encode(digest.finalize()).chars().take(32).collect()
}
