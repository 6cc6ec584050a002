//! The JSON API: what the pages show, for programs. Described by the OpenAPI document that its own handlers make.

mod answer;
mod document;
mod handlers;
mod shapes;

use std::sync::Arc;

use axum::Router;
use axum::routing::get;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::Web;

pub(super) use answer::problem;

/// Where the API begins.
const BASE: &str = "/api/v1";

fn described() -> OpenApiRouter<Arc<Web>> {
    OpenApiRouter::new()
        .routes(routes!(handlers::sheets))
        .routes(routes!(handlers::sheet))
        .routes(routes!(handlers::items))
        .routes(routes!(handlers::item))
        .routes(routes!(handlers::runs))
        .routes(routes!(handlers::run))
        .routes(routes!(handlers::transitions))
        .routes(routes!(handlers::findings))
        .routes(routes!(handlers::gaps))
        .routes(routes!(handlers::letters))
}

/// The API's routes, and the document that describes them.
pub(super) fn routes() -> Router<Arc<Web>> {
    let (router, api) = OpenApiRouter::new().nest(BASE, described()).split_for_parts();
    let document = Arc::new(document::finish(api));
    let serve = move |headers: axum::http::HeaderMap| {
        let document = Arc::clone(&document);
        async move { answer::json(&headers, &*document) }
    };
    router.route(&format!("{BASE}/openapi.json"), get(serve))
}
