//! A year of nights: what a page costs. `cargo test … -- --ignored a_year` prints the figures.

use std::time::Instant;

use super::*;

/// Items, findings of each.
const ITEMS: usize = 70;
const EACH: usize = 286;

fn nights(name: &str, default: usize) -> usize {
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(default)
}

/// A night's report: every tenth item fails now and then. `each` findings of a check of its own per item.
fn night(day: i64, each: usize) -> Report {
    let mut report = sample::large(ITEMS, each, 40);
    let clock = "2026-03-01T00:00:00Z".parse::<Moment>().unwrap() - Duration::days(364 - day);
    report.run.clock = clock.to_rfc3339_opts(chrono::SecondsFormat::Secs, true);
    report.run.started = report.run.clock.clone();
    report.run.finished = report.run.clock.clone();
    report.run.id = format!("run-{day:012}");
    for (n, item) in report.items.iter_mut().enumerate() {
        let check = format!("rds/check-{n}");
        for at in &item.claims[0].checks[0].findings {
            report.findings[*at].check.clone_from(&check);
        }
        item.claims[0].checks[0].id = check;
        let fails = n % 10 == 0 && (day / 7 + n as i64) % 5 == 0;
        item.verdict = if fails { Verdict::Fail } else { Verdict::Pass };
        item.agreement = if fails { Agreement::Contradicted } else { Agreement::Confirmed };
        item.claims[0].verdict = item.verdict;
    }
    report
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "makes a year of runs, for figures"]
async fn a_year_of_nights_costs_little() {
    let (nights, full) = (nights("KAKUNIN_NIGHTS", 365), nights("KAKUNIN_FULL_NIGHTS", 10));
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("history.db");
    let store = Store::open(&Place::Sqlite(file.clone())).await.unwrap();
    let began = Instant::now();
    for day in 0..nights {
        let each = if day + full >= nights { EACH } else { 20 };
        let at = i64::try_from(day).unwrap();
        commit(&store, &night(at + 365 - i64::try_from(nights).unwrap(), each), at, &[], &[]).await;
    }
    let size = std::fs::metadata(&file).unwrap().len() / 1_000_000;
    println!(
        "{nights} nights of {ITEMS} items, {full} of them with {} findings: {:?}, {size} MB",
        ITEMS * EACH,
        began.elapsed()
    );
    let site = Site::over(Arc::new(store), Login::None, folder).await;
    for path in ["/", "/sheets/shop", "/sheets/shop/items/6.11", "/sheets/shop/runs", "/sheets/shop/gaps", "/letters"] {
        let mut times = Vec::new();
        for _ in 0..20 {
            let began = Instant::now();
            let request = site.request(path).header("accept-encoding", "gzip").build().unwrap();
            let response = site.client.execute(request).await.unwrap();
            assert_eq!(response.status().as_u16(), 200);
            times.push(began.elapsed());
            response.bytes().await.unwrap();
        }
        let first = times[0];
        times.sort();
        let plain = site.get(path).await.body.len();
        let packed =
            site.client.execute(site.request(path).header("accept-encoding", "gzip").build().unwrap()).await.unwrap();
        let packed = packed.bytes().await.unwrap().len();
        println!(
            "{path}: first byte {first:?} cold, {:?} median; {plain} bytes, {packed} gzip",
            times[times.len() / 2]
        );
    }
}
