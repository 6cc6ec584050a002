//! One account, one region, one service: calls that leave an observation, a coverage cell or a gap behind.

use std::collections::BTreeSet;
use std::future::Future;
use std::sync::{Arc, Mutex};

use aws_config::SdkConfig;
use aws_smithy_async::future::pagination_stream::PaginationStream;
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use futures::StreamExt;
use futures::future::BoxFuture;

use super::draft::Draft;
use crate::aws::{CALL, CallSlot, Failure, Seen, Session, classify};
use crate::model::{AttributeGap, Coverage, CoverageState, Gap, GapReason, Moment, Observation, Resource};
use crate::table::Operation;

/// Calls for single resources of one service in one region that are under way at once.
const DETAIL_WIDTH: usize = 8;
/// Pages of one listing, at most: far above what any account holds, so that a token that never ends ends.
const PAGE_LIMIT: usize = 20_000;

/// What collectors put their results into.
#[derive(Debug, Default)]
pub(super) struct Sink {
    pub resources: Vec<Resource>,
    pub observations: Vec<Observation>,
    pub coverage: Vec<Coverage>,
    pub gaps: Vec<Gap>,
}

/// All pages of a listing that could be read.
#[derive(Debug)]
pub struct Pages<O> {
    /// The pages, in order.
    pub items: Vec<O>,
    /// Observations.
    pub evidence: Vec<String>,
    /// Whether the listing is complete.
    pub complete: bool,
}

/// What a call for one resource brought.
#[derive(Debug)]
pub enum Detail<T> {
    /// An answer.
    Read {
        /// The answer.
        value: T,
        /// Observations.
        evidence: Vec<String>,
    },
    /// AWS says that there is none (`NoSuchBucketPolicy`).
    Absent {
        /// Observations.
        evidence: Vec<String>,
    },
    /// Not read.
    Gap(AttributeGap),
}

impl<T> Detail<T> {
    /// The same with another value.
    pub fn map<U>(self, f: impl FnOnce(T) -> U) -> Detail<U> {
        match self {
            Detail::Read { value, evidence } => Detail::Read { value: f(value), evidence },
            Detail::Absent { evidence } => Detail::Absent { evidence },
            Detail::Gap(gap) => Detail::Gap(gap),
        }
    }
}

/// One service in one region of one account.
#[derive(Debug)]
pub struct Cx {
    /// Account id.
    pub account: String,
    /// Region, or `aws-global`.
    pub region: String,
    config: SdkConfig,
    wanted: Arc<BTreeSet<String>>,
    sink: Arc<Mutex<Sink>>,
    clock: Moment,
}

impl Cx {
    pub(super) fn new(
        session: &Session,
        account: &str,
        region: &str,
        wanted: Arc<BTreeSet<String>>,
        sink: Arc<Mutex<Sink>>,
        clock: Moment,
    ) -> Self {
        Self { account: account.into(), region: region.into(), config: session.config(region), wanted, sink, clock }
    }

    /// Detail of the first gap, for the call without which there is no run.
    pub(super) fn first_gap(&self) -> Option<String> {
        let mut detail = None;
        self.with_sink(|sink| detail = sink.gaps.first().map(|gap| gap.detail.clone()));
        detail
    }

    /// Moves everything into another sink, as of `account`: for the call that tells which account it is.
    pub(super) fn hand_over(&self, account: &str, into: &Mutex<Sink>) {
        let mut own = Sink::default();
        self.with_sink(|sink| own = std::mem::take(sink));
        own.observations.iter_mut().for_each(|o| o.account = account.to_string());
        own.coverage.iter_mut().for_each(|c| c.account = account.to_string());
        if let Ok(mut into) = into.lock() {
            into.observations.append(&mut own.observations);
            into.coverage.append(&mut own.coverage);
        }
    }

    /// Settings for the service's client.
    pub fn config(&self) -> &SdkConfig {
        &self.config
    }

    /// Region that the client is signed for: the home region where this is `aws-global`.
    pub fn client_region(&self) -> &str {
        self.config.region().map_or("us-east-1", |r| r.as_ref())
    }

    /// Whether the plan wants an operation.
    pub fn wants(&self, operation: &Operation) -> bool {
        self.wanted.contains(&operation.id())
    }

    /// Whether the plan wants any of them.
    pub fn wants_any(&self, operations: &[&Operation]) -> bool {
        operations.iter().any(|op| self.wants(op))
    }

    fn with_sink(&self, f: impl FnOnce(&mut Sink)) {
        // A poisoned lock means that another collector panicked; what it had put there is whole all the same.
        match self.sink.lock() {
            Ok(mut sink) => f(&mut sink),
            Err(poisoned) => f(&mut poisoned.into_inner()),
        }
    }

    /// Hands in a resource.
    pub fn push(&self, draft: Draft) {
        self.push_in(&self.region, draft);
    }

    /// Hands in a resource that lives in another region than the one that was asked (a bucket).
    pub fn push_in(&self, region: &str, draft: Draft) {
        let resource = draft.finish(&self.account, region, &self.wanted);
        self.with_sink(|sink| sink.resources.push(resource));
    }

    /// Reads a listing page by page to its end.
    ///
    /// `token` gives the token of the next page, so that a repeated one is told from the end: the SDK's paginator
    /// stops at it without a word.
    pub async fn pages<O, E>(
        &self,
        operation: &'static Operation,
        stream: PaginationStream<Result<O, SdkError<E, HttpResponse>>>,
        token: impl Fn(&O) -> Option<&str>,
    ) -> Pages<O>
    where
        E: std::error::Error + ProvideErrorMetadata + 'static,
    {
        self.pages_for(operation, &[], stream, token).await
    }

    /// The same for a listing that is asked of one parent (the services of a cluster). `args` are the arguments of
    /// the `aws` command that repeats it.
    pub async fn pages_for<O, E>(
        &self,
        operation: &'static Operation,
        args: &[&str],
        mut stream: PaginationStream<Result<O, SdkError<E, HttpResponse>>>,
        token: impl Fn(&O) -> Option<&str>,
    ) -> Pages<O>
    where
        E: std::error::Error + ProvideErrorMetadata + 'static,
    {
        let mut pages = Pages { items: Vec::new(), evidence: Vec::new(), complete: true };
        let mut tokens = BTreeSet::new();
        loop {
            let slot = CallSlot::new(&self.account, &self.region, operation);
            let Some(result) = CALL.scope(Arc::clone(&slot), stream.next()).await else { break };
            match result {
                Ok(page) => {
                    pages.evidence.push(self.observe(operation, args, slot.take(), None));
                    let next = token(&page).filter(|t| !t.is_empty()).map(ToString::to_string);
                    pages.items.push(page);
                    if let Some(next) = next
                        && (!tokens.insert(next) || pages.items.len() >= PAGE_LIMIT)
                    {
                        self.incomplete(
                            operation,
                            &mut pages,
                            Failure {
                                reason: GapReason::Error,
                                code: None,
                                message: String::new(),
                                detail: "the listing repeats a page token, so its end was never reached".into(),
                            },
                        );
                        break;
                    }
                }
                Err(error) => {
                    let failure = classify(&error);
                    self.observe(operation, args, slot.take(), Some(&failure));
                    self.incomplete(operation, &mut pages, failure);
                    break;
                }
            }
        }
        self.cover(operation, &pages);
        pages
    }

    /// Reads a listing that comes in one answer.
    pub async fn list<O, E>(
        &self,
        operation: &'static Operation,
        future: impl Future<Output = Result<O, SdkError<E, HttpResponse>>>,
    ) -> Pages<O>
    where
        E: std::error::Error + ProvideErrorMetadata + 'static,
    {
        let mut pages = Pages { items: Vec::new(), evidence: Vec::new(), complete: true };
        let slot = CallSlot::new(&self.account, &self.region, operation);
        match CALL.scope(Arc::clone(&slot), future).await {
            Ok(answer) => {
                pages.evidence.push(self.observe(operation, &[], slot.take(), None));
                pages.items.push(answer);
            }
            Err(error) => {
                let failure = classify(&error);
                self.observe(operation, &[], slot.take(), Some(&failure));
                self.incomplete(operation, &mut pages, failure);
            }
        }
        self.cover(operation, &pages);
        pages
    }

    /// Asks about one resource. `args` are the arguments of the `aws` command that repeats the call.
    pub async fn detail<O, E>(
        &self,
        operation: &'static Operation,
        resource: &str,
        args: &[&str],
        future: impl Future<Output = Result<O, SdkError<E, HttpResponse>>>,
    ) -> Detail<O>
    where
        E: std::error::Error + ProvideErrorMetadata + 'static,
    {
        self.detail_or_absent(operation, resource, args, &[], future).await
    }

    /// The same, where some error codes say "there is none".
    pub async fn detail_or_absent<O, E>(
        &self,
        operation: &'static Operation,
        resource: &str,
        args: &[&str],
        absent: &[&str],
        future: impl Future<Output = Result<O, SdkError<E, HttpResponse>>>,
    ) -> Detail<O>
    where
        E: std::error::Error + ProvideErrorMetadata + 'static,
    {
        let none = |failure: &Failure| failure.code.as_deref().is_some_and(|code| absent.contains(&code));
        self.detail_or_absent_if(operation, resource, args, none, future).await
    }

    /// The same, where a code alone does not say "there is none": `absent` looks at the whole failure.
    pub async fn detail_or_absent_if<O, E>(
        &self,
        operation: &'static Operation,
        resource: &str,
        args: &[&str],
        absent: impl Fn(&Failure) -> bool,
        future: impl Future<Output = Result<O, SdkError<E, HttpResponse>>>,
    ) -> Detail<O>
    where
        E: std::error::Error + ProvideErrorMetadata + 'static,
    {
        let slot = CallSlot::new(&self.account, &self.region, operation);
        match CALL.scope(Arc::clone(&slot), future).await {
            Ok(value) => {
                let evidence = vec![self.observe(operation, args, slot.take(), None)];
                Detail::Read { value, evidence }
            }
            Err(error) => {
                let failure = classify(&error);
                let id = self.observe(operation, args, slot.take(), Some(&failure));
                if absent(&failure) {
                    return Detail::Absent { evidence: vec![id] };
                }
                self.with_sink(|sink| sink.gaps.push(self.gap(operation, Some(resource), &failure)));
                Detail::Gap(AttributeGap { reason: failure.reason, operation: operation.id(), detail: failure.detail })
            }
        }
    }

    /// Runs `each` over `items`, some at once.
    ///
    /// The futures are made at once and boxed together: a closure over borrowed items, held across an await, is one
    /// that the compiler cannot prove to be `Send`.
    pub fn each<'f, T, F, Fut>(&self, items: impl IntoIterator<Item = T>, each: F) -> BoxFuture<'f, ()>
    where
        F: Fn(T) -> Fut,
        Fut: Future<Output = ()> + Send + 'f,
    {
        let futures: Vec<Fut> = items.into_iter().map(each).collect();
        Box::pin(async move {
            futures::stream::iter(futures).buffer_unordered(DETAIL_WIDTH).collect::<Vec<()>>().await;
        })
    }

    /// Notes that there is nothing below which `operation` could list anything (no cluster, so no services): the
    /// complete listing of the parents is the evidence.
    pub fn nothing_to_list(&self, operation: &'static Operation, evidence: &[String]) {
        self.cover(operation, &Pages::<()> { items: Vec::new(), evidence: evidence.to_vec(), complete: true });
    }

    /// Notes that a listing could not be understood after it was read.
    pub fn list_unusable(&self, operation: &'static Operation, detail: impl Into<String>) {
        let failure = Failure { reason: GapReason::Error, code: None, message: String::new(), detail: detail.into() };
        let mut pages = Pages::<()> { items: Vec::new(), evidence: Vec::new(), complete: true };
        self.incomplete(operation, &mut pages, failure);
    }

    fn gap(&self, operation: &Operation, resource: Option<&str>, failure: &Failure) -> Gap {
        Gap {
            account: self.account.clone(),
            region: self.region.clone(),
            operation: operation.id(),
            resource: resource.map(ToString::to_string),
            reason: failure.reason,
            detail: failure.detail.clone(),
        }
    }

    fn incomplete<O>(&self, operation: &'static Operation, pages: &mut Pages<O>, failure: Failure) {
        pages.complete = false;
        let coverage = Coverage {
            account: self.account.clone(),
            region: self.region.clone(),
            operation: operation.id(),
            state: CoverageState::Gap(failure.reason),
            observations: pages.evidence.clone(),
        };
        self.with_sink(|sink| {
            sink.gaps.push(self.gap(operation, None, &failure));
            sink.coverage.push(coverage);
        });
    }

    fn cover<O>(&self, operation: &'static Operation, pages: &Pages<O>) {
        if pages.complete {
            let coverage = Coverage {
                account: self.account.clone(),
                region: self.region.clone(),
                operation: operation.id(),
                state: CoverageState::Read,
                observations: pages.evidence.clone(),
            };
            self.with_sink(|sink| sink.coverage.push(coverage));
        }
    }

    /// Notes an answer and gives its id.
    fn observe(
        &self,
        operation: &'static Operation,
        args: &[&str],
        seen: Option<Seen>,
        failure: Option<&Failure>,
    ) -> String {
        let input = args.iter().map(ToString::to_string).collect();
        let observation = match seen {
            Some(seen) => Observation {
                id: seen.key.observation_id(),
                account: self.account.clone(),
                region: self.region.clone(),
                operation: operation.id(),
                input,
                status: seen.status,
                request_id: seen.request_id,
                time: seen.time,
                digest: seen.digest,
                error: failure.map(|f| f.code.clone().unwrap_or_else(|| f.detail.clone())),
            },
            None => Observation {
                id: format!("o-{}-{}-{}-{}", self.account, self.region, operation.id(), args.join("-")),
                account: self.account.clone(),
                region: self.region.clone(),
                operation: operation.id(),
                input,
                status: 0,
                request_id: None,
                // No answer, so no time of its own: the run's, so that a replay gives the same.
                time: self.clock,
                digest: String::new(),
                error: failure.map(|f| f.detail.clone()),
            },
        };
        let id = observation.id.clone();
        self.with_sink(|sink| sink.observations.push(observation));
        id
    }
}
