//! Instances, their storage, templates, and what the region defaults to.

use std::collections::BTreeMap;

use aws_sdk_ec2::Client;
use aws_sdk_ec2::types::{Filter, Instance, InstanceNetworkInterface, SnapshotAttributeName};
use serde_json::{Value, json};

use super::*;

/// Values of one filter, at most (Amazon EC2 API Reference, "Filter").
const FILTER_VALUES: usize = 200;

pub(super) async fn instances(cx: &Cx, ec2: &Client) {
    if !cx.wants(&DESCRIBE_INSTANCES) {
        return;
    }
    let stream = ec2.describe_instances().into_paginator().send();
    let pages = cx.pages(&DESCRIBE_INSTANCES, stream, |page| page.next_token()).await;
    let all: Vec<&Instance> =
        pages.items.iter().flat_map(|page| page.reservations()).flat_map(|r| r.instances()).collect();
    let mut drafts: Vec<Draft> = all.iter().filter_map(|one| instance(cx, one, &pages.evidence)).collect();
    if cx.wants(&DESCRIBE_IMAGES) {
        image_dates(cx, ec2, &all, &mut drafts).await;
    }
    drafts.into_iter().for_each(|draft| cx.push(draft));
}

fn instance(cx: &Cx, one: &Instance, evidence: &[String]) -> Option<Draft> {
    let id = one.instance_id()?;
    let mut draft = Draft::new(&INSTANCE, id).arn(arn(cx, "instance", id));
    draft.read(&DESCRIBE_INSTANCES, evidence);
    draft.set("State", one.state().and_then(|s| s.name()).map(|s| s.as_str()));
    draft.set("ImageId", one.image_id());
    draft.set("InstanceType", one.instance_type().map(|t| t.as_str()));
    draft.set("LaunchTime", one.launch_time());
    draft.set("AvailabilityZone", one.placement().and_then(|p| p.availability_zone()));
    draft.set("SubnetId", one.subnet_id());
    draft.set("VpcId", one.vpc_id());
    draft.set("PublicIpAddress", one.public_ip_address());
    draft.set("SecurityGroupIds", ids(one.security_groups().iter().map(|g| g.group_id())));
    let interfaces: Vec<Value> = one
        .network_interfaces()
        .iter()
        .map(|eni| {
            json!({
                "NetworkInterfaceId": eni.network_interface_id(),
                "SubnetId": eni.subnet_id(),
                "Groups": ids(eni.groups().iter().map(|g| g.group_id())),
                "PublicIps": public_ips(eni),
                "Ipv6Addresses": ids(eni.ipv6_addresses().iter().map(|a| a.ipv6_address())),
            })
        })
        .collect();
    draft.set("NetworkInterfaces", interfaces);
    draft.set(
        "MetadataOptions",
        one.metadata_options().map(|m| {
            json!({
                "HttpTokens": m.http_tokens().map(|t| t.as_str()),
                "HttpEndpoint": m.http_endpoint().map(|e| e.as_str()),
                "HttpPutResponseHopLimit": m.http_put_response_hop_limit(),
            })
        }),
    );
    draft.set("IamInstanceProfile", one.iam_instance_profile().and_then(|p| p.arn()));
    draft.set("Monitoring", one.monitoring().and_then(|m| m.state()).map(|s| s.as_str()));
    draft.set("OutpostArn", one.outpost_arn());
    tags(&mut draft, one.tags());
    Some(draft)
}

/// Public IPv4 addresses of an interface: of its first private address, and of the others.
fn public_ips(eni: &InstanceNetworkInterface) -> Vec<String> {
    let first = eni.association().and_then(|a| a.public_ip());
    let others = eni.private_ip_addresses().iter().map(|p| p.association().and_then(|a| a.public_ip()));
    let mut all = ids(std::iter::once(first).chain(others));
    all.sort();
    all.dedup();
    all
}

pub(super) fn ids<'a>(of: impl Iterator<Item = Option<&'a str>>) -> Vec<String> {
    of.flatten().map(ToString::to_string).collect()
}

/// When the images that instances run were made. A filter, not ids: one image that is gone would fail the whole call.
async fn image_dates(cx: &Cx, ec2: &Client, instances: &[&Instance], drafts: &mut [Draft]) {
    let mut images: Vec<&str> = instances.iter().filter_map(|i| i.image_id()).collect();
    images.sort_unstable();
    images.dedup();
    let image_of: BTreeMap<&str, &str> =
        instances.iter().filter_map(|i| Some((i.instance_id()?, i.image_id()?))).collect();
    for chunk in images.chunks(FILTER_VALUES) {
        let values: Vec<String> = chunk.iter().map(ToString::to_string).collect();
        let argument = format!("Name=image-id,Values={}", chunk.join(","));
        let call = ec2
            .describe_images()
            .include_deprecated(true)
            .filters(Filter::builder().name("image-id").set_values(Some(values)).build())
            .send();
        let answer = cx.detail(&DESCRIBE_IMAGES, "images in use", &["--filters", &argument], call).await;
        let dates: Detail<BTreeMap<String, String>> = answer.map(|o| {
            o.images()
                .iter()
                .filter_map(|i| Some((i.image_id()?.to_string(), i.creation_date()?.to_string())))
                .collect()
        });
        for draft in drafts.iter_mut() {
            let Some(image) = image_of.get(draft.id()).filter(|image| chunk.contains(image)) else { continue };
            draft.fill(&DESCRIBE_IMAGES, again(&dates), |d, dates| d.set("ImageCreationDate", dates.get(*image)));
        }
    }
}

/// The same answer, for another resource that it speaks of.
fn again<T: Clone>(detail: &Detail<T>) -> Detail<T> {
    match detail {
        Detail::Read { value, evidence } => Detail::Read { value: value.clone(), evidence: evidence.clone() },
        Detail::Absent { evidence } => Detail::Absent { evidence: evidence.clone() },
        Detail::Gap(gap) => Detail::Gap(gap.clone()),
    }
}

pub(super) async fn volumes(cx: &Cx, ec2: &Client) {
    if !cx.wants(&DESCRIBE_VOLUMES) {
        return;
    }
    let stream = ec2.describe_volumes().into_paginator().send();
    let pages = cx.pages(&DESCRIBE_VOLUMES, stream, |page| page.next_token()).await;
    for volume in pages.items.iter().flat_map(|page| page.volumes()) {
        let Some(id) = volume.volume_id() else { continue };
        let mut draft = Draft::new(&VOLUME, id).arn(arn(cx, "volume", id));
        draft.read(&DESCRIBE_VOLUMES, &pages.evidence);
        draft.set("Encrypted", volume.encrypted());
        draft.set("KmsKeyId", volume.kms_key_id());
        draft.set("State", volume.state().map(|s| s.as_str()));
        draft.set("CreateTime", volume.create_time());
        draft.set("AvailabilityZone", volume.availability_zone());
        draft.set("InstanceIds", ids(volume.attachments().iter().map(|a| a.instance_id())));
        tags(&mut draft, volume.tags());
        cx.push(draft);
    }
}

/// Snapshots of the account. Which of them everybody may restore is asked of all at once; only those that this names
/// are looked at one by one.
pub(super) async fn snapshots(cx: &Cx, ec2: &Client) {
    if !cx.wants(&DESCRIBE_SNAPSHOTS) {
        return;
    }
    let own = || ec2.describe_snapshots().owner_ids("self");
    let pages = cx.pages(&DESCRIBE_SNAPSHOTS, own().into_paginator().send(), |page| page.next_token()).await;
    let wants_public = cx.wants(&DESCRIBE_SNAPSHOT_ATTRIBUTE);
    let mut public = Pages { items: Vec::new(), evidence: Vec::new(), complete: false };
    if wants_public {
        let stream = own().restorable_by_user_ids("all").into_paginator().send();
        public = cx.pages(&DESCRIBE_SNAPSHOTS, stream, |page| page.next_token()).await;
    }
    let named: Vec<&str> =
        public.items.iter().flat_map(|page| page.snapshots()).filter_map(|s| s.snapshot_id()).collect();
    let all: Vec<_> = pages.items.iter().flat_map(|page| page.snapshots()).collect();
    cx.each(all, |snapshot| {
        let (pages, public, named) = (&pages, &public, &named);
        async move {
            let Some(id) = snapshot.snapshot_id() else { return };
            let mut draft = Draft::new(&SNAPSHOT, id).arn(arn(cx, "snapshot", id));
            draft.read(&DESCRIBE_SNAPSHOTS, &pages.evidence);
            draft.set("Encrypted", snapshot.encrypted());
            draft.set("KmsKeyId", snapshot.kms_key_id());
            draft.set("State", snapshot.state().map(|s| s.as_str()));
            draft.set("StartTime", snapshot.start_time());
            draft.set("VolumeId", snapshot.volume_id());
            tags(&mut draft, snapshot.tags());
            if wants_public && named.contains(&id) {
                let call = ec2
                    .describe_snapshot_attribute()
                    .snapshot_id(id)
                    .attribute(SnapshotAttributeName::CreateVolumePermission)
                    .send();
                let args = ["--snapshot-id", id, "--attribute", "createVolumePermission"];
                let answer = cx.detail(&DESCRIBE_SNAPSHOT_ATTRIBUTE, id, &args, call).await;
                draft.fill(&DESCRIBE_SNAPSHOT_ATTRIBUTE, answer, |d, o| {
                    let everybody = |p: &aws_sdk_ec2::types::CreateVolumePermission| {
                        p.group().is_some_and(|group| group.as_str() == "all")
                    };
                    d.set("Public", o.create_volume_permissions().iter().any(everybody));
                });
            } else if wants_public {
                draft.fill(&DESCRIBE_SNAPSHOT_ATTRIBUTE, listed(&DESCRIBE_SNAPSHOTS, public), |d, ()| {
                    d.set("Public", false);
                });
            }
            cx.push(draft);
        }
    })
    .await;
}

pub(super) async fn images(cx: &Cx, ec2: &Client) {
    if !cx.wants(&DESCRIBE_IMAGES) {
        return;
    }
    let stream = ec2.describe_images().owners("self").include_deprecated(true).into_paginator().send();
    let pages = cx.pages(&DESCRIBE_IMAGES, stream, |page| page.next_token()).await;
    for image in pages.items.iter().flat_map(|page| page.images()) {
        let Some(id) = image.image_id() else { continue };
        let mut draft = Draft::new(&IMAGE, id).arn(arn(cx, "image", id));
        draft.read(&DESCRIBE_IMAGES, &pages.evidence);
        draft.set("Public", image.public());
        draft.set("Name", image.name());
        draft.set("CreationDate", image.creation_date());
        tags(&mut draft, image.tags());
        cx.push(draft);
    }
}

pub(super) async fn launch_templates(cx: &Cx, ec2: &Client) {
    if !cx.wants(&DESCRIBE_LAUNCH_TEMPLATES) {
        return;
    }
    let stream = ec2.describe_launch_templates().into_paginator().send();
    let pages = cx.pages(&DESCRIBE_LAUNCH_TEMPLATES, stream, |page| page.next_token()).await;
    let all: Vec<_> = pages.items.iter().flat_map(|page| page.launch_templates()).collect();
    cx.each(all, |template| {
        let pages = &pages;
        async move {
            let Some(id) = template.launch_template_id() else { return };
            let mut draft = Draft::new(&LAUNCH_TEMPLATE, id).arn(arn(cx, "launch-template", id));
            draft.read(&DESCRIBE_LAUNCH_TEMPLATES, &pages.evidence);
            draft.set("LaunchTemplateName", template.launch_template_name());
            tags(&mut draft, template.tags());
            if cx.wants(&DESCRIBE_LAUNCH_TEMPLATE_VERSIONS) {
                let call = ec2
                    .describe_launch_template_versions()
                    .launch_template_id(id)
                    .versions("$Default")
                    .versions("$Latest")
                    .send();
                let args = ["--launch-template-id", id, "--versions", "$Default", "$Latest"];
                let answer = cx.detail(&DESCRIBE_LAUNCH_TEMPLATE_VERSIONS, id, &args, call).await;
                draft.fill(&DESCRIBE_LAUNCH_TEMPLATE_VERSIONS, answer, |d, o| {
                    let versions: Vec<Value> = o
                        .launch_template_versions()
                        .iter()
                        .map(|v| {
                            let data = v.launch_template_data();
                            let metadata = data.and_then(|data| data.metadata_options());
                            json!({
                                "VersionNumber": v.version_number(),
                                "HttpTokens": metadata.and_then(|m| m.http_tokens()).map(|t| t.as_str()),
                                "HttpEndpoint": metadata.and_then(|m| m.http_endpoint()).map(|e| e.as_str()),
                                "ImageId": data.and_then(|data| data.image_id()),
                            })
                        })
                        .collect();
                    // A template always has a default and a latest version.
                    if !versions.is_empty() {
                        d.set("Versions", versions);
                    }
                });
            }
            cx.push(draft);
        }
    })
    .await;
}

/// What the region defaults to.
pub(super) async fn defaults(cx: &Cx, ec2: &Client) {
    let mut draft = Draft::new(&REGION, &cx.region);
    let region = cx.region.as_str();
    if cx.wants(&GET_EBS_ENCRYPTION_BY_DEFAULT) {
        let answer =
            cx.detail(&GET_EBS_ENCRYPTION_BY_DEFAULT, region, &[], ec2.get_ebs_encryption_by_default().send()).await;
        draft.fill(&GET_EBS_ENCRYPTION_BY_DEFAULT, answer, |d, o| {
            d.set("EbsEncryptionByDefault", o.ebs_encryption_by_default());
        });
    }
    if cx.wants(&GET_EBS_DEFAULT_KMS_KEY_ID) {
        let answer = cx.detail(&GET_EBS_DEFAULT_KMS_KEY_ID, region, &[], ec2.get_ebs_default_kms_key_id().send()).await;
        draft.fill(&GET_EBS_DEFAULT_KMS_KEY_ID, answer, |d, o| d.set("EbsDefaultKmsKeyId", o.kms_key_id()));
    }
    if cx.wants(&GET_SNAPSHOT_BLOCK_PUBLIC_ACCESS) {
        let call = ec2.get_snapshot_block_public_access_state().send();
        let answer = cx.detail(&GET_SNAPSHOT_BLOCK_PUBLIC_ACCESS, region, &[], call).await;
        draft.fill(&GET_SNAPSHOT_BLOCK_PUBLIC_ACCESS, answer, |d, o| {
            d.set("SnapshotBlockPublicAccess", o.state().map(|s| s.as_str()));
        });
    }
    if cx.wants(&GET_IMAGE_BLOCK_PUBLIC_ACCESS) {
        let call = ec2.get_image_block_public_access_state().send();
        let answer = cx.detail(&GET_IMAGE_BLOCK_PUBLIC_ACCESS, region, &[], call).await;
        draft.fill(&GET_IMAGE_BLOCK_PUBLIC_ACCESS, answer, |d, o| {
            d.set("ImageBlockPublicAccess", o.image_block_public_access_state());
        });
    }
    cx.push(draft);
}
