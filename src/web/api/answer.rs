//! Answers of the API: JSON with an entity tag, problems by RFC 9457.

use axum::extract::{FromRequestParts, Query};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use serde::de::DeserializeOwned;
use sha2::{Digest, Sha256};
use utoipa::ToSchema;

use crate::web::error::Fault;

/// What went wrong (RFC 9457).
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::web) struct Problem {
    /// `about:blank`: the status says all about its kind.
    #[serde(rename = "type")]
    kind: &'static str,
    /// The status in words.
    title: String,
    /// The HTTP status.
    status: u16,
    /// What was expected and what was found, for people.
    detail: String,
}

impl Problem {
    fn new(status: StatusCode, detail: &str) -> Self {
        let title = status.canonical_reason().unwrap_or_default().to_owned();
        Self { kind: "about:blank", title, status: status.as_u16(), detail: detail.to_owned() }
    }
}

/// An answer that tells of a problem.
pub(in crate::web) fn problem(status: StatusCode, detail: &str) -> Response {
    match serde_json::to_vec(&Problem::new(status, detail)) {
        Ok(body) => (status, [(header::CONTENT_TYPE, "application/problem+json")], body).into_response(),
        Err(_) => status.into_response(),
    }
}

impl IntoResponse for Fault {
    fn into_response(self) -> Response {
        self.log();
        problem(self.status(), &self.text().en)
    }
}

/// A value as JSON, or 304 where the client has it already.
pub(super) fn json(headers: &HeaderMap, value: &impl Serialize) -> Response {
    let body = match serde_json::to_vec(value) {
        Ok(body) => body,
        Err(error) => {
            tracing::error!("expected a value that JSON can hold: {error}");
            return problem(StatusCode::INTERNAL_SERVER_ERROR, "The answer could not be written.");
        }
    };
    let digest = hex::encode(Sha256::digest(&body));
    // Weak, as the body may be compressed on its way.
    let tag = format!("W/\"{}\"", digest.get(..32).unwrap_or(&digest));
    let known = headers.get_all(header::IF_NONE_MATCH).iter().filter_map(|value| value.to_str().ok());
    let has = known.flat_map(|line| line.split(',')).any(|entry| {
        let opaque = |tag: &str| tag.trim().trim_start_matches("W/").to_owned();
        opaque(entry) == opaque(&tag)
    });
    let mut response = match has {
        true => StatusCode::NOT_MODIFIED.into_response(),
        false => ([(header::CONTENT_TYPE, "application/json")], body).into_response(),
    };
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-cache"));
    if let Ok(tag) = HeaderValue::from_str(&tag) {
        headers.insert(header::ETAG, tag);
    }
    response
}

/// Parameters of a query; what cannot be understood is a problem and not passed over.
pub(super) struct Asked<T>(pub(super) T);

impl<T: DeserializeOwned, S: Sync> FromRequestParts<S> for Asked<T> {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Self::Rejection> {
        match Query::<T>::try_from_uri(&parts.uri) {
            Ok(Query(asked)) => Ok(Self(asked)),
            Err(error) => Err(problem(StatusCode::BAD_REQUEST, &error.body_text())),
        }
    }
}
