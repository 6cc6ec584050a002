//! Every shipped family against its own texts, and against each other.

use std::collections::BTreeSet;

use super::*;
use crate::model::{By, Lang};

/// A family alone: what it makes of a sheet when no other is asked.
fn alone(family: &Framework, items: Vec<Item>) -> Mapping {
    let at = families().iter().position(|other| other.id == family.id).unwrap();
    matching::map_indexed(&sheet(items), &indexes()[at..=at])
}

fn named<'a>(family: &'a Framework, id: &str) -> Option<&'a FrameworkItem> {
    let id = id.strip_prefix(&family.id)?.strip_prefix('/')?;
    family.items.iter().find(|item| item.id == id)
}

fn topics(item: &FrameworkItem) -> BTreeSet<&str> {
    item.claims.iter().flat_map(|claim| &claim.see).map(String::as_str).collect()
}

#[test]
fn each_family_knows_its_own_texts() {
    for family in families() {
        for lang in [Lang::Ja, Lang::En] {
            let whole: Vec<Item> = family.items.iter().map(|it| item("0", it.text.get(lang))).collect();
            let mapped = mapping(whole).items;
            let (mut right, mut misses, mut wrong) = (0, Vec::new(), Vec::new());
            for (mapped, it) in mapped.iter().zip(&family.items) {
                match &mapped.framework_item {
                    Some(id) if *id == format!("{}/{}", family.id, it.id) => right += 1,
                    Some(id) => wrong.push(format!("{} -> {id}: {}", it.id, mapped.reason.en)),
                    None => misses.push(format!("{}: {}", it.id, mapped.reason.en)),
                }
            }
            eprintln!("{} {lang:?}: {right} of {}", family.id, family.items.len());
            assert_eq!(wrong, Vec::<String>::new(), "{} {lang:?}", family.id);
            assert!(right * 100 >= family.items.len() * 95, "{} {lang:?}: {misses:#?}", family.id);
        }
    }
}

#[test]
fn each_item_is_its_own_when_asked_alone() {
    for family in families() {
        for lang in [Lang::Ja, Lang::En] {
            let mut misses = Vec::new();
            for it in &family.items {
                let mapped = alone(family, vec![item("0", it.text.get(lang))]).items.remove(0);
                match mapped.framework_item {
                    Some(id) => assert_eq!(id, format!("{}/{}", family.id, it.id), "{lang:?} {}", mapped.reason.en),
                    None => misses.push(format!("{}: {}", it.id, mapped.reason.en)),
                }
            }
            assert!(misses.len() * 20 <= family.items.len(), "{} {lang:?}: {misses:#?}", family.id);
        }
    }
}

/// Whether observations alone could show it green.
fn needs_nobody(item: &FrameworkItem) -> bool {
    item.claims.iter().all(|claim| !matches!(claim.by, By::Attest | By::Partial))
}

/// Whether `found` may stand for `asked`. The worst would be a check of something else that shows it green; so where the
/// topics differ, a person must have a say.
fn of_one_subject(asked: &FrameworkItem, found: &FrameworkItem) -> bool {
    let (of_asked, given) = (topics(asked), topics(found));
    given.is_empty() || !of_asked.is_disjoint(&given) || of_asked.is_empty() && !needs_nobody(found)
}

/// What one family says of another's item must be about the same thing.
#[test]
fn no_family_takes_anothers_item_for_something_else() {
    let mut wrong = Vec::new();
    for (family, other) in families().iter().flat_map(|family| families().iter().map(move |other| (family, other))) {
        if family.id == other.id {
            continue;
        }
        for lang in [Lang::Ja, Lang::En] {
            let queries: Vec<score::Query> =
                family.items.iter().map(|it| score::Query::new(&item("0", it.text.get(lang)))).collect();
            let index = indexes().iter().find(|index| index.framework.id == other.id).unwrap();
            for (it, line) in family.items.iter().zip(index.scores(&queries)) {
                // Nothing matches without all its groups, and asking each item alone takes long.
                if !line.iter().any(|score| score.whole) {
                    continue;
                }
                let mapped = alone(other, vec![item("0", it.text.get(lang))]).items.remove(0);
                let Some(found) = mapped.framework_item.as_deref().and_then(|id| named(other, id)) else { continue };
                if !of_one_subject(it, found) {
                    wrong.push(format!(
                        "{lang:?} {}/{} -> {}/{}: {:?}, not {:?}\n    {}\n    {}",
                        family.id,
                        it.id,
                        other.id,
                        found.id,
                        topics(found),
                        topics(it),
                        it.text.get(lang),
                        mapped.reason.en
                    ));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
}

/// Items that sheets have and the family of 2013 does not. Another family may have them, but no check may decide them.
#[test]
fn strangers_are_not_decided_by_observations_of_any_family() {
    // Another family has these, and means the same.
    const SAME: [(&str, &str); 2] =
        [("暗号鍵を定期的に更新している", "key-management"), ("Are encryption keys rotated?", "key-management")];
    let mut wrong = Vec::new();
    for family in families() {
        for text in rewordings::strangers() {
            let mapped = alone(family, vec![item("0", text)]).items.remove(0);
            let Some(id) = &mapped.framework_item else { continue };
            let given = topics(named(family, id).unwrap());
            if given.iter().any(|topic| !SAME.contains(&(text, topic))) {
                wrong.push(format!("{id} <- {text} ({})", mapped.reason.en));
            }
        }
    }
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
}

/// Items of other sheets, with the topics that published mappings give them: a match must be about one of these, or about
/// nothing technical.
#[test]
fn items_of_other_sheets_are_not_taken_for_something_else() {
    let Some(lines) = shared("reference/mapping_dev.jsonl") else { return };
    let mut wrong = Vec::new();
    for family in families() {
        let mut matched = 0;
        for line in lines.lines() {
            let entry: serde_json::Value = serde_json::from_str(line).unwrap();
            let text = format!("{} {}", entry["title"].as_str().unwrap_or(""), entry["text"].as_str().unwrap_or(""));
            let mapped = alone(family, vec![item("1", &text)]).items.remove(0);
            let Some(found) = mapped.framework_item.as_deref().and_then(|id| named(family, id)) else { continue };
            matched += 1;
            let mut allowed: BTreeSet<&str> =
                entry["acceptable"].as_array().unwrap().iter().filter_map(|t| t.as_str()).collect();
            for concept in entry["expected_any_of"].as_array().unwrap() {
                allowed.extend(concept.as_array().unwrap().iter().filter_map(|t| t.as_str()));
            }
            let mut given = topics(found);
            // AWS's own side: it speaks of no check of the service.
            given.remove("runs-on-aws-only");
            if !given.is_empty() && given.is_disjoint(&allowed) {
                wrong.push(format!(
                    "{}/{} {given:?} not {allowed:?}: {text} ({})",
                    family.id, found.id, mapped.reason.en
                ));
            }
        }
        eprintln!("{}: {matched} matched", family.id);
    }
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
}

/// Texts are searched without their punctuation: a keyword that relies on it says more than it seems to.
#[test]
fn no_keyword_has_punctuation() {
    for (family, it) in families().iter().flat_map(|family| family.items.iter().map(move |it| (family, it))) {
        for word in it.keywords.iter().flatten().chain(&it.not) {
            assert!(!word.contains(['、', '。', '(', ')', '「', '」']), "{}/{}: {word}", family.id, it.id);
        }
    }
}

/// A sheet of five hundred items against every family. The bound is for a debug build on a busy machine, to catch work that
/// grows with the square of something.
#[test]
fn a_large_sheet_is_mapped_soon() {
    let texts = families().iter().flat_map(|family| &family.items).flat_map(|it| [&it.text.ja, &it.text.en]);
    let items: Vec<Item> = texts.cycle().take(500).enumerate().map(|(at, text)| item(&format!("{at}"), text)).collect();
    let start = std::time::Instant::now();
    let ready: Vec<score::Index> = families().iter().map(score::Index::new).collect();
    let made = start.elapsed();
    let mapped = matching::map_indexed(&sheet(items), &ready).items;
    let all = start.elapsed();
    eprintln!("families made ready in {made:?}, 500 items mapped in {:?}", all - made);
    assert_eq!(mapped.len(), 500);
    assert!(all.as_secs() < 90, "{all:?}");
}

/// Items as other sheets put them: their own or nothing, and mostly their own.
#[test]
fn rewordings_of_each_family_are_their_own() {
    let lines = include_str!("others.tsv").lines().filter(|line| !line.starts_with('#'));
    let rows: Vec<[&str; 3]> =
        lines.map(|line| <[&str; 3]>::try_from(line.split('\t').collect::<Vec<_>>()).expect(line)).collect();
    for family in families().iter().filter(|family| family.id != "meti-2013") {
        let asked: Vec<&[&str; 3]> = rows.iter().filter(|[of, ..]| *of == family.id).collect();
        let (mut right, mut known, mut wrong) = (0, 0, Vec::new());
        for [_, id, text] in &asked {
            let mapped = alone(family, vec![item("0", text)]).items.remove(0);
            let found = mapped.framework_item.as_deref().and_then(|found| named(family, found));
            known += usize::from(*id != "-");
            match found {
                Some(found) if found.id == *id => right += 1,
                Some(found) => wrong.push(format!("{} -> {}, not {id}: {}", text, found.id, mapped.reason.en)),
                None if *id == "-" => {}
                None => eprintln!("unmatched {id}: {text} -- {}", mapped.reason.en),
            }
        }
        eprintln!("{}: {right} of {known} rewordings", family.id);
        assert_eq!(wrong, Vec::<String>::new(), "{}", family.id);
        assert!(right * 100 >= known * 90, "{}: {right} of {known}", family.id);
    }
}

/// A topic that no check has would leave its claim untested for ever.
#[test]
fn every_topic_is_one_of_the_catalogue() {
    let file: toml::Table = toml::from_str(include_str!("../../../checks/topics.toml")).unwrap();
    let known: BTreeSet<&str> =
        file["topic"].as_array().unwrap().iter().filter_map(|topic| topic["id"].as_str()).collect();
    for (family, it) in families().iter().flat_map(|family| family.items.iter().map(move |it| (family, it))) {
        for topic in topics(it) {
            assert!(known.contains(topic), "{}/{}: {topic}", family.id, it.id);
        }
    }
}

/// All items of all families in one sheet: whichever family is taken for it, nothing stands for something else.
#[test]
fn a_mixed_sheet_has_no_wrong_match() {
    let all: Vec<(&Framework, &FrameworkItem)> =
        families().iter().flat_map(|family| family.items.iter().map(move |it| (family, it))).collect();
    for lang in [Lang::Ja, Lang::En] {
        let mapped = mapping(all.iter().map(|(_, it)| item("0", it.text.get(lang))).collect()).items;
        let mut wrong = Vec::new();
        for (mapped, (of, it)) in mapped.iter().zip(&all) {
            let Some(id) = mapped.framework_item.as_deref() else { continue };
            let found = families().iter().find_map(|family| named(family, id)).unwrap();
            let own = named(of, id).is_some();
            if own && found.id != it.id || !own && !of_one_subject(it, found) {
                wrong.push(format!("{}/{} -> {id}: {}", of.id, it.id, mapped.reason.en));
            }
        }
        assert!(wrong.is_empty(), "{lang:?}, {} wrong:\n{}", wrong.len(), wrong.join("\n"));
    }
}
