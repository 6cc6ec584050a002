//! Single sign-on against a small issuer with a key made here.

use std::sync::Mutex;

use axum::extract::{Form, State};
use axum::routing::{get, post};
use axum::{Json, Router};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use openidconnect::core::{
    CoreEdDsaPrivateSigningKey, CoreIdToken, CoreIdTokenClaims, CoreJsonWebKeySet, CoreJwsSigningAlgorithm,
};
use openidconnect::{
    AccessToken, Audience, EmptyAdditionalClaims, EndUserEmail, IssuerUrl, JsonWebKeyId, Nonce, PrivateSigningKey,
    StandardClaims, SubjectIdentifier,
};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use url::Url;

use super::*;

/// What the issuer says of its user, and how it may be wrong.
#[derive(Clone)]
struct Says {
    email: &'static str,
    verified: Option<bool>,
    audience: &'static str,
    issuer: Option<&'static str>,
    nonce: Option<&'static str>,
    minutes: i64,
    foreign_key: bool,
    foreign_access_token: bool,
}

impl Default for Says {
    fn default() -> Self {
        Self {
            email: "Hanako@example.com",
            verified: Some(true),
            audience: "kakunin",
            issuer: None,
            nonce: None,
            minutes: 5,
            foreign_key: false,
            foreign_access_token: false,
        }
    }
}

struct Issuer {
    url: String,
    key: Mutex<CoreEdDsaPrivateSigningKey>,
    says: Mutex<Says>,
    /// Challenge and nonce of the login under way.
    asked: Mutex<(String, String)>,
}

fn key(id: &str) -> CoreEdDsaPrivateSigningKey {
    let pem = rcgen::KeyPair::generate_for(&rcgen::PKCS_ED25519).unwrap().serialize_pem();
    CoreEdDsaPrivateSigningKey::from_ed25519_pem(&pem, Some(JsonWebKeyId::new(id.into()))).unwrap()
}

async fn issuer() -> Arc<Issuer> {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let issuer =
        Arc::new(Issuer { url, key: Mutex::new(key("first")), says: Mutex::default(), asked: Mutex::default() });
    let router = Router::new()
        .route("/.well-known/openid-configuration", get(configuration))
        .route("/jwks", get(jwks))
        .route("/token", post(token))
        .with_state(Arc::clone(&issuer));
    tokio::spawn(async move { axum::serve(listener, router).await });
    issuer
}

async fn configuration(State(issuer): State<Arc<Issuer>>) -> Json<Value> {
    let url = &issuer.url;
    Json(json!({
        "issuer": url,
        "authorization_endpoint": format!("{url}/authorize"),
        "token_endpoint": format!("{url}/token"),
        "jwks_uri": format!("{url}/jwks"),
        "response_types_supported": ["code"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["EdDSA", "RS256"],
    }))
}

async fn jwks(State(issuer): State<Arc<Issuer>>) -> Json<CoreJsonWebKeySet> {
    Json(CoreJsonWebKeySet::new(vec![issuer.key.lock().unwrap().as_verification_key()]))
}

async fn token(State(issuer): State<Arc<Issuer>>, Form(form): Form<Vec<(String, String)>>) -> Json<Value> {
    let of = |name: &str| form.iter().find(|(n, _)| n == name).map_or("", |(_, value)| value.as_str());
    let (challenge, nonce) = issuer.asked.lock().unwrap().clone();
    let verifier = URL_SAFE_NO_PAD.encode(Sha256::digest(of("code_verifier").as_bytes()));
    if of("code") != "the-code" || verifier != challenge {
        return Json(json!({"error": "invalid_grant"}));
    }
    let says = issuer.says.lock().unwrap().clone();
    let claims = StandardClaims::new(SubjectIdentifier::new("user-1".into()))
        .set_email(Some(EndUserEmail::new(says.email.into())))
        .set_email_verified(says.verified);
    let now = chrono::Utc::now();
    let claims = CoreIdTokenClaims::new(
        IssuerUrl::new(says.issuer.unwrap_or(&issuer.url).into()).unwrap(),
        vec![Audience::new(says.audience.into())],
        now + Duration::minutes(says.minutes),
        now,
        claims,
        EmptyAdditionalClaims {},
    )
    .set_nonce(Some(Nonce::new(says.nonce.map_or(nonce, str::to_owned))));
    let foreign = key("first");
    let own = issuer.key.lock().unwrap();
    let signer = if says.foreign_key { &foreign } else { &*own };
    let access = AccessToken::new("access".into());
    let id_token =
        CoreIdToken::new(claims, signer, CoreJwsSigningAlgorithm::EdDsa, Some(&access), None).unwrap().to_string();
    let access = if says.foreign_access_token { "another" } else { "access" };
    Json(json!({"access_token": access, "token_type": "Bearer", "expires_in": 300, "id_token": id_token}))
}

fn login(issuer: &Issuer) -> Login {
    Login::Oidc {
        issuer: issuer.url.clone(),
        client_id: "kakunin".into(),
        client_secret: Secret::File("secret".into()),
        url: "https://kakunin.example.com".into(),
        allow: vec!["@example.com".into(), "taro@example.org".into()],
    }
}

/// Goes to the issuer: the state that it got, and the cookie to come back with.
async fn begin(site: &Site, issuer: &Issuer) -> (String, String) {
    let got = site.get("/login/start?next=%2Fsheets%2Fshop").await;
    assert_eq!(got.status, 303, "{}", got.body);
    let to = Url::parse(got.header("location")).unwrap();
    assert!(to.as_str().starts_with(&format!("{}/authorize?", issuer.url)), "{to}");
    let of = |name: &str| to.query_pairs().find(|(n, _)| n == name).unwrap().1.into_owned();
    assert_eq!(of("redirect_uri"), "https://kakunin.example.com/login/callback");
    assert_eq!((of("response_type").as_str(), of("code_challenge_method").as_str()), ("code", "S256"));
    assert!(of("scope").contains("openid") && of("scope").contains("email"));
    *issuer.asked.lock().unwrap() = (of("code_challenge"), of("nonce"));
    let line = got.header("set-cookie");
    assert!(line.contains("HttpOnly") && line.contains("Secure") && line.contains("SameSite=Lax"), "{line}");
    (of("state"), got.cookie("kakunin-login").unwrap())
}

async fn finish(site: &Site, state: &str, cookie: &str) -> Got {
    let path = format!("/login/callback?code=the-code&state={state}");
    site.send(site.request(&path).header("cookie", cookie)).await
}

#[tokio::test]
async fn single_sign_on_lets_in_who_is_allowed() {
    let issuer = issuer().await;
    let site = Site::new(login(&issuer)).await;
    assert_eq!(site.get("/sheets/shop").await.status, 303);
    assert!(site.get("/login").await.body.contains("href=\"/login/start?next=%2F\""));
    let (state, cookie) = begin(&site, &issuer).await;
    let got = finish(&site, &state, &cookie).await;
    assert_eq!((got.status, got.header("location")), (303, "/sheets/shop"), "{}", got.body);
    let session = got.cookie("kakunin-session").unwrap();
    let page = site.send(site.request("/sheets/shop").header("cookie", &session)).await;
    assert_eq!(page.status, 200);
    assert!(page.body.contains("hanako@example.com"));
    // The same answer a second time: its cookie is gone.
    assert_eq!(got.cookie("kakunin-login").as_deref(), Some("kakunin-login="));
    assert_eq!(finish(&site, &state, "").await.status, 400);
}

#[tokio::test]
async fn a_new_key_of_the_issuer_is_fetched() {
    let issuer = issuer().await;
    let site = Site::new(login(&issuer)).await;
    let (state, cookie) = begin(&site, &issuer).await;
    assert_eq!(finish(&site, &state, &cookie).await.status, 303);
    *issuer.key.lock().unwrap() = key("second");
    let (state, cookie) = begin(&site, &issuer).await;
    assert_eq!(finish(&site, &state, &cookie).await.status, 303);
}

#[tokio::test]
async fn whatever_is_wrong_with_an_answer_lets_nobody_in() {
    let issuer = issuer().await;
    let site = Site::new(login(&issuer)).await;
    let wrong = [
        ("a domain that is not allowed", 403, Says { email: "hanako@example.net", ..Says::default() }),
        ("a domain that only ends like it", 403, Says { email: "hanako@notexample.com", ..Says::default() }),
        ("an address that nobody verified", 403, Says { verified: None, ..Says::default() }),
        ("an address that is not verified", 403, Says { verified: Some(false), ..Says::default() }),
        ("a token for another program", 400, Says { audience: "another", ..Says::default() }),
        ("a token of another issuer", 400, Says { issuer: Some("https://example.net"), ..Says::default() }),
        ("a token of another login", 400, Says { nonce: Some("another"), ..Says::default() }),
        ("a token that ran out", 400, Says { minutes: -5, ..Says::default() }),
        ("a token that someone else signed", 400, Says { foreign_key: true, ..Says::default() }),
        ("another access token", 400, Says { foreign_access_token: true, ..Says::default() }),
    ];
    for (what, status, says) in wrong {
        let (state, cookie) = begin(&site, &issuer).await;
        *issuer.says.lock().unwrap() = says;
        let got = finish(&site, &state, &cookie).await;
        assert_eq!((got.status, got.cookie("kakunin-session")), (status, None), "{what}");
    }
    *issuer.says.lock().unwrap() = Says::default();
    let (state, cookie) = begin(&site, &issuer).await;
    assert_eq!(finish(&site, "another-state", &cookie).await.status, 400);
    assert_eq!(finish(&site, &state, "kakunin-login=forged").await.status, 400);
    issuer.asked.lock().unwrap().0 = "the-challenge-of-another-login".into();
    assert_eq!(finish(&site, &state, &cookie).await.status, 502, "the issuer refuses the verifier");
}

#[tokio::test]
async fn an_issuer_that_does_not_answer_is_said_to() {
    let issuer = issuer().await;
    let mut login = login(&issuer);
    if let Login::Oidc { issuer, .. } = &mut login {
        *issuer = "http://127.0.0.1:9".into();
    }
    let site = Site::new(login).await;
    let got = site.get("/login/start").await;
    assert_eq!(got.status, 502);
    assert!(got.body.contains("did not answer as it should"), "{}", got.body);
}
