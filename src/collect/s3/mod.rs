//! Amazon S3: one listing for the account, then what is wanted of each bucket, asked in the bucket's own region.

mod settings;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use aws_sdk_s3::config::{Builder, Region};
use futures::future::BoxFuture;

use super::{Cx, Detail, Draft};
use crate::aws::ReadOnlyGuard;
use crate::table::s3::*;

/// Buckets of one page of the listing. With any parameter set, S3 also says each bucket's region (Amazon S3 API
/// Reference, ListBuckets).
const PAGE: i32 = 1_000;
/// Region label of a bucket whose region is not known.
const UNKNOWN_REGION: &str = "aws-global";

/// Reads the account's buckets.
pub fn collect(cx: Arc<Cx>) -> BoxFuture<'static, ()> {
    Box::pin(async move {
        if cx.wants(&LIST_BUCKETS) {
            buckets(&cx).await;
        }
    })
}

/// Clients by region: a bucket answers only where it is.
struct Clients<'a> {
    cx: &'a Cx,
    by_region: Mutex<BTreeMap<String, aws_sdk_s3::Client>>,
}

impl Clients<'_> {
    fn of(&self, region: &str) -> aws_sdk_s3::Client {
        let make = || {
            let config = Builder::from(self.cx.config())
                .region(Region::new(region.to_string()))
                .force_path_style(true)
                .interceptor(ReadOnlyGuard::new("s3"))
                .build();
            aws_sdk_s3::Client::from_conf(config)
        };
        match self.by_region.lock() {
            Ok(mut clients) => clients.entry(region.to_string()).or_insert_with(make).clone(),
            Err(_) => make(),
        }
    }
}

async fn buckets(cx: &Cx) {
    let clients = Clients { cx, by_region: Mutex::default() };
    let home = clients.of(cx.client_region());
    let stream = home.list_buckets().max_buckets(PAGE).into_paginator().send();
    let pages = cx.pages(&LIST_BUCKETS, stream, |page| page.continuation_token()).await;
    let mut found = Vec::new();
    for bucket in pages.items.iter().flat_map(|page| page.buckets()) {
        let Some(name) = bucket.name() else { continue };
        let arn = bucket.bucket_arn().map_or_else(|| format!("arn:aws:s3:::{name}"), ToString::to_string);
        let mut draft = Draft::new(&BUCKET, name).arn(Some(arn));
        draft.read(&LIST_BUCKETS, &pages.evidence);
        draft.set("BucketName", name);
        if let Some(region) = bucket.bucket_region() {
            // The listing says what GetBucketLocation would say.
            draft.read(&GET_BUCKET_LOCATION, &pages.evidence);
            draft.set("BucketRegion", region);
        }
        found.push((draft, bucket.bucket_region().map(ToString::to_string)));
    }
    let (clients, home) = (&clients, &home);
    cx.each(found, |(mut draft, region)| async move {
        let region = match region {
            Some(region) => Some(region),
            None => location(cx, home, &mut draft).await,
        };
        let s3 = clients.of(region.as_deref().unwrap_or(cx.client_region()));
        settings::read(cx, &s3, &mut draft).await;
        cx.push_in(region.as_deref().unwrap_or(UNKNOWN_REGION), draft);
    })
    .await;
}

/// The bucket's region, where the listing did not say it.
async fn location(cx: &Cx, s3: &aws_sdk_s3::Client, draft: &mut Draft) -> Option<String> {
    if !cx.wants(&GET_BUCKET_LOCATION) {
        return None;
    }
    let name = draft.id().to_string();
    let call = s3.get_bucket_location().bucket(&name).send();
    let answer = cx.detail(&GET_BUCKET_LOCATION, &name, &["--bucket", &name], call).await;
    // No constraint is us-east-1, EU is eu-west-1 (Amazon S3 API Reference, GetBucketLocation).
    let region = match &answer {
        Detail::Read { value, .. } => match value.location_constraint().map_or("", |c| c.as_str()) {
            "" => Some("us-east-1".to_string()),
            "EU" => Some("eu-west-1".to_string()),
            other => Some(other.to_string()),
        },
        Detail::Absent { .. } | Detail::Gap(_) => None,
    };
    draft.fill(&GET_BUCKET_LOCATION, answer, |draft, _| draft.set("BucketRegion", region.clone()));
    region
}
