//! Amazon GuardDuty.

use std::sync::Arc;

use aws_sdk_guardduty::types::{Condition, FindingCriteria};
use futures::future::BoxFuture;
use serde_json::{Value, json};

use super::{Cx, Detail, Draft, client};
use crate::table::guardduty::*;

/// Least severity that is called high ("Severity levels of GuardDuty findings", Amazon GuardDuty User Guide).
const HIGH: i64 = 7;
/// Findings that one GetFindings answers for, at most (GetFindings, Amazon GuardDuty API Reference).
const BATCH: usize = 50;

/// Reads Amazon GuardDuty in one region.
pub fn collect(cx: Arc<Cx>) -> BoxFuture<'static, ()> {
    Box::pin(async move {
        if !cx.wants(&LIST_DETECTORS) {
            return;
        }
        let guardduty = client!(cx, aws_sdk_guardduty, "guardduty");
        let stream = guardduty.list_detectors().into_paginator().send();
        let pages = cx.pages(&LIST_DETECTORS, stream, |page| page.next_token()).await;
        let ids = pages.items.iter().flat_map(|page| page.detector_ids());
        cx.each(ids, |id| detector(&cx, &guardduty, id, &pages.evidence)).await;
    })
}

async fn detector(cx: &Cx, guardduty: &aws_sdk_guardduty::Client, id: &str, evidence: &[String]) {
    let arn = format!("arn:aws:guardduty:{}:{}:detector/{id}", cx.region, cx.account);
    let mut draft = Draft::new(&DETECTOR, id).arn(Some(arn));
    draft.read(&LIST_DETECTORS, evidence);
    if cx.wants(&GET_DETECTOR) {
        let future = guardduty.get_detector().detector_id(id).send();
        let answer = cx.detail(&GET_DETECTOR, id, &["--detector-id", id], future).await;
        draft.fill(&GET_DETECTOR, answer, |d, o| {
            d.set("Status", o.status().map(|s| s.as_str()));
            d.set("FindingPublishingFrequency", o.finding_publishing_frequency().map(|f| f.as_str()));
            if let Some(features) = &o.features {
                let features: Vec<Value> = features
                    .iter()
                    .map(|f| json!({"Name": f.name().map(|n| n.as_str()), "Status": f.status().map(|s| s.as_str())}))
                    .collect();
                d.set("Features", features);
            }
            d.tags(o.tags().into_iter().flatten().map(|(k, v)| (k.as_str(), v.as_str())));
        });
    }
    if cx.wants_any(&[&LIST_FINDINGS, &GET_FINDINGS]) {
        findings(cx, guardduty, id, &mut draft).await;
    }
    cx.push(draft);
}

async fn findings(cx: &Cx, guardduty: &aws_sdk_guardduty::Client, id: &str, draft: &mut Draft) {
    let criteria = FindingCriteria::builder()
        .criterion("severity", Condition::builder().greater_than_or_equal(HIGH).build())
        .criterion("service.archived", Condition::builder().equals("false").build())
        .build();
    let words = r#"{"Criterion":{"severity":{"GreaterThanOrEqual":7},"service.archived":{"Equals":["false"]}}}"#;
    let args = ["--detector-id", id, "--finding-criteria", words];
    let stream = guardduty.list_findings().detector_id(id).finding_criteria(criteria).into_paginator().send();
    let pages = cx.pages_for(&LIST_FINDINGS, &args, stream, |page| page.next_token()).await;
    if !pages.complete {
        return;
    }
    let ids: Vec<String> = pages.items.iter().flat_map(|page| page.finding_ids()).cloned().collect();
    draft.read(&LIST_FINDINGS, &pages.evidence);
    draft.set("HighFindings", i64::try_from(ids.len()).unwrap_or(i64::MAX));
    if !cx.wants(&GET_FINDINGS) {
        return;
    }
    let mut oldest: Option<String> = None;
    let mut evidence = pages.evidence;
    for batch in ids.chunks(BATCH) {
        let future = guardduty.get_findings().detector_id(id).set_finding_ids(Some(batch.to_vec())).send();
        let mut args = vec!["--detector-id", id, "--finding-ids"];
        args.extend(batch.iter().map(String::as_str));
        match cx.detail(&GET_FINDINGS, id, &args, future).await {
            Detail::Read { value, evidence: seen } => {
                evidence.extend(seen);
                let times: Vec<&str> = value.findings().iter().filter_map(|f| f.created_at()).collect();
                if times.len() < batch.len() {
                    let why = "the answer lacks findings that were asked for, or their creation time";
                    return draft.unusable("OldestHighFinding", &GET_FINDINGS, why);
                }
                // RFC 3339 in UTC throughout, so that the order of the text is that of time.
                oldest = times.into_iter().map(ToString::to_string).chain(oldest).min();
            }
            Detail::Gap(gap) => return draft.fill(&GET_FINDINGS, Detail::<()>::Gap(gap), |_, ()| {}),
            Detail::Absent { .. } => return,
        }
    }
    draft.read(&GET_FINDINGS, &evidence);
    draft.set("OldestHighFinding", oldest);
}
