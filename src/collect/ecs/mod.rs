//! Amazon ECS.

mod clusters;
mod definitions;
mod services;

use std::sync::Arc;

use futures::future::BoxFuture;

use super::{Cx, client};
use crate::table::ecs::*;

/// Reads Amazon ECS in one region.
pub fn collect(cx: Arc<Cx>) -> BoxFuture<'static, ()> {
    Box::pin(async move {
        if !cx.wants_any(&[&LIST_CLUSTERS, &LIST_SERVICES, &DESCRIBE_SERVICES]) {
            return;
        }
        let ecs = client!(cx, aws_sdk_ecs, "ecs");
        let stream = ecs.list_clusters().into_paginator().send();
        let pages = cx.pages(&LIST_CLUSTERS, stream, |page| page.next_token()).await;
        let arns: Vec<String> = pages.items.iter().flat_map(|page| page.cluster_arns()).cloned().collect();
        if cx.wants(&LIST_CLUSTERS) {
            clusters::read(&cx, &ecs, &arns, &pages.evidence).await;
        }
        if cx.wants_any(&[&LIST_SERVICES, &DESCRIBE_SERVICES]) {
            services::read(&cx, &ecs, &arns, &pages).await;
        }
    })
}
