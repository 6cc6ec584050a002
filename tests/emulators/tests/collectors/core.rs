//! What every run does whatever the service: identity, regions, pages and the guard.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpClient, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_runtime_api::http::StatusCode;
use aws_smithy_types::body::SdkBody;
use kakunin::aws::{CALL, ReadOnlyGuard};
use kakunin::catalogue::Catalogue;
use kakunin::evaluate::evaluate;
use kakunin::model::{CoverageState, GapReason, Scope, Snapshot};
use kakunin::plan::Plan;
use kakunin::table::cognitoidentityprovider::LIST_USER_POOLS;
use kakunin::table::{CORE, DESCRIBE_REGIONS, sns};
use kakunin_emulator_tests::{Fault, FaultKind, config, of_kind, plan_of, read, run_in};
use winterbaume_cognitoidentityprovider::CognitoIdentityProviderService;
use winterbaume_sns::SnsService;

use crate::emulator;

#[tokio::test]
async fn without_an_identity_there_is_no_run() {
    let client = emulator(SnsService::new());
    for kind in [FaultKind::Denied, FaultKind::Timeout, FaultKind::ServerError, FaultKind::Truncated] {
        let fault = Fault { operation: Some("GetCallerIdentity"), region: None, kind };
        let outcome = run_in(&client, &plan_of(&sns::SERVICE), &Scope::default(), Some(fault)).await;
        assert!(outcome.is_err(), "{kind:?}: a run of nobody's account");
    }
}

#[tokio::test]
async fn regions_that_are_not_listed_keep_regional_checks_from_passing() {
    let client = emulator(SnsService::new());
    let made = aws_sdk_sns::Client::new(&config(&client, "us-east-1").await);
    let topic = made.create_topic().name("ops").send().await.unwrap().topic_arn.unwrap();
    made.set_topic_attributes()
        .topic_arn(topic)
        .attribute_name("KmsMasterKeyId")
        .attribute_value("alias/ops")
        .send()
        .await
        .unwrap();
    let check = "sns/topic-encrypted";
    let catalogue = Catalogue::built_in().unwrap();
    let unread = |snapshot: &Snapshot| {
        let in_use: BTreeSet<String> = [check.to_string()].into();
        let evaluation = evaluate(&catalogue, &in_use, &BTreeMap::new(), snapshot, snapshot.clock);
        let checked = &evaluation.checks[check];
        assert_eq!(checked.seen, 1, "the topic of the configured region is looked at");
        checked.unread.iter().map(|cell| cell.operation.clone()).collect::<Vec<_>>()
    };
    let plan = plan_of(&sns::SERVICE);
    let whole = run_in(&client, &plan, &Scope::default(), None).await.unwrap();
    assert_eq!(unread(&whole), Vec::<String>::new());

    for kind in [FaultKind::Denied, FaultKind::Timeout, FaultKind::Truncated] {
        let fault = Fault { operation: Some("DescribeRegions"), region: None, kind };
        let broken = run_in(&client, &plan, &Scope::default(), Some(fault)).await.unwrap();
        assert!(matches!(read(&broken, &DESCRIBE_REGIONS, ""), Some(CoverageState::Gap(_))), "{kind:?}");
        assert!(broken.gaps.iter().any(|gap| gap.operation == DESCRIBE_REGIONS.id()), "{kind:?}");
        assert!(unread(&broken).contains(&DESCRIBE_REGIONS.id()), "{kind:?}: {:?}", unread(&broken));
    }
}

/// Answers one listing from a script of pages; everything else goes to the emulator.
#[derive(Debug, Clone)]
struct Scripted {
    inner: SharedHttpClient,
    /// By the token that asks for it ("" for the first): ids, and the token of the next.
    pages: BTreeMap<&'static str, (&'static [&'static str], &'static str)>,
}

impl HttpClient for Scripted {
    fn http_connector(&self, settings: &HttpConnectorSettings, components: &RuntimeComponents) -> SharedHttpConnector {
        SharedHttpConnector::new(ScriptedConnector {
            inner: self.inner.http_connector(settings, components),
            pages: self.pages.clone(),
        })
    }
}

#[derive(Debug)]
struct ScriptedConnector {
    inner: SharedHttpConnector,
    pages: BTreeMap<&'static str, (&'static [&'static str], &'static str)>,
}

impl HttpConnector for ScriptedConnector {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        if CALL.try_with(|slot| slot.operation.name).ok() != Some(LIST_USER_POOLS.name) {
            return self.inner.call(request);
        }
        let asked: serde_json::Value = serde_json::from_slice(request.body().bytes().unwrap()).unwrap();
        let (ids, next) = self.pages[asked["NextToken"].as_str().unwrap_or_default()];
        let pools: Vec<_> = ids.iter().map(|id| serde_json::json!({"Id": id, "Name": id})).collect();
        let mut body = serde_json::json!({"UserPools": pools});
        if !next.is_empty() {
            body["NextToken"] = next.into();
        }
        let status = StatusCode::try_from(200).unwrap();
        HttpConnectorFuture::ready(Ok(HttpResponse::new(status, SdkBody::from(body.to_string()))))
    }
}

/// Ids of the pools that a run finds, and what it says of the listing.
async fn listed(pages: &[(&'static str, &'static [&'static str], &'static str)]) -> (Vec<String>, CoverageState) {
    let pages = pages.iter().map(|(token, ids, next)| (*token, (*ids, *next))).collect();
    let inner = emulator(CognitoIdentityProviderService::new());
    let client = SharedHttpClient::new(Scripted { inner, pages });
    let mut plan = Plan::default();
    for operation in CORE.operations.iter().chain([&&LIST_USER_POOLS]) {
        plan.operations.insert(operation.id(), operation);
    }
    let scope = Scope { regions: vec!["us-east-1".into()], ..Scope::default() };
    let snapshot = run_in(&client, &plan, &scope, None).await.unwrap();
    let state = read(&snapshot, &LIST_USER_POOLS, "us-east-1").unwrap();
    let told = snapshot.gaps.iter().any(|gap| gap.operation == LIST_USER_POOLS.id());
    assert_eq!(told, state != CoverageState::Read, "a listing that is not read has a gap: {:?}", snapshot.gaps);
    (of_kind(&snapshot, "AWS::Cognito::UserPool").iter().map(|r| r.id.clone()).collect(), state)
}

#[tokio::test]
async fn every_page_is_read() {
    let pages: [(_, &[_], _); 3] = [("", &["a", "b"], "1"), ("1", &["c"], "2"), ("2", &["d"], "")];
    let (ids, state) = listed(&pages).await;
    assert_eq!(ids, ["a", "b", "c", "d"]);
    assert_eq!(state, CoverageState::Read);
}

#[tokio::test]
async fn an_empty_page_with_a_token_is_not_the_end() {
    let pages: [(_, &[_], _); 3] = [("", &[], "1"), ("1", &[], "2"), ("2", &["a"], "")];
    let (ids, state) = listed(&pages).await;
    assert_eq!(ids, ["a"]);
    assert_eq!(state, CoverageState::Read);
}

#[tokio::test]
async fn a_token_that_comes_again_is_not_the_end() {
    let same: [(_, &[_], _); 2] = [("", &["a"], "A"), ("A", &["b"], "A")];
    let (ids, state) = listed(&same).await;
    assert_eq!(ids, ["a", "b"]);
    assert_eq!(state, CoverageState::Gap(GapReason::Error));

    let cycle: [(_, &[_], _); 3] = [("", &["a"], "A"), ("A", &["b"], "B"), ("B", &["c"], "A")];
    let (ids, state) = listed(&cycle).await;
    assert_eq!(ids, ["a", "b", "c"]);
    assert_eq!(state, CoverageState::Gap(GapReason::Error));
}

/// Counts what would leave the program.
#[derive(Debug, Clone, Default)]
struct Counting(Arc<AtomicUsize>);

impl HttpClient for Counting {
    fn http_connector(&self, _: &HttpConnectorSettings, _: &RuntimeComponents) -> SharedHttpConnector {
        SharedHttpConnector::new(self.clone())
    }
}

impl HttpConnector for Counting {
    fn call(&self, _: HttpRequest) -> HttpConnectorFuture {
        self.0.fetch_add(1, Ordering::SeqCst);
        HttpConnectorFuture::ready(Err(ConnectorError::user("nothing is sent in this test".into())))
    }
}

#[tokio::test]
async fn what_is_not_declared_is_never_sent() {
    let counting = Counting::default();
    let config = config(&SharedHttpClient::new(counting.clone()), "us-east-1").await;
    let config = aws_sdk_iam::config::Builder::from(&config).interceptor(ReadOnlyGuard::new("iam")).build();
    let iam = aws_sdk_iam::Client::from_conf(config);
    let error = iam.create_user().user_name("mallory").send().await.unwrap_err();
    let told = format!("{}", aws_smithy_types::error::display::DisplayErrorContext(&error));
    assert!(told.contains("refused before signing") && told.contains("CreateUser"), "{told}");
    assert_eq!(counting.0.load(Ordering::SeqCst), 0);

    // The same client does send what is declared: the count is no zero from a client that never sends.
    iam.get_account_summary().send().await.unwrap_err();
    assert!(counting.0.load(Ordering::SeqCst) > 0);
}
