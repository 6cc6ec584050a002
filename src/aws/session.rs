//! Who asks: credentials, accounts, regions, and the settings that every client of a run shares.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use aws_config::retry::RetryConfig;
use aws_config::timeout::TimeoutConfig;
use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_credential_types::Credentials;
use aws_credential_types::provider::SharedCredentialsProvider;
use aws_smithy_runtime_api::client::http::SharedHttpClient;

use super::record::Recording;
use super::tap::Tap;

/// Region that the global services are signed for in the standard partition.
const GLOBAL_REGION: &str = "us-east-1";

/// Attempts of one call, the first included. AWS's default is 3; a run at night can wait for a throttled one.
const ATTEMPTS: u32 = 5;
/// Wait before the first retry; it doubles with each, up to [`MAX_BACKOFF`], with the SDK's jitter.
const INITIAL_BACKOFF: Duration = Duration::from_millis(500);
/// Longest wait between two attempts.
const MAX_BACKOFF: Duration = Duration::from_secs(10);
/// One attempt, at most.
const ATTEMPT_TIMEOUT: Duration = Duration::from_secs(20);
/// One call with all its attempts and the waits between them, at most.
const CALL_TIMEOUT: Duration = Duration::from_secs(120);
/// Setting up a connection, at most.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);

/// Where answers come from.
#[derive(Debug, Clone)]
pub enum Origin {
    /// AWS, by the usual environment and files.
    Live,
    /// AWS, and every answer is kept.
    Record(Arc<Mutex<Recording>>),
    /// A recording; no credentials, no network.
    Replay(Arc<Recording>),
    /// A given HTTP client, for emulators in process; made-up credentials, no retries.
    Client(SharedHttpClient),
}

/// The run cannot start.
#[derive(Debug, thiserror::Error)]
pub enum SessionError {
    /// No credentials, or AWS does not take them.
    #[error(
        "expected credentials that AWS accepts, found none: {0}; set AWS_PROFILE or log in (`aws sso login`), then try `aws sts get-caller-identity`"
    )]
    NoCredentials(String),
    /// The account is not the one that was asked for.
    #[error("expected credentials of account {wanted}, found account {found}; choose the profile of {wanted}")]
    OtherAccount {
        /// By `--account`.
        wanted: String,
        /// By GetCallerIdentity.
        found: String,
    },
    /// A replay has no answer to the first call.
    #[error("the recording does not say which account it is of: {0}; record again")]
    NoIdentity(String),
}

/// Settings and credentials that the clients of a run share.
#[derive(Debug, Clone)]
pub struct Session {
    config: SdkConfig,
    tap: Tap,
    /// Whether answers are replayed.
    pub replayed: bool,
}

impl Session {
    /// Reads the environment as every AWS tool does, unless the origin needs none of it.
    pub async fn open(origin: Origin) -> Self {
        let timeouts = TimeoutConfig::builder()
            .connect_timeout(CONNECT_TIMEOUT)
            .operation_attempt_timeout(ATTEMPT_TIMEOUT)
            .operation_timeout(CALL_TIMEOUT)
            .build();
        let made_up = || SharedCredentialsProvider::new(Credentials::new("kakunin", "kakunin", None, None, "replay"));
        let offline = || {
            SdkConfig::builder()
                .behavior_version(BehaviorVersion::latest())
                .region(Region::new(GLOBAL_REGION))
                .credentials_provider(made_up())
                .sleep_impl(aws_smithy_async::rt::sleep::SharedAsyncSleep::new(
                    aws_smithy_async::rt::sleep::TokioSleep::new(),
                ))
                .time_source(aws_smithy_async::time::SystemTimeSource::new())
                .retry_config(RetryConfig::disabled())
        };
        match origin {
            Origin::Replay(recording) => {
                let tap = Tap::replay(recording);
                let config = offline().http_client(tap.clone()).build();
                Self { config, tap, replayed: true }
            }
            Origin::Client(client) => {
                let tap = Tap::live(client);
                let config = offline().http_client(tap.clone()).build();
                Self { config, tap, replayed: false }
            }
            live => {
                // The loader keeps the SDK's own client for fetching credentials: those calls are not the run's.
                let config = aws_config::defaults(BehaviorVersion::latest())
                    // Adaptive: after the first throttled answer the SDK paces itself, per service and region.
                    .retry_config(
                        RetryConfig::adaptive()
                            .with_max_attempts(ATTEMPTS)
                            .with_initial_backoff(INITIAL_BACKOFF)
                            .with_max_backoff(MAX_BACKOFF),
                    )
                    .timeout_config(timeouts)
                    .load()
                    .await;
                let https = aws_smithy_http_client::Builder::new()
                    .tls_provider(aws_smithy_http_client::tls::Provider::Rustls(
                        aws_smithy_http_client::tls::rustls_provider::CryptoMode::AwsLc,
                    ))
                    .build_https();
                let tap = match live {
                    Origin::Record(into) => Tap::record(https, into),
                    _ => Tap::live(https),
                };
                let region = config.region().cloned().unwrap_or(Region::from_static(GLOBAL_REGION));
                let config = config.into_builder().http_client(tap.clone()).region(region).build();
                Self { config, tap, replayed: false }
            }
        }
    }

    /// The shared settings, for one region. `aws-global` is signed for the partition's home region.
    pub fn config(&self, region: &str) -> SdkConfig {
        let region = if region == "aws-global" { self.home_region() } else { region.to_string() };
        self.config.clone().into_builder().region(Region::new(region)).build()
    }

    /// The region that global services are signed for, by the partition of the configured region.
    pub fn home_region(&self) -> String {
        home_region(self.config.region().map_or("", |region| region.as_ref())).to_owned()
    }

    /// Region of the environment: what is looked at where the list of regions cannot be read.
    pub fn configured_region(&self) -> String {
        self.config.region().map_or_else(|| GLOBAL_REGION.to_string(), |r| r.as_ref().to_string())
    }

    /// Requests so far, retries included.
    pub fn calls(&self) -> u64 {
        self.tap.calls()
    }
}

/// The region that global services are signed for, by the partition of `configured`.
pub(super) fn home_region(configured: &str) -> &'static str {
    match configured {
        r if r.starts_with("cn-") => "cn-north-1",
        r if r.starts_with("us-gov-") => "us-gov-west-1",
        _ => GLOBAL_REGION,
    }
}
