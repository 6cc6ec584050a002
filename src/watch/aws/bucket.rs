//! Snapshots as objects of a bucket, by digest.

use std::time::Duration;

use aws_sdk_s3::Client;
use aws_sdk_s3::primitives::ByteStream;
use aws_smithy_types::error::display::DisplayErrorContext;
use futures::future::BoxFuture;

use super::settings;
use crate::aws::ReadOnlyGuard;
use crate::history::{Vault, VaultError, hold};

/// One attempt of a call with a snapshot of some tens of megabytes.
const ATTEMPT: Duration = Duration::from_secs(60);

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

    fn place(&self, digest: &str) -> String {
        format!("s3://{}/{}", self.bucket, self.key(digest))
    }

    fn wrong(&self, digest: &str, detail: String) -> VaultError {
        VaultError::Io { place: self.place(digest), detail }
    }

    async fn write(&self, digest: &str, sealed: Vec<u8>) -> Result<(), VaultError> {
        hold(&self.place(digest), digest, &sealed)?;
        let asked = self.client.put_object().bucket(&self.bucket).key(self.key(digest)).body(ByteStream::from(sealed));
        let done = asked.send().await;
        done.map(|_| ()).map_err(|error| self.wrong(digest, DisplayErrorContext(error).to_string()))
    }

    async fn read(&self, digest: &str) -> Result<Vec<u8>, VaultError> {
        let answer = match self.client.get_object().bucket(&self.bucket).key(self.key(digest)).send().await {
            Ok(answer) => answer,
            Err(error) if error.as_service_error().is_some_and(|error| error.is_no_such_key()) => {
                return Err(VaultError::Missing { place: self.place(digest) });
            }
            Err(error) => return Err(self.wrong(digest, DisplayErrorContext(error).to_string())),
        };
        let body = answer.body.collect().await.map_err(|error| self.wrong(digest, error.to_string()))?;
        let sealed = body.to_vec();
        hold(&self.place(digest), digest, &sealed)?;
        Ok(sealed)
    }

    async fn remove(&self, digest: &str) -> Result<(), VaultError> {
        let asked = self.client.delete_object().bucket(&self.bucket).key(self.key(digest)).send().await;
        asked.map(|_| ()).map_err(|error| self.wrong(digest, DisplayErrorContext(error).to_string()))
    }
}

impl Vault for Bucket {
    fn put<'a>(&'a self, digest: &'a str, sealed: Vec<u8>) -> BoxFuture<'a, Result<(), VaultError>> {
        Box::pin(self.write(digest, sealed))
    }

    fn get<'a>(&'a self, digest: &'a str) -> BoxFuture<'a, Result<Vec<u8>, VaultError>> {
        Box::pin(self.read(digest))
    }

    fn delete<'a>(&'a self, digest: &'a str) -> BoxFuture<'a, Result<(), VaultError>> {
        Box::pin(self.remove(digest))
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
