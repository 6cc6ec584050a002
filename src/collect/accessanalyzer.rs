//! IAM Access Analyzer.

use std::sync::Arc;

use aws_sdk_accessanalyzer::types::{AnalyzerSummary, Criterion};
use futures::future::BoxFuture;

use super::{Cx, Draft, client};
use crate::table::accessanalyzer::*;

/// Reads IAM Access Analyzer in one region.
pub fn collect(cx: Arc<Cx>) -> BoxFuture<'static, ()> {
    Box::pin(async move {
        if !cx.wants(&LIST_ANALYZERS) {
            return;
        }
        let access = client!(cx, aws_sdk_accessanalyzer, "accessanalyzer");
        let stream = access.list_analyzers().into_paginator().send();
        let pages = cx.pages(&LIST_ANALYZERS, stream, |page| page.next_token()).await;
        let analyzers = pages.items.iter().flat_map(|page| page.analyzers());
        cx.each(analyzers, |one| analyzer(&cx, &access, one, &pages.evidence)).await;
    })
}

async fn analyzer(cx: &Cx, access: &aws_sdk_accessanalyzer::Client, analyzer: &AnalyzerSummary, evidence: &[String]) {
    let arn = analyzer.arn();
    let mut draft = Draft::new(&ANALYZER, analyzer.name()).arn(Some(arn));
    draft.read(&LIST_ANALYZERS, evidence);
    draft.set("AnalyzerName", analyzer.name());
    draft.set("Type", analyzer.r#type().as_str());
    draft.set("Status", analyzer.status().as_str());
    draft.set("LastResourceAnalyzedAt", analyzer.last_resource_analyzed_at());
    draft.tags(analyzer.tags().into_iter().flatten().map(|(k, v)| (k.as_str(), v.as_str())));
    if cx.wants(&LIST_FINDINGS_V2) {
        let active = Criterion::builder().eq("ACTIVE").build();
        let stream = access.list_findings_v2().analyzer_arn(arn).filter("status", active).into_paginator().send();
        let args = ["--analyzer-arn", arn, "--filter", r#"{"status":{"eq":["ACTIVE"]}}"#];
        let pages = cx.pages_for(&LIST_FINDINGS_V2, &args, stream, |page| page.next_token()).await;
        if pages.complete {
            draft.read(&LIST_FINDINGS_V2, &pages.evidence);
            let findings: Vec<_> = pages.items.iter().flat_map(|page| page.findings()).collect();
            draft.set("ActiveFindings", i64::try_from(findings.len()).unwrap_or(i64::MAX));
            let mut of: Vec<String> =
                findings.iter().map(|f| f.resource().unwrap_or_else(|| f.id()).to_string()).collect();
            of.sort();
            of.dedup();
            draft.set("ActiveFindingResources", of);
        }
    }
    cx.push(draft);
}
