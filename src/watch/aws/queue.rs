//! The queue of change events: Amazon SQS, by long polling.

use std::time::Duration;

use aws_sdk_sqs::Client;
use aws_sdk_sqs::types::{ChangeMessageVisibilityBatchRequestEntry, DeleteMessageBatchRequestEntry};
use aws_smithy_types::error::display::DisplayErrorContext;
use futures::future::BoxFuture;

use super::settings;
use crate::aws::ReadOnlyGuard;
use crate::watch::events::{Queue, QueueError, Received};

/// Messages of one request, at most (page "ReceiveMessage" of the API reference).
const BATCH: usize = 10;
/// A receive waits so long for the first message (the most that SQS takes), in seconds.
const WAIT: i32 = 20;
/// A message that was received and not acknowledged comes again after so long, in seconds: longer than a re-check takes.
const HIDDEN: i32 = 300;

/// A queue.
#[derive(Debug, Clone)]
pub struct SqsQueue {
    client: Client,
    url: String,
}

impl SqsQueue {
    /// The queue with this URL, in the region that its host names, or in that of the environment.
    pub async fn open(url: &str) -> Self {
        let host = url::Url::parse(url).ok().and_then(|url| url.host_str().map(str::to_owned)).unwrap_or_default();
        let region = host.strip_prefix("sqs.").and_then(|rest| rest.split('.').next()).map(str::to_owned);
        let patience = Duration::from_secs(u64::try_from(WAIT).unwrap_or_default() + 10);
        let config = settings(region, patience).await;
        let guard =
            ReadOnlyGuard::only("sqs", &["ReceiveMessage", "DeleteMessageBatch", "ChangeMessageVisibilityBatch"]);
        let client = Client::from_conf(aws_sdk_sqs::config::Builder::from(&config).interceptor(guard).build());
        Self { client, url: url.to_owned() }
    }

    async fn take(&self, most: usize, wait: Duration) -> Result<Vec<Received>, QueueError> {
        let most = i32::try_from(most.clamp(1, BATCH)).unwrap_or(1);
        // SQS counts whole seconds; what is less is waited for here.
        let seconds = i32::try_from(wait.as_secs()).unwrap_or(WAIT).min(WAIT);
        let asked = self
            .client
            .receive_message()
            .queue_url(&self.url)
            .max_number_of_messages(most)
            .wait_time_seconds(seconds)
            .visibility_timeout(HIDDEN);
        let answer = asked.send().await.map_err(|error| QueueError(DisplayErrorContext(error).to_string()))?;
        let received = answer.messages.unwrap_or_default().into_iter().filter_map(|message| {
            Some(Received {
                id: message.message_id.unwrap_or_default(),
                body: message.body.unwrap_or_default(),
                handle: message.receipt_handle?,
            })
        });
        let received: Vec<Received> = received.collect();
        if received.is_empty() && seconds == 0 {
            tokio::time::sleep(wait).await;
        }
        Ok(received)
    }

    async fn forget(&self, handles: &[String]) -> Result<(), QueueError> {
        let wrong = |error: aws_smithy_types::error::operation::BuildError| QueueError(error.to_string());
        for chunk in handles.chunks(BATCH) {
            let mut entries = Vec::new();
            for (index, handle) in chunk.iter().enumerate() {
                let entry = DeleteMessageBatchRequestEntry::builder().id(index.to_string()).receipt_handle(handle);
                entries.push(entry.build().map_err(wrong)?);
            }
            let asked = self.client.delete_message_batch().queue_url(&self.url).set_entries(Some(entries));
            let answer = asked.send().await.map_err(|error| QueueError(DisplayErrorContext(error).to_string()))?;
            if let Some(failed) = answer.failed().first() {
                // It comes again, and changes nothing then.
                return Err(QueueError(format!("{}: {}", failed.code(), failed.message().unwrap_or_default())));
            }
        }
        Ok(())
    }

    async fn give_back(&self, handles: &[String]) -> Result<(), QueueError> {
        let wrong = |error: aws_smithy_types::error::operation::BuildError| QueueError(error.to_string());
        for chunk in handles.chunks(BATCH) {
            let mut entries = Vec::new();
            for (index, handle) in chunk.iter().enumerate() {
                let entry = ChangeMessageVisibilityBatchRequestEntry::builder()
                    .id(index.to_string())
                    .receipt_handle(handle)
                    .visibility_timeout(0);
                entries.push(entry.build().map_err(wrong)?);
            }
            let asked = self.client.change_message_visibility_batch().queue_url(&self.url).set_entries(Some(entries));
            asked.send().await.map_err(|error| QueueError(DisplayErrorContext(error).to_string()))?;
        }
        Ok(())
    }
}

impl Queue for SqsQueue {
    fn receive(&self, max: usize, wait: Duration) -> BoxFuture<'_, Result<Vec<Received>, QueueError>> {
        Box::pin(self.take(max, wait))
    }

    fn done(&self, handles: Vec<String>) -> BoxFuture<'_, Result<(), QueueError>> {
        Box::pin(async move { self.forget(&handles).await })
    }

    fn later(&self, handles: Vec<String>) -> BoxFuture<'_, Result<(), QueueError>> {
        Box::pin(async move { self.give_back(&handles).await })
    }
}
