//! Amazon Macie.

use std::sync::Arc;

use futures::future::BoxFuture;

use super::{Cx, Draft, client};
use crate::aws::Failure;
use crate::table::macie2::*;

/// Reads the Macie session of one region.
pub fn collect(cx: Arc<Cx>) -> BoxFuture<'static, ()> {
    Box::pin(async move {
        if !cx.wants(&GET_MACIE_SESSION) {
            return;
        }
        let macie = client!(cx, aws_sdk_macie2, "macie2");
        let mut draft = Draft::new(&REGION_MACIE, &cx.region);
        let future = macie.get_macie_session().send();
        let answer = cx.detail_or_absent_if(&GET_MACIE_SESSION, &cx.region, &[], not_enabled, future).await;
        draft.fill(&GET_MACIE_SESSION, answer, |d, o| match o.status() {
            Some(status) => d.set("MacieStatus", status.as_str()),
            // A session has a status: without one it is not known whether Macie works.
            None => d.unusable("MacieStatus", &GET_MACIE_SESSION, "the answer came without the status"),
        });
        cx.push(draft);
    })
}

/// Macie refuses every call of an account without it, with the code of a refusal to the caller; only the message tells
/// the two apart. Anything but that message stays a refusal: one by a policy begins with who may not do what.
fn not_enabled(failure: &Failure) -> bool {
    failure.code.as_deref() == Some("AccessDeniedException") && failure.message.starts_with("Macie is not enabled")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::GapReason;

    fn failure(code: &str, message: &str) -> Failure {
        Failure {
            reason: GapReason::Denied,
            code: Some(code.into()),
            message: message.into(),
            detail: format!("{code}: {message}"),
        }
    }

    #[test]
    fn only_macies_own_message_says_that_it_is_off() {
        assert!(not_enabled(&failure("AccessDeniedException", "Macie is not enabled")));
        assert!(not_enabled(&failure("AccessDeniedException", "Macie is not enabled.")));
        for message in [
            "",
            "User: arn:aws:iam::123456789012:user/a is not authorized to perform: macie2:GetMacieSession",
            "Access denied, as Macie is not enabled for delegated calls",
        ] {
            assert!(!not_enabled(&failure("AccessDeniedException", message)), "{message}");
        }
        assert!(!not_enabled(&failure("ThrottlingException", "Macie is not enabled")));
    }
}
