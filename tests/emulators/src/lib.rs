//! Runs one collector against an in-process emulator, with and without faults.

use std::collections::BTreeSet;
use std::future::Future;
use std::sync::Arc;

use aws_config::SdkConfig;
use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpClient, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::body::SdkBody;
use kakunin::aws::{CALL, Origin, Session};
use kakunin::collect::CollectError;
use kakunin::model::{CoverageState, GapReason, Moment, Resource, Scope, Snapshot};
use kakunin::plan::Plan;
use kakunin::table::{OpScope, Operation, Service};

/// The two regions that every case is run in.
pub const REGIONS: [&str; 2] = ["eu-west-1", "us-east-1"];

/// A fault for one operation, in one region or in all.
#[derive(Debug, Clone)]
pub struct Fault {
    /// Operation name; none is every operation but the two that every run begins with.
    pub operation: Option<&'static str>,
    /// Region label; none is everywhere.
    pub region: Option<&'static str>,
    /// What happens.
    pub kind: FaultKind,
}

/// What happens to a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FaultKind {
    /// AWS refuses.
    Denied,
    /// AWS throttles, for good.
    Throttled,
    /// No answer in time.
    Timeout,
    /// A server error.
    ServerError,
    /// Half an answer.
    Truncated,
}

#[derive(Debug, Clone)]
struct Faulty {
    inner: SharedHttpClient,
    fault: Option<Fault>,
}

impl HttpClient for Faulty {
    fn http_connector(&self, settings: &HttpConnectorSettings, components: &RuntimeComponents) -> SharedHttpConnector {
        SharedHttpConnector::new(FaultyConnector {
            inner: self.inner.http_connector(settings, components),
            fault: self.fault.clone(),
        })
    }
}

#[derive(Debug)]
struct FaultyConnector {
    inner: SharedHttpConnector,
    fault: Option<Fault>,
}

impl HttpConnector for FaultyConnector {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let slot = CALL.try_with(Arc::clone).ok();
        let hit = self.fault.as_ref().filter(|fault| {
            slot.as_ref().is_some_and(|slot| {
                let name = slot.operation.name;
                fault.operation.map_or(!matches!(name, "GetCallerIdentity" | "DescribeRegions"), |op| op == name)
                    && fault.region.is_none_or(|region| region == slot.region)
            })
        });
        let Some(fault) = hit else { return self.inner.call(request) };
        match fault.kind {
            FaultKind::Denied => HttpConnectorFuture::ready(Ok(error(403, "AccessDenied", &request))),
            FaultKind::Throttled => HttpConnectorFuture::ready(Ok(error(400, "ThrottlingException", &request))),
            FaultKind::ServerError => HttpConnectorFuture::ready(Ok(error(500, "InternalFailure", &request))),
            FaultKind::Timeout => HttpConnectorFuture::ready(Err(ConnectorError::timeout("no answer in time".into()))),
            FaultKind::Truncated => {
                let answer = self.inner.call(request);
                HttpConnectorFuture::new(async move {
                    let mut answer = answer.await?;
                    let bytes = answer.body().bytes().unwrap_or_default().to_vec();
                    *answer.body_mut() = SdkBody::from(bytes[..bytes.len() / 2].to_vec());
                    Ok(answer)
                })
            }
        }
    }
}

/// An error in every dialect at once: the header for REST-JSON, `__type` for JSON, XML for the rest.
fn error(status: u16, code: &str, request: &HttpRequest) -> HttpResponse {
    if request.headers().get("smithy-protocol").is_some_and(|p| p == "rpc-v2-cbor") {
        return cbor_error(status, code);
    }
    let json = request.headers().get("content-type").is_some_and(|t| t.contains("json"))
        || request.headers().get("x-amz-target").is_some();
    let query = request.headers().get("content-type").is_some_and(|t| t.contains("x-www-form-urlencoded"));
    let slot = CALL.try_with(Arc::clone).ok();
    let service = slot.map_or("", |s| s.operation.service);
    let xml_service = matches!(service, "s3" | "s3control" | "cloudfront" | "route53");
    let body = if json || !(query || xml_service) {
        format!(r#"{{"__type":"{code}","message":"made by the test"}}"#)
    } else if query && request.body().bytes().is_some_and(|b| b.windows(18).any(|w| w == b"Version=2016-11-15")) {
        format!(
            "<Response><Errors><Error><Code>{code}</Code><Message>made by the test</Message></Error></Errors></Response>"
        )
    } else if service == "s3" {
        // Of the XML services only S3 sends its errors without an envelope.
        format!("<Error><Code>{code}</Code><Message>made by the test</Message></Error>")
    } else {
        format!(
            "<ErrorResponse><Error><Type>Sender</Type><Code>{code}</Code><Message>made by the test</Message></Error></ErrorResponse>"
        )
    };
    let mut response =
        HttpResponse::new(aws_smithy_runtime_api::http::StatusCode::try_from(status).unwrap(), SdkBody::from(body));
    response.headers_mut().insert("x-amzn-errortype", code.to_string());
    response
}

/// A CBOR map of two short texts: `__type` and `message`.
fn cbor_error(status: u16, code: &str) -> HttpResponse {
    let mut body = vec![0xa2];
    for text in ["__type", code, "message", "made by the test"] {
        body.extend([0x78, u8::try_from(text.len()).unwrap()]);
        body.extend(text.as_bytes());
    }
    let mut response =
        HttpResponse::new(aws_smithy_runtime_api::http::StatusCode::try_from(status).unwrap(), SdkBody::from(body));
    response.headers_mut().insert("smithy-protocol", "rpc-v2-cbor");
    response.headers_mut().insert("content-type", "application/cbor");
    response
}

/// SDK settings that make resources in the emulator.
pub async fn config(client: &SharedHttpClient, region: &str) -> SdkConfig {
    aws_config::defaults(aws_config::BehaviorVersion::latest())
        .http_client(client.clone())
        .credentials_provider(aws_credential_types::Credentials::new("testing", "testing", None, None, "test"))
        .region(aws_config::Region::new(region.to_string()))
        .load()
        .await
}

/// Everything that a service may be asked.
pub fn plan_of(service: &Service) -> Plan {
    let mut plan = Plan::default();
    for operation in service.operations.iter().chain(kakunin::table::CORE.operations) {
        plan.operations.insert(operation.id(), operation);
    }
    plan
}

/// Collects one service in both regions, with a fault or without.
pub async fn run(client: &SharedHttpClient, service: &Service, fault: Option<Fault>) -> Snapshot {
    let scope = Scope { regions: REGIONS.iter().map(ToString::to_string).collect(), ..Scope::default() };
    run_in(client, &plan_of(service), &scope, fault).await.unwrap()
}

/// Collects what a plan wants in a scope, with a fault or without.
///
/// # Errors
/// Where the run could not start.
pub async fn run_in(
    client: &SharedHttpClient,
    plan: &Plan,
    scope: &Scope,
    fault: Option<Fault>,
) -> Result<Snapshot, CollectError> {
    let client = SharedHttpClient::new(Faulty { inner: client.clone(), fault });
    let session = Session::open(Origin::Client(client)).await;
    let clock: Moment = "2026-01-01T00:00:00Z".parse().unwrap();
    kakunin::collect::collect(&session, plan, scope, clock, None).await
}

/// Resources of a kind in a snapshot.
pub fn of_kind<'a>(snapshot: &'a Snapshot, kind: &str) -> Vec<&'a Resource> {
    snapshot.resources.iter().filter(|r| r.kind == kind).collect()
}

/// The listing operations of a service: those that some kind of it is listed by.
pub fn listings(service: &Service) -> Vec<&'static Operation> {
    let mut listings: Vec<&'static Operation> = service.kinds.iter().map(|k| k.list).collect();
    listings.retain(|op| op.service == service.name);
    listings.dedup();
    listings
}

/// Whether the listing was read in a region.
pub fn read(snapshot: &Snapshot, operation: &Operation, region: &str) -> Option<CoverageState> {
    let region = if operation.scope == OpScope::Global { "aws-global" } else { region };
    snapshot.coverage.iter().find(|c| c.operation == operation.id() && c.region == region).map(|c| c.state)
}

/// The rules that every collector keeps, tried on one emulator with `make`, which makes `n` resources in a region.
///
/// - an empty account: every listing is read, and nothing is found;
/// - one and many resources: found, each declared attribute a value, null or a gap, and with evidence;
/// - any operation denied, throttled, timed out, failing or cut short: a gap with its reason, never a panic, and a
///   listing that was broken is never called read;
/// - one region that fails does not spoil the other.
///
/// `skip` names operations that this emulator lacks or stubs; say why where you use it.
pub async fn keeps_the_rules<Make, Fut>(
    client: impl Fn() -> SharedHttpClient,
    service: &'static Service,
    kind: &str,
    skip: &[&str],
    make: Make,
) where
    Make: Fn(SdkConfig, usize) -> Fut,
    Fut: Future<Output = ()>,
{
    let empty_client = client();
    let empty = run(&empty_client, service, None).await;
    for operation in listings(service).iter().filter(|op| !skip.contains(&op.name)) {
        assert_eq!(
            read(&empty, operation, REGIONS[1]),
            Some(CoverageState::Read),
            "{} of an empty account was not read: {:?}",
            operation.id(),
            empty.gaps
        );
    }
    let before = of_kind(&empty, kind).len();

    let full_client = client();
    make(config(&full_client, REGIONS[1]).await, 1).await;
    let one = run(&full_client, service, None).await;
    assert_eq!(of_kind(&one, kind).len(), before + 1, "one {kind}");
    make(config(&full_client, REGIONS[1]).await, 4).await;
    let many = run(&full_client, service, None).await;
    assert_eq!(of_kind(&many, kind).len(), before + 5, "five {kind}");
    declared(&many, service);

    let reasons = [
        (FaultKind::Denied, GapReason::Denied),
        (FaultKind::Throttled, GapReason::Throttled),
        (FaultKind::Timeout, GapReason::Timeout),
        (FaultKind::ServerError, GapReason::Error),
        (FaultKind::Truncated, GapReason::Error),
    ];
    for operation in service.operations.iter().filter(|op| !skip.contains(&op.name)) {
        let called = many.observations.iter().any(|o| o.operation == operation.id());
        for (kind_of_fault, reason) in reasons {
            let fault = Fault { operation: Some(operation.name), region: None, kind: kind_of_fault };
            let broken = run(&full_client, service, Some(fault)).await;
            if called {
                let told = broken.gaps.iter().any(|g| {
                    g.operation == operation.id()
                        && (g.reason == reason
                            // Half an answer may still parse as one without its fields; half a refusal has its status alone.
                            || (kind_of_fault == FaultKind::Truncated
                                && matches!(g.reason, GapReason::MissingField | GapReason::Unsupported)))
                });
                assert!(told, "{} {kind_of_fault:?} left no gap: {:?}", operation.id(), broken.gaps);
            }
            if listings(service).contains(operation) {
                for region in REGIONS {
                    assert_ne!(
                        read(&broken, operation, region),
                        Some(CoverageState::Read),
                        "{} is called read although it was {kind_of_fault:?}",
                        operation.id()
                    );
                }
            }
        }
    }

    let other = Fault { operation: None, region: Some(REGIONS[0]), kind: FaultKind::Denied };
    let half = run(&full_client, service, Some(other)).await;
    assert_eq!(of_kind(&half, kind).len(), before + 5, "a failing region spoiled the other");
    for operation in listings(service).iter().filter(|op| op.scope == OpScope::Regional && !skip.contains(&op.name)) {
        assert_eq!(read(&half, operation, REGIONS[1]), Some(CoverageState::Read), "{}", operation.id());
        assert_ne!(read(&half, operation, REGIONS[0]), Some(CoverageState::Read), "{}", operation.id());
    }
}

/// Each attribute that the service declares is there as a value or a gap, and has evidence.
fn declared(snapshot: &Snapshot, service: &Service) {
    let operations: BTreeSet<String> = service.operations.iter().map(|op| op.id()).collect();
    for kind in service.kinds {
        for resource in of_kind(snapshot, kind.name) {
            for attribute in kind.attributes {
                let kakunin::table::Source::Op(operation) = attribute.source else { continue };
                if !operations.contains(&operation.id()) {
                    continue;
                }
                let there =
                    resource.attributes.contains_key(attribute.name) || resource.gaps.contains_key(attribute.name);
                assert!(there, "{} of {} is neither a value nor a gap", attribute.name, kind.name);
                if let Some(value) = resource.attributes.get(attribute.name) {
                    let ok = match attribute.ty {
                        _ if value.is_null() => true,
                        kakunin::table::Type::Bool => value.is_boolean(),
                        kakunin::table::Type::Int => value.is_i64(),
                        kakunin::table::Type::Number => value.is_number(),
                        kakunin::table::Type::Str => value.is_string(),
                        kakunin::table::Type::Time => {
                            value.as_str().is_some_and(|t| chrono::DateTime::parse_from_rfc3339(t).is_ok())
                        }
                        kakunin::table::Type::List => value.is_array(),
                        kakunin::table::Type::Map => value.is_object(),
                    };
                    assert!(ok, "{} of {} is declared {:?}, found {value}", attribute.name, kind.name, attribute.ty);
                    assert!(
                        value.is_null() || resource.evidence.contains_key(&operation.id()),
                        "{} of {} has no evidence",
                        attribute.name,
                        kind.name
                    );
                }
            }
        }
    }
}
