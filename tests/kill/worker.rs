//! The process that is killed: commits runs whose verdicts change at random, and delivers letters meanwhile.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use chrono::{SubsecRound, TimeDelta, Utc};
use kakunin::alert::{Courier, Outgoing, Pace, letters};
use kakunin::history::{History, LetterFilter, NewRun, Place, RunKind, Store, compare};
use kakunin::model::*;

use crate::receiver::chance;

/// Name of the sheet.
pub const SHEET: &str = "shop";
/// Names of the channels, each told of everything.
pub const CHANNELS: [&str; 2] = ["ops", "audit"];
/// Items of the sheet.
const ITEMS: usize = 8;

/// Short times, so that a letter of a worker that was killed is due again within the test.
fn pace() -> Pace {
    Pace {
        attempt: Duration::from_millis(500),
        lease: Duration::from_millis(2000),
        poll: Duration::from_millis(10),
        first: Duration::from_millis(10),
        longest: Duration::from_millis(1000),
        ..Pace::default()
    }
}

fn settings() -> AlertSettings {
    let channels = CHANNELS.iter().map(|name| ChannelSettings {
        name: (*name).to_owned(),
        lang: None,
        kind: ChannelKind::Webhook { url: Secret::File((*name).into()), secret: Secret::File("secret".into()) },
    });
    AlertSettings { channels: channels.collect(), ..AlertSettings::default() }
}

/// Works until it is killed, or (`drain`) until nothing waits.
pub fn work(role: &str, folder: &Path) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let store = Arc::new(Store::open(&Place::Sqlite(folder.join("history.db"))).await.unwrap());
        let (channels, errors) = kakunin::alert::channels(&settings(), folder, Lang::Ja);
        assert!(errors.is_empty(), "{errors:?}");
        say("ready");
        let courier = Courier::new(store.clone(), channels).with_pace(pace());
        let carry = async {
            loop {
                courier.deliver_due(Utc::now()).await;
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        };
        if role == "drain" {
            let empty = async {
                loop {
                    let waiting = LetterFilter { state: Some(LetterState::Waiting), ..LetterFilter::default() };
                    if store.letters(waiting).await.unwrap().is_empty() {
                        return;
                    }
                    tokio::time::sleep(Duration::from_millis(50)).await;
                }
            };
            tokio::select! {
                () = carry => {}
                () = empty => {}
                () = tokio::time::sleep(Duration::from_secs(300)) => panic!("letters still wait"),
            }
        } else {
            futures::future::join(carry, commit(&store)).await;
        }
    });
}

fn say(line: &str) {
    let mut out = std::io::stdout().lock();
    writeln!(out, "{line}").unwrap();
    out.flush().unwrap();
}

async fn commit(store: &Store) {
    loop {
        let before = store.state(SHEET).await.unwrap();
        let report = report(before.as_ref().map_or(0, |state| state.seq));
        let transitions = compare(before.as_ref(), &report, SHEET, &BTreeMap::new());
        let now = Utc::now().trunc_subsecs(0);
        let Outgoing { letters, reminded } = letters(&transitions, before.as_ref(), &report, SHEET, &settings(), now);
        let run = NewRun {
            sheet: SHEET,
            kind: RunKind::Full,
            report: &report,
            after: before.map_or(0, |state| state.seq),
            transitions: &transitions,
            letters: &letters,
            reminded: &reminded,
        };
        let seq = store.commit(run).await.unwrap();
        say(&format!("committed {seq}"));
        tokio::time::sleep(Duration::from_millis(chance() % 60)).await;
    }
}

/// A night's report with random verdicts.
fn report(after: i64) -> Report {
    let clock = "2026-01-01T03:00:00Z".parse::<Moment>().unwrap() + TimeDelta::days(after);
    let clock = clock.to_rfc3339_opts(chrono::SecondsFormat::Secs, true);
    let digest = |name: &str| NamedDigest { name: name.to_owned(), sha256: format!("{:064x}", chance()) };
    let items: Vec<ItemReport> = (0..ITEMS).map(item).collect();
    let count = |label: &str| items.iter().filter(|item| item.verdict.label() == label).count();
    let by_verdict = Verdict::ALL.iter().map(|v| (v.label().to_owned(), count(v.label()))).collect();
    let by_agreement = Agreement::ALL.iter().map(|a| (a.label().to_owned(), 0)).collect();
    Report {
        schema: REPORT_SCHEMA.to_owned(),
        run: RunInfo {
            id: format!("{:016x}", chance()),
            started: clock.clone(),
            finished: clock.clone(),
            clock,
            tool_version: "0.1.0".to_owned(),
            sheet: digest("sheet.txt"),
            snapshot: digest(""),
            catalogue: digest(""),
            scope: Scope::default(),
            accounts: BTreeMap::from([("123456789012".to_owned(), vec!["ap-northeast-1".to_owned()])]),
            api_calls: 1,
            parts: Vec::new(),
        },
        summary: Summary { items: items.len(), by_verdict, by_agreement },
        items,
        findings: Vec::new(),
        gaps: Vec::new(),
        evidence: Vec::new(),
        unread: Vec::new(),
        warnings: Vec::new(),
        reminders: Vec::new(),
    }
}

fn item(n: usize) -> ItemReport {
    let verdict = match chance() % 8 {
        0 => Verdict::Fail,
        1 => Verdict::Inconclusive,
        _ => Verdict::Pass,
    };
    let agreement = match verdict {
        Verdict::Fail => Agreement::Contradicted,
        Verdict::Pass => Agreement::Confirmed,
        _ => Agreement::Unproven,
    };
    let id = format!("6.{n}");
    ItemReport {
        id: id.clone(),
        section: "運用".to_owned(),
        text: format!("項目 {n}"),
        answer: Answer::Yes,
        answer_text: "○".to_owned(),
        remark: String::new(),
        verdict,
        agreement,
        decided_by: format!("{id}/a"),
        reason: "because".to_owned(),
        reason_ja: "理由".to_owned(),
        matched: MatchReport {
            framework_item: None,
            confidence: 1.0,
            reason: Text::same("x"),
            review: Review::BuiltIn,
            proposed: Vec::new(),
        },
        claims: vec![ClaimReport {
            id: format!("{id}/a"),
            text: format!("claim {n}"),
            text_ja: format!("主張 {n}"),
            by: By::Live,
            verdict,
            reason: Text::same("x"),
            topics: vec!["multi-az".to_owned()],
            concession: None,
            live: None,
            attested: None,
            checks: Vec::new(),
        }],
    }
}
