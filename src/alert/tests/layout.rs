//! What each channel says of one rich message, in both languages, and that no limit of a receiver is crossed.

use lettre::message::Mailbox;
use serde_json::Value;

use super::sample;
use crate::alert::words::{clean, cut, tell, units};
use crate::alert::{email, pagerduty, slack, teams, webhook};
use crate::model::{ChangeKind, Lang, Letter, Message};

const BOTH: [(Lang, &str); 2] = [(Lang::Ja, "ja"), (Lang::En, "en")];

fn letter(message: Message) -> Letter {
    sample::letter("shop/0001/ops", "ops", message)
}

fn mail(letter: &Letter, lang: Lang) -> String {
    let to: Vec<Mailbox> = vec!["運用 <ops@example.com>".parse().unwrap(), "audit@example.net".parse().unwrap()];
    let mail = email::compose(letter, &"Kakunin <kakunin@example.com>".parse().unwrap(), &to, lang).unwrap();
    String::from_utf8(mail.formatted()).unwrap()
}

#[test]
fn plain_text() {
    for (lang, name) in BOTH {
        for (kind, message) in [
            ("rich", sample::rich()),
            ("reminder", sample::reminder()),
            ("test", sample::test()),
            ("began", sample::began()),
            ("no_run", sample::whole_sheet(ChangeKind::Blind)),
        ] {
            insta::assert_snapshot!(format!("plain_{kind}_{name}"), tell(&message, lang).plain(3, lang));
        }
    }
}

#[test]
fn bodies_of_the_rich_message() {
    let letter = letter(sample::rich());
    for (lang, name) in BOTH {
        let told = tell(&letter.message, lang);
        insta::assert_json_snapshot!(format!("slack_{name}"), slack::body(&told, lang));
        insta::assert_json_snapshot!(format!("teams_{name}"), teams::body(&told, lang));
        insta::assert_json_snapshot!(format!("pagerduty_{name}"), pagerduty::events(&letter, "KEY", lang));
        insta::assert_snapshot!(format!("email_{name}"), mail(&letter, lang).replace('\r', ""));
        let body: Value = serde_json::from_slice(&webhook::body(&letter, lang).unwrap()).unwrap();
        insta::assert_json_snapshot!(format!("webhook_{name}"), body);
    }
}

#[test]
fn slack_keeps_its_limits_and_tells_how_many_are_left_out() {
    for (lang, _) in BOTH {
        let body = slack::body(&tell(&sample::flood(), lang), lang);
        let blocks = body["blocks"].as_array().unwrap();
        assert!(blocks.len() <= 50, "{} blocks", blocks.len());
        let mut all = 0;
        for block in blocks {
            let text = block["text"]["text"].as_str().or(block["elements"][0]["text"].as_str()).unwrap();
            let most = if block["type"] == "header" { 150 } else { 3000 };
            assert!(!text.is_empty() && units(text) <= most, "{}: {}", block["type"], units(text));
            assert!(block["type"] == "header" || !text.replace("<https://", "").contains("<"), "{text}");
            all += units(text);
        }
        assert!(all < 13_000, "{all} characters");
        let text = body.to_string();
        let named = (0..300).filter(|n| text.contains(&format!("6.{n} "))).count();
        let left = match lang {
            Lang::Ja => format!("ほか {} 件", 300 - named),
            Lang::En => format!("and {} more", 300 - named),
        };
        assert!((20..300).contains(&named) && text.contains(&left), "{named} named, expected {left:?}");
        assert!(text.contains("https://kakunin.example.com"));
    }
}

#[test]
fn teams_keeps_its_limit_and_tells_how_many_are_left_out() {
    for (lang, _) in BOTH {
        let body = teams::body(&tell(&sample::flood(), lang), lang);
        let text = body.to_string();
        assert!(text.len() <= 28 * 1024, "{} bytes", text.len());
        let named = (0..300).filter(|n| text.contains(&format!("6.{n} "))).count();
        let left = match lang {
            Lang::Ja => format!("ほか {} 件", 300 - named),
            Lang::En => format!("and {} more", 300 - named),
        };
        assert!((10..300).contains(&named) && text.contains(&left), "{named} named, expected {left:?}");
        assert!(body["attachments"][0]["content"]["actions"][0]["url"].as_str().unwrap().starts_with("https://"));
    }
}

#[test]
fn pagerduty_keeps_its_limits_and_each_item_has_an_incident_of_its_own() {
    let letter = letter(sample::flood());
    let events = pagerduty::events(&letter, "KEY", Lang::Ja);
    let mut keys = std::collections::BTreeSet::new();
    for event in &events {
        let key = event["dedup_key"].as_str().unwrap();
        assert!(units(key) <= 255 && units(event["payload"]["summary"].as_str().unwrap()) <= 1024);
        assert!(event.to_string().len() < 512 * 1024);
        keys.insert(key.to_owned());
    }
    // One of what is still open is not among the changes.
    assert_eq!(keys.len(), 301);
}

#[test]
fn a_mail_tells_everything() {
    for (lang, _) in BOTH {
        let plain = tell(&sample::flood(), lang).plain(100, lang);
        for n in 0..300 {
            assert!(plain.contains(&format!("6.{n} ")), "{n}");
        }
    }
}

#[test]
fn a_mail_cannot_be_given_headers_by_a_sheet() {
    let mut message = sample::rich();
    message.sheet = "shop\r\nBcc: evil@example.org\r\n\r\nbody".to_owned();
    message.transitions.truncate(1);
    message.transitions[0].title = "a\r\nBcc: evil@example.org".to_owned();
    let mail = mail(&letter(message), Lang::En);
    assert!(!mail.lines().any(|line| line.to_lowercase().starts_with("bcc:")), "{mail}");
}

/// What cannot be seen, vanished or is only accepted is never shown as good.
#[test]
fn nothing_is_green_but_what_holds() {
    use crate::alert::words::Change;
    use crate::model::Verdict;
    for kind in ChangeKind::ALL {
        for to in Verdict::ALL {
            let change = Change::of(&sample::transition("1", "x", kind, Verdict::Fail, to), Lang::En);
            let good = change.mark.sign() == "🟢";
            let may = to.holds() && matches!(kind, ChangeKind::Restored | ChangeKind::Strengthened);
            assert_eq!(good, may, "{kind:?} {to:?}");
        }
    }
}

/// A receiver of incidents must not be told "resolved" of a population that vanished.
#[test]
fn a_shrunk_population_opens_an_incident() {
    let letter = letter(sample::rich());
    let events = pagerduty::events(&letter, "KEY", Lang::En);
    let actions: Vec<(&str, &str)> = events
        .iter()
        .map(|e| (e["event_action"].as_str().unwrap(), e["payload"]["class"].as_str().unwrap_or("")))
        .collect();
    assert_eq!(
        actions,
        [("trigger", "broken"), ("trigger", "blind"), ("trigger", "shrunk"), ("trigger", "expiring"), ("resolve", "")]
    );
}

/// A watch that sees nothing is an incident of its own: it opens when no run can be made and closes when one can.
#[test]
fn a_sheet_that_cannot_be_seen_is_an_incident() {
    let events = |kind| pagerduty::events(&letter(sample::whole_sheet(kind)), "KEY", Lang::En);
    let actions = |events: &[Value]| events.iter().map(|e| e["event_action"].clone()).collect::<Vec<_>>();
    let (lost, back, began) = (events(ChangeKind::Blind), events(ChangeKind::Visible), events(ChangeKind::Began));
    assert_eq!(actions(&lost), ["trigger"]);
    assert_eq!(actions(&back), ["resolve"]);
    assert_eq!(lost[0]["dedup_key"], back[0]["dedup_key"]);
    assert_eq!(actions(&began), ["trigger", "resolve"]);
    assert_ne!(began[0]["dedup_key"], lost[0]["dedup_key"]);
}

#[test]
fn texts_are_cut_between_characters_and_cleaned_of_what_turns_them() {
    assert_eq!(cut("確認書", 3), "確認書");
    assert_eq!(cut("確認書類", 3), "確認…");
    assert_eq!(cut("🔴🔴🔴", 4), "🔴…");
    assert_eq!(clean(" a\u{202e}b\r\n\tc\u{0} "), "a b c");
}
