//! The dashboard as a browser and a program meet it: over HTTP, from a history in SQLite.

mod api;
mod browser;
mod logins;
mod oidc;
mod pages;
mod year;

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;

use chrono::Duration;
use reqwest::header::{HeaderMap, HeaderValue};
use reqwest::redirect::Policy;
use tempfile::TempDir;
use tokio::net::TcpListener;

use super::{dashboard, serve};
use crate::history::{History, NewRun, Place, RunKind, Store};
use crate::model::*;
use crate::report::sample;

/// The clock of the tests: three hours after the sample's last run.
fn now() -> Moment {
    "2026-03-01T03:00:00Z".parse().unwrap()
}

/// What the file `secret` beside the history holds.
const SECRET: &str = "correct horse battery staple";

/// A dashboard that listens.
pub(super) struct Site {
    base: String,
    client: reqwest::Client,
    _folder: TempDir,
}

/// An answer.
pub(super) struct Got {
    status: u16,
    headers: HeaderMap<HeaderValue>,
    body: String,
}

impl Got {
    fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    fn cookie(&self, name: &str) -> Option<String> {
        let cookies = self.headers.get_all("set-cookie").iter().map(|value| value.to_str().unwrap());
        cookies
            .map(|line| line.split(';').next().unwrap().to_owned())
            .find(|pair| pair.starts_with(&format!("{name}=")))
    }

    fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {}", self.body))
    }
}

impl Site {
    pub(super) async fn new(login: Login) -> Self {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("secret"), format!("{SECRET}\n")).unwrap();
        let store = history(folder.path()).await;
        Self::over(Arc::new(store), login, folder).await
    }

    pub(super) async fn over(history: Arc<dyn History>, login: Login, folder: TempDir) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address: SocketAddr = listener.local_addr().unwrap();
        let settings = WebSettings { listen: address.to_string(), login };
        let router = dashboard(history, &settings, folder.path(), address, Arc::new(now)).unwrap();
        tokio::spawn(serve(listener, router, std::future::pending()));
        let client = reqwest::Client::builder().no_proxy().redirect(Policy::none()).build().unwrap();
        Self { base: format!("http://{address}"), client, _folder: folder }
    }

    pub(super) async fn send(&self, request: reqwest::RequestBuilder) -> Got {
        let response = self.client.execute(request.build().unwrap()).await.unwrap();
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        Got { status, headers, body: response.text().await.unwrap() }
    }

    fn request(&self, path: &str) -> reqwest::RequestBuilder {
        self.client.get(format!("{}{path}", self.base)).header("accept-language", "en")
    }

    pub(super) async fn get(&self, path: &str) -> Got {
        self.send(self.request(path)).await
    }
}

/// What someone may have put into a sheet, a tag or a name.
pub(super) const HOSTILE: &str = "\"><script>alert(1)</script><img src=x onerror=alert(2)>'&lt;\u{202e}";

/// A report of the sample at another clock, with item 5.4 passing or not.
fn report(days_ago: i64, passes: bool) -> Report {
    let mut report = sample::report();
    let clock = "2026-03-01T00:00:00Z".parse::<Moment>().unwrap() - Duration::days(days_ago);
    report.run.clock = clock.to_rfc3339_opts(chrono::SecondsFormat::Secs, true);
    report.run.started = report.run.clock.clone();
    report.run.finished = report.run.clock.clone();
    report.run.id = format!("run-{days_ago:04}abcdef");
    let item = report.items.iter_mut().find(|item| item.id == "5.4").unwrap();
    if passes {
        item.verdict = Verdict::Pass;
        item.agreement = Agreement::Confirmed;
        item.claims[0].verdict = Verdict::Pass;
        *report.summary.by_verdict.get_mut("PASS").unwrap() += 1;
        *report.summary.by_verdict.get_mut("FAIL").unwrap() -= 1;
        *report.summary.by_agreement.get_mut("confirmed").unwrap() += 1;
        *report.summary.by_agreement.get_mut("contradicted").unwrap() -= 1;
    }
    let hostile = report.items.iter_mut().find(|item| item.id == "6.32").unwrap();
    hostile.text = HOSTILE.to_owned();
    hostile.remark = HOSTILE.to_owned();
    hostile.section = HOSTILE.to_owned();
    hostile.reason = HOSTILE.to_owned();
    hostile.claims[0].text = HOSTILE.to_owned();
    hostile.claims[0].text_ja = HOSTILE.to_owned();
    let attested = report.items.iter_mut().find(|item| item.id == "1.1").unwrap();
    attested.claims[0].attested.as_mut().unwrap().evidence = Some("javascript:alert(3)".to_owned());
    for finding in report.findings.iter_mut().filter(|finding| finding.check == "cloudtrail/all-regions") {
        finding.resource.arn = None;
        finding.resource.id.push_str(HOSTILE);
        finding.observed.insert("Name".to_owned(), serde_json::json!(HOSTILE));
        finding.note = HOSTILE.to_owned();
        finding.reproduce.push_str(HOSTILE);
    }
    report
}

fn broken(report: &Report) -> Transition {
    let finding = report.findings.iter().find(|finding| finding.outcome == Outcome::Fail).unwrap();
    Transition {
        id: "t-broken".into(),
        sheet: "shop".into(),
        run: report.run.id.clone(),
        at: report.run.clock.parse().unwrap(),
        subject: Subject::Item { id: "5.4".into() },
        title: "サービスを構成するシステムが分散されていること。".into(),
        kind: ChangeKind::Broken,
        from: Some(Verdict::Pass),
        to: Some(Verdict::Fail),
        agreement: Some(Agreement::Contradicted),
        since: Some("2026-02-26T00:00:00Z".parse().unwrap()),
        severity: Severity::High,
        topics: vec!["multi-az".into()],
        accounts: vec!["123456789012".into()],
        owners: vec!["team-db".into()],
        claims: vec![ClaimChange {
            claim: "meti-2013/5.4/zones".into(),
            text: Text::new("複数のゾーンに分散されている", "it is spread over zones"),
            kind: ChangeKind::Broken,
            from: Some(Verdict::Pass),
            to: Some(Verdict::Fail),
            population: (12, 12),
        }],
        resources: vec![ResourceChange {
            check: finding.check.clone(),
            resource: finding.resource.clone(),
            from: Some(Outcome::Pass),
            to: Some(Outcome::Fail),
            before: Some(serde_json::json!({"MultiAZ": true, "AvailabilityZone": "ap-northeast-1a"})),
            after: Some(serde_json::json!({"MultiAZ": false, "AvailabilityZone": "ap-northeast-1a"})),
            by: Attribution::Calls(vec![Call {
                event_id: "e-1".into(),
                source: "rds.amazonaws.com".into(),
                name: "ModifyDBInstance".into(),
                who: "arn:aws:sts::123456789012:assumed-role/deploy/hanako".into(),
                when: "2026-02-28T14:03:00Z".parse().unwrap(),
                address: Some("192.0.2.10".into()),
            }]),
        }],
        resources_total: 3,
        reason: Text::new("RDS インスタンス 3 つが単一 AZ になりました", "3 RDS instances run in one zone now"),
    }
}

fn letter(report: &Report, transition: &Transition, channel: &str) -> Letter {
    let message = Message {
        key: format!("key-{channel}"),
        purpose: Purpose::Changes,
        sheet: "shop".into(),
        run: report.run.id.clone(),
        at: transition.at,
        summary: report.summary.clone(),
        transitions: vec![transition.clone()],
        open: Vec::new(),
        link: None,
    };
    Letter {
        id: format!("key-{channel}/{channel}"),
        channel: channel.into(),
        message,
        due: transition.at,
        attempts: 0,
        state: LetterState::Waiting,
        error: None,
        created: transition.at,
        ended: None,
    }
}

/// Four nights of the sample: the last one broke item 5.4; and two letters about that, one of them dead.
pub(super) async fn history(folder: &Path) -> Store {
    let store = Store::open(&Place::Sqlite(folder.join("history.db"))).await.unwrap();
    for days_ago in (1..=3).rev() {
        let report = report(days_ago, true);
        commit(&store, &report, 3 - days_ago, &[], &[]).await;
    }
    let report = report(0, false);
    let transition = broken(&report);
    let letters = [letter(&report, &transition, "ops"), letter(&report, &transition, "pager")];
    commit(&store, &report, 3, &[transition], &letters).await;
    let dead = "403 Forbidden: the key was refused";
    store.due(now(), now() + Duration::minutes(5), 10).await.unwrap();
    store.attempted(&letters[1].id, LetterState::Dead, Some(dead), now(), now()).await.unwrap();
    store
}

pub(super) async fn commit(store: &Store, report: &Report, after: i64, transitions: &[Transition], letters: &[Letter]) {
    let run = NewRun { sheet: "shop", kind: RunKind::Full, report, after, transitions, letters, reminded: &[] };
    store.commit(run).await.unwrap();
}
