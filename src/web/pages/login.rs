//! The login's own pages. They show nothing of the history.

use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};
use percent_encoding::utf8_percent_encode;

use super::shell::Shell;
use super::{Ctx, SEGMENT};
use crate::model::{Lang, Text};
use crate::report::labels;
use crate::web::gate::{Gate, local};
use crate::web::{Web, words};

#[derive(Template)]
#[template(path = "web/login.html")]
struct Page {
    shell: Shell,
    next: String,
    /// Where single sign-on begins; none where a token is asked for.
    start: Option<String>,
    problem: Option<String>,
}

fn page(shell: Shell, next: String, sso: bool, problem: Option<(StatusCode, String)>) -> Response {
    let start = sso.then(|| format!("/login/start?next={}", utf8_percent_encode(&next, SEGMENT)));
    let (status, problem) = problem.map_or((StatusCode::OK, None), |(status, text)| (status, Some(text)));
    match (Page { shell, next, start, problem }).render() {
        Ok(html) => (status, Html(html)).into_response(),
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

/// The form, or the way to single sign-on.
pub(in crate::web) async fn show(State(web): State<Arc<Web>>, ctx: Ctx) -> Response {
    let mut shell = ctx.shell(words::LOGIN.get(ctx.lang), super::shell::Place::Root);
    shell.nav.clear();
    page(shell, local(ctx.param("next")), matches!(web.gate, Gate::Oidc(_)), None)
}

/// The form again, after a wrong token.
pub(in crate::web) fn failed(lang: Lang, next: String) -> Response {
    let why = words::LOGIN_FAILED.get(lang).to_owned();
    page(Shell::bare(lang, words::LOGIN.get(lang)), next, false, Some((StatusCode::UNAUTHORIZED, why)))
}

/// Single sign-on that did not succeed, with the way to try again.
pub(in crate::web) fn problem(lang: Lang, status: StatusCode, why: &Text) -> Response {
    let shell = Shell::bare(lang, words::LOGIN.get(lang));
    page(shell, "/".to_owned(), true, Some((status, why.get(lang).to_owned())))
}
