//! Reports of an invented company, as small or as large as a test wants them.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::model::*;

/// Midnight of the day `day` of the watch.
pub(super) fn day(day: i64) -> Moment {
    "2026-01-01T00:00:00Z".parse::<Moment>().unwrap() + chrono::Duration::days(day)
}

fn written(moment: Moment) -> String {
    moment.to_rfc3339_opts(chrono::SecondsFormat::Secs, true)
}

/// Check `check` on resource `resource`, with something observed.
pub(super) fn finding(check: usize, resource: usize, outcome: Outcome, observed: Value) -> Finding {
    let id = format!("orders-{resource}");
    let region = if resource.is_multiple_of(3) { "us-east-1" } else { "ap-northeast-1" };
    Finding {
        check: format!("rds/check-{check}"),
        resource: ResourceRef {
            kind: "AWS::RDS::DBInstance".to_owned(),
            arn: Some(format!("arn:aws:rds:{region}:123456789012:db:{id}")),
            id: id.clone(),
            account: "123456789012".to_owned(),
            region: region.to_owned(),
        },
        outcome,
        expected: "MultiAZ == true && AvailabilityZone != null".to_owned(),
        observed: BTreeMap::from([
            ("MultiAZ".to_owned(), Value::Bool(outcome == Outcome::Pass)),
            ("AvailabilityZone".to_owned(), json!("ap-northeast-1a")),
            ("Observed".to_owned(), observed),
        ]),
        note: String::new(),
        evidence: vec![format!("obs-{resource:05}")],
        reproduce: format!(
            "aws rds describe-db-instances --db-instance-identifier {id} --region {region} --query 'DBInstances[].MultiAZ'"
        ),
    }
}

/// Evidence of resource `resource`, whose request is another one for each `nonce`.
pub(super) fn evidence(resource: usize, nonce: u64, time: Moment) -> EvidenceReport {
    use sha2::Digest;
    let digest = hex::encode(sha2::Sha256::digest(format!("{resource} {nonce}")));
    EvidenceReport {
        id: format!("obs-{resource:05}"),
        account: "123456789012".to_owned(),
        region: if resource.is_multiple_of(3) { "us-east-1" } else { "ap-northeast-1" }.to_owned(),
        operation: if resource.is_multiple_of(2) { "rds:DescribeDBInstances" } else { "s3:GetBucketPolicy" }.to_owned(),
        status: 200,
        request_id: digest.get(..32).map(str::to_owned),
        time: written(time),
        digest,
    }
}

/// An item with one claim per verdict, each decided by one check.
pub(super) fn item(id: &str, claims: &[(Verdict, usize)]) -> ItemReport {
    let verdict = claims.iter().map(|(verdict, _)| *verdict).min().unwrap_or(Verdict::Unattested);
    let claims: Vec<ClaimReport> =
        (1..).zip(claims).map(|(n, (verdict, check))| claim(id, n, *verdict, *check)).collect();
    ItemReport {
        id: id.to_owned(),
        section: "6. 通信及び運用管理".to_owned(),
        text: "サービスを構成するシステムが複数のアベイラビリティゾーンに分散されていること。".to_owned(),
        answer: Answer::Yes,
        answer_text: "○".to_owned(),
        remark: "詳細は https://example.jp/security をご覧ください。".to_owned(),
        verdict,
        agreement: if verdict == Verdict::Fail { Agreement::Contradicted } else { Agreement::Confirmed },
        decided_by: claims.first().map(|claim| claim.id.clone()).unwrap_or_default(),
        reason: format!("{} because of what the first claim shows", verdict.label()),
        reason_ja: format!("最初の主張が示すとおり {} です", verdict.label()),
        matched: MatchReport {
            framework_item: Some(format!("meti-2013/{id}")),
            confidence: 0.93,
            reason: Text::new("文面が一致", "the wording agrees"),
            review: Review::BuiltIn,
            proposed: Vec::new(),
        },
        claims,
    }
}

fn claim(item: &str, n: usize, verdict: Verdict, check: usize) -> ClaimReport {
    ClaimReport {
        id: format!("meti-2013/{item}/claim-{n}"),
        text: "the service is spread over several Availability Zones".to_owned(),
        text_ja: "サービスが複数のアベイラビリティゾーンに分散されている".to_owned(),
        by: By::Live,
        verdict,
        reason: Text::new("検査の結果による", "as the checks show"),
        topics: vec!["multi-az".to_owned()],
        concession: None,
        live: None,
        attested: None,
        checks: vec![CheckReport {
            id: format!("rds/check-{check}"),
            title: Text::new("マルチ AZ", "more than one zone"),
            severity: "high".to_owned(),
            outcome: CheckOutcome::Pass,
            population: Population::default(),
            params: BTreeMap::from([("zones".to_owned(), json!({"least": 2, "Any": [{"z": 1, "a": 0.1}]}))]),
            gaps: Vec::new(),
            findings: Vec::new(),
        }],
    }
}

/// A report of these items and findings. Findings are in the order that is given; checks count theirs.
pub(super) fn report(clock: Moment, items: Vec<ItemReport>, findings: Vec<Finding>, nonce: u64) -> Report {
    let mut items = items;
    for check in items.iter_mut().flat_map(|item| &mut item.claims).flat_map(|claim| &mut claim.checks) {
        let own = findings.iter().enumerate().filter(|(_, finding)| finding.check == check.id);
        check.findings = own.map(|(at, _)| at).collect();
        check.population.in_scope = check.findings.len();
    }
    let mut by_verdict: BTreeMap<String, usize> = Verdict::ALL.iter().map(|v| (v.label().to_owned(), 0)).collect();
    let mut by_agreement: BTreeMap<String, usize> = Agreement::ALL.iter().map(|a| (a.label().to_owned(), 0)).collect();
    for item in &items {
        *by_verdict.entry(item.verdict.label().to_owned()).or_default() += 1;
        *by_agreement.entry(item.agreement.label().to_owned()).or_default() += 1;
    }
    let mut seen: Vec<usize> = findings
        .iter()
        .filter_map(|finding| finding.resource.id.strip_prefix("orders-").and_then(|n| n.parse().ok()))
        .collect();
    seen.sort_unstable();
    seen.dedup();
    let evidence = seen.into_iter().map(|resource| evidence(resource, nonce, clock)).collect();
    let digest = |name: &str, c: &str| NamedDigest { name: name.to_owned(), sha256: c.repeat(64) };
    Report {
        schema: REPORT_SCHEMA.to_owned(),
        run: RunInfo {
            id: format!("run-{:012x}", nonce.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 16),
            started: written(clock),
            finished: written(clock + chrono::Duration::seconds(102)),
            clock: written(clock),
            tool_version: "0.1.0".to_owned(),
            sheet: digest("セキュリティチェックシート.xlsx", "a"),
            snapshot: NamedDigest { name: String::new(), sha256: format!("{nonce:064x}") },
            catalogue: digest("", "c"),
            scope: Scope { accounts: vec!["123456789012".to_owned()], ..Scope::default() },
            accounts: BTreeMap::from([("123456789012".to_owned(), vec!["ap-northeast-1".to_owned()])]),
            parts: Vec::new(),
            api_calls: 1204,
        },
        summary: Summary { items: items.len(), by_verdict, by_agreement },
        items,
        findings,
        gaps: Vec::new(),
        evidence,
        unread: Vec::new(),
        warnings: Vec::new(),
        reminders: Vec::new(),
    }
}

/// A transition of an item.
pub(super) fn transition(report: &Report, sheet: &str, item: &str, kind: ChangeKind) -> Transition {
    of(report, sheet, Subject::Item { id: item.to_owned() }, kind)
}

/// A transition of whatever it is.
pub(super) fn of(report: &Report, sheet: &str, subject: Subject, kind: ChangeKind) -> Transition {
    Transition {
        id: format!("{sheet}/{}/{subject:?}/{}", report.run.id, kind.label()),
        sheet: sheet.to_owned(),
        run: report.run.id.clone(),
        at: report.run.clock.parse().unwrap(),
        subject,
        title: "複数のアベイラビリティゾーン".to_owned(),
        kind,
        from: None,
        to: None,
        agreement: None,
        since: None,
        severity: Severity::High,
        topics: vec!["multi-az".to_owned()],
        accounts: vec!["123456789012".to_owned()],
        owners: Vec::new(),
        claims: Vec::new(),
        resources: Vec::new(),
        resources_total: 0,
        reason: Text::new("理由", "why"),
    }
}

/// A letter about a run to the channel `ops`.
pub(super) fn letter(report: &Report, sheet: &str, id: &str, due: Moment) -> Letter {
    Letter {
        id: id.to_owned(),
        channel: "ops".to_owned(),
        message: Message {
            key: id.to_owned(),
            purpose: Purpose::Changes,
            sheet: sheet.to_owned(),
            run: report.run.id.clone(),
            at: report.run.clock.parse().unwrap(),
            summary: report.summary.clone(),
            transitions: Vec::new(),
            open: Vec::new(),
            link: Some("https://kakunin.example.com".to_owned()),
        },
        due,
        attempts: 0,
        state: LetterState::Waiting,
        error: None,
        created: due,
        ended: None,
    }
}
