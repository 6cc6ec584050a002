//! Amazon API Gateway: HTTP and WebSocket APIs.

use std::sync::Arc;

use aws_sdk_apigatewayv2::Client;
use futures::future::BoxFuture;
use serde_json::{Value, json};

use super::by_token::by_token;
use super::{Cx, Detail, Draft, client};
use crate::table::apigatewayv2::*;

/// Reads HTTP and WebSocket APIs in one region.
pub fn collect(cx: Arc<Cx>) -> BoxFuture<'static, ()> {
    Box::pin(async move {
        let gateway = client!(cx, aws_sdk_apigatewayv2, "apigatewayv2");
        if cx.wants(&GET_APIS) {
            apis(&cx, &gateway).await;
        }
    })
}

async fn apis(cx: &Cx, gateway: &Client) {
    let client = gateway.clone();
    let stream = by_token(
        move |token| client.get_apis().set_next_token(token).send(),
        |page: &aws_sdk_apigatewayv2::operation::get_apis::GetApisOutput| page.next_token(),
    );
    let pages = cx.pages(&GET_APIS, stream, |page| page.next_token()).await;
    let all: Vec<_> = pages.items.iter().flat_map(|page| page.items()).collect();
    cx.each(all, |api| {
        let pages = &pages;
        async move {
            let Some(id) = api.api_id() else { return };
            let mut draft = Draft::new(&API, id).arn(Some(format!("arn:aws:apigateway:{}::/apis/{id}", cx.region)));
            draft.read(&GET_APIS, &pages.evidence);
            draft.set("Name", api.name());
            let protocol = api.protocol_type().map(|p| p.as_str());
            draft.set("ProtocolType", protocol);
            draft.tags(api.tags().cloned().unwrap_or_default());
            if cx.wants(&GET_ROUTES) {
                routes(cx, gateway, id, protocol == Some("WEBSOCKET"), &mut draft).await;
            }
            if cx.wants(&GET_STAGES) {
                stages(cx, gateway, id, &mut draft).await;
            }
            cx.push(draft);
        }
    })
    .await;
}

async fn routes(cx: &Cx, gateway: &Client, id: &str, socket: bool, draft: &mut Draft) {
    let (mut rows, mut evidence, mut token) = (Vec::<Value>::new(), Vec::new(), None::<String>);
    loop {
        let call = gateway.get_routes().api_id(id).set_next_token(token.clone()).send();
        match cx.detail(&GET_ROUTES, id, &["--api-id", id], call).await {
            Detail::Read { value, evidence: seen } => {
                evidence.extend(seen);
                // Only `$connect` of a WebSocket API can have an authoriser.
                let routes = value.items().iter().filter(|r| !socket || r.route_key() == Some("$connect"));
                rows.extend(routes.map(|r| {
                    // NONE is what a route without the field has (API Gateway v2 API Reference, "Route").
                    let auth = r.authorization_type().map_or("NONE", |t| t.as_str());
                    json!({"RouteKey": r.route_key(), "AuthorizationType": auth})
                }));
                let next = value.next_token().filter(|t| !t.is_empty()).map(ToString::to_string);
                if next.is_some() && next == token {
                    draft.read(&GET_ROUTES, &evidence);
                    return draft.unusable("Routes", &GET_ROUTES, "the listing repeats a page token");
                }
                token = next;
                if token.is_none() {
                    break;
                }
            }
            other => return draft.fill(&GET_ROUTES, other, |_, _| {}),
        }
    }
    draft.read(&GET_ROUTES, &evidence);
    draft.set("Routes", rows);
}

async fn stages(cx: &Cx, gateway: &Client, id: &str, draft: &mut Draft) {
    let (mut rows, mut evidence, mut token) = (Vec::<Value>::new(), Vec::new(), None::<String>);
    loop {
        let call = gateway.get_stages().api_id(id).set_next_token(token.clone()).send();
        match cx.detail(&GET_STAGES, id, &["--api-id", id], call).await {
            Detail::Read { value, evidence: seen } => {
                evidence.extend(seen);
                rows.extend(value.items().iter().map(|s| {
                    let destination = s.access_log_settings().and_then(|l| l.destination_arn());
                    json!({"StageName": s.stage_name(), "AccessLogDestination": destination})
                }));
                let next = value.next_token().filter(|t| !t.is_empty()).map(ToString::to_string);
                if next.is_some() && next == token {
                    draft.read(&GET_STAGES, &evidence);
                    return draft.unusable("Stages", &GET_STAGES, "the listing repeats a page token");
                }
                token = next;
                if token.is_none() {
                    break;
                }
            }
            other => return draft.fill(&GET_STAGES, other, |_, _| {}),
        }
    }
    draft.read(&GET_STAGES, &evidence);
    draft.set("Stages", rows);
}
