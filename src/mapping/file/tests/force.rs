//! What is in force for a sheet: only what a person approved, and only for the text that they approved.

use proptest::prelude::*;

use super::*;
use crate::model::MappedItem;

fn approved(text: &str) -> MappingFile {
    let row = item("6.29", text);
    let proposals = [proposal("6.29", 0.9, vec![claim("6.29/1", By::Live, vec![candidate("multi-az", 0.9, true)])])];
    let review = |_: &Proposal| Review::Approved { who: "Sato".to_owned(), when: when() };
    parse(&file_text(&sheet(vec![row]), &proposals, &review, Lang::Ja))
}

fn only(file: &MappingFile, item: Item, above: Option<f64>) -> (MappedItem, Vec<Text>) {
    let applied = file.apply(&sheet(vec![item]), &[], above);
    (applied.mapping.items.into_iter().next().unwrap(), applied.warnings)
}

#[test]
fn an_approval_is_in_force_for_its_text() {
    let (mapped, warnings) = only(&approved("データを守ること"), item("6.29", "データを守ること"), None);
    assert_eq!(mapped.review, Review::Approved { who: "Sato".to_owned(), when: when() });
    assert_eq!(mapped.claims[0].see, ["multi-az"]);
    assert!(warnings.is_empty(), "{warnings:?}");
}

#[test]
fn width_and_line_breaks_are_no_rewording() {
    let file = approved("ＡＷＳ の データを\n守ること(SLA)");
    for text in ["AWSのデータを守ること(SLA)", "ＡＷＳの\r\nデータを　守ること（ＳＬＡ）"] {
        assert_eq!(only(&file, item("6.29", text), None).0.claims.len(), 1, "{text}");
    }
}

#[test]
fn an_approval_has_no_force_past_a_change_of_the_text() {
    let file = approved("データを暗号化していること");
    for text in ["データを暗号化していないこと", "データを暗号化していること。", ""] {
        for above in [None, Some(0.0)] {
            let (mapped, warnings) = only(&file, item("6.29", text), above);
            assert!(mapped.claims.is_empty() && mapped.review == Review::Proposed, "{text}: {mapped:?}");
            assert_eq!(mapped.proposal.unwrap().claims[0].topics[0].topic, "multi-az");
            let told = &warnings[0].en;
            assert!(told.contains("6.29") && told.contains("Sato") && told.contains("--approve 6.29"), "{told}");
        }
    }
}

#[test]
fn an_item_of_another_id_is_not_approved() {
    let (mapped, warnings) = only(&approved("データを守ること"), item("6.3", "別の項目"), Some(0.0));
    assert!(mapped.claims.is_empty() && mapped.proposal.is_none());
    assert_eq!(mapped.reason.en, "not reviewed: kakunin review");
    assert!(
        warnings.iter().any(|w| w.en.contains("6.3;")) && warnings.iter().any(|w| w.en.contains("no longer has: 6.29"))
    );
}

#[test]
fn a_changed_remark_is_told() {
    let mut row = item("6.29", "データを守ること");
    row.remark_resolved = "ただし開発環境を除く".to_owned();
    let (mapped, warnings) = only(&approved("データを守ること"), row, None);
    assert_eq!(mapped.claims.len(), 1);
    assert!(warnings[0].en.contains("the remark of item 6.29 changed"), "{warnings:?}");
}

#[test]
fn a_confidence_that_the_user_gave_accepts_what_reaches_it() {
    let file = parse(GOOD);
    let row = || item("6.29", "データを暗号化して保管していること");
    assert_eq!(only(&file, row(), Some(0.92)).0.review, Review::Accepted { above: 0.92 });
    assert_eq!(only(&file, row(), Some(0.92)).0.claims.len(), 1);
    assert!(only(&file, row(), Some(0.93)).0.claims.is_empty());
    // A person said no: no confidence overrules that.
    let rejected = item("6.31", "教育を行っていること");
    assert!(only(&file, rejected, Some(0.0)).0.claims.is_empty());
}

#[test]
fn an_entry_without_a_confidence_is_never_accepted() {
    let file = parse(&GOOD.replace("confidence = 0.92\n", ""));
    let (mapped, _) = only(&file, item("6.29", "データを暗号化して保管していること"), Some(0.0));
    assert!(mapped.claims.is_empty());
}

#[test]
fn a_text_that_stands_twice_moves_no_approval() {
    let file = approved("実施していること");
    let now = sheet(vec![item("1.1", "実施していること"), item("1.2", "実施していること")]);
    assert!(file.renumbering(&now).is_empty());
    assert!(file.apply(&now, &[], None).mapping.items.iter().all(|item| item.claims.is_empty()));
}

#[test]
fn a_claim_that_names_nothing_to_look_at_is_a_person_s() {
    let claims = vec![
        claim("1/1", By::Live, vec![candidate("multi-az", 0.3, false)]),
        claim("1/2", By::Attest, vec![candidate("multi-az", 0.9, true)]),
        claim("1/3", By::Inherited, Vec::new()),
    ];
    let made = claims_of(&proposal("1", 0.5, claims), &mut BTreeSet::new());
    let plain: Vec<(By, &[String])> = made.iter().map(|c| (c.claim.by, c.claim.see.as_slice())).collect();
    let aws = ["runs-on-aws-only".to_owned()];
    assert_eq!(plain, [(By::Attest, &[] as &[String]), (By::Attest, &[]), (By::Inherited, aws.as_slice())]);
}

#[test]
fn a_family_s_claim_id_is_kept_where_it_is_free() {
    let mut one = claim("1/at-rest", By::Live, vec![candidate("multi-az", 0.9, true)]);
    one.from = Some("meti-2013/6.29/at-rest".to_owned());
    let two = ProposedClaim { id: "2/at-rest".to_owned(), ..one.clone() };
    let mut taken = BTreeSet::new();
    let mut id =
        |claim: &ProposedClaim| claims_of(&proposal("1", 0.9, vec![claim.clone()]), &mut taken)[0].claim.id.clone();
    assert_eq!(
        (id(&one), id(&two), id(&two)),
        ("meti-2013/6.29/at-rest".into(), "2/at-rest".into(), "2/at-rest-2".into())
    );
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(300) })]

    /// Whatever changes in a text but its width and spacing, the approval is no longer in force.
    #[test]
    fn any_rewording_ends_an_approval(before in texts(), after in texts(), above in prop::option::of(0.0f64..=1.0)) {
        let file = approved(&before);
        let (mapped, warnings) = only(&file, item("6.29", &after), above);
        if same(&before) == same(&after) {
            prop_assert_eq!(mapped.claims.len(), 1);
        } else {
            prop_assert!(mapped.claims.is_empty());
            prop_assert_eq!(mapped.review, Review::Proposed);
            prop_assert!(!warnings.is_empty());
        }
    }

    /// Nothing that nobody approved is in force, however sure it is.
    #[test]
    fn what_is_proposed_is_never_in_force(confidence in 0.0f64..=1.0, texts in prop::collection::vec(texts(), 1..5)) {
        let rows: Vec<Item> = texts.iter().enumerate().map(|(n, text)| item(&format!("1.{n}"), text)).collect();
        let proposals: Vec<Proposal> = rows
            .iter()
            .map(|row| proposal(&row.id, confidence, vec![claim(&format!("{}/1", row.id), By::Live, vec![candidate("multi-az", confidence, true)])]))
            .collect();
        let sheet = sheet(rows);
        let file = parse(&file_text(&sheet, &proposals, &|_| Review::Proposed, Lang::En));
        for mapped in file.apply(&sheet, &proposals, None).mapping.items {
            prop_assert!(mapped.deciding().is_empty() && mapped.claims.is_empty());
            prop_assert_eq!(mapped.review, Review::Proposed);
        }
    }
}
