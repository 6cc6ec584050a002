//! The pages: one file each arranges what the history holds, and a template of its own lays it out.

mod changes;
mod checks;
mod diff;
mod expiring;
mod gaps;
mod item;
mod letters;
pub(super) mod login;
mod parts;
mod runs;
mod sheet;
mod sheets;
mod shell;

use std::sync::Arc;

use askama::Template;
use axum::Router;
use axum::extract::{FromRequestParts, Request};
use axum::http::request::Parts;
use axum::http::{Extensions, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use url::form_urlencoded;

use super::api::problem;
use super::error::Fault;
use super::gate::User;
use super::{Web, words};
use crate::model::{Lang, Moment, Text};
use crate::report::labels;
use shell::{Place, Shell};

pub(super) use gaps::needed;
pub(super) use letters::state as letter_state;

/// What a name becomes in a URL: everything but letters, digits and these is encoded.
pub(super) const SEGMENT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');

/// The pages' routes.
pub(super) fn routes() -> Router<Arc<Web>> {
    Router::new()
        .route("/", get(sheets::page))
        .route("/sheets/{sheet}", get(sheet::page))
        .route("/sheets/{sheet}/items/{item}", get(item::page))
        .route("/sheets/{sheet}/runs", get(runs::list))
        .route("/sheets/{sheet}/runs/{run}", get(runs::page))
        .route("/sheets/{sheet}/diff", get(diff::page))
        .route("/sheets/{sheet}/expiring", get(expiring::page))
        .route("/sheets/{sheet}/gaps", get(gaps::page))
        .route("/letters", get(letters::page))
}

/// The path of a page.
pub(super) fn href(segments: &[&str]) -> String {
    segments.iter().fold(String::new(), |path, segment| format!("{path}/{}", utf8_percent_encode(segment, SEGMENT)))
}

/// A request for a page.
pub(super) struct Ctx {
    web: Arc<Web>,
    lang: Lang,
    user: User,
    path: String,
    params: Vec<(String, String)>,
}

impl FromRequestParts<Arc<Web>> for Ctx {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, web: &Arc<Web>) -> Result<Self, Self::Rejection> {
        Ok(Self::new(Arc::clone(web), &parts.extensions, &parts.uri))
    }
}

impl Ctx {
    fn new(web: Arc<Web>, extensions: &Extensions, uri: &Uri) -> Self {
        let query = uri.query().unwrap_or_default();
        Self {
            web,
            lang: extensions.get::<Lang>().copied().unwrap_or(Lang::En),
            user: extensions.get::<User>().cloned().unwrap_or_default(),
            path: uri.path().to_owned(),
            params: form_urlencoded::parse(query.as_bytes()).into_owned().collect(),
        }
    }

    /// The first value of a parameter; none where it is empty.
    fn param(&self, name: &str) -> Option<&str> {
        self.params(name).next()
    }

    fn params<'c, 'n>(&'c self, name: &'n str) -> impl Iterator<Item = &'c str> + use<'c, 'n> {
        self.params.iter().filter(move |(n, v)| n == name && !v.is_empty()).map(|(_, v)| v.as_str())
    }

    /// A whole number from 1; `default` where none is given.
    fn number(&self, name: &str, default: usize) -> Result<usize, Fault> {
        match self.param(name) {
            None => Ok(default),
            Some(text) => text.parse().ok().filter(|n| (1..=1_000_000).contains(n)).ok_or_else(|| {
                Fault::Bad(Text::new(
                    format!("{name} には 1 以上の数を指定してください。"),
                    format!("Expected a number from 1 on as {name}."),
                ))
            }),
        }
    }

    /// This page with other parameters: those named are set, or taken away where the value is empty.
    fn here(&self, with: &[(&str, &str)]) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        let kept = self.params.iter().filter(|(name, value)| !value.is_empty() && with.iter().all(|(n, _)| n != name));
        query.extend_pairs(kept.map(|(name, value)| (name.as_str(), value.as_str())));
        query.extend_pairs(with.iter().filter(|(_, value)| !value.is_empty()));
        match query.finish() {
            query if query.is_empty() => self.path.clone(),
            query => format!("{}?{query}", self.path),
        }
    }

    fn now(&self) -> Moment {
        (self.web.clock)()
    }

    fn shell(&self, title: impl Into<String>, place: Place<'_>) -> Shell {
        Shell::new(self, title.into(), place)
    }

    fn answer<T: Template>(&self, page: Result<T, Fault>) -> Response {
        match page.and_then(|page| Ok(page.render()?)) {
            Ok(html) => axum::response::Html(html).into_response(),
            Err(fault) => {
                fault.log();
                let title = match fault {
                    Fault::Missing(_) => words::NOT_FOUND,
                    Fault::Bad(_) | Fault::History(_) | Fault::Template(_) => words::CANNOT_SHOW,
                };
                let shell = self.shell(title.get(self.lang), Place::Root);
                problem_page(shell, fault.status(), fault.text().get(self.lang).to_owned())
            }
        }
    }
}

#[derive(Template)]
#[template(path = "web/problem.html")]
struct Problem {
    shell: Shell,
    text: String,
}

fn problem_page(shell: Shell, status: StatusCode, text: String) -> Response {
    match (Problem { shell, text: text.clone() }).render() {
        Ok(html) => (status, axum::response::Html(html)).into_response(),
        Err(_) => (status, text).into_response(),
    }
}

/// An answer to who may not see what was asked for: a page, or a problem of the API. Shows nothing of the history.
pub(super) fn refuse(request: &Request, status: StatusCode, why: &Text) -> Response {
    let lang = request.extensions().get::<Lang>().copied().unwrap_or(Lang::En);
    if request.uri().path().starts_with("/api/") {
        return problem(status, &why.en);
    }
    problem_page(Shell::bare(lang, words::REFUSED.get(lang)), status, why.get(lang).to_owned())
}

/// There is no such page.
pub(super) async fn nothing(ctx: Ctx) -> Response {
    if ctx.path.starts_with("/api/") {
        return problem(StatusCode::NOT_FOUND, "there is no such resource; /api/v1/openapi.json lists what there is");
    }
    let text = Text::new("このページはありません。", "There is no such page.");
    ctx.answer::<Problem>(Err(Fault::Missing(text)))
}
