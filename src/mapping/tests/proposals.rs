use super::*;
use crate::model::{By, Candidate, Nature, Proposal, ProposedClaim, Text};

const GLOSSARY: &str = r#"
[[topic]]
id = "backups-taken"

[[topic]]
id = "multi-az"

[[topic]]
id = "audit-trail"

[[topic]]
id = "service-logs"

[[topic]]
id = "runs-on-aws-only"

[[topic]]
id = "published-page"

[[topic]]
id = "disaster-recovery"
title = { ja = "災害復旧", en = "Disaster recovery" }

[[rule]]
means = { backups-taken = 0.9 }
any = ["バックアップ", "backup"]
not = ["要員"]

[[rule]]
means = { multi-az = 0.9 }
any = ["複数のデータセンター", "data centres"]

[[rule]]
means = { audit-trail = 0.58, service-logs = 0.57 }
any = ["ログ", "log"]

[[rule]]
means = { disaster-recovery = 0.9 }
any = ["遠隔地"]

[[organisational]]
what = { ja = "教育", en = "training" }
weight = 0.9
damps = 0.8
any = ["教育", "training"]

[[organisational]]
what = { ja = "手順", en = "procedures" }
weight = 0.8
damps = 0.1
any = ["手順書"]

[[inherited]]
what = { ja = "建物", en = "buildings" }
weight = 0.9
damps = 0.6
any = ["耐震", "earthquake"]
"#;

fn topics() -> Vec<TopicText> {
    let known = [
        ("backups-taken", "バックアップの取得", "Backups taken"),
        ("multi-az", "複数アベイラビリティゾーン", "Several Availability Zones"),
        ("audit-trail", "監査証跡", "Audit trail"),
        ("service-logs", "サービスのログ", "Service logs"),
        ("runs-on-aws-only", "AWS のみで稼働", "Runs on AWS only"),
        ("published-page", "公開されたページ", "Published pages"),
    ];
    let check = |id: &str| CheckText { id: format!("rds/{id}"), title: Text::default(), why: Text::default() };
    let topic = |(id, ja, en): (&str, &str, &str)| TopicText {
        id: id.to_owned(),
        title: Text::new(ja, en),
        checks: vec![check(id)],
    };
    known.into_iter().map(topic).collect()
}

fn with(approved: Vec<Approved>) -> Knowledge {
    Knowledge::new(&[], Glossary::parse("glossary.toml", GLOSSARY).unwrap(), &topics(), approved)
}

fn one(text: &str) -> Proposal {
    of(item("1", text), &with(Vec::new()))
}

fn of(item: crate::model::Item, knowledge: &Knowledge) -> Proposal {
    let mut proposals = propose(&sheet(vec![item]), knowledge);
    assert_eq!(proposals.len(), 1);
    proposals.remove(0)
}

fn proposed(proposal: &Proposal) -> Vec<&str> {
    let topics = proposal.claims.iter().flat_map(|claim| &claim.topics).filter(|topic| topic.proposed);
    topics.map(|topic| topic.topic.as_str()).collect()
}

fn candidate<'a>(claim: &'a ProposedClaim, topic: &str) -> &'a Candidate {
    claim.topics.iter().find(|candidate| candidate.topic == topic).unwrap()
}

#[test]
fn the_reason_quotes_the_sheet() {
    let proposal = one("ｻｰﾊﾞを 複数のデータセンター に置く");
    assert_eq!(proposed(&proposal), ["multi-az"]);
    let reason = &candidate(&proposal.claims[0], "multi-az").reason;
    assert_eq!(reason.ja, "「複数のデータセンタ」は multi-az(複数アベイラビリティゾーン)を指す");
    assert_eq!(
        one("We use two Data-Centres").claims[0].reason.en,
        "'Data-Centres' means multi-az (several Availability Zones)"
    );
    assert_eq!((proposal.nature, proposal.claims[0].by), (Nature::Technical, By::Live));
}

#[test]
fn two_readings_as_likely_are_left_to_a_person() {
    let proposal = one("ログについて");
    assert_eq!(proposed(&proposal), Vec::<&str>::new(), "{proposal:?}");
    let seen: Vec<&str> = proposal.claims[0].topics.iter().map(|candidate| candidate.topic.as_str()).collect();
    assert!(seen.contains(&"audit-trail") && seen.contains(&"service-logs"), "{seen:?}");
    assert!(proposal.reason.en.contains("audit-trail or service-logs"), "{}", proposal.reason.en);
    assert_eq!(proposal.nature, Nature::Unclear);
    assert!(proposal.confidence < 0.5);
}

#[test]
fn a_denying_word_silences_a_rule() {
    assert_eq!(proposed(&one("バックアップ要員を置く")), Vec::<&str>::new());
    assert_eq!(proposed(&one("バックアップを取る")), ["backups-taken"]);
}

#[test]
fn training_about_a_topic_is_no_topic() {
    let proposal = one("バックアップの教育を行う");
    assert_eq!(proposed(&proposal), Vec::<&str>::new());
    assert_eq!((proposal.nature, proposal.claims[0].by), (Nature::Organisational, By::Attest));
    assert!(proposal.reason.ja.contains("「教育」"), "{}", proposal.reason.ja);
}

#[test]
fn a_rule_besides_a_topic_is_what_a_person_still_states() {
    let proposal = one("バックアップの手順書を整備する");
    assert_eq!(proposed(&proposal), ["backups-taken"]);
    assert_eq!(proposal.claims[0].by, By::Partial);
    assert!(proposal.claims[0].rest.as_ref().unwrap().ja.contains("手順書"));
}

#[test]
fn aws_side_rests_on_running_there_alone() {
    let proposal = one("建物が耐震である");
    assert_eq!((proposal.nature, proposal.claims[0].by), (Nature::Inherited, By::Inherited));
    assert_eq!(proposed(&proposal), ["runs-on-aws-only"]);
}

#[test]
fn what_no_check_decides_is_attested() {
    let proposal = one("遠隔地に保管する");
    assert_eq!((proposed(&proposal), proposal.claims[0].by), (vec!["disaster-recovery"], By::Attest));
    assert!(proposal.reason.en.contains("no check decides disaster-recovery"), "{}", proposal.reason.en);
}

#[test]
fn a_cited_page_is_always_tried_and_none_is_made_up() {
    let mut cited = item("1", "教育を行う");
    cited.urls = vec!["https://example.com/policy".to_owned()];
    let proposal = of(cited, &with(Vec::new()));
    assert_eq!(proposed(&proposal), ["published-page"]);
    assert_eq!(proposal.claims.last().unwrap().id, "1/cited-url");
    assert_eq!(proposed(&one("教育を行う")), Vec::<&str>::new());
}

#[test]
fn every_item_has_a_proposal_in_its_place_and_every_claim_an_id_of_its_own() {
    let texts = ["", "???", "バックアップを取る。ログを残す。教育を行う。", "　", "a", "バックアップ", "ログ", "\u{0}"];
    let items = texts.iter().enumerate().map(|(at, text)| item(&format!("1.{at}"), text)).collect();
    let proposals = propose(&sheet(items), &with(Vec::new()));
    for (at, proposal) in proposals.iter().enumerate() {
        assert_eq!(proposal.item, format!("1.{at}"));
        assert!(!proposal.claims.is_empty(), "{at}");
        assert!(!proposal.reason.ja.is_empty() && !proposal.reason.en.is_empty(), "{at}");
        let mut ids: Vec<&str> = proposal.claims.iter().map(|claim| claim.id.as_str()).collect();
        assert!(ids.iter().all(|id| id.starts_with(&format!("1.{at}/"))), "{ids:?}");
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), proposal.claims.len());
    }
    assert_eq!(proposals.len(), texts.len());
}

fn approved(text: &str, topics: &[&str]) -> Approved {
    Approved {
        text: text.to_owned(),
        topics: topics.iter().map(|topic| (*topic).to_owned()).collect(),
        by: if topics.is_empty() { By::Attest } else { By::Live },
        label: Text::new("METI 6.29(2026 年 3 月に佐藤が承認)", "METI 6.29, approved by Sato in March 2026"),
    }
}

#[test]
fn what_was_approved_for_the_same_words_is_proposed_again() {
    let knowledge = with(vec![approved("通信と保存データを暗号化する。", &["multi-az", "audit-trail"])]);
    let proposal = of(item("9", "通信と保存データを 暗号化する"), &knowledge);
    assert_eq!(proposed(&proposal), ["multi-az", "audit-trail"]);
    assert!(proposal.claims.iter().all(|claim| claim.confidence >= 0.95), "{proposal:?}");
    assert_eq!(proposal.same_as.as_ref().unwrap().en, "METI 6.29, approved by Sato in March 2026");
    assert_eq!(proposal.reason.en, "same as METI 6.29, approved by Sato in March 2026");
}

#[test]
fn an_approved_attestation_is_one_again_whatever_the_words_say() {
    let knowledge = with(vec![approved("バックアップを取る", &[])]);
    let proposal = of(item("9", "バックアップを取る"), &knowledge);
    assert_eq!((proposed(&proposal), proposal.claims[0].by), (Vec::new(), By::Attest));
    assert!(proposal.confidence >= 0.95);
}

/// A denial, another figure or another service makes another claim of nearly the same words.
#[test]
fn nearly_the_same_words_are_not_the_same_where_it_matters() {
    let asked = "本番環境の RDS のデータを 30 日間バックアップしている";
    for (text, same) in [
        ("本番環境の RDS のデータを 30 日間、バックアップしています", true),
        ("本番環境の RDS のデータを 30 日間バックアップしていない", false),
        ("本番環境の RDS のデータを 90 日間バックアップしている", false),
        ("本番環境の EBS のデータを 30 日間バックアップしている", false),
        ("本番環境以外の RDS のデータを 30 日間バックアップしている", false),
    ] {
        let knowledge = with(vec![approved(text, &["service-logs"])]);
        let proposal = of(item("9", asked), &knowledge);
        assert_eq!(proposal.same_as.is_some(), same, "{text}: {proposal:?}");
        assert_eq!(proposed(&proposal) == ["service-logs"], same, "{text}");
    }
}

#[test]
fn the_same_sheet_gets_the_same_proposals() {
    let items: Vec<_> = super::rewordings::strangers().into_iter().map(|text| item("1", text)).collect();
    let glossary = || Glossary::builtin().unwrap();
    let first = propose(&sheet(items.clone()), &Knowledge::new(&builtin().unwrap(), glossary(), &topics(), Vec::new()));
    let again = propose(&sheet(items), &Knowledge::new(&builtin().unwrap(), glossary(), &topics(), Vec::new()));
    assert_eq!(serde_json::to_string(&first).unwrap(), serde_json::to_string(&again).unwrap());
}

/// A sheet of a known family gets the family's claims, with their ids.
#[test]
fn a_known_family_speaks_for_its_sheet() {
    let family = family();
    let items = family.items.iter().map(|it| item(&it.id, &it.text.ja)).collect();
    let knowledge = Knowledge::new(std::slice::from_ref(&family), Glossary::builtin().unwrap(), &topics(), Vec::new());
    for (proposal, of) in propose(&sheet(items), &knowledge).iter().zip(&family.items) {
        assert_eq!(proposal.framework_item, Some(format!("meti-2013/{}", of.id)));
        for claim in &of.claims {
            let found = proposal.claims.iter().find(|found| found.from.as_ref() == Some(&claim.id)).unwrap();
            assert_eq!((found.by, &found.text, found.cadence_days), (claim.by, &claim.text, claim.cadence_days));
            let see: Vec<&String> = found.topics.iter().filter(|t| t.proposed).map(|t| &t.topic).collect();
            assert!(claim.see.iter().all(|topic| see.contains(&topic)), "{}: {see:?}", claim.id);
        }
    }
}

#[test]
fn a_cadence_is_how_long_a_statement_holds() {
    let proposal = one("年1回、従業員に教育を行う");
    assert_eq!(proposal.claims[0].cadence_days, Some(365), "{proposal:?}");
}

proptest::proptest! {
    #[test]
    fn no_text_is_too_strange(text in "\\PC{0,120}", heading in "\\PC{0,20}") {
        let mut strange = item("1", &text);
        strange.section = vec![heading];
        let proposal = of(strange, &with(Vec::new()));
        proptest::prop_assert!(!proposal.claims.is_empty());
        for claim in &proposal.claims {
            proptest::prop_assert!((0.0..=1.0).contains(&claim.confidence));
        }
    }
}
