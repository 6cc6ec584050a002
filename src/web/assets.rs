//! The stylesheet: in the program, under a URL that names its content, so that browsers may keep it for a year.

use std::sync::LazyLock;

use axum::extract::Path;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use sha2::{Digest, Sha256};

static STYLE: &str = concat!(include_str!("../../reports/report.css"), include_str!("../../reports/web/web.css"));

static NAME: LazyLock<String> = LazyLock::new(|| {
    let digest = hex::encode(Sha256::digest(STYLE.as_bytes()));
    format!("style-{}.css", digest.get(..16).unwrap_or(&digest))
});

/// The stylesheet's path.
pub(super) fn style() -> String {
    format!("/assets/{}", *NAME)
}

/// Answers the stylesheet under its name, and nothing else.
pub(super) async fn serve(Path(name): Path<String>) -> Response {
    if name != *NAME {
        return StatusCode::NOT_FOUND.into_response();
    }
    let headers = [
        (header::CONTENT_TYPE, "text/css; charset=utf-8"),
        (header::CACHE_CONTROL, "public, max-age=31536000, immutable"),
    ];
    (headers, STYLE).into_response()
}
