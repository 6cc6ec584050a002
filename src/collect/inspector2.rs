//! Amazon Inspector.

use std::sync::Arc;

use aws_sdk_inspector2::types::{FilterCriteria, State, StringComparison, StringFilter};
use futures::future::BoxFuture;

use super::{Cx, Draft, client};
use crate::table::inspector2::*;

/// Reads Amazon Inspector in one region.
pub fn collect(cx: Arc<Cx>) -> BoxFuture<'static, ()> {
    Box::pin(async move {
        let inspector = client!(cx, aws_sdk_inspector2, "inspector2");
        if cx.wants(&BATCH_GET_ACCOUNT_STATUS) {
            status(&cx, &inspector).await;
        }
        if cx.wants(&LIST_FINDINGS) {
            findings(&cx, &inspector).await;
        }
    })
}

async fn status(cx: &Cx, inspector: &aws_sdk_inspector2::Client) {
    let account = cx.account.as_str();
    let mut draft = Draft::new(&REGION_SCANNING, &cx.region);
    let future = inspector.batch_get_account_status().account_ids(account).send();
    let answer = cx.detail(&BATCH_GET_ACCOUNT_STATUS, &cx.region, &["--account-ids", account], future).await;
    draft.fill(&BATCH_GET_ACCOUNT_STATUS, answer, |d, o| {
        let Some(own) = o.accounts().iter().find(|a| a.account_id() == account) else {
            let why = o.failed_accounts().iter().find(|f| f.account_id() == account);
            let why = why.map_or("the answer does not speak of the account", |f| f.error_message());
            for name in [
                "InspectorStatus",
                "InspectorEc2Status",
                "InspectorEcrStatus",
                "InspectorLambdaStatus",
                "InspectorLambdaCodeStatus",
            ] {
                d.unusable(name, &BATCH_GET_ACCOUNT_STATUS, why);
            }
            return;
        };
        let word = |state: Option<&State>| state.map(|s| s.status().as_str().to_string());
        d.set("InspectorStatus", word(own.state()));
        let resources = own.resource_state();
        d.set("InspectorEc2Status", word(resources.and_then(|r| r.ec2())));
        d.set("InspectorEcrStatus", word(resources.and_then(|r| r.ecr())));
        d.set("InspectorLambdaStatus", word(resources.and_then(|r| r.lambda())));
        d.set("InspectorLambdaCodeStatus", word(resources.and_then(|r| r.lambda_code())));
    });
    cx.push(draft);
}

async fn findings(cx: &Cx, inspector: &aws_sdk_inspector2::Client) {
    let is = |value: &str| StringFilter::builder().comparison(StringComparison::Equals).value(value).build();
    let (Ok(critical), Ok(high), Ok(active)) = (is("CRITICAL"), is("HIGH"), is("ACTIVE")) else {
        return cx.list_unusable(&LIST_FINDINGS, "the filter could not be built");
    };
    let criteria = FilterCriteria::builder().severity(critical).severity(high).finding_status(active).build();
    let stream = inspector.list_findings().filter_criteria(criteria).into_paginator().send();
    let pages = cx.pages(&LIST_FINDINGS, stream, |page| page.next_token()).await;
    for finding in pages.items.iter().flat_map(|page| page.findings()) {
        let severity = finding.severity().as_str();
        // An endpoint that does not filter answers with the rest too.
        if !matches!(severity, "CRITICAL" | "HIGH") || finding.status().as_str() != "ACTIVE" {
            continue;
        }
        let arn = finding.finding_arn();
        let mut draft = Draft::new(&FINDING, arn).arn(Some(arn));
        draft.read(&LIST_FINDINGS, &pages.evidence);
        draft.set("Severity", severity);
        draft.set("Type", finding.r#type().as_str());
        draft.set("Title", finding.title());
        draft.set("FirstObservedAt", finding.first_observed_at());
        draft.set("FixAvailable", finding.fix_available().map(|f| f.as_str()));
        draft.set("Resources", finding.resources().iter().map(|r| r.id().to_string()).collect::<Vec<_>>());
        cx.push(draft);
    }
}
