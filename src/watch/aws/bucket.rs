//! Snapshots as objects of a bucket, by digest.

use std::time::Duration;

use aws_sdk_s3::Client;
use aws_sdk_s3::primitives::ByteStream;
use aws_smithy_types::error::display::DisplayErrorContext;

use super::settings;
use crate::aws::ReadOnlyGuard;

/// One attempt of a call with a snapshot of some tens of megabytes.
const ATTEMPT: Duration = Duration::from_secs(60);

/// The bucket cannot be read or written.
#[derive(Debug, thiserror::Error)]
#[error("s3://{bucket}/{key}: expected an object that can be {doing}: {detail}")]
pub struct BucketError {
    bucket: String,
    key: String,
    doing: &'static str,
    detail: String,
}

/// A place in a bucket.
#[derive(Debug, Clone)]
pub struct Bucket {
    client: Client,
    bucket: String,
    prefix: String,
}

impl Bucket {
    /// `s3://bucket/prefix`, with the credentials and region of the environment; none for anything else.
    pub async fn open(place: &str) -> Option<Self> {
        let (bucket, prefix) = split(place)?;
        let config = settings(None, ATTEMPT).await;
        let guard = ReadOnlyGuard::only("s3", &["PutObject", "GetObject", "DeleteObject"]);
        let mut builder = aws_sdk_s3::config::Builder::from(&config).interceptor(guard);
        // An endpoint of one's own rarely has a host name per bucket.
        if std::env::var_os("AWS_ENDPOINT_URL").is_some() || std::env::var_os("AWS_ENDPOINT_URL_S3").is_some() {
            builder = builder.force_path_style(true);
        }
        Some(Self { client: Client::from_conf(builder.build()), bucket, prefix })
    }

    fn key(&self, digest: &str) -> String {
        format!("{}{}/{digest}.kakunin", self.prefix, digest.get(..2).unwrap_or("__"))
    }

    fn wrong(&self, digest: &str, doing: &'static str, detail: String) -> BucketError {
        BucketError { bucket: self.bucket.clone(), key: self.key(digest), doing, detail }
    }

    /// Writes a snapshot; the same digest twice is the same object.
    ///
    /// # Errors
    /// When S3 does not take it.
    pub async fn write(&self, digest: &str, bytes: Vec<u8>) -> Result<(), BucketError> {
        let asked = self.client.put_object().bucket(&self.bucket).key(self.key(digest)).body(ByteStream::from(bytes));
        let done = asked.send().await;
        done.map(|_| ()).map_err(|e| self.wrong(digest, "written", DisplayErrorContext(e).to_string()))
    }

    /// Reads a snapshot's bytes.
    ///
    /// # Errors
    /// When there is no such object, or it cannot be read.
    pub async fn read(&self, digest: &str) -> Result<Vec<u8>, BucketError> {
        let asked = self.client.get_object().bucket(&self.bucket).key(self.key(digest)).send().await;
        let answer = asked.map_err(|e| self.wrong(digest, "read", DisplayErrorContext(e).to_string()))?;
        let body = answer.body.collect().await.map_err(|e| self.wrong(digest, "read", e.to_string()))?;
        Ok(body.to_vec())
    }

    /// Deletes a snapshot; one that is not there is deleted.
    ///
    /// # Errors
    /// When S3 refuses.
    pub async fn remove(&self, digest: &str) -> Result<(), BucketError> {
        let asked = self.client.delete_object().bucket(&self.bucket).key(self.key(digest)).send().await;
        asked.map(|_| ()).map_err(|e| self.wrong(digest, "deleted", DisplayErrorContext(e).to_string()))
    }
}

/// Bucket, and prefix with its slash.
fn split(place: &str) -> Option<(String, String)> {
    let rest = place.strip_prefix("s3://")?;
    let (bucket, prefix) = rest.split_once('/').unwrap_or((rest, ""));
    if bucket.is_empty() {
        return None;
    }
    let prefix = prefix.trim_matches('/');
    let prefix = if prefix.is_empty() { String::new() } else { format!("{prefix}/") };
    Some((bucket.to_owned(), prefix))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_a_bucket_and_a_prefix() {
        assert_eq!(split("s3://shop/kakunin/"), Some(("shop".into(), "kakunin/".into())));
        assert_eq!(split("s3://shop"), Some(("shop".into(), String::new())));
        assert_eq!(split("s3:///kakunin"), None);
        assert_eq!(split(".kakunin/snapshots"), None);
    }
}
