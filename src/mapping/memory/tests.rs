//! What is remembered is proposed, and only where the same is asked.

use super::*;
use crate::mapping::file::tests::{candidate, claim, item, known, proposal, sheet, when};
use crate::model::Claim;

fn remembered(text: &str, see: &str) -> Remembered {
    Remembered {
        text: text.to_owned(),
        sheet: "last \"year\".xlsx".to_owned(),
        item: "6.29".to_owned(),
        framework_item: Some("meti-2013/6.29".to_owned()),
        rejected: false,
        who: "Hanako Sato".to_owned(),
        when: when(),
        claims: vec![EntryClaim {
            claim: Claim {
                id: "meti-2013/6.29/zones".to_owned(),
                text: Text::new("複数ゾーン", "several zones"),
                by: By::Partial,
                see: vec![see.to_owned()],
                checks: vec!["rds/instance-multi-az".to_owned()],
                rest: Some(Text::same("訓練の記録")),
                cadence_days: Some(180),
            },
            limits: vec!["本番環境".to_owned()],
        }],
    }
}

const TEXT: &str = "複数のデータセンターに分散していること";

#[test]
fn it_reads_back_as_it_was_written_and_grows_at_its_end() {
    let one = Memory::default().with(remembered(TEXT, "multi-az")).unwrap();
    let rejected =
        Remembered {
            text: "教育\n「#」".to_owned(), rejected: true, claims: Vec::new(), ..remembered("", "multi-az")
        };
    let two = one.with(rejected).unwrap();
    assert!(two.text().starts_with(one.text()));
    let read = Memory::parse("approved.toml", two.text()).unwrap();
    assert_eq!(read.entries[0], two.entries[0]);
    assert_eq!(read.entries[1].text, "教育 「#」");
    assert!(read.entries[1].rejected);
    assert!(two.with(remembered(TEXT, "multi-az")).is_none(), "known already");
    assert!(two.with(remembered(TEXT, "backups-taken")).is_some(), "decided otherwise");
}

fn recalled(memory: &Memory, text: &str) -> Proposal {
    let row = sheet(vec![item("3.4", text)]);
    let weak =
        vec![proposal("3.4", 0.2, vec![claim("3.4/1", By::Live, vec![candidate("encryption-at-rest", 0.2, true)])])];
    memory.recall(&row, weak, &known()).remove(0)
}

#[test]
fn the_same_text_gets_the_same_claims() {
    let memory = Memory::default().with(remembered(TEXT, "multi-az")).unwrap();
    let found = recalled(&memory, "複数の データセンターに\n分散していること");
    assert!(found.confidence > 0.9);
    let label = found.same_as.unwrap();
    assert_eq!(label.en, "last \"year\".xlsx 6.29 (meti-2013/6.29), approved by Hanako Sato in March 2026");
    assert_eq!(label.ja, "last \"year\".xlsx 6.29 (meti-2013/6.29)、Hanako Sato が 2026 年 3 月に承認");
    let claims = crate::mapping::claims_of(&proposal("3.4", 0.9, found.claims), &mut std::collections::BTreeSet::new());
    let was = &memory.entries[0].claims[0];
    assert_eq!((&claims[0].claim, &claims[0].limits), (&was.claim, &was.limits));
}

#[test]
fn another_text_gets_nothing() {
    let memory = Memory::default().with(remembered(TEXT, "multi-az")).unwrap();
    for text in ["複数のデータセンターに分散していないこと", "", "データセンター"] {
        let found = recalled(&memory, text);
        assert_eq!((found.confidence, found.same_as), (0.2, None), "{text}");
    }
}

#[test]
fn what_people_did_not_agree_on_is_in_doubt() {
    let memory = Memory::default().with(remembered(TEXT, "multi-az")).unwrap();
    let later = Remembered { when: when() + chrono::Duration::days(1), ..remembered(TEXT, "backups-taken") };
    let both = memory.with(later).unwrap();
    let found = recalled(&both, TEXT);
    assert_eq!(found.claims[0].topics[0].topic, "backups-taken", "the last word");
    assert!(found.confidence < 0.7);
    // So is a text that says too little.
    let short = Memory::default().with(remembered("実施しているか", "multi-az")).unwrap();
    assert!(recalled(&short, "実施しているか").confidence < 0.7);
}

#[test]
fn topics_that_are_gone_are_left_out() {
    let mut old = remembered(TEXT, "no-such-topic");
    old.claims[0].claim.checks.clear();
    let found = recalled(&Memory::default().with(old).unwrap(), TEXT);
    let claims = crate::mapping::claims_of(&found, &mut std::collections::BTreeSet::new());
    assert_eq!((claims[0].claim.by, claims[0].claim.see.len()), (By::Attest, 0), "a person's, not green on nothing");
}

#[test]
fn a_broken_file_is_told_with_its_place() {
    let text =
        Memory::default().with(remembered(TEXT, "multi-az")).unwrap().text().replace("\"approved\"", "\"aproved\"");
    let error = Memory::parse("approved.toml", &text).unwrap_err().to_string();
    assert!(error.starts_with("approved.toml:9:12: expected approved or rejected"), "{error}");
    assert!(Memory::load(Path::new("/no/such/approved.toml")).unwrap().entries.is_empty());
}
