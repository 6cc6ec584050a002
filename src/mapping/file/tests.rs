//! What a hand-edited mapping.toml must survive, and what must never be in force.

use proptest::prelude::*;

use super::*;
use crate::mapping::error::{MappingError, Problem};
use crate::model::{Answer, Lang, Layout, Moment, Sheet};

mod edits;
mod force;

pub(in crate::mapping) fn known() -> Known {
    let set = |names: &[&str]| names.iter().map(ToString::to_string).collect();
    Known {
        topics: set(&["encryption-at-rest", "multi-az", "backups-taken", "runs-on-aws-only", "published-page"]),
        checks: set(&["rds/instance-multi-az", "s3/bucket-encrypted"]),
        any: false,
    }
}

pub(in crate::mapping) fn when() -> Moment {
    "2026-03-02T09:00:00Z".parse().unwrap()
}

pub(in crate::mapping) fn item(id: &str, text: &str) -> Item {
    Item {
        id: id.to_owned(),
        section: vec!["6. 運用".to_owned()],
        text: text.to_owned(),
        answer: Answer::Yes,
        answer_text: "○".to_owned(),
        remark: String::new(),
        remark_resolved: String::new(),
        concessions: Vec::new(),
        urls: Vec::new(),
        at: "line 1".to_owned(),
    }
}

pub(in crate::mapping) fn sheet(items: Vec<Item>) -> Sheet {
    Sheet {
        name: "sheet.txt".to_owned(),
        sha256: "ab".repeat(32),
        layout: Layout { format: "txt".to_owned(), ..Layout::default() },
        items,
        unread: Vec::new(),
    }
}

pub(in crate::mapping) fn candidate(topic: &str, confidence: f64, proposed: bool) -> Candidate {
    Candidate {
        topic: topic.to_owned(),
        confidence,
        reason: Text::new("語が一致", "the words agree"),
        proposed,
        checks: Vec::new(),
    }
}

pub(in crate::mapping) fn claim(id: &str, by: By, topics: Vec<Candidate>) -> ProposedClaim {
    ProposedClaim {
        id: id.to_owned(),
        text: Text::same("保管するデータを暗号化している"),
        by,
        nature: nature(by),
        confidence: 0.9,
        reason: Text::new("語が一致", "the words agree"),
        topics,
        rest: None,
        cadence_days: None,
        limits: Vec::new(),
        from: None,
    }
}

pub(in crate::mapping) fn proposal(item: &str, confidence: f64, claims: Vec<ProposedClaim>) -> Proposal {
    Proposal {
        item: item.to_owned(),
        nature: Nature::Technical,
        confidence,
        reason: Text::new("文面が一致", "the wording agrees"),
        framework_item: None,
        same_as: None,
        proposed_by: "built-in".to_owned(),
        claims,
    }
}

pub(in crate::mapping) fn parse(text: &str) -> MappingFile {
    MappingFile::parse("mapping.toml", text, &known()).unwrap_or_else(|error| panic!("{error}\n{text}"))
}

fn problems(text: &str) -> Vec<Problem> {
    match MappingFile::parse("mapping.toml", text, &known()) {
        Err(MappingError::Invalid(problems)) => problems,
        other => panic!("expected problems, found {other:?}"),
    }
}

pub(super) const GOOD: &str = r#"# our mapping
[sheet]
name = "sheet.txt"
sha256 = "abab"

# talked about with ops in March
[[item]]
id = "6.29"   # the important one
text = "データを暗号化して保管していること"
confidence = 0.92
review = "proposed"  # not yet

  [[item.claim]]
  id = "6.29/at-rest"
  text = "保管するデータを暗号化している"
  by = "live"
  see = ["encryption-at-rest", "backups-taken"]   # both

[[item]]
id = "6.30"
text = "バックアップを取得していること"
review = "approved"
who = "Hanako Sato"
when = "2026-03-02"
  [[item.claim]]
  id = "6.30/1"
  text = { ja = "取得している", en = "they are taken" }
  by = "partial"
  see = ["backups-taken"]
  checks = ["rds/instance-multi-az"]
  # for the auditor
  rest = "手順書"
  cadence_days = 365 # yearly
  limits = ["本番環境のみ"]

[[item]]
id = "6.31"
text = "教育を行っていること"
review = "rejected"
who = "Ken Ito"
when = 2026-03-03T10:00:00+09:00

# the end
"#;

#[test]
fn a_file_is_read() {
    let file = parse(GOOD);
    assert_eq!(file.entries.len(), 3);
    assert_eq!(file.sheet_sha256.as_deref(), Some("abab"));
    let first = file.entry("6.29").unwrap();
    assert_eq!((first.confidence, &first.review), (Some(0.92), &Review::Proposed));
    assert_eq!(first.claims[0].claim.see, ["encryption-at-rest", "backups-taken"]);
    let second = file.entry("6.30").unwrap();
    assert_eq!(
        second.review,
        Review::Approved { who: "Hanako Sato".to_owned(), when: "2026-03-02T00:00:00Z".parse().unwrap() }
    );
    let claim = &second.claims[0];
    assert_eq!(claim.claim.text, Text::new("取得している", "they are taken"));
    assert_eq!(claim.claim.rest, Some(Text::same("手順書")));
    assert_eq!(
        (claim.claim.cadence_days, claim.limits.as_slice()),
        (Some(365), ["本番環境のみ".to_owned()].as_slice())
    );
    assert_eq!(
        file.entry("6.31").unwrap().review,
        Review::Rejected { who: "Ken Ito".to_owned(), when: "2026-03-03T01:00:00Z".parse().unwrap() }
    );
}

#[test]
fn all_problems_are_told_at_once_with_places_and_what_was_meant() {
    let text = GOOD
        .replace("\"encryption-at-rest\"", "\"encryption-at-rst\"")
        .replace("\"rds/instance-multi-az\"", "\"rds/instance-multiaz\"")
        .replace("who = \"Hanako Sato\"\n", "")
        .replace("review = \"rejected\"", "review = \"reject\"")
        .replace("by = \"partial\"", "by = \"partly\"")
        .replace("confidence = 0.92", "confidence = 92");
    let found = problems(&text);
    let told: Vec<String> =
        found.iter().map(|p| format!("{}:{} {}; {}", p.line, p.column, p.message, p.help)).collect();
    let expect = [
        (10, 14, "from 0 to 1", ""),
        (17, 10, "encryption-at-rst", "did you mean \"encryption-at-rest\"?"),
        (22, 10, "who approved item 6.30", ""),
        (27, 8, "partly", "did you mean \"partial\"?"),
        (29, 13, "rds/instance-multiaz", "did you mean \"rds/instance-multi-az\"?"),
        (38, 10, "\"reject\"", "did you mean \"rejected\"?"),
    ];
    for (line, column, message, help) in expect {
        let there = found
            .iter()
            .any(|p| (p.line, p.column) == (line, column) && p.message.contains(message) && p.help.contains(help));
        assert!(there, "{line}:{column} {message}\n{}", told.join("\n"));
    }
}

#[test]
fn what_could_be_green_on_nothing_is_refused() {
    let wrong = |from: &str, to: &str, line: usize, message: &str| {
        let text = GOOD.replace(from, to);
        assert_ne!(text, GOOD);
        let found = problems(&text);
        assert!(found.iter().any(|p| p.line == line && p.message.contains(message)), "{from} → {to}: {found:#?}");
    };
    wrong("see = [\"encryption-at-rest\", \"backups-taken\"]", "see = []", 14, "expected topics of claim");
    wrong("by = \"live\"", "by = \"attest\"", 14, "only a person can state");
    wrong("review = \"rejected\"", "review = \"approved\"", 37, "expected a claim of item 6.31");
    wrong("id = \"6.31\"", "id = \"6.30\"", 37, "expected each item once");
    wrong("id = \"6.30/1\"", "id = \"6.29/at-rest\"", 26, "expected each claim once");
    wrong("id = \"6.30/1\"", "id = \"6.31\"", 26, "which is an item's");
    wrong("review = \"rejected\"", "review = \"accepted\"", 39, "above which item 6.31 is accepted");
    wrong("when = \"2026-03-02\"\n", "", 22, "expected when item 6.30 was approved");
    wrong("when = \"2026-03-02\"", "when = \"March\"", 24, "expected a date");
    wrong("text = \"教育を行っていること\"\n", "", 37, "in text");
    wrong("review = \"proposed\"  # not yet\n", "", 8, "expected review of item 6.29");
    wrong("cadence_days = 365", "cadence_days = 0", 33, "at least 1");
    wrong("text = \"保管するデータを暗号化している\"", "text = 3", 15, "as a text");
    wrong("who = \"Ken Ito\"", "who = \" \"", 40, "who rejected item 6.31");
}

#[test]
fn unknown_fields_are_refused_with_their_place() {
    let found = problems(&GOOD.replace("see = [\"enc", "sea = [\"enc"));
    assert_eq!((found[0].line, found[0].column), (17, 3), "{found:?}");
}

/// Any text that a cell may hold.
pub(in crate::mapping) fn texts() -> impl Strategy<Value = String> {
    prop_oneof![
        "[a-zA-Zぁ-ん一-龯 ]{1,30}",
        proptest::string::string_regex("[\\PC\\n\\t\\r\"'#\\[\\]{}=\\\\]{1,40}").unwrap(),
        Just("\"\"\" ''' \u{7}\u{0}\u{1b}[31m # [[item]]\nreview = \"approved\"".to_owned()),
    ]
    .prop_filter("says something", |text| text.chars().any(char::is_alphanumeric))
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(200) })]

    /// Whatever a sheet and a proposal say, the file that is made of them reads as just that, with nothing in force.
    #[test]
    fn a_new_file_reads_as_what_was_proposed(
        items in prop::collection::vec((texts(), texts(), texts(), 0u8..=100, 0usize..3, any::<bool>()), 1..6),
        ja in any::<bool>(),
    ) {
        let mut rows = Vec::new();
        let mut proposals = Vec::new();
        for (index, (text, remark, reason, confidence, claims, proposed)) in items.iter().enumerate() {
            let id = format!("1.{}", index + 1);
            let mut row = item(&id, text);
            row.remark_resolved = remark.clone();
            row.section = vec![reason.clone()];
            rows.push(row);
            let claims = (0..*claims).map(|n| {
                let mut c = claim(&format!("{id}/{n}"), By::Live, vec![candidate("multi-az", 0.5, *proposed)]);
                c.text = Text::new(text, remark);
                c.rest = Some(Text::same(reason));
                c.limits = vec![text.clone()];
                c
            });
            let mut p = proposal(&id, f64::from(*confidence) / 100.0, claims.collect());
            p.reason = Text::same(reason);
            p.same_as = Some(Text::same(remark));
            proposals.push(p);
        }
        let sheet = sheet(rows);
        let lang = if ja { Lang::Ja } else { Lang::En };
        let text = file_text(&sheet, &proposals, &|_| Review::Proposed, lang);
        let file = parse(&text);
        prop_assert_eq!(file.entries.len(), sheet.items.len());
        for ((entry, item), proposal) in file.entries.iter().zip(&sheet.items).zip(&proposals) {
            prop_assert_eq!(&entry.id, &item.id);
            prop_assert!(says(entry, item), "{:?} is not {:?}", entry.text, item.text);
            prop_assert_eq!(&entry.review, &Review::Proposed);
            prop_assert_eq!(entry.confidence, Some(proposal.confidence));
            prop_assert_eq!(entry.claims.len(), proposal.claims.len());
        }
        prop_assert!(file.places(&sheet).iter().all(|place| place.change == Change::Same || same(&place.item.text).is_empty()));
        prop_assert!(file.apply(&sheet, &[], None).mapping.items.iter().all(|item| item.claims.is_empty()));
    }
}
