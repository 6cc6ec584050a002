//! Amazon API Gateway: REST APIs and domain names.

use std::sync::Arc;

use aws_sdk_apigateway::Client;
use futures::future::BoxFuture;
use serde_json::{Value, json};

use super::{Cx, Detail, Draft, client};
use crate::table::apigateway::*;

/// Resources of one page, at most (API Gateway API Reference, "GetResources").
const PAGE: i32 = 500;

/// Reads REST APIs and domain names in one region.
pub fn collect(cx: Arc<Cx>) -> BoxFuture<'static, ()> {
    Box::pin(async move {
        let gateway = client!(cx, aws_sdk_apigateway, "apigateway");
        futures::join!(apis(&cx, &gateway), domain_names(&cx, &gateway));
    })
}

async fn apis(cx: &Cx, gateway: &Client) {
    if !cx.wants(&GET_REST_APIS) {
        return;
    }
    let stream = gateway.get_rest_apis().into_paginator().send();
    let pages = cx.pages(&GET_REST_APIS, stream, |page| page.position()).await;
    let all: Vec<_> = pages.items.iter().flat_map(|page| page.items()).collect();
    cx.each(all, |api| {
        let pages = &pages;
        async move {
            let Some(id) = api.id() else { return };
            let mut draft =
                Draft::new(&REST_API, id).arn(Some(format!("arn:aws:apigateway:{}::/restapis/{id}", cx.region)));
            draft.read(&GET_REST_APIS, &pages.evidence);
            draft.set("Name", api.name());
            draft.set(
                "EndpointTypes",
                api.endpoint_configuration()
                    .map(|c| c.types().iter().map(|t| t.as_str().into()).collect::<Vec<String>>()),
            );
            if let Some(text) = api.policy() {
                match policy(text) {
                    Some(policy) => draft.set("Policy", policy),
                    None => draft.unusable("Policy", &GET_REST_APIS, "expected a policy as JSON, found something else"),
                }
            }
            draft.tags(api.tags().cloned().unwrap_or_default());
            if cx.wants(&GET_RESOURCES) {
                methods(cx, gateway, id, &mut draft).await;
            }
            if cx.wants(&GET_STAGES) {
                let call = gateway.get_stages().rest_api_id(id).send();
                let answer = cx.detail(&GET_STAGES, id, &["--rest-api-id", id], call).await;
                draft.fill(&GET_STAGES, answer, |d, o| {
                    let stages: Vec<Value> = o
                        .item()
                        .iter()
                        .map(|s| {
                            json!({
                                "StageName": s.stage_name(),
                                "AccessLogDestination": s.access_log_settings().and_then(|l| l.destination_arn()),
                                "WebAclArn": s.web_acl_arn(),
                                "TracingEnabled": s.tracing_enabled(),
                            })
                        })
                        .collect();
                    d.set("Stages", stages);
                });
            }
            cx.push(draft);
        }
    })
    .await;
}

/// A policy comes with its quotation marks escaped.
fn policy(text: &str) -> Option<Value> {
    let plain = serde_json::from_str::<Value>(text).ok();
    let policy = plain.or_else(|| {
        let unescaped: String = serde_json::from_str(&format!("\"{text}\"")).ok()?;
        serde_json::from_str(&unescaped).ok()
    })?;
    policy.is_object().then_some(policy)
}

/// Methods of one API, to the last page.
async fn methods(cx: &Cx, gateway: &Client, id: &str, draft: &mut Draft) {
    let mut rows: Vec<Value> = Vec::new();
    let mut evidence: Vec<String> = Vec::new();
    let mut position: Option<String> = None;
    loop {
        let call = gateway.get_resources().rest_api_id(id).embed("methods").limit(PAGE);
        let call = call.set_position(position.clone()).send();
        let args = ["--rest-api-id", id, "--embed", "methods"];
        match cx.detail(&GET_RESOURCES, id, &args, call).await {
            Detail::Read { value, evidence: seen } => {
                evidence.extend(seen);
                for resource in value.items() {
                    let methods = resource.resource_methods().into_iter().flatten();
                    rows.extend(methods.filter(|(verb, _)| *verb != "OPTIONS").map(|(verb, method)| {
                        json!({
                            "Path": resource.path(),
                            "HttpMethod": verb,
                            "AuthorizationType": method.authorization_type(),
                            "ApiKeyRequired": method.api_key_required(),
                        })
                    }));
                }
                let next = value.position().filter(|p| !p.is_empty()).map(ToString::to_string);
                if next.is_some() && next == position {
                    draft.read(&GET_RESOURCES, &evidence);
                    return draft.unusable("Methods", &GET_RESOURCES, "the listing repeats a page token");
                }
                position = next;
                if position.is_none() {
                    break;
                }
            }
            other => return draft.fill(&GET_RESOURCES, other, |_, _| {}),
        }
    }
    rows.sort_by_key(ToString::to_string);
    draft.read(&GET_RESOURCES, &evidence);
    // An authorisation type that the answer left out must not read as one that is there.
    if rows.iter().any(|row| row.get("AuthorizationType").is_none_or(Value::is_null)) {
        draft.unusable("Methods", &GET_RESOURCES, "a method came without its authorizationType");
    }
    draft.set("Methods", rows);
}

async fn domain_names(cx: &Cx, gateway: &Client) {
    if !cx.wants(&GET_DOMAIN_NAMES) {
        return;
    }
    let stream = gateway.get_domain_names().into_paginator().send();
    let pages = cx.pages(&GET_DOMAIN_NAMES, stream, |page| page.position()).await;
    for domain in pages.items.iter().flat_map(|page| page.items()) {
        let Some(name) = domain.domain_name() else { continue };
        let id = domain.domain_name_id().map_or_else(|| name.to_string(), |id| format!("{name}+{id}"));
        let mut draft = Draft::new(&DOMAIN_NAME, id).arn(domain.domain_name_arn());
        draft.read(&GET_DOMAIN_NAMES, &pages.evidence);
        draft.set("SecurityPolicy", domain.security_policy().map(|p| p.as_str()));
        draft.tags(domain.tags().cloned().unwrap_or_default());
        cx.push(draft);
    }
}
