//! Amazon EC2.

mod compute;
mod network;
mod vpc;

use std::sync::Arc;

use aws_sdk_ec2::types::Tag;
use futures::future::BoxFuture;

use super::{Cx, Detail, Draft, Pages, client};
use crate::model::{AttributeGap, GapReason};
use crate::table::Operation;
use crate::table::ec2::*;

/// Reads Amazon EC2 in one region.
pub fn collect(cx: Arc<Cx>) -> BoxFuture<'static, ()> {
    Box::pin(async move {
        let ec2 = client!(cx, aws_sdk_ec2, "ec2");
        futures::join!(
            compute::instances(&cx, &ec2),
            compute::volumes(&cx, &ec2),
            compute::snapshots(&cx, &ec2),
            compute::images(&cx, &ec2),
            compute::launch_templates(&cx, &ec2),
            compute::defaults(&cx, &ec2),
            vpc::vpcs(&cx, &ec2),
            vpc::subnets(&cx, &ec2),
            vpc::route_tables(&cx, &ec2),
            vpc::gateways(&cx, &ec2),
            vpc::endpoints(&cx, &ec2),
            network::security_groups(&cx, &ec2),
            network::network_acls(&cx, &ec2),
            network::prefix_lists(&cx, &ec2),
            network::addresses(&cx, &ec2),
            network::connections(&cx, &ec2),
        );
    })
}

fn tags(draft: &mut Draft, tags: &[Tag]) {
    draft.tags(tags.iter().filter_map(|tag| Some((tag.key()?, tag.value().unwrap_or_default()))));
}

/// A whole listing as the answer about one resource: what a join over an incomplete listing would say is a gap.
fn listed<O>(operation: &Operation, pages: &Pages<O>) -> Detail<()> {
    if pages.complete {
        Detail::Read { value: (), evidence: pages.evidence.clone() }
    } else {
        Detail::Gap(AttributeGap {
            reason: GapReason::NotRead,
            operation: operation.id(),
            detail: format!("{} was not read to the end", operation.id()),
        })
    }
}

/// The ARN of a resource of EC2, which the answers leave out.
fn arn(cx: &Cx, kind: &str, id: &str) -> Option<String> {
    Some(format!("arn:{}:ec2:{}:{}:{kind}/{id}", partition(&cx.region), cx.region, cx.account))
}

fn partition(region: &str) -> &'static str {
    if region.starts_with("cn-") {
        "aws-cn"
    } else if region.starts_with("us-gov-") {
        "aws-us-gov"
    } else {
        "aws"
    }
}
