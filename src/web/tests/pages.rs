//! Pages: what is on them, what must never be, and what comes with every answer.

use super::*;

const PAGES: [&str; 12] = [
    "/",
    "/sheets/shop",
    "/sheets/shop?run=1",
    "/sheets/shop?verdict=FAIL&q=zone",
    "/sheets/shop/items/5.4",
    "/sheets/shop/items/6.32",
    "/sheets/shop/runs",
    "/sheets/shop/runs/4",
    "/sheets/shop/diff?a=1&b=4",
    "/sheets/shop/expiring",
    "/sheets/shop/gaps",
    "/letters",
];

#[tokio::test]
async fn every_page_is_there_in_both_languages_with_its_landmarks() {
    let site = Site::new(Login::None).await;
    for path in PAGES {
        for lang in ["ja", "en"] {
            let join = if path.contains('?') { '&' } else { '?' };
            let got = site.get(&format!("{path}{join}lang={lang}")).await;
            assert_eq!(got.status, 200, "{path}: {}", got.body);
            assert!(got.body.contains(&format!("<html lang=\"{lang}\">")), "{path}");
            assert_eq!(got.body.matches("<main").count(), 1, "{path}");
            assert_eq!(got.body.matches("<h1>").count(), 1, "{path}");
            assert!(got.body.contains("class=\"skip\" href=\"#main\""), "{path}");
            assert_eq!(got.cookie("kakunin-lang").as_deref(), Some(format!("kakunin-lang={lang}").as_str()));
        }
    }
}

#[tokio::test]
async fn headings_do_not_skip_a_level_and_table_heads_have_a_scope() {
    let site = Site::new(Login::None).await;
    let heading = regex::Regex::new("<h([1-6])[ >]").unwrap();
    let th = regex::Regex::new("<th(?:ead)?[ >][^>]*>?").unwrap();
    for path in PAGES {
        let body = site.get(path).await.body;
        let mut last = 0;
        for level in heading.captures_iter(&body).map(|found| found[1].parse::<u32>().unwrap()) {
            assert!(level <= last + 1, "{path}: h{level} after h{last}");
            last = level;
        }
        for head in th.find_iter(&body).map(|found| found.as_str()).filter(|head| !head.starts_with("<thead")) {
            assert!(head.contains("scope="), "{path}: {head}");
        }
    }
}

#[tokio::test]
async fn the_policy_is_on_every_answer_whatever_it_is() {
    let site = Site::new(Login::None).await;
    let style = site.get("/").await.body.split("href=\"/assets/").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let more = [
        "/nothing",
        "/sheets/none",
        "/sheets/shop/items/9.99",
        "/sheets/shop?verdict=GREEN",
        "/api/v1/sheets",
        "/api/v1/nothing",
        "/healthz",
        "/login",
        "/assets/none.css",
    ];
    let style = format!("/assets/{style}");
    for path in PAGES.iter().chain(&more).chain([&style.as_str()]) {
        let got = site.get(path).await;
        let policy = got.header("content-security-policy");
        assert_eq!(
            policy,
            "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; base-uri 'none'; \
             frame-ancestors 'none'",
            "{path}"
        );
        assert_eq!(got.header("x-content-type-options"), "nosniff", "{path}");
        assert_eq!(got.header("cross-origin-opener-policy"), "same-origin", "{path}");
        assert_eq!(got.header("referrer-policy"), "same-origin", "{path}");
        let expected = match *path {
            path if path.starts_with("/assets/style") => "public, max-age=31536000, immutable",
            path if path == "/api/v1/sheets" => "private, no-cache",
            _ => "no-store",
        };
        assert_eq!(got.header("cache-control"), expected, "{path}");
        assert!(!got.body.contains(" style=") && !got.body.contains("<style"), "{path}: the policy would refuse it");
    }
}

#[tokio::test]
async fn hostile_texts_stay_texts() {
    let site = Site::new(Login::None).await;
    for path in PAGES.iter().chain(&["/sheets/shop?q=%22%3E%3Cscript%3Ealert(1)%3C/script%3E", "/sheets/%3Cscript%3E"])
    {
        let body = site.get(path).await.body;
        for wrong in ["<script", "<img", "onerror=alert(2)>", "href=\"javascript:"] {
            let found = body.find(wrong).map(|at| body.get(at.saturating_sub(80)..at + 80));
            assert_eq!(found, None, "{path}");
        }
    }
    let item = site.get("/sheets/shop/items/6.32").await.body;
    assert!(item.contains("&#60;script&#62;alert(1)"), "the text itself is shown");
}

#[tokio::test]
async fn a_sheet_shows_every_item_with_verdict_since_and_trend() {
    let site = Site::new(Login::None).await;
    let body = site.get("/sheets/shop").await.body;
    let items = sample::report().items;
    assert_eq!(body.matches("<svg class=strip").count(), items.len());
    for item in &items {
        assert!(body.contains(&format!("/sheets/shop/items/{}\"", item.id)), "{}", item.id);
    }
    let row = body.split("items/5.4\"").nth(2).unwrap_or_default().split("</tr>").next().unwrap();
    assert!(row.contains("<b>FAIL</b>"), "{row}");
    assert!(row.contains("FAIL (does not hold) since 2026-03-01; 1 change"), "{row}");
    // The run before shows it as it was.
    let body = site.get("/sheets/shop?run=3").await.body;
    let row = body.split("items/5.4?run=3\"").nth(1).unwrap().split("</tr>").next().unwrap();
    assert!(row.contains("<b>PASS</b>"), "{row}");
    assert!(body.contains("This is an earlier run"));
}

#[tokio::test]
async fn filters_narrow_and_a_misspelt_one_is_said() {
    let site = Site::new(Login::None).await;
    let shown = |body: &str| body.matches("<svg class=strip").count();
    assert_eq!(shown(&site.get("/sheets/shop?verdict=FAIL").await.body), 2);
    assert_eq!(shown(&site.get("/sheets/shop?verdict=FAIL&verdict=UNTESTED").await.body), 3);
    assert_eq!(shown(&site.get("/sheets/shop?agreement=contradicted").await.body), 1);
    assert_eq!(shown(&site.get("/sheets/shop?verdict=&agreement=&q=6.30").await.body), 1);
    assert_eq!(shown(&site.get("/sheets/shop?q=no-such-word").await.body), 0);
    // Passed over, it would show all and look as if nothing failed.
    assert_eq!(site.get("/sheets/shop?verdict=FAILED").await.status, 400);
}

#[tokio::test]
async fn an_item_shows_findings_evidence_and_who_changed_what() {
    let site = Site::new(Login::None).await;
    let body = site.get("/sheets/shop/items/5.4").await.body;
    for expected in [
        "arn:aws:rds:ap-northeast-1:111122223333:db:orders-production-primary-database-0",
        "aws rds describe-db-instances",
        "rds:DescribeDBInstances",
        "sha256:3f79bb7b435b",
        "2026-03-01 00:00:05 UTC",
        "arn:aws:sts::123456789012:assumed-role/deploy/hanako",
        "rds.amazonaws.com ModifyDBInstance",
        "MultiAZ=true",
        "no longer true",
    ] {
        assert!(body.contains(expected), "{expected}");
    }
    // What fails comes first.
    assert!(body.find("primary-database-0").unwrap() < body.find("primary-database-1<").unwrap());
}

#[tokio::test]
async fn findings_are_turned_over_a_page_at_a_time() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(&Place::Sqlite(folder.path().join("h.db"))).await.unwrap();
    commit(&store, &sample::large(2, 140, 3), 0, &[], &[]).await;
    let site = Site::over(Arc::new(store), Login::None, folder).await;
    let rows = |body: &str| body.matches("<td>arn:aws:rds").count();
    // Both items have the same check, so each shows the findings of both.
    let first = site.get("/sheets/shop/items/6.1").await.body;
    assert_eq!(rows(&first), 50);
    assert!(first.contains("1 / 6"), "{}", first.len());
    let last = site.get("/sheets/shop/items/6.1?check=rds%2Finstance-multi-az&page=6").await.body;
    assert_eq!(rows(&last), 280 - 250);
    assert!(!last.contains("<tbody class=\"fail\">"));
    assert_eq!(site.get("/sheets/shop/items/6.1?page=x").await.status, 400);
}

#[tokio::test]
async fn a_diff_tells_what_changed() {
    let site = Site::new(Login::None).await;
    let body = site.get("/sheets/shop/diff?a=1&b=4").await.body;
    assert_eq!(body.matches("<article class=\"change\">").count(), 1);
    assert!(body.contains("confirmed → contradicted"), "{body}");
    let body = site.get("/sheets/shop/diff?a=1&b=3").await.body;
    assert!(body.contains("No verdict differs"));
    let body = site.get("/sheets/shop/diff").await.body;
    assert!(body.contains("run 3 → 4"), "the last two by default");
    assert_eq!(site.get("/sheets/shop/diff?a=77").await.status, 404);
}

#[tokio::test]
async fn gaps_name_the_permission_and_the_items() {
    let site = Site::new(Login::None).await;
    let body = site.get("/sheets/shop/gaps").await.body;
    assert!(body.contains("s3:GetEncryptionConfiguration"), "what AWS named and what the table knows");
    assert!(body.contains("/sheets/shop/items/6.29\">6.29 INCONCLUSIVE"));
}

#[tokio::test]
async fn what_ended_since_the_run_is_shown_as_ended() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(&Place::Sqlite(folder.path().join("h.db"))).await.unwrap();
    let mut report = sample::report();
    report.reminders[0].ends = "2026-03-01T02:00:00Z".into();
    commit(&store, &report, 0, &[], &[]).await;
    let site = Site::over(Arc::new(store), Login::None, folder).await;
    let body = site.get("/sheets/shop/expiring").await.body;
    assert!(body.contains("ended, without effect"), "it ran out an hour before the page was asked for");
}

#[tokio::test]
async fn dead_letters_are_seen_first_with_why() {
    let site = Site::new(Login::None).await;
    let body = site.get("/letters").await.body;
    assert!(body.find("403 Forbidden").unwrap() < body.find(">ops<").unwrap());
    assert!(!site.get("/letters?state=dead").await.body.contains(">ops<"));
    assert_eq!(site.get("/letters?state=lost").await.status, 400);
}

#[tokio::test]
async fn old_and_partial_runs_are_said_to_be() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(&Place::Sqlite(folder.path().join("h.db"))).await.unwrap();
    commit(&store, &report(5, true), 0, &[], &[]).await;
    let mut fresh = report(0, true);
    let part = |service: &str, as_of: &str| PartAge {
        account: "123456789012".into(),
        region: "ap-northeast-1".into(),
        service: service.into(),
        as_of: as_of.parse().unwrap(),
    };
    fresh.run.parts = vec![part("rds", "2026-03-01T00:00:00Z"), part("s3", "2026-02-24T00:00:00Z")];
    let run = NewRun {
        sheet: "shop",
        kind: RunKind::Partial,
        report: &fresh,
        after: 1,
        transitions: &[],
        letters: &[],
        reminded: &[],
    };
    store.commit(run).await.unwrap();
    let site = Site::over(Arc::new(store), Login::None, folder).await;
    for path in ["/", "/sheets/shop", "/sheets/shop/items/5.4", "/sheets/shop/gaps"] {
        let body = site.get(path).await.body;
        assert!(body.contains("read anew only what had changed"), "{path}");
        assert!(body.contains("The last run over everything is 5 days old"), "{path}");
    }
    let run = site.get("/sheets/shop/runs/latest").await.body;
    let parts = run.split("How old each part is").nth(1).unwrap();
    assert!(parts.find(" rds").unwrap() < parts.find(" s3").unwrap());
    assert!(parts.contains("2026-02-24 00:00 UTC"));
}

#[tokio::test]
async fn answers_are_compressed_and_nothing_can_be_changed() {
    let site = Site::new(Login::None).await;
    let got = site.send(site.request("/sheets/shop").header("accept-encoding", "gzip")).await;
    assert_eq!(got.header("content-encoding"), "gzip");
    for path in PAGES.iter().chain(&["/api/v1/sheets"]) {
        for method in [reqwest::Method::POST, reqwest::Method::PUT, reqwest::Method::DELETE] {
            let got = site.send(site.client.request(method.clone(), format!("{}{path}", site.base))).await;
            assert_eq!(got.status, 405, "{method} {path}");
        }
    }
}
