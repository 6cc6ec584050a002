//! The walk, with answers from a list.

use std::collections::VecDeque;
use std::io;
use std::path::Path;

use super::ask::Ask;
use super::project::Project;
use super::walk::{Walked, walk};
use crate::model::{By, Lang, Review};

/// What the person answers, in order. The walk must ask just that.
enum Answer {
    /// The option that starts like this.
    Take(&'static str),
    /// The options that start like these.
    Many(&'static [&'static str]),
    Line(&'static str),
    Leave,
}
use Answer::{Leave, Line, Many, Take};

struct Script {
    answers: VecDeque<Answer>,
    shown: String,
}

impl Script {
    fn new(answers: impl IntoIterator<Item = Answer>) -> Self {
        Self { answers: answers.into_iter().collect(), shown: String::new() }
    }

    fn at(options: &[String], start: &str) -> usize {
        options.iter().position(|o| o.starts_with(start)).unwrap_or_else(|| panic!("no {start} in {options:?}"))
    }
}

impl Ask for Script {
    fn show(&mut self, text: &str) {
        self.shown.push_str(text);
    }

    fn one(&mut self, prompt: &str, options: &[String], _: usize) -> io::Result<Option<usize>> {
        match self.answers.pop_front() {
            Some(Take(start)) => Ok(Some(Self::at(options, start))),
            Some(Leave) => Ok(None),
            _ => panic!("asked {prompt} of {options:?}"),
        }
    }

    fn many(&mut self, prompt: &str, options: &[String], _: &[bool]) -> io::Result<Option<Vec<usize>>> {
        match self.answers.pop_front() {
            Some(Many(starts)) => Ok(Some(starts.iter().map(|start| Self::at(options, start)).collect())),
            _ => panic!("asked {prompt} of {options:?}"),
        }
    }

    fn line(&mut self, prompt: &str, _: &str) -> io::Result<String> {
        match self.answers.pop_front() {
            Some(Line(text)) => Ok(text.to_owned()),
            _ => panic!("asked {prompt}"),
        }
    }
}

const SHEET: &str = "\t確認事項\t実施の有無\t備考\n1. 運用\t\t\t\n\
                     1\t保管するデータを暗号化していること。\t○\t\n\
                     2\t全従業員に情報セキュリティの教育・訓練を行っていること。\t○\t年に一度\n\
                     3\t社内のカフェテリアが清潔であること。\t○\t\n";

const MAPPING: &str = r#"[[item]]
id = "1.1"
text = "保管するデータを暗号化していること。"
confidence = 0.8
review = "proposed"
  [[item.claim]]
  id = "1.1/1"
  text = "暗号化している"
  by = "live"
  see = ["encryption-at-rest"]   # the first thought

[[item]]
id = "1.2"
text = "全従業員に情報セキュリティの教育・訓練を行っていること。"
remark = "年に一度"
confidence = 0.6
review = "proposed"
  [[item.claim]]
  id = "1.2/1"
  text = "教育している"
  by = "attest"
  cadence_days = 365
"#;

fn project(folder: &Path) -> Project {
    std::fs::write(folder.join("sheet.txt"), SHEET).unwrap();
    std::fs::write(folder.join("kakunin.toml"), "sheet = \"sheet.txt\"\n").unwrap();
    std::fs::write(folder.join("mapping.toml"), MAPPING).unwrap();
    open(folder)
}

/// Whatever memory the person who runs the tests has stays out of it.
fn open_with(folder: &Path, memory: &Path) -> Project {
    let settings = crate::mapping::Project::load(&folder.join("kakunin.toml")).unwrap();
    Project::open_with(folder, &settings, Some(memory.to_owned()), true, Lang::En)
        .unwrap_or_else(|failure| panic!("{:?}", failure.report))
}

fn open(folder: &Path) -> Project {
    open_with(folder, &folder.join("approved.toml"))
}

fn walked(project: &mut Project, script: &mut Script) -> Walked {
    let ids = project.open_items();
    let walked = walk(project, &ids, "Hanako Sato", Lang::En, script);
    walked.unwrap_or_else(|failure| panic!("{:?}", failure.report))
}

fn state(project: &Project, id: &str) -> &'static str {
    match project.file.entry(id).unwrap().review {
        Review::Approved { .. } => "approved",
        Review::Rejected { .. } => "rejected",
        Review::Accepted { .. } => "accepted",
        _ => "proposed",
    }
}

#[test]
fn each_decision_is_saved_at_once() {
    let dir = tempfile::tempdir().unwrap();
    let mut first = project(dir.path());
    assert_eq!(first.open_items(), ["1.1", "1.2", "1.3"]);
    let mut script = Script::new([Take("approve"), Take("reject"), Leave]);
    assert_eq!(walked(&mut first, &mut script), Walked { approved: 1, rejected: 1 });
    let again = open(dir.path());
    assert_eq!(
        (state(&again, "1.1"), state(&again, "1.2"), state(&again, "1.3")),
        ("approved", "rejected", "proposed")
    );
    assert_eq!(again.open_items(), ["1.3"]);
    let text = std::fs::read_to_string(dir.path().join("mapping.toml")).unwrap();
    assert!(text.contains("# the first thought") && text.contains("who = \"Hanako Sato\""), "{text}");
    // What is shown: item, answer, remark, claim, topic, checks.
    for part in ["[1/3] 1.1", "○ (yes)", "年に一度", "暗号化している", "encryption-at-rest — ", "dynamodb/encrypted"]
    {
        assert!(script.shown.contains(part), "{part} is not shown:\n{}", script.shown);
    }
    let memory = std::fs::read_to_string(dir.path().join("approved.toml")).unwrap();
    assert!(
        memory.contains("保管するデータを暗号化していること。") && memory.contains("decision = \"rejected\""),
        "{memory}"
    );
}

#[test]
fn skipping_and_leaving_decide_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let mut project = project(dir.path());
    let mut script = Script::new([Take("skip"), Take("back"), Take("skip"), Take("quit")]);
    assert_eq!(walked(&mut project, &mut script), Walked::default());
    assert_eq!(std::fs::read_to_string(dir.path().join("mapping.toml")).unwrap(), MAPPING);
    assert!(!dir.path().join("approved.toml").exists());
}

#[test]
fn other_topics_and_another_decider_are_taken() {
    let dir = tempfile::tempdir().unwrap();
    let mut project = project(dir.path());
    let mut script = Script::new([
        Take("choose among all"),
        Many(&["key-management", "encryption-at-rest"]),
        Take("approve"),
        // Observations cannot decide what names nothing to look at.
        Take("change who"),
        Take("decided by observation"),
        Take("choose among all"),
        Many(&["mfa"]),
        Take("change who"),
        Take("decided by observation and a person"),
        Line("the list of attendees"),
        Take("approve"),
        Leave,
    ]);
    assert_eq!(walked(&mut project, &mut script), Walked { approved: 2, rejected: 0 });
    assert!(script.shown.contains("Choose its topics first"), "{}", script.shown);
    let again = open(dir.path());
    let claim = |id: &str| again.file.entry(id).unwrap().claims[0].claim.clone();
    assert_eq!(claim("1.1").see, ["encryption-at-rest", "key-management"]);
    assert_eq!(
        (claim("1.2").by, claim("1.2").see, claim("1.2").cadence_days),
        (By::Partial, vec!["mfa".to_owned()], Some(365))
    );
    assert_eq!(claim("1.2").rest.unwrap().ja, "the list of attendees");
}

#[test]
fn an_item_without_a_claim_gets_one_and_cannot_be_approved_before() {
    let dir = tempfile::tempdir().unwrap();
    let mut project = project(dir.path());
    let mut script =
        Script::new([Take("skip"), Take("skip"), Take("choose among all"), Many(&["multi-az"]), Take("approve")]);
    // There is no "approve" while there is no claim: the script would panic on "quit" being first otherwise.
    assert_eq!(walked(&mut project, &mut script), Walked { approved: 1, rejected: 0 });
    let again = open(dir.path());
    let claim = &again.file.entry("1.3").unwrap().claims[0].claim;
    assert_eq!((claim.by, claim.see.as_slice()), (By::Live, ["multi-az".to_owned()].as_slice()));
}

#[test]
fn taking_the_topics_away_makes_it_a_person_s() {
    let dir = tempfile::tempdir().unwrap();
    let mut project = project(dir.path());
    let mut script = Script::new([Take("choose among the candidate"), Many(&[]), Take("approve"), Leave]);
    walked(&mut project, &mut script);
    let claim = &open(dir.path()).file.entry("1.1").unwrap().claims[0].claim.clone();
    assert_eq!((claim.by, claim.see.is_empty()), (By::Attest, true));
}

#[test]
fn what_was_approved_is_proposed_for_the_next_sheet() {
    let dir = tempfile::tempdir().unwrap();
    let mut first = project(dir.path());
    walked(
        &mut first,
        &mut Script::new([Take("choose among all"), Many(&["key-management"]), Take("approve"), Take("reject"), Leave]),
    );
    let other = tempfile::tempdir().unwrap();
    let sheet = "No\t確認事項\t実施の有無\t備考\n7. データ\t\t\t\n1\t保管するデータを 暗号化していること。\t○\t\n\
                 2\t全従業員に情報セキュリティの教育・訓練を行っていること。\t○\t\n";
    std::fs::write(other.path().join("next.txt"), sheet).unwrap();
    std::fs::write(other.path().join("kakunin.toml"), "sheet = \"next.txt\"\n").unwrap();
    let next = open_with(other.path(), &dir.path().join("approved.toml"));
    let proposal = next.proposal("7.1").unwrap();
    assert!(proposal.confidence > 0.9, "{proposal:?}");
    assert_eq!(proposal.claims[0].topics[0].topic, "key-management");
    let same_as = proposal.same_as.clone().unwrap();
    assert!(same_as.en.starts_with("sheet.txt 1.1, approved by Hanako Sato in "), "{same_as:?}");
    assert_eq!(next.proposal("7.2").unwrap().claims[0].by, By::Attest);
    // It is proposed, and no more.
    assert_eq!(next.open_items(), ["7.1", "7.2"]);
}
