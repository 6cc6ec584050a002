//! What a failed call means.

use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_types::error::display::DisplayErrorContext;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;

use crate::model::GapReason;

/// A call that brought no usable answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// What it means.
    pub reason: GapReason,
    /// AWS's error code; none where no answer came or it had none.
    pub code: Option<String>,
    /// AWS's message as it came; empty where no answer came or it had none.
    pub message: String,
    /// What the other side said, and by what it refused where the message tells.
    pub detail: String,
}

/// Error codes by which AWS says that the caller may not (Common Errors pages of the API references).
const DENIED: &[&str] = &[
    "AccessDenied",
    "AccessDeniedException",
    "UnauthorizedOperation",
    "UnauthorizedException",
    "AuthorizationError",
    "AuthorizationErrorException",
    "Client.UnauthorizedOperation",
    "NotAuthorizedException",
    "ForbiddenException",
    "AWSOrganizationsNotInUseException.AccessDenied",
];
/// Error codes of a throttled call.
const THROTTLED: &[&str] = &[
    "Throttling",
    "ThrottlingException",
    "ThrottledException",
    "RequestLimitExceeded",
    "RequestThrottled",
    "RequestThrottledException",
    "TooManyRequestsException",
    "SlowDown",
    "PriorRequestNotComplete",
    "LimitExceededException.Throttling",
];
/// Error codes of a region that is not enabled, or where the keys are not known.
const REGION_DISABLED: &[&str] = &["OptInRequired", "RegionDisabledException", "InvalidRegionException"];
/// Error codes of an endpoint that does not know the operation.
const UNSUPPORTED: &[&str] = &[
    "UnknownOperationException",
    "UnknownOperation",
    "InvalidAction",
    "UnsupportedOperation",
    "UnsupportedOperationException",
    "OperationNotSupportedException",
    "NotImplemented",
    "NotImplementedException",
];

/// Says what a failed call means.
pub fn classify<E>(error: &SdkError<E, HttpResponse>) -> Failure
where
    E: std::error::Error + ProvideErrorMetadata + 'static,
{
    let plain = |reason, detail: String| Failure { reason, code: None, message: String::new(), detail };
    match error {
        SdkError::TimeoutError(_) => plain(GapReason::Timeout, "no answer within the time limit".into()),
        SdkError::DispatchFailure(failure) => {
            let detail = format!("{}", DisplayErrorContext(error));
            let source = failure.as_connector_error().and_then(std::error::Error::source);
            if source.is_some_and(|source| source.is::<super::tap::NotRecorded>()) {
                plain(GapReason::NotRead, "the recording has no answer to this request".into())
            } else if source.is_some_and(|source| source.is::<super::tap::BrokenOff>()) {
                // An answer came, and half of it is no answer in time: it is one that cannot be read.
                plain(GapReason::Error, detail)
            } else if failure.is_timeout() || failure.is_io() {
                plain(GapReason::Timeout, detail)
            } else {
                plain(GapReason::Error, detail)
            }
        }
        SdkError::ConstructionFailure(_) => plain(GapReason::Error, format!("{}", DisplayErrorContext(error))),
        SdkError::ResponseError(_) => {
            plain(GapReason::Error, format!("the answer could not be understood: {}", DisplayErrorContext(error)))
        }
        SdkError::ServiceError(service) => {
            let status = service.raw().status().as_u16();
            if (200..300).contains(&status) {
                // The SDK met something else than it expects where AWS says that all is well.
                return plain(
                    GapReason::Error,
                    format!("the answer could not be understood: {}", DisplayErrorContext(error)),
                );
            }
            of_service(status, service.err().meta().code(), service.err().meta().message())
        }
        _ => plain(GapReason::Error, format!("{}", DisplayErrorContext(error))),
    }
}

fn of_service(status: u16, code: Option<&str>, message: Option<&str>) -> Failure {
    // Some emulators and proxies put the status where the code belongs.
    let code_text = code.filter(|c| !c.is_empty() && c.parse::<u16>().is_err());
    let message = message.unwrap_or_default().trim();
    let is = |list: &[&str]| code_text.is_some_and(|c| list.contains(&c));
    let expired = code_text.is_some_and(|c| c.contains("ExpiredToken") || c == "RequestExpired");
    let reason = if is(THROTTLED) || status == 429 {
        GapReason::Throttled
    } else if is(REGION_DISABLED) {
        GapReason::RegionDisabled
    } else if expired {
        GapReason::Error
    } else if is(DENIED) || (status == 403 && code_text.is_none()) {
        GapReason::Denied
    } else if is(UNSUPPORTED) || status == 501 || (status == 404 && code_text.is_none()) {
        // AWS names what it does not find; an unnamed 404 is an endpoint that does not know the operation.
        GapReason::Unsupported
    } else if code_text.is_some_and(|c| c == "RequestTimeout" || c == "RequestTimeoutException") || status == 504 {
        GapReason::Timeout
    } else if status == 403 {
        GapReason::Denied
    } else {
        GapReason::Error
    };
    let what = code_text.map_or_else(|| format!("HTTP {status}"), ToString::to_string);
    let mut detail = if message.is_empty() { what } else { format!("{what}: {message}") };
    if expired {
        detail = format!("the credentials ran out during the run: {detail}");
    }
    if reason == GapReason::Denied
        && let Some(by) = denied_by(message)
    {
        detail = format!("refused by {by}: {detail}");
    }
    Failure { reason, code: code_text.map(ToString::to_string), message: message.to_string(), detail }
}

/// Which kind of policy refused, where AWS's message tells ("Troubleshoot access denied error messages", IAM User Guide).
fn denied_by(message: &str) -> Option<&'static str> {
    let message = message.to_ascii_lowercase();
    [
        ("service control policy", "a service control policy"),
        ("resource control policy", "a resource control policy"),
        ("permissions boundary", "a permissions boundary"),
        ("session policy", "a session policy"),
        ("vpc endpoint policy", "a VPC endpoint policy"),
        ("resource-based policy", "a resource-based policy"),
        ("identity-based policy", "the caller's identity-based policies"),
    ]
    .into_iter()
    .find_map(|(needle, name)| message.contains(needle).then_some(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_denial_says_by_what() {
        let f = of_service(
            403,
            Some("AccessDenied"),
            Some(
                "User: x is not authorized to perform: rds:DescribeDBInstances with an explicit deny in a service control policy",
            ),
        );
        assert_eq!(f.reason, GapReason::Denied);
        assert!(f.detail.starts_with("refused by a service control policy"), "{}", f.detail);
    }

    #[test]
    fn a_status_in_the_place_of_the_code_is_no_code() {
        let f = of_service(403, Some("403"), None);
        assert_eq!((f.reason, f.code), (GapReason::Denied, None));
    }

    #[test]
    fn expired_credentials_are_no_denial() {
        let f = of_service(
            403,
            Some("ExpiredTokenException"),
            Some("The security token included in the request is expired"),
        );
        assert_eq!(f.reason, GapReason::Error);
        assert!(f.detail.contains("ran out during the run"));
    }

    #[test]
    fn throttling_is_told_from_denial() {
        assert_eq!(of_service(400, Some("ThrottlingException"), None).reason, GapReason::Throttled);
        assert_eq!(of_service(503, Some("SlowDown"), None).reason, GapReason::Throttled);
        assert_eq!(of_service(500, None, None).reason, GapReason::Error);
    }
}
