//! One token for all: in a form once, or with every request of a program.

use std::net::IpAddr;
use std::sync::Arc;

use axum::Form;
use axum::extract::FromRequest;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use hmac::{Hmac, KeyInit, Mac};
use serde::Deserialize;
use sha2::Sha256;

use super::rate::Failures;
use super::session::Sessions;
use super::{Gate, Looked, User, local, peer, same_origin};
use crate::model::{Lang, Text};
use crate::web::error::WebError;
use crate::web::{Web, pages};

/// Shorter tokens can be guessed.
const SHORTEST: usize = 16;

/// Holds the token.
pub(in crate::web) struct TokenGate {
    sessions: Sessions,
    token: String,
    /// HMAC of the token under itself: both sides of a comparison have the same length, whatever was sent.
    digest: Vec<u8>,
    failures: Failures,
}

fn mac(token: &str, text: &str) -> Option<Hmac<Sha256>> {
    let mut mac = Hmac::<Sha256>::new_from_slice(token.as_bytes()).ok()?;
    mac.update(text.as_bytes());
    Some(mac)
}

impl TokenGate {
    pub(super) fn new(token: &str) -> Result<Self, WebError> {
        let short =
            || WebError::Setting { expected: "a token of at least 16 characters", found: "a shorter one".into() };
        if token.chars().count() < SHORTEST {
            return Err(short());
        }
        let sessions = Sessions::new("token", token).ok_or_else(short)?;
        let digest = mac(token, token).ok_or_else(short)?.finalize().into_bytes().to_vec();
        Ok(Self { sessions, token: token.to_owned(), digest, failures: Failures::default() })
    }

    pub(super) fn sessions(&self) -> &Sessions {
        &self.sessions
    }

    /// Whether `given` is the token, in a time that does not depend on where they differ.
    fn is(&self, given: &str) -> bool {
        mac(&self.token, given).is_some_and(|mac| mac.verify_slice(&self.digest).is_ok())
    }

    pub(super) fn look(&self, headers: &HeaderMap, from: IpAddr) -> Looked {
        if let Some(name) = self.sessions.who(headers) {
            return Looked::In(User { name, session: true });
        }
        let given = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok()).and_then(bearer);
        let Some(given) = given else { return Looked::Out };
        if self.failures.too_many(from) {
            return Looked::Refused(StatusCode::TOO_MANY_REQUESTS, too_many());
        }
        if self.is(given) {
            return Looked::In(User::default());
        }
        self.failures.note(from);
        Looked::Out
    }
}

fn bearer(value: &str) -> Option<&str> {
    let (scheme, token) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

fn too_many() -> Text {
    Text::new(
        "ログインの失敗が続いたため、1 分ほど受け付けません。",
        "Too many logins failed; none is taken for about a minute.",
    )
}

#[derive(Deserialize)]
struct Entry {
    #[serde(default)]
    token: String,
    next: Option<String>,
}

/// Takes the form of the login.
pub(super) async fn enter(State(web): State<Arc<Web>>, request: Request) -> Response {
    let Gate::Token(gate) = &web.gate else { return StatusCode::NOT_FOUND.into_response() };
    let (headers, from) = (request.headers().clone(), peer(request.extensions()));
    let lang = request.extensions().get::<Lang>().copied().unwrap_or(Lang::En);
    if !same_origin(&headers) {
        let why = Text::new("別のサイトからのログインは受け付けません。", "A login from another site is not taken.");
        return pages::refuse(&request, StatusCode::FORBIDDEN, &why);
    }
    if gate.failures.too_many(from) {
        return pages::refuse(&request, StatusCode::TOO_MANY_REQUESTS, &too_many());
    }
    let Ok(Form(entry)) = Form::<Entry>::from_request(request, &()).await else {
        return StatusCode::BAD_REQUEST.into_response();
    };
    let next = local(entry.next.as_deref());
    if !gate.is(entry.token.trim()) {
        gate.failures.note(from);
        return pages::login::failed(lang, next);
    }
    // Behind a proxy only the browser knows that its side is https, and says so in the form's origin.
    let origin = headers.get(header::ORIGIN).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let secure = origin.starts_with("https://");
    (gate.sessions.begin(&headers, None, secure), Redirect::to(&next)).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_token_itself_is_the_token() {
        let gate = TokenGate::new("correct horse battery").unwrap();
        assert!(gate.is("correct horse battery"));
        for wrong in ["", "correct horse batter", "correct horse battery ", "Correct horse battery"] {
            assert!(!gate.is(wrong), "{wrong:?}");
        }
        assert!(TokenGate::new("short").is_err());
    }
}
