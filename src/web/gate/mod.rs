//! Who may look: the login of the settings, held before every page and every answer of the API.

mod header;
mod oidc;
mod rate;
mod session;
mod token;

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::Path;
use std::sync::Arc;

use axum::Router;
use axum::extract::{ConnectInfo, Request, State};
use axum::http::header::{HOST, WWW_AUTHENTICATE};
use axum::http::{Extensions, HeaderMap, HeaderValue, StatusCode, Uri};
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use percent_encoding::utf8_percent_encode;

use super::error::WebError;
use super::{Web, pages};
use crate::alert;
use crate::model::{Login, Secret, Text};

/// The user of a request, where the login names one.
#[derive(Debug, Clone, Default)]
pub(super) struct User {
    /// Who.
    pub(super) name: Option<String>,
    /// Whether there is a session that can be ended.
    pub(super) session: bool,
}

/// The login in force.
pub(super) enum Gate {
    /// None: on loopback only, and only by its own names.
    Open,
    /// A token.
    Token(token::TokenGate),
    /// A header of a proxy.
    Header(header::HeaderGate),
    /// OpenID Connect.
    Oidc(Box<oidc::OidcGate>),
}

/// What the gate says of a request.
enum Looked {
    /// It may.
    In(User),
    /// Not before logging in.
    Out,
    /// Not at all.
    Refused(StatusCode, Text),
}

impl Gate {
    /// Makes the gate of the settings.
    pub(super) fn new(login: &Login, folder: &Path, listen: SocketAddr) -> Result<Self, WebError> {
        Ok(match login {
            Login::None if listen.ip().is_loopback() => Gate::Open,
            Login::None => return Err(WebError::Open { listen }),
            Login::Token { token } => Gate::Token(token::TokenGate::new(&secret("a token", token, folder)?)?),
            Login::Header { header, from } => Gate::Header(header::HeaderGate::new(header, from)?),
            Login::Oidc { issuer, client_id, client_secret, url, allow } => {
                let secret = secret("a client secret", client_secret, folder)?;
                Gate::Oidc(Box::new(oidc::OidcGate::new(issuer, client_id, &secret, url, allow)?))
            }
        })
    }

    fn look(&self, headers: &HeaderMap, peer: IpAddr) -> Looked {
        match self {
            Gate::Open => match host_is_loopback(headers) {
                true => Looked::In(User::default()),
                false => Looked::Refused(
                    StatusCode::MISDIRECTED_REQUEST,
                    Text::new(
                        "ログインなしのダッシュボードは http://127.0.0.1 または http://localhost でだけ表示できます。",
                        "Without a login the dashboard is shown at http://127.0.0.1 or http://localhost only.",
                    ),
                ),
            },
            Gate::Token(gate) => gate.look(headers, peer),
            Gate::Header(gate) => gate.look(headers, peer),
            Gate::Oidc(gate) => gate.look(headers),
        }
    }
}

/// Routes of the login; none where people do not log in here.
pub(super) fn routes(gate: &Gate) -> Router<Arc<Web>> {
    match gate {
        Gate::Open | Gate::Header(_) => Router::new(),
        Gate::Token(_) => {
            Router::new().route("/login", get(pages::login::show).post(token::enter)).route("/logout", post(leave))
        }
        Gate::Oidc(_) => Router::new()
            .route("/login", get(pages::login::show))
            .route("/login/start", get(oidc::start))
            .route("/login/callback", get(oidc::callback))
            .route("/logout", post(leave)),
    }
}

/// Lets a request through, or says why not.
pub(super) async fn hold(State(web): State<Arc<Web>>, mut request: Request, next: Next) -> Response {
    let path = request.uri().path();
    if path == "/healthz" || path == "/login" || path.starts_with("/login/") || path.starts_with("/assets/") {
        request.extensions_mut().insert(User::default());
        return next.run(request).await;
    }
    match web.gate.look(request.headers(), peer(request.extensions())) {
        Looked::In(user) => {
            request.extensions_mut().insert(user);
            next.run(request).await
        }
        Looked::Refused(status, why) => pages::refuse(&request, status, &why),
        Looked::Out if path.starts_with("/api/") => {
            let why = Text::new("ログインが必要です。", "A login is needed.");
            let mut response = pages::refuse(&request, StatusCode::UNAUTHORIZED, &why);
            response.headers_mut().insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
            response
        }
        Looked::Out => Redirect::to(&login_for(request.uri())).into_response(),
    }
}

fn login_for(uri: &Uri) -> String {
    let next = uri.path_and_query().map_or("/", |path| path.as_str());
    format!("/login?next={}", utf8_percent_encode(next, pages::SEGMENT))
}

/// Where to go after a login: a path of ours and nothing that leads elsewhere.
pub(super) fn local(next: Option<&str>) -> String {
    let fits = |next: &&str| {
        next.starts_with('/')
            && !next.starts_with("//")
            && !next.starts_with("/login")
            && !next.contains(|c: char| c.is_control() || c == '\\')
    };
    next.filter(fits).unwrap_or("/").to_owned()
}

/// Ends the session.
async fn leave(State(web): State<Arc<Web>>, headers: HeaderMap) -> Response {
    if !same_origin(&headers) {
        return StatusCode::FORBIDDEN.into_response();
    }
    let sessions = match &web.gate {
        Gate::Token(gate) => gate.sessions(),
        Gate::Oidc(gate) => gate.sessions(),
        Gate::Open | Gate::Header(_) => return StatusCode::NOT_FOUND.into_response(),
    };
    (sessions.end(&headers), Redirect::to("/login")).into_response()
}

/// The address that the connection comes from.
pub(super) fn peer(extensions: &Extensions) -> IpAddr {
    let peer = extensions.get::<ConnectInfo<SocketAddr>>();
    // Unspecified is in no list of addresses.
    peer.map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |ConnectInfo(address)| address.ip().to_canonical())
}

/// Whether a form was sent from a page of ours. Browsers name the origin of every POST.
fn same_origin(headers: &HeaderMap) -> bool {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    if let Some(site) = text("sec-fetch-site") {
        return site == "same-origin";
    }
    let (Some(origin), Some(host)) = (text("origin"), text("host")) else { return false };
    origin.split_once("://").is_some_and(|(_, from)| from.eq_ignore_ascii_case(host))
}

/// A page of another site may name any host that its DNS leads here, but not these.
fn host_is_loopback(headers: &HeaderMap) -> bool {
    let Some(host) = headers.get(HOST).and_then(|value| value.to_str().ok()) else { return false };
    let name = match host.strip_prefix('[') {
        Some(rest) => rest.split(']').next().unwrap_or_default(),
        None => host.split(':').next().unwrap_or_default(),
    };
    name.eq_ignore_ascii_case("localhost") || name.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

fn secret(what: &'static str, secret: &Secret, folder: &Path) -> Result<String, WebError> {
    match alert::reveal(secret, folder) {
        Ok(hidden) => Ok(hidden.expose().to_owned()),
        Err(lack) => Err(WebError::Secret { what, lack: lack.to_string() }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(&'static str, &str)]) -> HeaderMap {
        pairs.iter().map(|(name, value)| (axum::http::HeaderName::from_static(name), value.parse().unwrap())).collect()
    }

    #[test]
    fn after_a_login_nobody_is_led_elsewhere() {
        for wrong in ["//example.com", "https://example.com/", "/\\example.com", "", "sheets", "/login", "/a\nb"] {
            assert_eq!(local(Some(wrong)), "/", "{wrong}");
        }
        assert_eq!(local(Some("/sheets/shop?verdict=FAIL")), "/sheets/shop?verdict=FAIL");
        assert_eq!(local(None), "/");
    }

    #[test]
    fn a_form_of_another_site_is_refused() {
        let host = ("host", "kakunin.example.com");
        assert!(same_origin(&headers(&[host, ("origin", "https://kakunin.example.com")])));
        assert!(same_origin(&headers(&[host, ("sec-fetch-site", "same-origin")])));
        for wrong in ["https://example.net", "null", "https://kakunin.example.com.example.net"] {
            assert!(!same_origin(&headers(&[host, ("origin", wrong)])), "{wrong}");
        }
        assert!(!same_origin(&headers(&[host])));
        let forged = [host, ("origin", "https://kakunin.example.com"), ("sec-fetch-site", "cross-site")];
        assert!(!same_origin(&headers(&forged)));
    }

    #[test]
    fn without_a_login_only_names_of_this_machine_are_answered() {
        for right in ["localhost:8613", "127.0.0.1", "[::1]:8613", "LOCALHOST"] {
            assert!(host_is_loopback(&headers(&[("host", right)])), "{right}");
        }
        for wrong in ["example.com", "127.0.0.1.example.com", "localhost.example.com:8613", "[::2]"] {
            assert!(!host_is_loopback(&headers(&[("host", wrong)])), "{wrong}");
        }
    }

    #[test]
    fn no_login_is_taken_on_loopback_only() {
        let folder = Path::new(".");
        assert!(Gate::new(&Login::None, folder, "127.0.0.1:1".parse().unwrap()).is_ok());
        assert!(Gate::new(&Login::None, folder, "[::1]:1".parse().unwrap()).is_ok());
        for listen in ["0.0.0.0:1", "[::]:1", "192.0.2.1:1"] {
            let refused = Gate::new(&Login::None, folder, listen.parse().unwrap());
            assert!(matches!(refused, Err(WebError::Open { .. })), "{listen}");
        }
    }
}
