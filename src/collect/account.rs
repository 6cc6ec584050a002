//! AWS Account Management: the alternate contacts.

use std::sync::Arc;

use aws_sdk_account::types::AlternateContactType;
use futures::future::BoxFuture;

use super::{Cx, Draft, client};
use crate::table::Kind;
use crate::table::account::*;

/// Reads the alternate contacts, once per account.
pub fn collect(cx: Arc<Cx>) -> BoxFuture<'static, ()> {
    Box::pin(async move {
        if !cx.wants(&GET_ALTERNATE_CONTACT) {
            return;
        }
        let account = client!(cx, aws_sdk_account, "account");
        let contacts = [
            (&SECURITY_CONTACT, "SecurityContact", AlternateContactType::Security),
            (&OPERATIONS_CONTACT, "OperationsContact", AlternateContactType::Operations),
            (&BILLING_CONTACT, "BillingContact", AlternateContactType::Billing),
        ];
        cx.each(contacts, |(kind, name, which)| contact(&cx, &account, kind, name, which)).await;
    })
}

async fn contact(
    cx: &Cx,
    account: &aws_sdk_account::Client,
    kind: &'static Kind,
    name: &'static str,
    which: AlternateContactType,
) {
    let word = which.as_str().to_string();
    let mut draft = Draft::new(kind, &cx.account);
    let future = account.get_alternate_contact().alternate_contact_type(which).send();
    let args = ["--alternate-contact-type", word.as_str()];
    let absent = ["ResourceNotFoundException"];
    let answer = cx.detail_or_absent(&GET_ALTERNATE_CONTACT, &cx.account, &args, &absent, future).await;
    draft.fill(&GET_ALTERNATE_CONTACT, answer, |d, o| {
        match o.alternate_contact().and_then(|contact| contact.email_address()) {
            Some(address) => d.set(name, address),
            None => d.unusable(name, &GET_ALTERNATE_CONTACT, "the answer came without an e-mail address"),
        }
    });
    cx.push(draft);
}
