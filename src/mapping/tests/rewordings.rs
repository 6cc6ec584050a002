use super::*;

/// Number of the family, or none for a stranger, and the item.
fn rewordings() -> Vec<(Option<&'static str>, &'static str)> {
    let lines = include_str!("rewordings.tsv").lines().filter(|line| !line.starts_with('#'));
    lines.filter_map(|line| line.split_once('\t')).map(|(id, text)| ((id != "-").then_some(id), text)).collect()
}

#[test]
fn our_own_texts_are_their_own_in_both_languages() {
    for lang in [crate::model::Lang::Ja, crate::model::Lang::En] {
        let family = family();
        let items = family.items.iter().map(|it| item("0", it.text.get(lang))).collect();
        let (right, wrong) = judge(items, |at| Some(&family.items[at].id));
        assert_eq!((right, wrong), (66, vec![]), "{lang:?}");
        for it in &family.items {
            let (right, wrong) = judge(vec![item("0", it.text.get(lang))], |_| Some(&it.id));
            assert_eq!((right, wrong), (1, vec![]), "{lang:?}");
        }
    }
}

#[test]
fn rewordings_match_their_own_or_nothing() {
    let rewordings = rewordings();
    let known: Vec<_> = rewordings.iter().filter(|(id, _)| id.is_some()).collect();
    let (mut right, mut wrong) = (0, Vec::new());
    for (id, text) in &rewordings {
        let (hit, miss) = judge(vec![item("1", text)], |_| *id);
        right += hit;
        wrong.extend(miss);
    }
    eprintln!("{right} of {} rewordings, {} strangers", known.len(), rewordings.len() - known.len());
    assert_eq!(wrong, Vec::<String>::new());
    assert!(right * 100 >= known.len() * 90, "{right} of {}", known.len());
}

/// All in one sheet, where several items mean the same of the family: one of them has it.
#[test]
fn one_sheet_of_all_rewordings_has_no_wrong_match() {
    let rewordings = rewordings();
    let items = rewordings.iter().enumerate().map(|(at, (_, text))| item(&format!("{at}"), text)).collect();
    let (right, wrong) = judge(items, |at| rewordings[at].0);
    assert_eq!(wrong, Vec::<String>::new());
    assert!(right >= 60, "{right} of 66");
}

/// Items that sheets have and the family does not: some far off, some in the family's own words.
pub(super) fn strangers() -> Vec<&'static str> {
    rewordings().into_iter().filter(|(id, _)| id.is_none()).map(|(_, text)| text).collect()
}
