//! AWS Lambda. Of environment variables only the names are kept.

use std::sync::Arc;

use aws_sdk_lambda::Client;
use aws_sdk_lambda::types::FunctionConfiguration;
use futures::future::BoxFuture;
use serde_json::{Value, json};

use super::{Cx, Detail, Draft, client};
use crate::table::lambda::*;

/// Reads AWS Lambda in one region.
pub fn collect(cx: Arc<Cx>) -> BoxFuture<'static, ()> {
    Box::pin(async move {
        let lambda = client!(cx, aws_sdk_lambda, "lambda");
        if cx.wants(&LIST_FUNCTIONS) {
            functions(&cx, &lambda).await;
        }
    })
}

async fn functions(cx: &Cx, lambda: &Client) {
    let stream = lambda.list_functions().into_paginator().send();
    let pages = cx.pages(&LIST_FUNCTIONS, stream, |page| page.next_marker()).await;
    let all: Vec<_> = pages.items.iter().flat_map(|page| page.functions()).collect();
    cx.each(all, |function| {
        let pages = &pages;
        async move {
            let Some(name) = function.function_name() else { return };
            let mut draft = draft(name, function, &pages.evidence);
            let args = ["--function-name", name];
            if cx.wants(&LIST_FUNCTION_URL_CONFIGS) {
                urls(cx, lambda, name, &mut draft).await;
            }
            if cx.wants(&GET_POLICY) {
                let call = lambda.get_policy().function_name(name).send();
                let absent = ["ResourceNotFoundException"];
                let answer = cx.detail_or_absent(&GET_POLICY, name, &args, &absent, call).await;
                draft.fill(&GET_POLICY, answer, |d, o| policy(d, o.policy()));
            }
            if let Some(arn) = function.function_arn()
                && cx.wants(&LIST_TAGS)
            {
                let call = lambda.list_tags().resource(arn).send();
                let answer = cx.detail(&LIST_TAGS, name, &["--resource", arn], call).await;
                draft.fill(&LIST_TAGS, answer, |d, o| d.tags(o.tags().cloned().unwrap_or_default()));
            }
            cx.push(draft);
        }
    })
    .await;
}

fn draft(name: &str, function: &FunctionConfiguration, evidence: &[String]) -> Draft {
    let mut draft = Draft::new(&FUNCTION, name).arn(function.function_arn());
    draft.read(&LIST_FUNCTIONS, evidence);
    // Zip is what a function without the field is (AWS Lambda API Reference, "FunctionConfiguration").
    draft.set("PackageType", function.package_type().map_or("Zip", |p| p.as_str()));
    draft.set("Runtime", function.runtime().map(|r| r.as_str()));
    // A function in no VPC comes with empty lists.
    draft.set(
        "VpcConfig",
        function.vpc_config().filter(|c| !c.subnet_ids().is_empty()).map(
            |c| json!({"SubnetIds": c.subnet_ids(), "SecurityGroupIds": c.security_group_ids(), "VpcId": c.vpc_id()}),
        ),
    );
    draft.set("KmsKeyArn", function.kms_key_arn());
    let environment = function.environment();
    if environment.is_some_and(|e| e.error().is_some()) {
        draft.unusable("EnvironmentNames", &LIST_FUNCTIONS, "AWS could not decrypt the function's environment");
    }
    let mut names: Vec<String> =
        environment.and_then(|e| e.variables()).into_iter().flatten().map(|(name, _)| name.clone()).collect();
    names.sort();
    draft.set("EnvironmentNames", names);
    draft.set("TracingMode", function.tracing_config().and_then(|t| t.mode()).map(|m| m.as_str()));
    draft.set("LastModified", function.last_modified());
    draft
}

/// URLs of one function, to the last page.
async fn urls(cx: &Cx, lambda: &Client, name: &str, draft: &mut Draft) {
    let mut types: Vec<String> = Vec::new();
    let mut evidence: Vec<String> = Vec::new();
    let mut marker: Option<String> = None;
    loop {
        let call = lambda.list_function_url_configs().function_name(name).set_marker(marker.clone()).send();
        match cx.detail(&LIST_FUNCTION_URL_CONFIGS, name, &["--function-name", name], call).await {
            Detail::Read { value, evidence: seen } => {
                evidence.extend(seen);
                types.extend(value.function_url_configs().iter().map(|u| u.auth_type().as_str().to_string()));
                let next = value.next_marker().filter(|m| !m.is_empty()).map(ToString::to_string);
                if next.is_some() && next == marker {
                    draft.read(&LIST_FUNCTION_URL_CONFIGS, &evidence);
                    let why = "the listing repeats a page token";
                    return draft.unusable("FunctionUrlAuthTypes", &LIST_FUNCTION_URL_CONFIGS, why);
                }
                marker = next;
                if marker.is_none() {
                    break;
                }
            }
            other => return draft.fill(&LIST_FUNCTION_URL_CONFIGS, other, |_, _| {}),
        }
    }
    draft.read(&LIST_FUNCTION_URL_CONFIGS, &evidence);
    draft.set("FunctionUrlAuthTypes", types);
}

fn policy(draft: &mut Draft, text: Option<&str>) {
    let parsed = text.map(serde_json::from_str::<Value>);
    match parsed {
        Some(Ok(policy @ Value::Object(_))) => draft.set("Policy", policy),
        _ => draft.unusable("Policy", &GET_POLICY, "expected a policy as JSON, found something else"),
    }
}
