//! Amazon S3 Control: the account's public access block.

use std::sync::Arc;

use futures::future::BoxFuture;
use serde_json::json;

use super::{Cx, Draft, client};
use crate::table::s3control::*;

/// Reads the settings of the account.
pub fn collect(cx: Arc<Cx>) -> BoxFuture<'static, ()> {
    Box::pin(async move {
        if !cx.wants(&GET_PUBLIC_ACCESS_BLOCK) {
            return;
        }
        let control = client!(cx, aws_sdk_s3control, "s3control");
        let account = cx.account.clone();
        let call = control.get_public_access_block().account_id(&account).send();
        let args = ["--account-id", account.as_str()];
        let none = ["NoSuchPublicAccessBlockConfiguration"];
        let answer = cx.detail_or_absent(&GET_PUBLIC_ACCESS_BLOCK, &account, &args, &none, call).await;
        let mut draft = Draft::new(&ACCOUNT_S3, &account);
        draft.fill(&GET_PUBLIC_ACCESS_BLOCK, answer, |draft, answer| {
            if let Some(block) = answer.public_access_block_configuration() {
                let value = json!({
                    "BlockPublicAcls": block.block_public_acls(),
                    "IgnorePublicAcls": block.ignore_public_acls(),
                    "BlockPublicPolicy": block.block_public_policy(),
                    "RestrictPublicBuckets": block.restrict_public_buckets(),
                });
                draft.set("S3PublicAccessBlock", value);
            }
        });
        cx.push(draft);
    })
}
