//! What watching touches in AWS besides reading: its own queue, and the bucket of its snapshots (docs/adr/0009).

mod bucket;
mod queue;

pub use bucket::Bucket;
pub use queue::SqsQueue;

use std::time::Duration;

use aws_config::retry::RetryConfig;
use aws_config::timeout::TimeoutConfig;
use aws_config::{BehaviorVersion, Region, SdkConfig};

/// Settings and credentials of the environment. `attempt`: one attempt of a call, at most.
async fn settings(region: Option<String>, attempt: Duration) -> SdkConfig {
    let mut loader = aws_config::defaults(BehaviorVersion::latest())
        .retry_config(RetryConfig::standard())
        .timeout_config(TimeoutConfig::builder().operation_attempt_timeout(attempt).build());
    if let Some(region) = region {
        loader = loader.region(Region::new(region));
    }
    loader.load().await
}
