//! Channels of AWS: SNS, EventBridge and Security Hub.
//!
//! These calls leave something in an account: the message that people asked for, and nothing else. They go apart from a
//! run's session, each client held to the one or two operations that its channel is for (docs/adr/0009).

mod event_bridge;
mod security_hub;
mod sns;

pub use event_bridge::EventBridge;
pub use security_hub::SecurityHub;
pub use sns::Sns;

use std::time::Duration;

use aws_config::retry::RetryConfig;
use aws_config::timeout::TimeoutConfig;
use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use tokio::sync::OnceCell;

use super::Sent;
use crate::aws::classify;
use crate::model::GapReason;

/// One attempt, at most. Waits between attempts are the courier's.
const ATTEMPT_TIMEOUT: Duration = Duration::from_secs(15);

/// Settings and credentials of the environment, read at the first message.
#[derive(Debug, Default)]
struct Sender {
    region: Option<String>,
    config: OnceCell<SdkConfig>,
}

impl Sender {
    fn new(region: Option<String>) -> Self {
        Self { region, config: OnceCell::new() }
    }

    async fn config(&self) -> &SdkConfig {
        self.config
            .get_or_init(|| async {
                let mut loader = aws_config::defaults(BehaviorVersion::latest())
                    .retry_config(RetryConfig::disabled())
                    .timeout_config(TimeoutConfig::builder().operation_timeout(ATTEMPT_TIMEOUT).build());
                if let Some(region) = &self.region {
                    loader = loader.region(Region::new(region.clone()));
                }
                loader.load().await
            })
            .await
    }
}

/// The region of an ARN.
fn region_of(arn: &str) -> Option<String> {
    arn.split(':').nth(3).filter(|region| !region.is_empty()).map(str::to_owned)
}

/// What a failed call means for the letter. Only what AWS will never take is given up; a permission that is missing, or a
/// topic that is not there yet, can be mended while the courier tries again.
fn failed<E>(error: &SdkError<E, HttpResponse>) -> Sent
where
    E: std::error::Error + ProvideErrorMetadata + 'static,
{
    let failure = classify(error);
    let code = failure.code.as_deref().unwrap_or_default();
    let never = ["InvalidParameter", "InvalidParameterValue", "ValidationException", "InvalidInputException"];
    if failure.reason == GapReason::Error && never.contains(&code) {
        return Sent::Refused { why: failure.detail };
    }
    Sent::Later { why: failure.detail, after: None }
}
