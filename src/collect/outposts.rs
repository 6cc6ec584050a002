//! AWS Outposts.

use std::sync::Arc;

use futures::future::BoxFuture;

use super::{Cx, Draft, client};
use crate::table::outposts::*;

/// Reads AWS Outposts in one region.
pub fn collect(cx: Arc<Cx>) -> BoxFuture<'static, ()> {
    Box::pin(async move {
        if !cx.wants(&LIST_OUTPOSTS) {
            return;
        }
        let outposts = client!(cx, aws_sdk_outposts, "outposts");
        let stream = outposts.list_outposts().into_paginator().send();
        let pages = cx.pages(&LIST_OUTPOSTS, stream, |page| page.next_token()).await;
        for outpost in pages.items.iter().flat_map(|page| page.outposts()) {
            let Some(id) = outpost.outpost_id() else {
                cx.list_unusable(&LIST_OUTPOSTS, "an Outpost came without its id");
                continue;
            };
            let mut draft = Draft::new(&OUTPOST, id).arn(outpost.outpost_arn());
            draft.read(&LIST_OUTPOSTS, &pages.evidence);
            draft.set("OutpostId", id);
            draft.set("OwnerId", outpost.owner_id());
            draft.set("Name", outpost.name());
            draft.set("AvailabilityZone", outpost.availability_zone());
            draft.set("LifeCycleStatus", outpost.life_cycle_status());
            draft.tags(outpost.tags().into_iter().flatten().map(|(k, v)| (k.as_str(), v.as_str())));
            cx.push(draft);
        }
    })
}
