//! OpenID Connect: authorization code with PKCE, state and nonce. The protocol is openidconnect's; this room carries its
//! requests with reqwest, keeps the flow in a cookie, and decides who of the issuer's users may look.

use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use chrono::Utc;
use futures::future::BoxFuture;
use openidconnect::core::{CoreAuthenticationFlow, CoreClient, CoreIdTokenClaims, CoreProviderMetadata};
use openidconnect::{
    AccessTokenHash, AsyncHttpClient, AuthorizationCode, ClientId, ClientSecret, CsrfToken, EndpointMaybeSet,
    EndpointNotSet, EndpointSet, HttpRequest, HttpResponse, IssuerUrl, Nonce, OAuth2TokenResponse, PkceCodeChallenge,
    PkceCodeVerifier, RedirectUrl, Scope, TokenResponse,
};
use serde::{Deserialize, Serialize};
use tokio::sync::Mutex;
use url::Url;

use super::session::Sessions;
use super::{Gate, Looked, User, local};
use crate::model::{Lang, Text};
use crate::web::error::WebError;
use crate::web::{Web, pages};

const COOKIE: &str = "kakunin-login";
/// Seconds that a login may take at the issuer.
const FLOW: i64 = 600;
/// How long what the issuer says of itself is taken without asking again.
const FRESH: Duration = Duration::from_secs(300);
const TIMEOUT: Duration = Duration::from_secs(10);

/// Holds the issuer and who may look.
pub(in crate::web) struct OidcGate {
    sessions: Sessions,
    issuer: IssuerUrl,
    client_id: ClientId,
    client_secret: ClientSecret,
    redirect: RedirectUrl,
    secure: bool,
    allow: Vec<String>,
    http: Carrier,
    metadata: Mutex<Option<(Instant, CoreProviderMetadata)>>,
}

/// What a login has to come back with.
#[derive(Serialize, Deserialize)]
struct Flow {
    state: String,
    nonce: String,
    verifier: String,
    next: String,
    /// Seconds since 1970.
    until: i64,
}

/// A login that did not succeed: what is told to the user, and what to the log.
struct Failed {
    status: StatusCode,
    text: Text,
    log: String,
}

type Client =
    CoreClient<EndpointSet, EndpointNotSet, EndpointNotSet, EndpointNotSet, EndpointMaybeSet, EndpointMaybeSet>;

impl OidcGate {
    pub(super) fn new(
        issuer: &str,
        client_id: &str,
        client_secret: &str,
        url: &str,
        allow: &[String],
    ) -> Result<Self, WebError> {
        let wrong = |expected, found: &str| WebError::Setting { expected, found: found.to_owned() };
        let expected = "the issuer's URL, with https";
        // Over plain HTTP anyone on the way could name any user.
        if !Url::parse(issuer).is_ok_and(|url| url.scheme() == "https" || is_loopback(&url)) {
            return Err(wrong(expected, issuer));
        }
        let issuer = IssuerUrl::new(issuer.to_owned()).map_err(|_| wrong(expected, issuer))?;
        let expected = "the URL under which people reach the dashboard, as in https://kakunin.example.com";
        let base = Url::parse(url).ok().filter(|base| matches!(base.scheme(), "https" | "http"));
        let base = base.filter(|base| base.path() == "/").ok_or_else(|| wrong(expected, url))?;
        let redirect = base.join("login/callback").map_err(|_| wrong(expected, url))?;
        if let Some(odd) = allow.iter().find(|entry| !entry.contains('@')) {
            return Err(wrong("an e-mail address or a domain (@example.com) in allow", odd));
        }
        let http = reqwest::Client::builder()
            // A redirect could lead the secret elsewhere.
            .redirect(reqwest::redirect::Policy::none())
            .timeout(TIMEOUT)
            .build()
            .map_err(|error| wrong("an HTTP client that can be made", &error.to_string()))?;
        Ok(Self {
            sessions: Sessions::new("oidc", client_secret).ok_or_else(|| wrong("a client secret", ""))?,
            issuer,
            client_id: ClientId::new(client_id.to_owned()),
            client_secret: ClientSecret::new(client_secret.to_owned()),
            secure: base.scheme() == "https",
            redirect: RedirectUrl::from_url(redirect),
            allow: allow.iter().map(|entry| entry.trim().to_lowercase()).collect(),
            http: Carrier(http),
            metadata: Mutex::new(None),
        })
    }

    pub(super) fn sessions(&self) -> &Sessions {
        &self.sessions
    }

    pub(super) fn look(&self, headers: &HeaderMap) -> Looked {
        match self.sessions.who(headers) {
            Some(name) => Looked::In(User { name, session: true }),
            None => Looked::Out,
        }
    }

    /// The issuer's own description with its keys, asked for anew after a while, or where `fresh` wants it.
    async fn client(&self, fresh: bool) -> Result<Client, Failed> {
        let mut kept = self.metadata.lock().await;
        let metadata = match kept.as_ref() {
            Some((at, metadata)) if !fresh && at.elapsed() < FRESH => metadata.clone(),
            _ => {
                let found = CoreProviderMetadata::discover_async(self.issuer.clone(), &self.http).await;
                let metadata = found.map_err(|error| Failed::upstream(&chain(&error)))?;
                *kept = Some((Instant::now(), metadata.clone()));
                metadata
            }
        };
        let secret = Some(self.client_secret.clone());
        Ok(CoreClient::from_provider_metadata(metadata, self.client_id.clone(), secret)
            .set_redirect_uri(self.redirect.clone()))
    }

    async fn begin(&self, headers: &HeaderMap, next: String) -> Result<Response, Failed> {
        let client = self.client(false).await?;
        let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
        let (to, state, nonce) = client
            .authorize_url(CoreAuthenticationFlow::AuthorizationCode, CsrfToken::new_random, Nonce::new_random)
            .add_scope(Scope::new("email".to_owned()))
            .add_scope(Scope::new("profile".to_owned()))
            .set_pkce_challenge(challenge)
            .url();
        let flow = Flow {
            state: state.into_secret(),
            nonce: nonce.secret().clone(),
            verifier: verifier.into_secret(),
            next,
            until: Utc::now().timestamp() + FLOW,
        };
        let jar = self.sessions.write(headers, COOKIE, &flow, self.secure);
        Ok((jar, Redirect::to(to.as_str())).into_response())
    }

    async fn finish(&self, headers: &HeaderMap, came: Came) -> Result<Response, Failed> {
        let flow: Option<Flow> = self.sessions.read(headers, COOKIE);
        let flow = flow.filter(|flow| flow.until > Utc::now().timestamp());
        let flow = flow.ok_or_else(|| Failed::again("the login has no cookie in date"))?;
        if came.state.as_deref() != Some(flow.state.as_str()) {
            return Err(Failed::again("the state is not the one that was sent"));
        }
        if came.iss.as_deref().is_some_and(|iss| iss != self.issuer.as_str()) {
            return Err(Failed::again("the answer names another issuer"));
        }
        let Some(code) = came.code else {
            let error = came.error.unwrap_or_default();
            return Err(Failed::again(&format!("the issuer answered without a code: {error:?}")));
        };
        let client = self.client(false).await?;
        let tokens = client
            .exchange_code(AuthorizationCode::new(code))
            .map_err(|error| Failed::upstream(&chain(&error)))?
            .set_pkce_verifier(PkceCodeVerifier::new(flow.verifier))
            .request_async(&self.http)
            .await
            .map_err(|error| Failed::upstream(&chain(&error)))?;
        let id_token = tokens.id_token().ok_or_else(|| Failed::upstream("the issuer sent no ID token"))?;
        let nonce = Nonce::new(flow.nonce);
        // A key that is not known may be a new one.
        let is_known = id_token.claims(&client.id_token_verifier(), &nonce).is_ok();
        let client = if is_known { client } else { self.client(true).await? };
        let verifier = client.id_token_verifier();
        let claims = id_token
            .claims(&verifier, &nonce)
            .map_err(|error| Failed::again(&format!("ID token: {}", chain(&error))))?;
        if let Some(expected) = claims.access_token_hash() {
            let found = id_token
                .signing_alg()
                .ok()
                .zip(id_token.signing_key(&verifier).ok())
                .and_then(|(alg, key)| AccessTokenHash::from_token(tokens.access_token(), alg, key).ok());
            if found.as_ref() != Some(expected) {
                return Err(Failed::again("the access token is not the one that the ID token names"));
            }
        }
        let who = self.admit(claims)?;
        let session = self.sessions.begin(headers, Some(who), self.secure);
        let jar = self.sessions.clear(session, COOKIE);
        Ok((jar, Redirect::to(&local(Some(&flow.next)))).into_response())
    }

    /// The name of a user who may look.
    fn admit(&self, claims: &CoreIdTokenClaims) -> Result<String, Failed> {
        let email = claims.email().map(|email| email.to_lowercase());
        let verified = email.clone().filter(|_| claims.email_verified() == Some(true));
        if !self.allow.is_empty() && !verified.as_deref().is_some_and(|email| allows(&self.allow, email)) {
            let log = format!("expected a verified e-mail address that allow names, found {email:?}");
            let text = Text::new(
                "この利用者には、ダッシュボードを見る許可がありません。管理者に連絡してください。",
                "This user may not see the dashboard. Ask whoever runs it.",
            );
            return Err(Failed { status: StatusCode::FORBIDDEN, text, log });
        }
        Ok(email.unwrap_or_else(|| claims.subject().to_string()))
    }
}

/// Whether a list names an address, or its domain as `@example.com`. Both in lower case.
fn allows(allow: &[String], email: &str) -> bool {
    let domain = email.rfind('@').and_then(|at| email.get(at..));
    allow.iter().any(|entry| if entry.starts_with('@') { domain == Some(entry) } else { entry == email })
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(url::Host::Domain(name)) => name == "localhost",
        Some(url::Host::Ipv4(address)) => address.is_loopback(),
        Some(url::Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

/// Carries openidconnect's requests.
struct Carrier(reqwest::Client);

impl<'c> AsyncHttpClient<'c> for Carrier {
    type Error = Carried;
    type Future = BoxFuture<'c, Result<HttpResponse, Carried>>;

    fn call(&'c self, request: HttpRequest) -> Self::Future {
        Box::pin(async move {
            let response = self.0.execute(reqwest::Request::try_from(request)?).await?;
            let mut builder = axum::http::Response::builder().status(response.status());
            for (name, value) in response.headers() {
                builder = builder.header(name, value);
            }
            let body = response.bytes().await?;
            Ok(builder.body(body.to_vec())?)
        })
    }
}

/// A request that could not be carried.
#[derive(Debug, thiserror::Error)]
enum Carried {
    #[error(transparent)]
    Http(#[from] reqwest::Error),
    #[error(transparent)]
    Shape(#[from] axum::http::Error),
}

fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(error) = source {
        text.push_str(&format!(": {error}"));
        source = error.source();
    }
    text
}

impl Failed {
    fn again(log: &str) -> Self {
        let text = Text::new(
            "ログインを完了できませんでした。もう一度ログインしてください。",
            "The login could not be completed. Please log in again.",
        );
        Self { status: StatusCode::BAD_REQUEST, text, log: log.to_owned() }
    }

    fn upstream(log: &str) -> Self {
        let text = Text::new(
            "シングルサインオンのサーバーから正しい応答がありません。しばらくしてからやり直してください。",
            "The single sign-on server did not answer as it should. Please try again later.",
        );
        Self { status: StatusCode::BAD_GATEWAY, text, log: log.to_owned() }
    }

    fn answer(&self, lang: Lang) -> Response {
        tracing::warn!("login: {}", self.log);
        pages::login::problem(lang, self.status, &self.text)
    }
}

/// What the issuer sends the browser back with.
#[derive(Deserialize)]
pub(super) struct Came {
    code: Option<String>,
    state: Option<String>,
    iss: Option<String>,
    error: Option<String>,
}

#[derive(Deserialize)]
pub(super) struct Next {
    next: Option<String>,
}

fn gate(web: &Web) -> Result<&OidcGate, StatusCode> {
    match &web.gate {
        Gate::Oidc(gate) => Ok(gate),
        Gate::Open | Gate::Token(_) | Gate::Header(_) => Err(StatusCode::NOT_FOUND),
    }
}

/// Sends the browser to the issuer.
pub(super) async fn start(
    State(web): State<Arc<Web>>,
    axum::Extension(lang): axum::Extension<Lang>,
    headers: HeaderMap,
    Query(Next { next }): Query<Next>,
) -> Result<Response, StatusCode> {
    Ok(gate(&web)?.begin(&headers, local(next.as_deref())).await.unwrap_or_else(|failed| failed.answer(lang)))
}

/// Takes the browser back from the issuer.
pub(super) async fn callback(
    State(web): State<Arc<Web>>,
    axum::Extension(lang): axum::Extension<Lang>,
    headers: HeaderMap,
    Query(came): Query<Came>,
) -> Result<Response, StatusCode> {
    Ok(gate(&web)?.finish(&headers, came).await.unwrap_or_else(|failed| failed.answer(lang)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_domain_is_what_follows_the_last_at_sign() {
        let allow = ["@example.com".to_owned(), "hanako@example.org".to_owned()];
        for right in ["taro@example.com", "hanako@example.org"] {
            assert!(allows(&allow, right), "{right}");
        }
        for wrong in
            ["taro@sub.example.com", "taro@notexample.com", "a@example.com@example.net", "taro@example.org", ""]
        {
            assert!(!allows(&allow, wrong), "{wrong}");
        }
    }

    #[test]
    fn settings_that_would_be_unsafe_are_refused() {
        let of = |issuer: &str, url: &str, allow: &str| OidcGate::new(issuer, "id", "secret", url, &[allow.to_owned()]);
        let (issuer, url) = ("https://login.example.com", "https://kakunin.example.com");
        assert!(of(issuer, url, "@example.com").is_ok());
        assert!(of("http://login.example.com", url, "@example.com").is_err());
        assert!(of(issuer, "https://kakunin.example.com/below", "@example.com").is_err());
        assert!(of(issuer, url, "example.com").is_err());
    }
}
