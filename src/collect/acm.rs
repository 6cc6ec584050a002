//! AWS Certificate Manager.

use std::sync::Arc;

use aws_sdk_acm::types::{Filters, KeyAlgorithm};
use futures::future::BoxFuture;

use super::{Cx, Draft, client};
use crate::table::acm::*;

/// Every key algorithm: without them the listing holds RSA 1024 and 2048 only (AWS Certificate Manager API Reference,
/// Filters).
const ALGORITHMS: [KeyAlgorithm; 7] = [
    KeyAlgorithm::Rsa1024,
    KeyAlgorithm::Rsa2048,
    KeyAlgorithm::Rsa3072,
    KeyAlgorithm::Rsa4096,
    KeyAlgorithm::EcPrime256v1,
    KeyAlgorithm::EcSecp384r1,
    KeyAlgorithm::EcSecp521r1,
];

/// Reads AWS Certificate Manager in one region.
pub fn collect(cx: Arc<Cx>) -> BoxFuture<'static, ()> {
    Box::pin(async move {
        if !cx.wants(&LIST_CERTIFICATES) {
            return;
        }
        let acm = client!(cx, aws_sdk_acm, "acm");
        let every = Filters::builder().set_key_types(Some(ALGORITHMS.to_vec())).build();
        let stream = acm.list_certificates().includes(every).into_paginator().send();
        let pages = cx.pages(&LIST_CERTIFICATES, stream, |page| page.next_token()).await;
        for certificate in pages.items.iter().flat_map(|page| page.certificate_summary_list()) {
            let Some(arn) = certificate.certificate_arn() else { continue };
            let mut draft = Draft::new(&CERTIFICATE, arn.rsplit('/').next().unwrap_or(arn)).arn(Some(arn));
            draft.read(&LIST_CERTIFICATES, &pages.evidence);
            draft.set("DomainName", certificate.domain_name());
            draft.set("Status", certificate.status().map(|s| s.as_str()));
            draft.set("KeyAlgorithm", certificate.key_algorithm().map(|a| a.as_str()));
            draft.set("InUse", certificate.in_use());
            draft.set("NotAfter", certificate.not_after());
            draft.set("RenewalEligibility", certificate.renewal_eligibility().map(|r| r.as_str()));
            cx.push(draft);
        }
    })
}
