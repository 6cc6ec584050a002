//! Mails against an SMTP server that takes, refuses, puts off, hangs and does not offer TLS.

use std::io::{BufRead, BufReader, Write};
use std::net::{IpAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

use mailin::{Action, AuthMechanism, Handler, Response, SessionBuilder, response};

use super::sample;
use crate::alert::email::{Email, Server};
use crate::alert::{Channel, ChannelError, Hidden, Sent};
use crate::model::{Lang, Letter, MailSecurity};

/// A mail that arrived: from, to, text.
type Mail = (String, Vec<String>, String);

#[derive(Default)]
struct Log {
    mails: Vec<Mail>,
    /// Every line that a client sent, as text.
    lines: Vec<String>,
}

#[derive(Clone, Default)]
struct Rules {
    greeting: Option<&'static str>,
    refuse: Option<&'static str>,
    put_off: Arc<Mutex<Vec<&'static str>>>,
    auth: bool,
}

struct Postbox {
    rules: Rules,
    log: Arc<Mutex<Log>>,
    from: String,
    to: Vec<String>,
    data: Vec<u8>,
}

impl Handler for Postbox {
    fn mail(&mut self, _: IpAddr, _: &str, from: &str) -> Response {
        self.from = from.to_owned();
        self.to.clear();
        response::OK
    }

    fn rcpt(&mut self, to: &str) -> Response {
        if self.rules.refuse == Some(to) {
            return Response::custom(550, "5.1.1 no such mailbox".to_owned());
        }
        let mut put_off = self.rules.put_off.lock().unwrap();
        if let Some(place) = put_off.iter().position(|p| *p == to) {
            put_off.remove(place);
            return Response::custom(451, "4.7.1 greylisted, come again".to_owned());
        }
        self.to.push(to.to_owned());
        response::OK
    }

    fn data(&mut self, bytes: &[u8]) -> std::io::Result<()> {
        self.data.extend(bytes);
        Ok(())
    }

    fn data_end(&mut self) -> Response {
        let mail = (self.from.clone(), self.to.clone(), String::from_utf8(std::mem::take(&mut self.data)).unwrap());
        self.log.lock().unwrap().mails.push(mail);
        response::OK
    }

    fn auth_plain(&mut self, _: &str, user: &str, password: &str) -> Response {
        match (user, password) {
            ("kakunin", "right") => response::AUTH_OK,
            _ => Response::custom(535, format!("5.7.8 wrong password {password}")),
        }
    }
}

fn serve(stream: TcpStream, rules: Rules, log: Arc<Mutex<Log>>) -> std::io::Result<()> {
    let mut out = stream.try_clone()?;
    if let Some(greeting) = rules.greeting {
        if greeting.is_empty() {
            std::thread::sleep(std::time::Duration::from_secs(3600));
        }
        return out.write_all(greeting.as_bytes());
    }
    let mut builder = SessionBuilder::new("mail.example.com");
    if rules.auth {
        builder.enable_auth(AuthMechanism::Plain).insecure_enable_plaintext_auth();
    }
    let handler = Postbox { rules, log: log.clone(), from: String::new(), to: Vec::new(), data: Vec::new() };
    let mut session = builder.build(stream.peer_addr()?.ip(), handler);
    out.write_all(&session.greeting().buffer()?)?;
    let mut lines = BufReader::new(stream);
    let mut line = Vec::new();
    while lines.read_until(b'\n', &mut line)? > 0 {
        log.lock().unwrap().lines.push(String::from_utf8_lossy(&line).into_owned());
        let answer = session.process(&line);
        line.clear();
        out.write_all(&answer.buffer()?)?;
        if answer.action == Action::Close {
            break;
        }
    }
    Ok(())
}

fn start(rules: Rules) -> (u16, Arc<Mutex<Log>>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let log: Arc<Mutex<Log>> = Arc::default();
    let kept = log.clone();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let (rules, log) = (rules.clone(), kept.clone());
            std::thread::spawn(move || serve(stream.unwrap(), rules, log));
        }
    });
    (port, log)
}

fn email(port: u16, security: MailSecurity, login: Option<&str>, to: &[&str]) -> Result<Email, ChannelError> {
    let server = Server {
        host: "127.0.0.1",
        port: Some(port),
        security,
        user: login.map(|_| "kakunin"),
        password: login.map(Hidden::new),
    };
    let to: Vec<String> = to.iter().map(|to| (*to).to_owned()).collect();
    Email::new("mail", server, "確認 <kakunin@example.com>", &to)
}

fn plain(port: u16, to: &[&str]) -> Email {
    email(port, MailSecurity::None, None, to).unwrap()
}

fn letter() -> Letter {
    sample::letter("shop/0001/mail", "mail", sample::rich())
}

#[tokio::test]
async fn a_mail_arrives_with_text_and_html() {
    let (port, log) = start(Rules::default());
    let channel = plain(port, &["運用 <ops@example.com>", "audit@example.net"]);
    assert_eq!(channel.send(&letter(), Lang::Ja).await, Sent::Delivered);
    let mails = log.lock().unwrap().mails.clone();
    let to: Vec<&str> = mails.iter().flat_map(|(_, to, _)| to).map(String::as_str).collect();
    assert_eq!(to, ["ops@example.com", "audit@example.net"]);
    for (from, _, text) in &mails {
        assert_eq!(from, "kakunin@example.com");
        for expected in [
            "multipart/alternative",
            "text/plain; charset=utf-8",
            "text/html; charset=utf-8",
            "List-Id: <shop.kakunin.example.com>",
            "Auto-Submitted: auto-generated",
            "Date: Tue, 24 Nov 2026 03:00:00",
        ] {
            assert!(text.contains(expected), "{expected}: {text}");
        }
    }
    assert_eq!(mails[0].2, mails[1].2, "one Message-ID, one text");
}

#[tokio::test]
async fn one_refused_receiver_keeps_nobody_else_from_the_mail() {
    let (port, log) = start(Rules { refuse: Some("gone@example.com"), ..Rules::default() });
    let channel = plain(port, &["gone@example.com", "ops@example.com"]);
    let Sent::Refused { why } = channel.send(&letter(), Lang::En).await else { panic!("refused") };
    assert!(why.contains("gone@example.com") && why.contains("550") && why.contains("no such mailbox"), "{why}");
    assert_eq!(log.lock().unwrap().mails[0].1, ["ops@example.com"]);
}

#[tokio::test]
async fn who_got_the_mail_does_not_get_it_again_when_another_was_put_off() {
    let rules = Rules { put_off: Arc::new(Mutex::new(vec!["slow@example.com"])), ..Rules::default() };
    let (port, log) = start(rules);
    let channel = plain(port, &["ops@example.com", "slow@example.com"]);
    let Sent::Later { why, .. } = channel.send(&letter(), Lang::En).await else { panic!("later") };
    assert!(why.contains("slow@example.com") && why.contains("greylisted"), "{why}");
    assert_eq!(channel.send(&letter(), Lang::En).await, Sent::Delivered);
    let to: Vec<String> = log.lock().unwrap().mails.iter().flat_map(|(_, to, _)| to.clone()).collect();
    assert_eq!(to, ["ops@example.com", "slow@example.com"]);
}

#[tokio::test]
async fn a_server_that_is_not_ready_is_asked_again() {
    for greeting in ["421 4.3.2 not now\r\n", "4", "HTTP/1.1 200 OK\r\n\r\n"] {
        let (port, _) = start(Rules { greeting: Some(greeting), ..Rules::default() });
        let sent = plain(port, &["ops@example.com"]).send(&letter(), Lang::En).await;
        assert!(matches!(&sent, Sent::Later { .. }), "{greeting:?}: {sent:?}");
    }
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    drop(listener);
    assert!(matches!(plain(port, &["ops@example.com"]).send(&letter(), Lang::En).await, Sent::Later { .. }));
}

#[tokio::test]
async fn nothing_is_sent_to_a_server_without_the_tls_that_is_wanted() {
    let (port, log) = start(Rules { auth: true, ..Rules::default() });
    let channel = email(port, MailSecurity::Starttls, Some("right"), &["ops@example.com"]).unwrap();
    let Sent::Later { why, .. } = channel.send(&letter(), Lang::En).await else { panic!("later") };
    assert!(why.to_lowercase().contains("starttls") && !why.contains("right"), "{why}");
    let log = log.lock().unwrap();
    assert!(log.mails.is_empty());
    assert!(log.lines.iter().all(|line| line.starts_with("EHLO") || line.starts_with("QUIT")), "{:?}", log.lines);
}

#[tokio::test]
async fn a_wrong_password_is_refused_and_not_shown() {
    let (port, log) = start(Rules { auth: true, ..Rules::default() });
    let right = email(port, MailSecurity::None, Some("right"), &["ops@example.com"]).unwrap();
    assert_eq!(right.send(&letter(), Lang::En).await, Sent::Delivered);
    let wrong = email(port, MailSecurity::None, Some("wr0ng-secret"), &["ops@example.com"]).unwrap();
    let Sent::Refused { why } = wrong.send(&letter(), Lang::En).await else { panic!("refused") };
    assert!(why.contains("535") && !why.contains("wr0ng-secret"), "{why}");
    assert_eq!(log.lock().unwrap().mails.len(), 1);
}

#[test]
fn settings_that_cannot_work_are_told() {
    let server = |host, security, user, password: Option<&str>| Server {
        host,
        port: None,
        security,
        user,
        password: password.map(Hidden::new),
    };
    let to = ["ops@example.com".to_owned()];
    let wrong = |server, from: &str, to: &[String]| Email::new("mail", server, from, to).err().unwrap().to_string();
    let plain = || server("mail.example.com", MailSecurity::None, None, None);
    assert!(wrong(plain(), "nobody", &to).contains("expected a mail address as its from, found \"nobody\""));
    assert!(wrong(plain(), "k@example.com", &["x@".to_owned()]).contains("as its to"));
    assert!(wrong(plain(), "k@example.com", &[]).contains("found none"));
    let open = server("mail.example.com", MailSecurity::None, Some("k"), Some("SECRET"));
    let told = wrong(open, "k@example.com", &to);
    assert!(told.contains("security") && !told.contains("SECRET"), "{told}");
    assert!(
        wrong(server("m.example.com", MailSecurity::Tls, Some("k"), None), "k@example.com", &to).contains("password")
    );
}
