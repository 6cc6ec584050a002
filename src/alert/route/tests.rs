//! Who hears of what, when, and that nobody is forgotten.

use std::collections::{BTreeMap, BTreeSet};

use chrono::Timelike;
use proptest::prelude::*;

use super::*;
use crate::history::testing::{
    ACCOUNTS, ItemScene, check, claim, histories, item, night, reminder, report, resource, stated,
};
use crate::history::{compare, state_of};
use crate::model::{AtLeast, ChangeKind, Outcome, Outcome::Fail, Outcome::Pass, Quiet, Route, Secret, Verdict};

type Owners = BTreeMap<String, Vec<String>>;

fn secret() -> Secret {
    Secret::Env("SECRET".to_owned())
}

fn channel(name: &str) -> ChannelSettings {
    let kind = match name {
        "pager" => ChannelKind::PagerDuty { key: secret(), url: None },
        "hub" => ChannelKind::SecurityHub { region: None },
        "mail" => ChannelKind::Webhook { url: secret(), secret: secret() },
        _ => ChannelKind::Slack { url: secret() },
    };
    ChannelSettings { name: name.to_owned(), lang: None, kind }
}

fn settings(channels: &[&str], routes: Vec<Route>) -> AlertSettings {
    AlertSettings { channels: channels.iter().map(|name| channel(name)).collect(), routes, ..AlertSettings::default() }
}

fn to(channels: &[&str]) -> Route {
    Route { channels: channels.iter().map(|c| (*c).to_owned()).collect(), ..Route::default() }
}

fn words(words: &[&str]) -> Vec<String> {
    words.iter().map(|w| (*w).to_owned()).collect()
}

fn scene(id: &str, topic: &str, severity: &'static str, seen: &[(u8, Outcome)]) -> ItemScene {
    item(id, vec![claim(&format!("family/{id}"), topic, check(&format!("rds/{id}"), severity, seen))])
}

/// A run after another one, with what it says.
struct Night {
    before: State,
    report: Report,
    transitions: Vec<Transition>,
}

impl Night {
    fn new(before: &[ItemScene], now: &[ItemScene]) -> Self {
        Self::owned(before, now, &Owners::new())
    }

    fn owned(before: &[ItemScene], now: &[ItemScene], owners: &Owners) -> Self {
        let first = report(night(0), before);
        let before = state_of(None, &first, &compare(None, &first, "shop", owners), &[], 1);
        let report = report(night(1), now);
        let transitions = compare(Some(&before), &report, "shop", owners);
        Self { before, report, transitions }
    }

    fn letters(&self, settings: &AlertSettings, now: Moment) -> Vec<Letter> {
        letters(&self.transitions, Some(&self.before), &self.report, "shop", settings, now).letters
    }

    /// Channel → items that it hears of.
    fn heard(&self, settings: &AlertSettings) -> Vec<(String, Vec<String>)> {
        let letters = self.letters(settings, night(1));
        letters
            .into_iter()
            .map(|l| (l.channel, l.message.transitions.iter().map(|t| t.title.clone()).collect()))
            .collect()
    }
}

/// What is expected of [`Night::heard`].
fn hear(expected: &[(&str, &[&str])]) -> Vec<(String, Vec<String>)> {
    expected
        .iter()
        .map(|(c, items)| ((*c).to_owned(), items.iter().map(|i| format!("Question {i}")).collect()))
        .collect()
}

fn broken() -> Night {
    let scenes = |outcome| {
        [
            scene("1.1", "encryption-at-rest", "low", &[(0, outcome)]),
            scene("2.1", "multi-az", "critical", &[(1, outcome)]),
            scene("3.1", "backup", "high", &[(2, outcome)]),
        ]
    };
    Night::new(&scenes(Pass), &scenes(Fail))
}

#[test]
fn without_routes_everyone_hears_everything_once_and_the_most_severe_first() {
    let heard = broken().heard(&settings(&["ops", "mail"], vec![]));
    assert_eq!(heard, hear(&[("ops", &["2.1", "3.1", "1.1"]), ("mail", &["2.1", "3.1", "1.1"])]));
    assert_eq!(broken().letters(&settings(&[], vec![]), night(1)), []);
}

#[test]
fn routes_choose_by_topic_severity_account_and_change() {
    let night = broken();
    let all = |route: Route| {
        night
            .heard(&settings(&["ops", "rest"], vec![route, to(&["rest"])]))
            .into_iter()
            .find(|(c, _)| c == "ops")
            .map(|(_, items)| items)
            .unwrap_or_default()
    };
    let items = |ids: &[&str]| ids.iter().map(|id| format!("Question {id}")).collect::<Vec<_>>();
    assert_eq!(all(Route { topics: words(&["encryption-*", "backup"]), ..to(&["ops"]) }), items(&["3.1", "1.1"]));
    assert_eq!(all(Route { topics: words(&["encryption"]), ..to(&["ops"]) }), items(&[]));
    assert_eq!(all(Route { severity: AtLeast(Severity::High), ..to(&["ops"]) }), items(&["2.1", "3.1"]));
    assert_eq!(all(Route { accounts: words(&[ACCOUNTS[1]]), ..to(&["ops"]) }), items(&["2.1"]));
    assert_eq!(all(Route { changes: vec![ChangeKind::Blind], ..to(&["ops"]) }), items(&[]));
    assert_eq!(
        all(Route { changes: vec![ChangeKind::Blind, ChangeKind::Broken], ..to(&["ops"]) }),
        items(&["2.1", "3.1", "1.1"])
    );
    assert_eq!(all(Route { owners: words(&["dba"]), ..to(&["ops"]) }), items(&[]));
    let owners = Owners::from([(resource(2).name().to_owned(), words(&["dba", "web"]))]);
    let scenes = |outcome| [scene("3.1", "backup", "high", &[(2, outcome)])];
    let owned = Night::owned(&scenes(Pass), &scenes(Fail), &owners);
    let route = Route { owners: words(&["dba"]), ..to(&["ops"]) };
    assert_eq!(owned.heard(&settings(&["ops", "rest"], vec![route])), hear(&[("ops", &["3.1"])]));
}

#[test]
fn what_no_route_takes_goes_to_every_channel() {
    let one = Route { severity: AtLeast(Severity::Critical), ..to(&["ops"]) };
    let heard = broken().heard(&settings(&["ops", "mail"], vec![one]));
    assert_eq!(heard, hear(&[("ops", &["2.1", "3.1", "1.1"]), ("mail", &["3.1", "1.1"])]));
    // A route that leads nowhere takes nothing: settings refuse it, and a letter must not depend on that.
    for nowhere in [to(&[]), to(&["gone"])] {
        let heard = broken().heard(&settings(&["ops"], vec![Route { last: true, ..nowhere }]));
        assert_eq!(heard, hear(&[("ops", &["2.1", "3.1", "1.1"])]));
    }
}

#[test]
fn a_last_route_ends_the_search_and_a_channel_named_twice_hears_once() {
    let routes =
        |last| vec![Route { topics: words(&["multi-az"]), last, ..to(&["ops"]) }, to(&["ops", "mail", "mail"])];
    assert_eq!(
        broken().heard(&settings(&["ops", "mail"], routes(true))),
        hear(&[("ops", &["2.1", "3.1", "1.1"]), ("mail", &["3.1", "1.1"])])
    );
    assert_eq!(
        broken().heard(&settings(&["ops", "mail"], routes(false))),
        hear(&[("ops", &["2.1", "3.1", "1.1"]), ("mail", &["2.1", "3.1", "1.1"])])
    );
}

#[test]
fn channels_that_keep_incidents_get_a_letter_per_item() {
    let letters = broken().letters(&settings(&["pager", "hub", "ops"], vec![]), night(1));
    let shape: Vec<_> = letters.iter().map(|l| (l.channel.as_str(), l.message.transitions.len())).collect();
    assert_eq!(shape, [("pager", 1), ("pager", 1), ("pager", 1), ("hub", 1), ("hub", 1), ("hub", 1), ("ops", 3)]);
}

#[test]
fn whoever_heard_that_it_broke_hears_that_it_is_well_again() {
    // Mended by another check than it was broken by: the critical one was mended in an earlier run, in silence.
    let scenes = |a, b| {
        let checks = vec![check("rds/a", "critical", &[(1, a)]), check("rds/b", "low", &[(2, b)])];
        let mut one = claim("family/1", "multi-az", check("rds/a", "critical", &[]));
        one.checks = checks;
        [item("1.1", vec![one])]
    };
    let restored = Night::new(&scenes(Pass, Fail), &scenes(Pass, Pass));
    assert_eq!(restored.transitions[0].severity, Severity::Low);
    let only_critical = vec![Route { severity: AtLeast(Severity::Critical), ..to(&["pager"]) }, to(&["ops"])];
    assert_eq!(
        restored.heard(&settings(&["pager", "ops"], only_critical)),
        hear(&[("pager", &["1.1"]), ("ops", &["1.1"])])
    );
    // A route that asks for bad news alone hears of their end.
    let only_broken = vec![Route { changes: vec![ChangeKind::Broken], ..to(&["pager", "mail"]) }, to(&["ops"])];
    assert_eq!(
        restored.heard(&settings(&["pager", "mail", "ops"], only_broken)),
        hear(&[("pager", &["1.1"]), ("mail", &["1.1"]), ("ops", &["1.1"])])
    );
    // One that cannot have heard of it does not; an incident is closed wherever it may be open.
    let elsewhere = vec![Route { topics: words(&["backup"]), ..to(&["pager", "mail"]) }, to(&["ops"])];
    assert_eq!(
        restored.heard(&settings(&["pager", "mail", "ops"], elsewhere)),
        hear(&[("pager", &["1.1"]), ("ops", &["1.1"])])
    );
    // Nor does one that the search never came to.
    let ended = vec![Route { topics: words(&["multi-az"]), last: true, ..to(&["mail"]) }, to(&["ops"])];
    assert_eq!(restored.heard(&settings(&["mail", "ops"], ended)), hear(&[("mail", &["1.1"])]));
    // The news may have fallen to everyone, as the only route may not have taken them.
    let one = vec![Route { severity: AtLeast(Severity::Critical), ..to(&["pager"]) }];
    assert_eq!(restored.heard(&settings(&["pager", "ops"], one)), hear(&[("pager", &["1.1"]), ("ops", &["1.1"])]));
    // Other teams' accounts are left in peace.
    let teams = vec![
        Route { accounts: words(&[ACCOUNTS[0]]), ..to(&["ops"]) },
        Route { accounts: words(&[ACCOUNTS[1]]), ..to(&["mail", "pager"]) },
    ];
    assert_eq!(
        restored.heard(&settings(&["pager", "mail", "ops"], teams)),
        hear(&[("pager", &["1.1"]), ("ops", &["1.1"])])
    );
}

fn quiet() -> Quiet {
    Quiet {
        from: "22:00".parse().unwrap(),
        until: "07:00".parse().unwrap(),
        zone: "Asia/Tokyo".to_owned(),
        days: Vec::new(),
        unless: Severity::Critical,
    }
}

#[test]
fn at_night_the_severe_is_told_at_once_and_the_rest_in_the_morning() {
    let settings = AlertSettings { quiet: vec![quiet()], ..settings(&["ops"], vec![]) };
    let now: Moment = "2026-01-02T03:00:00+09:00".parse().unwrap();
    let letters = broken().letters(&settings, now);
    let told: Vec<_> = letters.iter().map(|l| (l.due.to_rfc3339(), l.message.transitions.len())).collect();
    assert_eq!(told, [("2026-01-01T18:00:00+00:00".to_owned(), 1), ("2026-01-01T22:00:00+00:00".to_owned(), 2)]);
    assert!(letters[0].id != letters[1].id && letters.iter().all(|l| l.created == now && l.attempts == 0));
    let by_day = broken().letters(&settings, "2026-01-02T12:00:00+09:00".parse().unwrap());
    assert_eq!(by_day.len(), 1);
}

#[test]
fn the_return_to_good_does_not_overtake_bad_news_that_wait_for_the_morning() {
    let scenes = |a, b| {
        let mut one = claim("family/1", "multi-az", check("rds/a", "critical", &[(1, a)]));
        one.checks.push(check("rds/b", "low", &[(2, b)]));
        [item("1.1", vec![one])]
    };
    let settings = AlertSettings { quiet: vec![quiet()], ..settings(&["pager", "ops"], vec![]) };
    let dues = |restored: &Night, told: &str| {
        let before = State {
            items: vec![crate::model::ItemState {
                told: Some(told.parse().unwrap()),
                ..restored.before.items[0].clone()
            }],
            ..restored.before.clone()
        };
        let now: Moment = "2026-01-02T03:00:00+09:00".parse().unwrap();
        let out = letters(&restored.transitions, Some(&before), &restored.report, "shop", &settings, now);
        out.letters.iter().map(|l| l.due.format("%H:%M").to_string()).collect::<Vec<_>>()
    };
    // The low one may have broken it this night and wait until 22:00 UTC; the critical one was mended.
    let critical = Night::new(&scenes(Fail, Pass), &scenes(Pass, Pass));
    assert_eq!(dues(&critical, "2026-01-02T01:00:00+09:00"), ["22:00", "22:00"]);
    // Written after the quiet hours began, by a run whose clock was before.
    assert_eq!(dues(&critical, "2026-01-01T21:30:00+09:00"), ["22:00", "22:00"]);
    // Told in the afternoon: nothing waits.
    assert_eq!(dues(&critical, "2026-01-01T15:00:00+09:00"), ["18:00", "18:00"]);
    // Mended by the low one: people read it in the morning, and the incident is closed at once.
    let low = Night::new(&scenes(Pass, Fail), &scenes(Pass, Pass));
    assert_eq!(dues(&low, "2026-01-01T15:00:00+09:00"), ["18:00", "22:00"]);
}

#[test]
fn keys_are_those_of_the_content() {
    let night1 = broken();
    let two = settings(&["ops", "mail"], vec![]);
    let letters = night1.letters(&two, night(1));
    // However often it is worked out, and later in the day.
    let ids = |letters: &[Letter]| letters.iter().map(|l| l.id.clone()).collect::<Vec<_>>();
    assert_eq!(ids(&night1.letters(&two, night(2))), ids(&letters));
    assert_eq!(letters[0].message.key, letters[1].message.key);
    assert_eq!(letters[0].id, format!("{}/ops", letters[0].message.key));
    let other = Night { before: State { seq: 7, ..night1.before.clone() }, ..broken() };
    assert_ne!(other.letters(&two, night(1))[0].message.key, letters[0].message.key);
}

#[test]
fn letters_link_to_the_dashboard() {
    let linked = |dashboard: &str, channel: &str, sheet: &str| {
        let settings = AlertSettings { dashboard: Some(dashboard.to_owned()), ..settings(&[channel], vec![]) };
        let night1 = broken();
        let letters = letters(&night1.transitions, Some(&night1.before), &night1.report, sheet, &settings, night(1));
        letters.letters[0].message.link.clone()
    };
    assert_eq!(
        linked("https://kakunin.example.com", "ops", "shop").unwrap(),
        "https://kakunin.example.com/sheets/shop/runs/2"
    );
    assert_eq!(
        linked("https://example.com/k/", "pager", "shop").unwrap(),
        "https://example.com/k/sheets/shop/items/2.1"
    );
    assert_eq!(
        linked("https://example.com", "ops", "a/店").unwrap(),
        "https://example.com/sheets/a%2F%E5%BA%97/runs/2"
    );
    assert_eq!(linked("not a url", "ops", "shop"), None);
}

#[test]
fn the_first_run_and_dates_that_come_near_are_told_like_changes() {
    let mut report = report(night(0), &[item("1.1", vec![stated("a", Verdict::Unattested)])]);
    report.reminders = vec![reminder("1.1", night(3), 7)];
    let transitions = compare(None, &report, "shop", &Owners::new());
    let out = letters(&transitions, None, &report, "shop", &settings(&["ops", "pager"], vec![]), night(0));
    let kinds: Vec<Vec<ChangeKind>> =
        out.letters.iter().map(|l| l.message.transitions.iter().map(|t| t.kind).collect()).collect();
    assert_eq!(
        kinds,
        [vec![ChangeKind::Expiring, ChangeKind::Began], vec![ChangeKind::Expiring], vec![ChangeKind::Began]]
    );
    assert_eq!(out.reminded, [""; 0]);
}

#[test]
fn what_stays_open_is_told_again_after_so_many_days() {
    let scenes = [
        scene("1.1", "multi-az", "high", &[(1, Fail)]),
        scene("2.1", "backup", "low", &[(2, Fail)]),
        scene("3.1", "backup", "low", &[(3, Pass)]),
    ];
    let mut night1 = Night::new(&scenes, &scenes);
    let remind = AlertSettings {
        remind_days: Some(7),
        ..settings(
            &["ops", "pager"],
            vec![Route { topics: words(&["multi-az"]), ..to(&["pager", "ops"]) }, to(&["ops"])],
        )
    };
    let out = |night1: &Night, settings: &AlertSettings, now| {
        letters(&night1.transitions, Some(&night1.before), &night1.report, "shop", settings, now)
    };
    assert_eq!(out(&night1, &remind, night(6)), Outgoing::default());
    // Since the first run, though no transition told of them one by one. Jitter does not put it off by a day.
    let due = out(&night1, &remind, night(7) - Duration::minutes(5));
    assert_eq!(due.reminded, ["1.1", "2.1"]);
    let told: Vec<(&str, Vec<&str>)> = due
        .letters
        .iter()
        .map(|l| (l.channel.as_str(), l.message.open.iter().map(|o| o.item.as_str()).collect()))
        .collect();
    assert_eq!(told, [("ops", vec!["1.1", "2.1"]), ("pager", vec!["1.1"])]);
    assert!(due.letters.iter().all(|l| l.message.purpose == Purpose::Reminder && l.message.transitions.is_empty()));
    assert_eq!(due.letters[0].message.open[0].since, night(0));
    // Told of meanwhile.
    night1.before.items[0].told = Some(night(4));
    assert_eq!(out(&night1, &remind, night(8)).reminded, ["2.1"]);
    assert_eq!(out(&night1, &AlertSettings { remind_days: None, ..remind.clone() }, night(90)), Outgoing::default());
    assert_eq!(out(&night1, &AlertSettings { channels: vec![], ..remind.clone() }, night(90)), Outgoing::default());
    // What changes now is told as a change.
    let mended = Night {
        before: night1.before.clone(),
        ..Night::new(&scenes, &[scene("1.1", "multi-az", "high", &[(1, Pass)]), scenes[1].clone()])
    };
    assert_eq!(out(&mended, &remind, night(90)).reminded, ["2.1"]);
    // By night it waits like everything else.
    let at_night = AlertSettings { quiet: vec![quiet()], ..remind };
    let waiting = out(&night1, &at_night, "2026-03-01T03:00:00+09:00".parse().unwrap());
    assert!(waiting.letters.iter().all(|l| l.due.hour() == 22), "{:?}", waiting.letters);
}

fn some_of<T: Clone + std::fmt::Debug + 'static>(all: &[T], often: f64) -> impl Strategy<Value = Vec<T>> + use<T> {
    let all = all.to_vec();
    let n = all.len();
    prop::option::weighted(often, prop::sample::subsequence(all, 1..=n)).prop_map(Option::unwrap_or_default)
}

const NAMES: [&str; 5] = ["ops", "mail", "pager", "hub", "web"];
const SEVERITY: [Severity; 4] = [Severity::Low, Severity::Medium, Severity::High, Severity::Critical];

fn some_route() -> impl Strategy<Value = Route> {
    (
        some_of(&words(&["multi-*", "backup", "encryption-at-rest", "*"]), 0.4),
        prop::sample::select(SEVERITY.to_vec()),
        some_of(&words(&ACCOUNTS), 0.3),
        some_of(&words(&["dba", "web"]), 0.3),
        some_of(&ChangeKind::ALL, 0.3),
        prop::sample::subsequence(words(&NAMES), 1..3),
        any::<bool>(),
    )
        .prop_map(|(topics, severity, accounts, owners, changes, channels, last)| Route {
            topics,
            severity: AtLeast(severity),
            accounts,
            owners,
            changes,
            channels,
            last,
        })
}

fn some_settings() -> impl Strategy<Value = AlertSettings> {
    let quiet =
        prop::option::of(prop::sample::select(SEVERITY.to_vec()).prop_map(|unless| Quiet { unless, ..quiet() }));
    let channels = prop::sample::subsequence(NAMES.to_vec(), 1..=NAMES.len());
    (channels, prop::collection::vec(some_route(), 0..4), quiet, prop::option::of(1..4u32)).prop_map(
        |(channels, routes, quiet, remind_days)| AlertSettings {
            remind_days,
            quiet: quiet.into_iter().collect(),
            ..settings(&channels, routes)
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    /// Over any history and any settings: no transition is forgotten, no channel hears one twice, and no incident stays
    /// open of what is well again.
    #[test]
    fn letters_tell_every_transition(
        mut history in histories(), settings in some_settings(), hours in 0..24i64, step in prop::sample::select(vec![2i64, 24]),
    ) {
        let owners: Owners = (0..9u8)
            .map(|n| (resource(n).name().to_owned(), words(&[["dba"].as_slice(), &["web"], &[]][usize::from(n % 3)])))
            .collect();
        // Whom a channel without incidents hears of again is worked out from what the item is about now.
        let moves = settings.routes.iter().any(|r| !(r.accounts.is_empty() && r.owners.is_empty() && r.topics.is_empty()));
        let incidents: BTreeSet<&str> =
            settings.channels.iter().filter(|c| keeps_incidents(&c.kind)).map(|c| c.name.as_str()).collect();
        let mut state: Option<State> = None;
        let mut ids = BTreeSet::new();
        // Per channel: items of which it heard bad news, and not yet their end.
        let mut open: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        let mut outbox: Vec<Letter> = Vec::new();
        for (report, seq) in history.iter_mut().zip(0..) {
            let clock = night(0) + Duration::hours(hours + seq * step);
            report.run.clock = clock.to_rfc3339_opts(chrono::SecondsFormat::Secs, true);
        }
        for (report, seq) in history.iter().zip(1..) {
            let transitions = compare(state.as_ref(), report, "shop", &owners);
            let now = night(0) + Duration::hours(hours + (seq - 1) * step) + Duration::minutes(5);
            let out = letters_knowing(&owners, &transitions, state.as_ref(), report, "shop", &settings, now);
            prop_assert_eq!(&out, &letters_knowing(&owners, &transitions, state.as_ref(), report, "shop", &settings, now));
            let mut told: BTreeSet<(&str, &str)> = BTreeSet::new();
            let mut reminded: BTreeSet<(&str, &str)> = BTreeSet::new();
            for letter in &out.letters {
                prop_assert!(ids.insert(letter.id.clone()), "two letters of one id");
                prop_assert_eq!(&letter.id, &format!("{}/{}", letter.message.key, letter.channel));
                prop_assert!(settings.channels.iter().any(|c| c.name == letter.channel));
                let message = &letter.message;
                prop_assert!(message.transitions.is_empty() != message.open.is_empty());
                prop_assert!(message.transitions.is_sorted_by_key(|t| (t.kind, std::cmp::Reverse(t.severity))));
                if incidents.contains(letter.channel.as_str()) {
                    prop_assert_eq!(message.transitions.len() + message.open.len(), 1);
                }
                for transition in &message.transitions {
                    prop_assert!(told.insert((&letter.channel, &transition.id)), "told twice in {}", letter.channel);
                    if !resolves(transition) {
                        prop_assert_eq!(letter.due, quiet::due(now, transition.severity, &settings.quiet));
                    }
                    prop_assert!(letter.due >= now && letter.due <= quiet::due(now, Severity::Low, &settings.quiet));
                    let Subject::Item { id } = &transition.subject else { continue };
                    let here = open.entry(letter.channel.clone()).or_default();
                    if transition.closes() { here.remove(id); } else { here.insert(id.clone()); }
                }
                for item in &message.open {
                    prop_assert!(reminded.insert((&letter.channel, &item.item)), "reminded twice");
                }
            }
            for transition in &transitions {
                prop_assert!(told.iter().any(|(_, id)| *id == transition.id), "nobody hears of {transition:#?}");
            }
            let holds = |id: &str| report.items.iter().find(|item| item.id == id).is_none_or(|item| item.verdict.holds());
            for (channel, items) in &open {
                if incidents.contains(channel.as_str()) || !moves {
                    for item in items {
                        prop_assert!(!holds(item), "{item} is well again, and {channel} does not know: {:#?}", settings.routes);
                    }
                }
            }
            // Reminders are of what is open, was told long enough ago, and is not told now.
            let expected: Vec<&str> = report.items.iter().filter(|item| {
                let Some((days, state)) = settings.remind_days.zip(state.as_ref()) else { return false };
                let Some(old) = state.items.iter().find(|old| old.id == item.id) else { return false };
                let told = transitions.iter().any(|t| t.subject == Subject::Item { id: item.id.clone() });
                let age = now - old.told.unwrap_or(old.since);
                !item.verdict.holds() && !told && age >= Duration::days(i64::from(days)) - Duration::hours(2)
            }).map(|item| item.id.as_str()).collect();
            prop_assert_eq!(&out.reminded, &expected);
            for item in &out.reminded {
                prop_assert!(reminded.iter().any(|(_, id)| id == item), "nobody is reminded of {item}");
            }
            outbox.extend(out.letters);
            state = Some(state_of(state.as_ref(), report, &transitions, &out.reminded, seq));
        }
        // As they are delivered, what waits for the morning after what does not: in the end the incidents that are open
        // are of items that do not hold.
        outbox.sort_by_key(|letter| letter.due);
        let mut incident: BTreeSet<(&str, &str)> = BTreeSet::new();
        for letter in outbox.iter().filter(|letter| incidents.contains(letter.channel.as_str())) {
            for transition in &letter.message.transitions {
                let Some(id) = item_of(transition) else { continue };
                if transition.closes() { incident.remove(&(letter.channel.as_str(), id)); } else { incident.insert((letter.channel.as_str(), id)); }
            }
        }
        let last = history.last().unwrap();
        for (channel, id) in incident {
            let holds = last.items.iter().find(|item| item.id == id).is_none_or(|item| item.verdict.holds());
            prop_assert!(!holds, "{id} is well again, and its incident stays open in {channel}");
        }
    }
}
