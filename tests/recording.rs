//! Law 2 over the whole pipeline: the shipped recording, with any of its answers broken, goes through the real SDK, the
//! real collectors and the real judge, and no verdict gets better.
#![cfg(feature = "all-services")]

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Arc, LazyLock};

use kakunin::aws::{Answer, Origin, Recording, RequestKey, Session};
use kakunin::catalogue::Catalogue;
use kakunin::collect::collect;
use kakunin::mapping::{self, Project};
use kakunin::model::{Report, Verdict};
use kakunin::pipeline::Inputs;
use kakunin::snapshot::Sealed;
use proptest::prelude::*;

fn demo() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("reports/demo")
}

static INPUTS: LazyLock<Inputs> = LazyLock::new(|| {
    let project = Project::load(&demo().join("kakunin.toml")).unwrap();
    let sheet = kakunin::sheet::read(&demo().join("sample-sheet.txt")).unwrap();
    let mapping = mapping::map_sheet(&sheet, &mapping::builtin().unwrap());
    Inputs {
        owners: false,
        sheet,
        mapping,
        catalogue: Catalogue::built_in().unwrap(),
        params: project.params,
        attestations: mapping::load_attestations(&demo().join("attestations.toml")).unwrap(),
        waivers: mapping::load_waivers(&demo().join("waivers.toml")).unwrap(),
        scope: project.scope,
        endpoints: Vec::new(),
        warnings: Vec::new(),
    }
});
static RECORDING: LazyLock<Recording> = LazyLock::new(|| Recording::read(&demo().join("recording")).unwrap());
static WHOLE: LazyLock<Report> = LazyLock::new(|| report(RECORDING.clone()).unwrap());

/// None where the run could not even say whose account it is: then there is no verdict at all.
fn report(recording: Recording) -> Option<Report> {
    let clock = RECORDING.latest().unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let snapshot = runtime.block_on(async {
        let session = Session::open(Origin::Replay(Arc::new(recording))).await;
        collect(&session, &INPUTS.plan(), &INPUTS.scope, clock, None).await
    });
    Some(INPUTS.decide(&Sealed::new(snapshot.ok()?).unwrap(), clock))
}

/// What happens to an answer.
#[derive(Debug, Clone, Copy)]
enum Fault {
    Removed,
    Denied,
    Throttled,
    TimedOut,
    ServerError,
    Truncated,
    Empty,
    OneMorePage,
}

fn faults() -> impl Strategy<Value = Vec<(usize, Fault)>> {
    use Fault::*;
    let kind =
        prop::sample::select(vec![Removed, Denied, Throttled, TimedOut, ServerError, Truncated, Empty, OneMorePage]);
    prop_oneof![
        4 => prop::collection::vec((any::<usize>(), kind.clone()), 1..6),
        // And now and then most of the account is gone.
        1 => prop::collection::vec((any::<usize>(), kind), 60..200),
    ]
}

fn refused(answer: &Answer, status: u16, code: &str) -> Answer {
    let Answer::Response { headers, request_id, time, body, .. } = answer else { return answer.clone() };
    let mut headers = headers.clone();
    headers.insert("x-amzn-errortype".into(), code.into());
    let body = if body.trim_start().starts_with('<') {
        let error = format!("<Error><Code>{code}</Code><Message>made by the test</Message></Error>");
        if body.contains("doc/2006-03-01") {
            error
        } else if body.contains("ec2.amazonaws.com/doc") {
            format!("<Response><Errors>{error}</Errors></Response>")
        } else {
            format!("<ErrorResponse>{error}</ErrorResponse>")
        }
    } else {
        format!(r#"{{"__type":"{code}","message":"made by the test"}}"#)
    };
    Answer::Response { status, headers, request_id: request_id.clone(), time: *time, body, base64: false }
}

fn with_body(answer: &Answer, change: impl FnOnce(&str) -> String) -> Answer {
    let mut answer = answer.clone();
    if let Answer::Response { body, .. } = &mut answer {
        *body = change(body);
    }
    answer
}

/// An answer that says that there is another page, which then is not there.
fn one_more_page(body: &str) -> String {
    let tokens =
        "<nextToken>more</nextToken><NextToken>more</NextToken><Marker>more</Marker><IsTruncated>true</IsTruncated>";
    if let Some(at) = body.find("</DescribeDB").or_else(|| body.rfind("Result>").and_then(|at| body[..at].rfind("</")))
    {
        return format!("{}{tokens}{}", &body[..at], &body[at..]);
    }
    if let Some(at) = body.rfind("</").filter(|_| body.trim_start().starts_with('<')) {
        return format!("{}{tokens}{}", &body[..at], &body[at..]);
    }
    match serde_json::from_str::<serde_json::Value>(body) {
        Ok(serde_json::Value::Object(mut map)) => {
            for name in ["NextToken", "nextToken", "Marker", "NextMarker"] {
                map.insert(name.into(), "more".into());
            }
            serde_json::Value::Object(map).to_string()
        }
        _ => body.to_string(),
    }
}

fn broken(faults: &[(usize, Fault)]) -> Recording {
    let mut recording = RECORDING.clone();
    let keys: Vec<RequestKey> = recording.answers.keys().cloned().collect();
    for (at, fault) in faults {
        let key = &keys[at % keys.len()];
        let Some(answer) = recording.answers.get(key).cloned() else { continue };
        let answer = match fault {
            Fault::Removed => {
                recording.answers.remove(key);
                continue;
            }
            Fault::Denied => refused(&answer, 403, "AccessDenied"),
            Fault::Throttled => refused(&answer, 400, "ThrottlingException"),
            Fault::TimedOut => Answer::Timeout,
            Fault::ServerError => refused(&answer, 500, "InternalFailure"),
            Fault::Truncated => with_body(&answer, |body| body.chars().take(body.chars().count() / 2).collect()),
            Fault::Empty => with_body(&answer, |_| String::new()),
            Fault::OneMorePage => with_body(&answer, one_more_page),
        };
        recording.answers.insert(key.clone(), answer);
    }
    recording
}

fn may_become(before: Verdict, after: Verdict) -> bool {
    after <= before || (before == Verdict::Fail && after == Verdict::Inconclusive)
}

fn cases() -> u32 {
    std::env::var("KAKUNIN_CASES").ok().and_then(|n| n.parse().ok()).unwrap_or(40)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: cases(), failure_persistence: None, max_shrink_iters: 40, ..ProptestConfig::default() })]

    #[test]
    fn a_broken_answer_never_makes_a_verdict_better(faults in faults()) {
        let Some(after) = report(broken(&faults)) else { return Ok(()) };
        prop_assert_eq!(after.items.len(), WHOLE.items.len());
        for (was, is) in WHOLE.items.iter().zip(&after.items) {
            for (was, is) in was.claims.iter().zip(&is.claims) {
                prop_assert!(
                    may_become(was.verdict, is.verdict),
                    "{}: {:?} became {:?}: {}", was.id, was.verdict, is.verdict, is.reason.en
                );
            }
            prop_assert!(may_become(was.verdict, is.verdict), "item {}: {:?} became {:?}", was.id, was.verdict, is.verdict);
        }
    }
}

/// The demo shows every kind of verdict.
#[test]
fn the_shipped_snapshot_shows_every_verdict() {
    let sealed = Sealed::read(&demo().join("snapshot.kakunin")).unwrap();
    let report = INPUTS.decide(&sealed, sealed.snapshot.clock);
    let counts: BTreeMap<&str, usize> =
        Verdict::ALL.iter().map(|v| (v.label(), report.items.iter().filter(|i| i.verdict == *v).count())).collect();
    let missing: Vec<_> = counts.iter().filter(|(_, n)| **n == 0).map(|(v, _)| *v).collect();
    assert!(missing.is_empty(), "no item is {missing:?}: {counts:?}");
}

/// Each single answer, broken in each way, once: `KAKUNIN_EACH=1` asks for it, it takes minutes.
#[test]
fn each_answer_broken_alone() {
    let step = if std::env::var_os("KAKUNIN_EACH").is_some() { 1 } else { 29 };
    use Fault::*;
    for (at, key) in RECORDING.answers.keys().enumerate().step_by(step) {
        for fault in [Removed, Denied, Truncated, Empty, OneMorePage] {
            let Some(after) = report(broken(&[(at, fault)])) else { continue };
            for (was, is) in WHOLE.items.iter().zip(&after.items).flat_map(|(a, b)| a.claims.iter().zip(&b.claims)) {
                assert!(
                    may_become(was.verdict, is.verdict),
                    "{key} {fault:?}: {} was {:?} and became {:?}",
                    was.id,
                    was.verdict,
                    is.verdict
                );
            }
        }
    }
}
