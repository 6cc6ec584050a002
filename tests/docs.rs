//! Generated documentation is what the code generates; `KAKUNIN_BLESS=1` writes it again.

use std::fmt::Write as _;
use std::path::Path;

use kakunin::catalogue::Catalogue;
use kakunin::plan::Plan;

fn checks() -> String {
    let catalogue = Catalogue::built_in().unwrap();
    let mut text = String::from("# Checks\n\nGenerated from `checks/` by `tests/docs.rs`; do not edit.\n");
    let _ = writeln!(text, "\n{} checks, {} topics.", catalogue.checks.len(), catalogue.topics.len());
    for topic in catalogue.topics.values() {
        let _ = writeln!(text, "\n## {}\n\n{} / {}\n", topic.id, topic.title.en, topic.title.ja);
        let _ = writeln!(text, "| check | severity | what is expected | reads |\n|---|---|---|---|");
        for check in catalogue.of_topic(&topic.id) {
            let reads: Vec<String> = Plan::of_check(check).operations.into_keys().collect();
            let (id, severity, title) = (&check.id, check.severity.label(), &check.title);
            let _ = writeln!(text, "| `{id}` | {severity} | {} / {} | {} |", title.en, title.ja, reads.join(", "));
        }
    }
    text
}

#[test]
fn the_list_of_checks_is_up_to_date() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/checks.md");
    let wanted = checks();
    if std::env::var_os("KAKUNIN_BLESS").is_some() {
        std::fs::write(&path, &wanted).unwrap();
    }
    let found = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(found == wanted, "docs/checks.md is not what the code says: KAKUNIN_BLESS=1 cargo test --test docs");
}
