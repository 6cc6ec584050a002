//! Generated documentation is what the code generates; `KAKUNIN_BLESS=1` writes it again.

#[path = "docs/coverage.rs"]
mod coverage;

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

fn tables() -> String {
    let catalogue = Catalogue::built_in().unwrap();
    let mut text = String::from(
        "# Support tables\n\nGenerated from `checks/tables/` by `tests/docs.rs`; do not edit.\n\n\
         What goes out of date (ends of support, what a TLS policy lets in) stands in `checks/tables/<id>.toml`, with its\n\
         source and the day that its facts are of. A check names a table as a parameter: `params = { ends = { table =\n\
         \"rds-versions\" } }`; the parameter's default is then the table's rows. What a table lacks is unknown, never pass.\n\n\
         ## Refreshing a table\n\n\
         1. Read its source again as its section says; change the rows, also those that were there: dates get moved.\n\
         2. Write only what the source says. What it does not say has no row.\n\
         3. Set `as_of` to the day on which you read it. `cargo test --test catalogue` fails when a table is older than a\n\
            year, and a run warns when its clock is more than a year past `as_of` of a table that findings rest on.\n\
         4. `KAKUNIN_BLESS=1 cargo test --test docs`.\n\n\
         Without a new version: put a table of the same name and columns into your project's `checks/tables/`; it stands\n\
         for the shipped one. Or set the parameter in `kakunin.toml` like any other: rows with the table's columns, days as\n\
         `\"2026-02-28T00:00:00Z\"` for the last day in support.\n",
    );
    for table in catalogue.tables.values() {
        let checks: Vec<String> = catalogue
            .checks
            .values()
            .filter(|check| check.tables.values().any(|named| named.id == table.id))
            .map(|check| format!("`{}`", check.id))
            .collect();
        let _ = writeln!(text, "\n## {}\n\n{} / {}\n", table.id, table.title.en, table.title.ja);
        let _ = writeln!(text, "- as of {}, {} rows", table.as_of, table.rows.len());
        let columns: Vec<String> =
            table.columns.iter().map(|(name, column)| format!("`{name}` ({})", String::from(*column))).collect();
        let _ = writeln!(text, "- columns: {}", columns.join(", "));
        let _ = writeln!(text, "- source: {}", table.source.join("; "));
        let _ = writeln!(text, "- refresh: {} / {}", table.refresh.en, table.refresh.ja);
        let _ = writeln!(text, "- named by {}", checks.join(", "));
    }
    text
}

#[test]
fn the_list_of_tables_is_up_to_date() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/tables.md");
    let wanted = tables();
    if std::env::var_os("KAKUNIN_BLESS").is_some() {
        std::fs::write(&path, &wanted).unwrap();
    }
    let found = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(found == wanted, "docs/tables.md is not what the code says: KAKUNIN_BLESS=1 cargo test --test docs");
}
