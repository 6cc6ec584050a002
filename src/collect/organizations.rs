//! AWS Organizations: whether the account is in one.

use std::sync::Arc;

use futures::future::BoxFuture;

use super::{Cx, Draft, client};
use crate::table::organizations::*;

/// Reads AWS Organizations, once per account.
pub fn collect(cx: Arc<Cx>) -> BoxFuture<'static, ()> {
    Box::pin(async move {
        if !cx.wants(&DESCRIBE_ORGANIZATION) {
            return;
        }
        let organizations = client!(cx, aws_sdk_organizations, "organizations");
        let mut draft = Draft::new(&ACCOUNT_ORGANIZATION, &cx.account);
        let absent = ["AWSOrganizationsNotInUseException"];
        let future = organizations.describe_organization().send();
        let answer = cx.detail_or_absent(&DESCRIBE_ORGANIZATION, &cx.account, &[], &absent, future).await;
        draft.fill(&DESCRIBE_ORGANIZATION, answer, |d, o| match o.organization() {
            Some(organization) => {
                d.set("OrganizationId", organization.id());
                d.set("OrganizationFeatureSet", organization.feature_set().map(|f| f.as_str()));
                d.set("OrganizationManagementAccountId", organization.master_account_id());
            }
            None => {
                for name in ["OrganizationId", "OrganizationFeatureSet", "OrganizationManagementAccountId"] {
                    d.unusable(name, &DESCRIBE_ORGANIZATION, "the answer came without an organisation");
                }
            }
        });
        cx.push(draft);
    })
}
