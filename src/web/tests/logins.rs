//! Who may look, and who may not.

use super::*;

fn token() -> Login {
    Login::Token { token: Secret::File("secret".into()) }
}

/// Everything that shows something of the history.
const SHOWN: [&str; 11] = [
    "/",
    "/sheets/shop",
    "/sheets/shop/items/5.4",
    "/sheets/shop/runs",
    "/sheets/shop/diff",
    "/sheets/shop/expiring",
    "/sheets/shop/gaps",
    "/letters",
    "/api/v1/sheets",
    "/api/v1/letters",
    "/no/such/page",
];

async fn shows_nothing(site: &Site) {
    for path in SHOWN {
        let got = site.get(path).await;
        let expected = if path.starts_with("/api/") { 401 } else { 303 };
        assert!(got.status == expected || got.status == 403, "{path}: {}", got.status);
        assert!(!got.body.contains("shop") && !got.body.contains("FAIL"), "{path}: {}", got.body);
    }
    assert_eq!(site.get("/healthz").await.body, "ok\n");
}

async fn enter(site: &Site, token: &str, origin: &str) -> Got {
    let form = format!("token={}&next=%2Fsheets%2Fshop", token.replace(' ', "+"));
    let request = site.client.post(format!("{}/login", site.base)).header("origin", origin).body(form);
    site.send(request.header("content-type", "application/x-www-form-urlencoded")).await
}

#[tokio::test]
async fn a_token_opens_the_dashboard_by_form_and_by_header() {
    let site = Site::new(token()).await;
    shows_nothing(&site).await;
    assert_eq!(site.get("/sheets/shop?q=a").await.header("location"), "/login?next=%2Fsheets%2Fshop%3Fq%3Da");
    let form = site.get("/login?next=%2Fsheets%2Fshop").await;
    assert!(form.body.contains("name=\"next\" value=\"/sheets/shop\""), "{}", form.body);

    let got = enter(&site, SECRET, &site.base).await;
    assert_eq!((got.status, got.header("location")), (303, "/sheets/shop"));
    let line = got.header("set-cookie");
    assert!(line.contains("HttpOnly") && line.contains("SameSite=Lax") && line.contains("Path=/"), "{line}");
    assert!(!line.contains("Secure"), "over plain HTTP the browser would not send it back: {line}");
    let session = got.cookie("kakunin-session").unwrap();
    assert!(!session.contains(SECRET));
    let page = site.send(site.request("/sheets/shop").header("cookie", &session)).await;
    assert_eq!(page.status, 200);
    assert!(page.body.contains("action=\"/logout\""));

    let out = site.client.post(format!("{}/logout", site.base)).header("cookie", &session);
    let out = site.send(out.header("origin", &site.base)).await;
    assert_eq!(out.status, 303);
    assert_eq!(out.cookie("kakunin-session").as_deref(), Some("kakunin-session="));

    let bearer = site.send(site.request("/api/v1/sheets").bearer_auth(SECRET)).await;
    assert_eq!(bearer.status, 200);
    let refused = site.get("/api/v1/sheets").await;
    assert_eq!(refused.header("www-authenticate"), "Bearer");
    assert_eq!(refused.header("content-type"), "application/problem+json");
}

#[tokio::test]
async fn behind_https_the_session_is_for_https_alone() {
    let site = Site::new(token()).await;
    let host = site.base.trim_start_matches("http://");
    let got = enter(&site, SECRET, &format!("https://{host}")).await;
    assert!(got.header("set-cookie").contains("Secure"), "{}", got.header("set-cookie"));
}

#[tokio::test]
async fn a_forged_or_foreign_session_is_none() {
    let site = Site::new(token()).await;
    let session = enter(&site, SECRET, &site.base).await.cookie("kakunin-session").unwrap();
    let mut bent = session.clone();
    bent.pop();
    bent.push(if session.ends_with('A') { 'B' } else { 'A' });
    for wrong in [bent.as_str(), "kakunin-session=", "kakunin-session={\"who\":null,\"until\":9999999999}"] {
        let got = site.send(site.request("/").header("cookie", wrong)).await;
        assert_eq!(got.status, 303, "{wrong}");
    }
    // Another dashboard with another token does not take it either.
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("secret"), "another token altogether").unwrap();
    let store = history(folder.path()).await;
    let other = Site::over(Arc::new(store), token(), folder).await;
    assert_eq!(other.send(other.request("/").header("cookie", &session)).await.status, 303);
}

#[tokio::test]
async fn a_wrong_token_and_a_form_of_another_site_are_refused() {
    let site = Site::new(token()).await;
    assert_eq!(enter(&site, "correct horse battery stable", &site.base).await.status, 401);
    let foreign = enter(&site, SECRET, "https://example.net").await;
    assert_eq!((foreign.status, foreign.cookie("kakunin-session")), (403, None));
}

#[tokio::test]
async fn guessing_is_stopped() {
    let site = Site::new(token()).await;
    for n in 0..10 {
        let request = site.request("/api/v1/sheets").bearer_auth(format!("guess {n}"));
        assert_eq!(site.send(request).await.status, 401);
    }
    assert_eq!(site.send(site.request("/api/v1/sheets").bearer_auth("guess")).await.status, 429);
    assert_eq!(enter(&site, SECRET, &site.base).await.status, 429, "not even the right one, so that it cannot be told");
}

#[tokio::test]
async fn a_proxy_names_the_user_from_its_own_address_only() {
    let login = |from: &str| Login::Header { header: "X-Forwarded-User".into(), from: vec![from.into()] };
    let site = Site::new(login("127.0.0.0/8")).await;
    shows_nothing(&site).await;
    let page = site.send(site.request("/").header("x-forwarded-user", "<b>hanako</b>")).await;
    assert_eq!(page.status, 200);
    assert!(page.body.contains("&#60;b&#62;hanako"));
    assert_eq!(site.get("/login").await.status, 404);

    let site = Site::new(login("192.0.2.0/24")).await;
    for path in SHOWN {
        let got = site.send(site.request(path).header("x-forwarded-user", "hanako")).await;
        assert_eq!(got.status, 403, "{path}");
        assert!(!got.body.contains("shop"), "{path}");
    }
}

#[tokio::test]
async fn without_a_login_a_foreign_name_of_this_machine_shows_nothing() {
    let site = Site::new(Login::None).await;
    for path in SHOWN {
        let got = site.send(site.request(path).header("host", "rebound.example.com")).await;
        assert_eq!(got.status, 421, "{path}");
        assert!(!got.body.contains("shop"), "{path}");
    }
}

#[tokio::test]
async fn a_secret_that_is_not_there_is_said_before_anything_is_served() {
    let folder = tempfile::tempdir().unwrap();
    let store: Arc<dyn History> = Arc::new(history(folder.path()).await);
    let address = "127.0.0.1:0".parse().unwrap();
    for secret in [Secret::File("no-such-file".into()), Secret::Env("KAKUNIN_NO_SUCH_VARIABLE".into())] {
        let settings = WebSettings { login: Login::Token { token: secret }, ..WebSettings::default() };
        let refused = dashboard(Arc::clone(&store), &settings, folder.path(), address, Arc::new(now));
        let message = refused.unwrap_err().to_string();
        assert!(message.contains("a token in"), "{message}");
    }
}
