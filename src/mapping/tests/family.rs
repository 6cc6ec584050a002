use std::collections::BTreeMap;

use super::*;
use crate::model::By;

const SMALL: &str = r#"
id = "small"
title = { ja = "小", en = "small" }

[[section]]
id = "1"
title = { ja = "節", en = "section" }

[[item]]
id = "1.2"
text = { ja = "暗号化する", en = "encrypt" }
keywords = [["暗号", "encrypt"]]

[[item.claim]]
id = "at-rest"
text = { ja = "暗号化", en = "encrypted" }
by = "live"
see = ["encryption-at-rest"]
"#;

fn wrong(from: &str, to: &str) -> Problem {
    assert!(SMALL.contains(from));
    match Framework::parse("small.toml", &SMALL.replace(from, to)) {
        Err(MappingError::Invalid(mut problems)) if problems.len() == 1 => problems.remove(0),
        other => panic!("expected one problem, found {other:?}"),
    }
}

#[test]
fn claim_ids_and_headings_are_made_whole() {
    let small = Framework::parse("small.toml", SMALL).unwrap();
    assert_eq!(small.items[0].claims[0].id, "small/1.2/at-rest");
    assert_eq!(small.items[0].section[0].en, "section");
}

#[test]
fn numbers_may_have_letters_and_hyphens() {
    for (heading, id) in
        [("1", "1.2"), ("PR.AA", "PR.AA-01"), ("PR", "PR.AA-01"), ("実", "実14-1"), ("cloud", "cloud-2")]
    {
        let text = SMALL.replace("id = \"1\"", &format!("id = \"{heading}\"")).replace("1.2", id);
        let small = Framework::parse("small.toml", &text).unwrap();
        assert_eq!(small.items[0].section.len(), 1, "{heading} {id}");
    }
    // No part of a number: 1 is not above 12.3, nor P above PR.
    for (heading, id) in [("1", "12.3"), ("P", "PR.AA-01"), ("実1", "実14"), ("1.2", "1.2")] {
        let text = SMALL
            .replace("id = \"1\"", &format!("id = \"{heading}\""))
            .replace("id = \"1.2\"", &format!("id = \"{id}\""));
        let small = Framework::parse("small.toml", &text).unwrap();
        assert!(small.items[0].section.is_empty(), "{heading} {id}");
    }
    for id in ["", "1.", "-1", "1-", "A.B", "1 2", "1/2", "1_2"] {
        let problem = wrong("id = \"1.2\"", &format!("id = \"{id}\""));
        assert!(problem.message.contains("a dotted number"), "{id}: {problem}");
    }
}

#[test]
fn mistakes_are_refused_with_their_place() {
    for (from, to, line, column, message) in [
        ("en = \"encrypt\" }", "en = \" \" }", 11, 8, "the item in both languages"),
        ("ja = \"暗号化\"", "ja = \"\"", 14, 1, "both languages"),
        ("see = [\"encryption-at-rest\"]", "", 14, 1, "topics of claim \"at-rest\""),
        ("by = \"live\"", "by = \"attest\"", 14, 1, "no topics"),
        ("by = \"live\"", "by = \"partial\"", 14, 1, "no rest"),
        ("by = \"live\"", "by = \"live\"\ncadence_days = 365", 14, 1, "cadence_days only"),
        ("by = \"live\"", "by = \"sometimes\"", 17, 6, "unknown variant"),
        ("by = \"live\"", "bye = \"live\"", 17, 1, "unknown field `bye`"),
        ("id = \"at-rest\"", "id = \"cited-url\"", 14, 1, "matching adds itself"),
        ("id = \"at-rest\"", "id = \"At rest\"", 14, 1, "a claim id"),
        ("id = \"1.2\"", "id = \"1..2\"", 10, 6, "a dotted number"),
        ("[[\"暗号\", \"encrypt\"]]", "[[]]", 12, 12, "groups of words"),
        ("id = \"small\"", "id = \"Small\"", 2, 6, "an id"),
    ] {
        let problem = wrong(from, to);
        assert!(problem.message.contains(message), "{problem}");
        assert!((problem.line, problem.column) == (line, column), "{problem}");
        assert!(!problem.help.is_empty());
    }
}

#[test]
fn items_and_claims_are_unique() {
    let item = SMALL.split_once("[[item]]").unwrap().1;
    let twice = format!("{SMALL}\n[[item]]{item}");
    let found = Framework::parse("small.toml", &twice).unwrap_err().to_string();
    assert!(found.starts_with("small.toml:21:6: expected each item once, found \"1.2\" again"), "{found}");
    let claim = item.split_once("[[item.claim]]").unwrap().1;
    let twice = format!("{SMALL}\n[[item.claim]]{claim}");
    let found = Framework::parse("small.toml", &twice).unwrap_err().to_string();
    assert!(found.starts_with("small.toml:20:1: expected each claim of item 1.2 once"), "{found}");
}

#[test]
fn no_item_is_no_family() {
    let found = Framework::parse("x.toml", "id = \"x\"\ntitle = { ja = \"x\", en = \"x\" }").unwrap_err();
    assert!(found.to_string().starts_with("x.toml:1:6: expected at least one [[item]]"), "{found}");
}

/// by → topics of each item, as sheet-claims.yaml has it: one claim per `{claim: …}`.
fn specified(yaml: &str) -> BTreeMap<String, Vec<(By, Vec<String>)>> {
    let mut items = BTreeMap::new();
    for entry in yaml.split("- {item: \"").skip(1) {
        let (id, rest) = entry.split_once('"').unwrap();
        let claims = rest
            .split("{claim: \"")
            .skip(1)
            .map(|claim| {
                let by = match claim.split_once(", by: ").unwrap().1.split([',', '}']).next().unwrap() {
                    "live" => By::Live,
                    "partial" => By::Partial,
                    "attest" => By::Attest,
                    "inherited" => By::Inherited,
                    "na" => By::Na,
                    other => panic!("{other}"),
                };
                let see = claim.split_once("see: [").map_or("", |(_, see)| see.split(']').next().unwrap());
                (by, see.split(", ").filter(|s| !s.is_empty()).map(str::to_owned).collect())
            })
            .collect();
        items.insert(id.to_owned(), claims);
    }
    items
}

#[test]
fn every_claim_of_the_specification_is_there() {
    let Some(yaml) = shared("spec/sheet-claims.yaml") else { return };
    let specified = specified(&yaml);
    assert_eq!(specified.len(), 66);
    let family = family();
    assert_eq!(family.items.len(), 66);
    for item in &family.items {
        let ours: Vec<_> = item.claims.iter().map(|claim| (claim.by, claim.see.clone())).collect();
        assert_eq!(ours, specified[&item.id], "{}", item.id);
    }
}

#[test]
fn what_goes_stale_in_a_year_says_so() {
    let stale: Vec<_> = family()
        .items
        .iter()
        .flat_map(|item| &item.claims)
        .filter(|claim| claim.cadence_days == Some(365))
        .map(|claim| claim.id.clone())
        .collect();
    for id in ["1.2/reviewed", "3.2.1/training", "6.6/assessed", "10.6/reviewed"] {
        assert!(stale.contains(&format!("meti-2013/{id}")), "{id}");
    }
}

#[test]
fn no_text_is_copied_from_the_real_sheet() {
    let Some(real) = shared("sheets/aianalyst-meti2013.txt") else { return };
    let real: String = real.chars().filter(|c| !c.is_whitespace()).collect();
    let ours = include_str!("../../../checks/frameworks/meti-2013.toml");
    for line in ours.lines().filter(|line| !line.starts_with('#')) {
        for text in line.split('"') {
            let chars: Vec<char> = text.chars().filter(|c| !c.is_whitespace()).collect();
            for run in chars.windows(20) {
                let run: String = run.iter().collect();
                assert!(!real.contains(&run), "copied: {run}");
            }
        }
    }
}
