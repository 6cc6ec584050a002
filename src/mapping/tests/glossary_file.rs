use std::collections::BTreeSet;

use super::*;

fn topics_file() -> BTreeSet<String> {
    #[derive(serde::Deserialize)]
    struct File {
        topic: Vec<Named>,
    }
    #[derive(serde::Deserialize)]
    struct Named {
        id: String,
    }
    let file: File = toml::from_str(include_str!("../../../checks/topics.toml")).unwrap();
    file.topic.into_iter().map(|topic| topic.id).collect()
}

#[test]
fn the_shipped_glossary_speaks_of_every_topic_and_of_no_unknown_one() {
    let glossary = Glossary::builtin().unwrap_or_else(|error| panic!("{error}"));
    let known = topics_file();
    let spoken: BTreeSet<String> = glossary.topics().iter().map(|topic| topic.id.clone()).collect();
    assert_eq!(known.difference(&spoken).collect::<Vec<_>>(), Vec::<&String>::new(), "without words");
    for topic in glossary.topics() {
        let known = known.contains(&topic.id);
        assert!(known != topic.title.is_some(), "{}: a title only where checks/topics.toml has none", topic.id);
        assert!(topic.title.iter().chain(&topic.rest).all(|text| !text.ja.is_empty() && !text.en.is_empty()));
    }
    // No one speaks of this one: it is what AWS's side rests on.
    assert_eq!(glossary.mute_topics(), ["runs-on-aws-only"]);
}

fn problems(text: &str) -> Vec<String> {
    match Glossary::parse("glossary.toml", text) {
        Err(MappingError::Invalid(problems)) => problems.iter().map(ToString::to_string).collect(),
        other => panic!("expected problems, found {other:?}"),
    }
}

#[test]
fn mistakes_are_told_all_at_once_with_their_places() {
    let found = problems(
        "[[topic]]\nid = \"mfa\"\n[[topic]]\nid = \"mfa\"\n[[rule]]\nmeans = { mfaa = 1.5 }\nany = [\"MFA\", \"ｍｆａ\", \" - \"]\nwith = [[]]\n",
    );
    let places: Vec<&str> = found.iter().map(|problem| problem.split(": ").next().unwrap()).collect();
    assert_eq!(
        places,
        [
            "glossary.toml:3:1",
            "glossary.toml:6:9",
            "glossary.toml:6:9",
            "glossary.toml:7:7",
            "glossary.toml:7:7",
            "glossary.toml:8:9"
        ]
    );
    assert!(found[1].contains("\"mfaa\"") && found[2].contains("1.5") && found[3].contains("again"), "{found:?}");
}

#[test]
fn a_single_kana_is_no_phrase() {
    let found = problems("[[topic]]\nid = \"keys\"\n[[rule]]\nmeans = { keys = 0.5 }\nany = [\"キー\"]\n");
    assert!(found[0].contains("more than one kana"), "{found:?}");
    let kanji = "[[topic]]\nid = \"keys\"\n[[rule]]\nmeans = { keys = 0.5 }\nany = [\"鍵\"]\n";
    assert!(Glossary::parse("glossary.toml", kanji).is_ok());
}

#[test]
fn unknown_fields_are_refused() {
    let found = problems("[[rule]]\nmeans = { mfa = 0.5 }\nany = [\"MFA\"]\nall = [\"x\"]\n");
    assert!(found[0].starts_with("glossary.toml:4:1") && found[0].contains("all"), "{found:?}");
}
