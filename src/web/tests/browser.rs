//! Pages in a real browser: headless Chromium, where there is one.

use std::path::PathBuf;
use std::process::Command;

use axum::Router;
use axum::extract::{Request, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};

use super::*;

fn chromium() -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let found = std::env::split_paths(&path).map(|folder| folder.join("chromium")).find(|file| file.is_file());
    if found.is_none() {
        eprintln!("chromium is not in PATH: nothing was tried in a browser");
    }
    found
}

/// Runs Chromium over a page; what it printed and what it logged.
async fn browse(chromium: PathBuf, url: String, width: u32, height: u32, more: Vec<String>) -> (String, String) {
    let run = move || {
        let profile = tempfile::tempdir().unwrap();
        let output = Command::new(chromium)
            .args(["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"])
            .args(["--disable-background-networking", "--disable-component-update", "--disable-sync"])
            .args(["--hide-scrollbars", "--enable-logging=stderr", "--lang=ja", "--no-proxy-server"])
            .arg(format!("--user-data-dir={}", profile.path().display()))
            .arg(format!("--window-size={width},{height}"))
            .args(more)
            .arg(url)
            .output()
            .unwrap();
        (String::from_utf8_lossy(&output.stdout).into_owned(), String::from_utf8_lossy(&output.stderr).into_owned())
    };
    tokio::task::spawn_blocking(run).await.unwrap()
}

/// Pictures are kept where this variable says, to be looked at.
fn shots() -> Option<PathBuf> {
    std::env::var_os("KAKUNIN_SHOTS").map(PathBuf::from)
}

const LOOKED_AT: [(&str, &str); 9] = [
    ("sheets", "/"),
    ("sheet", "/sheets/shop"),
    ("item", "/sheets/shop/items/5.4"),
    ("hostile", "/sheets/shop/items/6.32"),
    ("runs", "/sheets/shop/runs"),
    ("run", "/sheets/shop/runs/4"),
    ("diff", "/sheets/shop/diff?a=1&b=4"),
    ("gaps", "/sheets/shop/gaps"),
    ("letters", "/letters"),
];

#[tokio::test(flavor = "multi_thread")]
async fn a_browser_shows_every_page_without_a_violation_of_the_policy() {
    let Some(chromium) = chromium() else { return };
    let site = Site::new(Login::None).await;
    let kept = tempfile::tempdir().unwrap();
    let folder = shots().unwrap_or_else(|| kept.path().to_path_buf());
    for (name, path) in LOOKED_AT {
        let url = format!("{}{path}", site.base);
        for (width, height) in [(360, 1400), (1280, 1400)] {
            let file = folder.join(format!("{name}-{width}.png"));
            let more = vec![format!("--screenshot={}", file.display())];
            let (_, log) = browse(chromium.clone(), url.clone(), width, height, more).await;
            for wrong in ["Content Security Policy", "Content-Security-Policy", "Refused to", "violates"] {
                assert!(!log.contains(wrong), "{path}: {log}");
            }
            assert!(std::fs::metadata(&file).is_ok_and(|file| file.len() > 5_000), "{path}: {log}");
        }
    }
    let (dom, _) =
        browse(chromium.clone(), format!("{}/sheets/shop", site.base), 1280, 900, vec!["--dump-dom".into()]).await;
    assert!(dom.contains("INCONCLUSIVE") && dom.contains("<svg class=\"strip\""), "{dom}");
    let pdf = folder.join("sheet.pdf");
    let more = vec![format!("--print-to-pdf={}", pdf.display()), "--no-pdf-header-footer".into()];
    browse(chromium, format!("{}/sheets/shop/items/5.4", site.base), 1280, 900, more).await;
    assert!(std::fs::read(&pdf).unwrap().starts_with(b"%PDF"));
}

/// Serves copies of the site's pages without their policy, and a page that shows one in a frame of a phone's width (no
/// window of Chromium is that narrow) with a script that measures it: what is laid out is the same HTML and stylesheet.
async fn copy(State(site): State<Arc<Site>>, request: Request) -> Response {
    if let Some(path) = request.uri().query().and_then(|query| query.strip_prefix("frame=")) {
        let measure = "let d=f.contentDocument.documentElement;\
                       document.title='measured '+d.scrollWidth+' of '+f.contentWindow.innerWidth";
        let page = format!(
            "<!doctype html><title>-</title><iframe id=f width=360 height=800 frameborder=0 src=\"{path}\" \
             onload=\"{measure}\"></iframe>"
        );
        return ([(header::CONTENT_TYPE, "text/html")], page).into_response();
    }
    let got = site.get(request.uri().path_and_query().unwrap().as_str()).await;
    let kind = got.header("content-type").to_owned();
    ([(header::CONTENT_TYPE, kind)], got.body).into_response()
}

#[tokio::test(flavor = "multi_thread")]
async fn no_page_is_wider_than_a_phone() {
    let Some(chromium) = chromium() else { return };
    let site = Arc::new(Site::new(Login::None).await);
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    let router = Router::new().fallback(copy).with_state(site);
    tokio::spawn(async move { axum::serve(listener, router).await });
    let mut wide = Vec::new();
    for (_, path) in LOOKED_AT.into_iter().chain([("", "/sheets/shop/expiring"), ("", "/nothing")]) {
        let (dom, log) =
            browse(chromium.clone(), format!("{base}/?frame={path}"), 600, 900, vec!["--dump-dom".into()]).await;
        let title = dom.split("<title>measured ").nth(1).and_then(|rest| rest.split('<').next());
        let title = title.unwrap_or_else(|| panic!("{path}: {dom} {log}"));
        let (content, window) = title.split_once(" of ").unwrap();
        let (content, window): (u32, u32) = (content.parse().unwrap(), window.parse().unwrap());
        assert_eq!(window, 360, "{path}: the frame is as wide as asked for");
        if content > window {
            wide.push(format!("{path}: {content} px of {window}"));
        }
    }
    assert!(wide.is_empty(), "{wide:#?}");
}
