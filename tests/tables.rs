//! Findings that rest on a support table say as of when, and warn when the table is old by the run's clock.

use std::collections::BTreeMap;

use kakunin::model::{Moment, Report, Text};
use kakunin::pipeline::Inputs;
use kakunin::snapshot::Sealed;

use account::{Pick, inputs, snapshot};

#[allow(dead_code)]
#[path = "laws/account.rs"]
mod account;

const CHECK: &str = "lambda/runtime-supported";

fn run(inputs: &Inputs, with_function: bool, clock: Moment) -> Report {
    let check = inputs.catalogue.checks.keys().position(|id| id == CHECK).unwrap();
    let picks: &[Pick] = if with_function { &[Pick { check, example: 0, region: 0 }] } else { &[] };
    inputs.decide(&Sealed::new(snapshot(&inputs.catalogue, picks)).unwrap(), clock)
}

fn warned(report: &Report) -> Vec<&Text> {
    report.warnings.iter().filter(|text| text.en.contains("lambda-runtimes")).collect()
}

#[test]
fn a_run_says_which_table_it_rests_on_and_warns_when_that_is_old() {
    let mut inputs = inputs();
    let as_of = inputs.catalogue.tables["lambda-runtimes"].as_of;
    let day = |days: i64| format!("{}T12:00:00Z", as_of + chrono::Duration::days(days)).parse().unwrap();

    let fresh = run(&inputs, true, day(300));
    assert!(warned(&fresh).is_empty(), "{:?}", warned(&fresh));
    let checks = fresh.items.iter().flat_map(|item| &item.claims).flat_map(|claim| &claim.checks);
    let check = checks.into_iter().find(|check| check.id == CHECK).expect("a claim points at it");
    assert_eq!(check.params["ends"], serde_json::json!({ "table": "lambda-runtimes", "as_of": as_of.to_string() }));

    let late = run(&inputs, true, day(367));
    let [warning] = warned(&late)[..] else { panic!("expected one, found {:?}", late.warnings) };
    for text in [&warning.ja, &warning.en] {
        assert!(text.contains(&as_of.to_string()) && text.contains(CHECK), "{text}");
    }

    // Where no finding rests on it, it is nobody's concern.
    assert!(warned(&run(&inputs, false, day(367))).is_empty());
    let own = serde_json::json!([{ "runtime": "python3.13", "ends": "2099-01-01T00:00:00Z" }]);
    inputs.params.insert(CHECK.into(), BTreeMap::from([("ends".to_string(), own)]));
    assert!(warned(&run(&inputs, true, day(367))).is_empty(), "a parameter of one's own has no day");
}
