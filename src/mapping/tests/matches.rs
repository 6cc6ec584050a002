use std::collections::BTreeSet;

use proptest::prelude::*;

use super::*;

#[test]
fn every_item_of_the_real_sheet_is_its_own() {
    let Some(items) = real_sheet() else { return };
    assert_eq!(items.len(), 66);
    let ids: Vec<String> = items.iter().map(|item| item.id.clone()).collect();
    let (right, wrong) = judge(items, |at| Some(&ids[at]));
    assert_eq!((right, wrong), (66, vec![]));
}

#[test]
fn numbers_and_headings_are_not_needed() {
    let Some(real) = real_sheet() else { return };
    let ids: Vec<String> = real.iter().map(|item| item.id.clone()).collect();
    let change = |f: &dyn Fn(usize, &mut Item)| {
        let mut items = real.clone();
        items.iter_mut().enumerate().for_each(|(at, item)| f(at, item));
        judge(items, |at| Some(&ids[at]))
    };
    // Every number another item's, in several rotations; no heading at all.
    for turn in (1..ids.len()).step_by(7) {
        let (right, wrong) = change(&|at, item| {
            item.id = ids[(at + turn) % ids.len()].clone();
            item.section.clear();
        });
        assert_eq!((right, wrong), (66, vec![]), "turned by {turn}");
    }
    // Headings of another section.
    let (right, wrong) = change(&|at, item| item.section = real[(at + 20) % real.len()].section.clone());
    assert_eq!((right, wrong), (66, vec![]));
    // Numbered straight through.
    let (right, wrong) = change(&|at, item| item.id = format!("{}", at + 1));
    assert_eq!((right, wrong), (66, vec![]));
}

#[test]
fn strangers_match_nothing() {
    let strangers = || {
        super::rewordings::strangers().into_iter().enumerate().map(|(at, text)| item(&format!("6.{}", at + 1), text))
    };
    let (_, wrong) = judge(strangers().collect(), |_| None);
    assert_eq!(wrong, Vec::<String>::new());
    for mapped in mapping_2013(strangers().collect()).items {
        assert!(mapped.claims.is_empty() && mapped.confidence == 0.0, "{mapped:?}");
        assert!(
            mapped.reason.en.contains("meti-2013/") && mapped.reason.ja.contains("meti-2013/"),
            "{:?}",
            mapped.reason
        );
    }
    let Some(mut items) = real_sheet() else { return };
    let ids: Vec<String> = items.iter().map(|item| item.id.clone()).collect();
    items.extend(strangers());
    let (right, wrong) = judge(items, |at| ids.get(at).map(String::as_str));
    assert_eq!((right, wrong), (66, vec![]));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    /// Whatever is dropped, and in whatever order the rest stands, nothing is taken for something else.
    #[test]
    fn dropping_and_reordering_changes_no_match(
        order in Just((0..66usize).collect::<Vec<_>>()).prop_shuffle(),
        keep in 1..66usize,
    ) {
        let Some(real) = real_sheet() else { return Ok(()) };
        let chosen: Vec<Item> = order.iter().take(keep).map(|at| real[*at].clone()).collect();
        let ids: Vec<String> = chosen.iter().map(|item| item.id.clone()).collect();
        let items: Vec<Item> = chosen.into_iter().enumerate().map(|(at, item)| Item { id: format!("{at}"), ..item }).collect();
        let (right, wrong) = judge(items, |at| Some(&ids[at]));
        prop_assert_eq!(wrong, Vec::<String>::new());
        prop_assert_eq!(right, keep);
    }

    /// Any text at all: every item is there, in order, and no item of the family twice.
    #[test]
    fn nothing_is_dropped_and_nothing_given_twice(texts in prop::collection::vec(".{0,60}|[暗号化通信データ保存パスワード運用]{0,20}", 0..30)) {
        let items: Vec<Item> = texts.iter().enumerate().map(|(at, text)| item(&format!("{at}"), text)).collect();
        let mapped = mapping(items.clone()).items;
        prop_assert_eq!(mapped.len(), items.len());
        let mut given = BTreeSet::new();
        for (mapped, item) in mapped.iter().zip(&items) {
            prop_assert_eq!(&mapped.item, &item.id);
            prop_assert!((0.0..=1.0).contains(&mapped.confidence));
            prop_assert!(!mapped.reason.ja.is_empty() && !mapped.reason.en.is_empty());
            prop_assert_eq!(mapped.framework_item.is_none(), mapped.claims.is_empty());
            if let Some(id) = &mapped.framework_item {
                prop_assert!(given.insert(id.clone()), "{} twice", id);
            }
        }
    }
}

#[test]
fn the_same_item_twice_is_matched_once() {
    let text = family().items.iter().find(|item| item.id == "6.29").unwrap().text.ja.clone();
    let mapped = mapping(vec![item("1", &text), item("2", &text)]).items;
    assert_eq!(mapped[0].framework_item.as_deref(), Some("meti-2013/6.29"));
    assert_eq!(mapped[1].framework_item, None);
    assert!(mapped[1].reason.en.contains("matched better by item 1"), "{}", mapped[1].reason.en);
}

#[test]
fn an_item_that_could_be_two_is_neither() {
    let family = family();
    let text = |id: &str| family.items.iter().find(|item| item.id == id).unwrap().text.ja.clone();
    let mapped = mapping_2013(vec![item("1", &format!("{}{}", text("5.4"), text("5.5")))]).items.remove(0);
    assert_eq!(mapped.framework_item, None);
    assert!(mapped.reason.en.contains("it could be meti-2013/5."), "{}", mapped.reason.en);
    assert!(mapped.reason.ja.contains("決められない"), "{}", mapped.reason.ja);
}

#[test]
fn without_a_family_nothing_matches_and_nothing_is_lost() {
    let mapped = map_sheet(&sheet(vec![item("1", "暗号化")]), &[]).items;
    assert_eq!((mapped.len(), mapped[0].framework_item.as_ref()), (1, None));
}

#[test]
fn the_family_with_most_matches_is_taken() {
    let mut other = family();
    other.id = "other".to_owned();
    other.items.truncate(3);
    let items = family().items.iter().map(|it| item(&it.id, &it.text.ja)).collect();
    let mapped = map_sheet(&sheet(items), &[other, family()]).items;
    assert!(mapped.iter().all(|m| m.framework_item.as_ref().is_some_and(|id| id.starts_with("meti-2013/"))));
}

fn claims_of(text_of: &str, change: impl Fn(&mut Item)) -> Vec<String> {
    let family = family();
    let found = family.items.iter().find(|item| item.id == text_of).unwrap();
    let mut asked = item("1", &found.text.ja);
    change(&mut asked);
    let mapped = mapping(vec![asked]).items.remove(0);
    mapped.claims.iter().map(|claim| claim.id.trim_start_matches(&format!("meti-2013/{text_of}/")).to_owned()).collect()
}

#[test]
fn cited_pages_are_always_tried() {
    let cite = |item: &mut Item| item.urls.push("https://example.com/ops".to_owned());
    assert_eq!(claims_of("6.1", cite), ["procedures", "cited-url"]);
    assert_eq!(claims_of("6.1", |_| {}), ["procedures"]);
    // One claim about the page is enough.
    assert_eq!(claims_of("1.1", cite), ["approved", "published"]);
}

#[test]
fn zones_named_in_the_remark_are_claimed() {
    for remark in [
        "AWSを利用して、複数 Availability Zone に分散しております。",
        "複数のアベイラビリティーゾーンで構成",
        "複数アベイラビリティゾーン構成です",
        "All tiers run multi-AZ.",
        "データベースはマルチAZです",
        "Spread across three Availability Zones",
    ] {
        let told = |item: &mut Item| item.remark_resolved = remark.to_owned();
        assert_eq!(claims_of("6.9", told), ["monitored", "customers-told", "remark-multi-az"], "{remark}");
        assert_eq!(claims_of("5.3", told), ["earthquake", "multi-az"], "{remark}");
    }
    for remark in [
        "単一のアベイラビリティゾーンで運用しております。",
        "複数のアベイラビリティゾーンには分散しておりません",
        "It runs in a single Availability Zone",
        "複数の担当者が監視しています。",
        "",
    ] {
        let told = |item: &mut Item| item.remark_resolved = remark.to_owned();
        assert_eq!(claims_of("6.9", told), ["monitored", "customers-told"], "{remark}");
    }
}
