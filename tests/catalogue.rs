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
