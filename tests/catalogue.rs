//! Every shipped check is linted and tried on its own examples.

use kakunin::catalogue::{Catalogue, lint, run_examples};

#[test]
fn every_shipped_check_is_clean() {
    let catalogue = Catalogue::built_in().unwrap();
    let lints: Vec<String> = lint(&catalogue).into_iter().map(|l| format!("{}: {}", l.at, l.message)).collect();
    assert!(lints.is_empty(), "{}", lints.join("\n"));
}

#[test]
fn every_example_comes_out_as_it_says() {
    let catalogue = Catalogue::built_in().unwrap();
    let failures: Vec<String> = run_examples(&catalogue)
        .into_iter()
        .map(|f| format!("{} example {}: {}", f.check, f.example, f.message))
        .collect();
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

/// The one test that reads the real clock: facts that nobody has looked at for a year must not ship. docs/tables.md says
/// how to refresh a table.
#[test]
fn every_support_table_is_younger_than_a_year() {
    let catalogue = Catalogue::built_in().unwrap();
    assert!(catalogue.tables.len() >= 7, "{:?}", catalogue.tables.keys());
    let now = chrono::Utc::now();
    for table in catalogue.tables.values() {
        assert!(!table.is_old(now), "checks/tables/{}.toml is of {}: refresh it", table.id, table.as_of);
        assert!(table.as_of <= now.date_naive(), "checks/tables/{}.toml is of the future", table.id);
    }
}
