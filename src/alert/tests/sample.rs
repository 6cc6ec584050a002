//! Messages to send.

use std::collections::BTreeMap;

use serde_json::json;

use crate::model::*;

pub(super) fn moment(text: &str) -> Moment {
    text.parse().unwrap()
}

pub(super) fn now() -> Moment {
    moment("2026-11-24T03:00:00Z")
}

pub(super) fn letter(id: &str, channel: &str, message: Message) -> Letter {
    Letter {
        id: id.to_owned(),
        channel: channel.to_owned(),
        message,
        due: now(),
        attempts: 0,
        state: LetterState::Waiting,
        error: None,
        created: now(),
        ended: None,
    }
}

pub(super) fn message(transitions: Vec<Transition>) -> Message {
    let mut by_verdict: BTreeMap<String, usize> = Verdict::ALL.iter().map(|v| (v.label().to_owned(), 0)).collect();
    for (verdict, count) in
        [(Verdict::Fail, 2), (Verdict::Inconclusive, 1), (Verdict::Pass, 60), (Verdict::Attested, 3)]
    {
        by_verdict.insert(verdict.label().to_owned(), count);
    }
    Message {
        key: "shop/0001".to_owned(),
        purpose: Purpose::Changes,
        sheet: "shop".to_owned(),
        run: "4f1c2ab09d8e7766".to_owned(),
        at: now(),
        summary: Summary { items: 66, by_verdict, by_agreement: BTreeMap::new() },
        transitions,
        open: Vec::new(),
        link: Some("https://kakunin.example.com/sheets/shop?a=1&b=2".to_owned()),
    }
}

pub(super) fn transition(item: &str, title: &str, kind: ChangeKind, from: Verdict, to: Verdict) -> Transition {
    Transition {
        id: format!("t-{item}"),
        sheet: "shop".to_owned(),
        run: "4f1c2ab09d8e7766".to_owned(),
        at: now(),
        subject: Subject::Item { id: item.to_owned() },
        title: title.to_owned(),
        kind,
        from: Some(from),
        to: Some(to),
        agreement: (to == Verdict::Fail).then_some(Agreement::Contradicted),
        since: Some(moment("2026-10-01T03:00:00Z")),
        severity: Severity::High,
        topics: vec!["multi-az".to_owned()],
        accounts: vec!["123456789012".to_owned()],
        owners: vec!["team-db".to_owned()],
        claims: Vec::new(),
        resources: Vec::new(),
        resources_total: 0,
        reason: Text::new("1 件が期待どおりではありません", "1 resource is not as expected"),
    }
}

pub(super) fn resource(number: usize, by: Attribution) -> ResourceChange {
    ResourceChange {
        check: "rds/instance-multi-az".to_owned(),
        resource: ResourceRef {
            kind: "AWS::RDS::DBInstance".to_owned(),
            id: format!("db-{number}"),
            arn: Some(format!("arn:aws:rds:ap-northeast-1:123456789012:db:db-{number}")),
            account: "123456789012".to_owned(),
            region: "ap-northeast-1".to_owned(),
        },
        from: Some(Outcome::Pass),
        to: Some(Outcome::Fail),
        before: Some(json!({"MultiAZ": true})),
        after: Some(json!({"MultiAZ": false})),
        by,
    }
}

/// Everything that can be told, with what channels give a meaning in the names.
pub(super) fn rich() -> Message {
    let call = |name: &str, when| Call {
        event_id: "c0ffee".to_owned(),
        source: "rds.amazonaws.com".to_owned(),
        name: name.to_owned(),
        who: "arn:aws:sts::123456789012:assumed-role/Admin/hanako".to_owned(),
        when: moment(when),
        address: Some("192.0.2.7".to_owned()),
    };
    let mut broken = transition(
        "6.29",
        "<!channel> DB & *cache* は複数の\nゾーンで動いている",
        ChangeKind::Broken,
        Verdict::Pass,
        Verdict::Fail,
    );
    broken.claims = vec![ClaimChange {
        claim: "6.29/a".to_owned(),
        text: Text::new("RDS がマルチ AZ である", "RDS runs in more than one zone"),
        kind: ChangeKind::Broken,
        from: Some(Verdict::Pass),
        to: Some(Verdict::Fail),
        population: (7, 7),
    }];
    broken.resources = vec![
        resource(
            1,
            Attribution::Calls(vec![
                call("ModifyDBInstance", "2026-11-24T02:55:10Z"),
                call("ModifyDBInstance", "2026-11-24T02:50:00Z"),
                call("RebootDBInstance", "2026-11-24T02:40:00Z"),
            ]),
        ),
        resource(2, Attribution::NoCall),
        resource(3, Attribution::Unread("AccessDenied".to_owned())),
        resource(4, Attribution::NotAsked),
        resource(5, Attribution::NotAsked),
        resource(6, Attribution::NotAsked),
    ];
    broken.resources_total = 61;
    let blind = transition("3.2.1", "通信は暗号化", ChangeKind::Blind, Verdict::Pass, Verdict::Inconclusive);
    let mut shrunk = transition("4.1", "ログを残す", ChangeKind::Shrunk, Verdict::Pass, Verdict::Pass);
    shrunk.claims = vec![ClaimChange {
        claim: "4.1/a".to_owned(),
        text: Text::new("バケットはログを残す", "buckets keep logs"),
        kind: ChangeKind::Shrunk,
        from: Some(Verdict::Pass),
        to: Some(Verdict::Pass),
        population: (40, 2),
    }];
    let mut ends = transition("5.1", "訓練を毎年行う", ChangeKind::Expiring, Verdict::Attested, Verdict::Attested);
    ends.subject = Subject::Reminder {
        of: ReminderOf::Attestation,
        target: "5.1".to_owned(),
        resource: None,
        ends: "2026-12-01T00:00:00Z".to_owned(),
        within: 7,
    };
    (ends.from, ends.to, ends.since) = (None, None, None);
    let restored = transition("6.30", "バックアップ", ChangeKind::Restored, Verdict::Fail, Verdict::Pass);
    message(vec![broken, blind, shrunk, ends, restored])
}

pub(super) fn reminder() -> Message {
    let open = |item: &str, verdict| OpenItem {
        item: item.to_owned(),
        title: "DB は複数のゾーンで動いている".to_owned(),
        verdict,
        since: moment("2026-11-10T03:00:00Z"),
    };
    Message {
        purpose: Purpose::Reminder,
        open: vec![open("6.29", Verdict::Fail), open("3.2.1", Verdict::Inconclusive)],
        ..message(Vec::new())
    }
}

pub(super) fn test() -> Message {
    let summary = Summary { items: 0, by_verdict: BTreeMap::new(), by_agreement: BTreeMap::new() };
    Message { purpose: Purpose::Test, summary, link: None, ..message(Vec::new()) }
}

pub(super) fn began() -> Message {
    let mut began = transition("", "", ChangeKind::Began, Verdict::Pass, Verdict::Fail);
    (began.subject, began.from, began.to, began.since, began.agreement) = (Subject::Sheet, None, None, None, None);
    message(vec![began])
}

/// 300 items with long Japanese titles, each with many resources.
pub(super) fn flood() -> Message {
    let title = "データベースと<ストレージ>&キャッシュは保存時に暗号化されている".repeat(20);
    let all = (0..300).map(|n| {
        let mut one = transition(&format!("6.{n}"), &title, ChangeKind::Broken, Verdict::Pass, Verdict::Fail);
        one.resources = (0..50).map(|r| resource(r, Attribution::Unread(title.clone()))).collect();
        one.resources_total = 20_000;
        one.reason = Text::new(title.clone(), title.clone());
        one
    });
    let open = OpenItem { item: "9.1".to_owned(), ..reminder().open[0].clone() };
    Message { open: vec![open; 200], ..message(all.collect()) }
}

/// No run can be made, and one can again.
pub(super) fn whole_sheet(kind: ChangeKind) -> Message {
    let mut message = began();
    message.transitions[0].kind = kind;
    message.transitions[0].title = "shop".to_owned();
    message.transitions[0].since = Some(moment("2026-11-23T03:00:00Z"));
    message.transitions[0].reason = Text::new("認証情報の期限切れ", "the credentials have expired");
    message
}
