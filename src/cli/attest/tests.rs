//! The questions of `attest`, answered by a script; what they lead to is tried on the command itself in `tests/attest.rs`.

use clap::Parser;

use super::*;

#[derive(Parser)]
struct Line {
    #[command(flatten)]
    attest: Attest,
}

const SHEET: &str =
    "番号\t確認事項\t実施の有無\t備考\n9.1\t花壇の水やりを当番で行っている\t○\t\n9.2\t看板猫の名前を決めている\t○\t\n";

/// Answers in order; a refused answer is followed by the next one, as a person would type again.
struct Script {
    answers: Vec<&'static str>,
    picks: Vec<Option<usize>>,
    refused: Vec<String>,
}

impl Ask for Script {
    fn text(
        &mut self,
        _: &str,
        default: Option<&str>,
        check: &dyn Fn(&str) -> Result<(), String>,
    ) -> Result<String, Failure> {
        loop {
            let answer = self.answers.remove(0);
            let answer = if answer.is_empty() { default.unwrap_or_default() } else { answer };
            match check(answer) {
                Ok(()) => return Ok(answer.to_owned()),
                Err(why) => self.refused.push(why),
            }
        }
    }

    fn choose(&mut self, _: &str, choices: &[String], _: &str) -> Result<Option<usize>, Failure> {
        assert_eq!(choices.len(), 2, "{choices:?}");
        Ok(self.picks.remove(0))
    }
}

fn place() -> (tempfile::TempDir, Attest, Inputs) {
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join("sheet.tsv"), SHEET).unwrap();
    std::fs::write(dir.path().join("kakunin.toml"), "sheet = \"sheet.tsv\"\n").unwrap();
    let args = Line::parse_from(["attest", "--project", dir.path().to_str().unwrap()]).attest;
    let inputs = inputs::read(&args.source, &Where::default()).unwrap().inputs;
    (dir, args, inputs)
}

fn clock() -> Moment {
    "2026-11-24T12:00:00Z".parse().unwrap()
}

#[test]
fn each_question_is_asked_until_the_answer_can_be_used() {
    let (_dir, args, inputs) = place();
    let mut script = Script {
        answers: vec![
            "",
            "文書にした",
            "山田",
            "no/such.pdf",
            "https://example.com/e",
            "2020-01-01",
            "soon",
            "2027-03-31",
        ],
        picks: vec![Some(1)],
        refused: vec![],
    };
    let draft = complete(&args, &inputs, clock(), Some(&mut script), Lang::Ja).unwrap();
    assert_eq!(script.refused.len(), 4, "{:?}", script.refused);
    let wanted = Draft {
        target: "9.2".into(),
        statement: "文書にした".into(),
        who: "山田".into(),
        evidence: "https://example.com/e".into(),
        when: "2026-11-24".into(),
        until: "2027-03-31".into(),
    };
    assert_eq!(draft, wanted);
}

#[test]
fn an_id_can_be_typed_and_a_wrong_one_is_refused_before_anything_else_is_asked() {
    let (_dir, args, inputs) = place();
    let mut script = Script {
        answers: vec!["9.9", "9.1", "s", "w", "https://example.com/e", "2027-03-31"],
        picks: vec![None],
        refused: vec![],
    };
    let draft = complete(&args, &inputs, clock(), Some(&mut script), Lang::En).unwrap();
    assert_eq!(draft.target, "9.1");
    assert!(script.refused[0].contains("did you mean 9."), "{:?}", script.refused);
}

#[test]
fn without_a_terminal_what_is_missing_is_named() {
    let (_dir, mut args, inputs) = place();
    args.target = Some("9.1".into());
    args.who = Some("w".into());
    let error = complete(&args, &inputs, clock(), None, Lang::En).unwrap_err();
    assert_eq!(error.code, exit::USAGE);
    assert!(error.report.to_string().contains("--statement, --evidence, --until"), "{}", error.report);
    assert!(!error.report.to_string().contains("--who"));
}
