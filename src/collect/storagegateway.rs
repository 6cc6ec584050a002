//! AWS Storage Gateway.

use std::sync::Arc;

use futures::future::BoxFuture;

use super::{Cx, Draft, client};
use crate::table::storagegateway::*;

/// Reads AWS Storage Gateway in one region.
pub fn collect(cx: Arc<Cx>) -> BoxFuture<'static, ()> {
    Box::pin(async move {
        if !cx.wants(&LIST_GATEWAYS) {
            return;
        }
        let gateways = client!(cx, aws_sdk_storagegateway, "storagegateway");
        let stream = gateways.list_gateways().into_paginator().send();
        let pages = cx.pages(&LIST_GATEWAYS, stream, |page| page.marker()).await;
        for gateway in pages.items.iter().flat_map(|page| page.gateways()) {
            let Some(id) = gateway.gateway_id().or_else(|| gateway.gateway_arn()) else {
                cx.list_unusable(&LIST_GATEWAYS, "a gateway came without its id");
                continue;
            };
            let mut draft = Draft::new(&GATEWAY, id).arn(gateway.gateway_arn());
            draft.read(&LIST_GATEWAYS, &pages.evidence);
            draft.set("GatewayId", id);
            draft.set("GatewayName", gateway.gateway_name());
            draft.set("GatewayType", gateway.gateway_type());
            draft.set("HostEnvironment", gateway.host_environment().map(|h| h.as_str()));
            draft.set("Ec2InstanceId", gateway.ec2_instance_id());
            cx.push(draft);
        }
    })
}
