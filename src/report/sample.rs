//! A report of an invented company with every verdict and every agreement, for the tests of this room.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::model::*;

pub(crate) const ACCOUNTS: [&str; 3] = ["111122223333", "123456789012", "444455556666"];
const OBSERVED_AT: &str = "2026-03-01T00:00:05Z";

/// The sample.
pub(crate) fn report() -> Report {
    let mut b = Builder::default();
    b.items();
    b.finish()
}

/// `items` items, each with one check of `findings` findings of long ARNs that rest on `observations` observations.
pub(crate) fn large(items: usize, findings: usize, observations: usize) -> Report {
    let mut b = Builder::default();
    for n in 1..=items {
        let outcomes: Vec<Outcome> =
            (0..findings).map(|i| if i % 7 == 0 { Outcome::Fail } else { Outcome::Pass }).collect();
        let check = b.check("rds/instance-multi-az", &format!("service-{n}"), &outcomes, observations, vec![]);
        let claim = claim(&format!("meti-2013/6.{n}/zones"), By::Live, Verdict::Fail, vec![check]);
        b.item(&format!("6.{n}"), TEXT_JA, Answer::Yes, Verdict::Fail, Agreement::Contradicted, vec![claim]);
    }
    b.finish()
}

const TEXT_JA: &str =
    "サービスを構成するシステムが複数のアベイラビリティゾーンに分散され、一箇所の障害で停止しないこと。";

#[derive(Default)]
struct Builder {
    items: Vec<ItemReport>,
    findings: Vec<Finding>,
    gaps: Vec<Gap>,
    evidence: BTreeMap<String, EvidenceReport>,
}

impl Builder {
    fn items(&mut self) {
        use Outcome::{Fail, Pass, Unknown, Waived as W};
        let attested = |verdict, who: Option<&str>| AttestedHalf {
            verdict,
            rest: Some(Text::new("承認の記録", "record of the approval")),
            statement: who.map(|_| "取締役会で承認しました。".to_owned()),
            who: who.map(str::to_owned),
            evidence: who.map(|_| "https://wiki.example.jp/policy/2025".to_owned()),
            expires: who.map(|_| "2026-02-01T00:00:00Z".to_owned()),
            evidence_state: EvidenceState::Stands,
        };

        let mut c = claim("meti-2013/1.1/approved", By::Attest, Verdict::Attested, vec![]);
        c.attested = Some(attested(Verdict::Attested, Some("山田 花子")));
        self.item(
            "1.1",
            "経営層が承認した基本方針を文書にしていること。",
            Answer::Yes,
            Verdict::Attested,
            Agreement::Confirmed,
            vec![c],
        );

        let mut c = claim("meti-2013/1.2/reviewed", By::Attest, Verdict::Expired, vec![]);
        c.attested = Some(attested(Verdict::Expired, Some("山田 花子")));
        self.item(
            "1.2",
            "基本方針を定期的に見直していること。",
            Answer::Yes,
            Verdict::Expired,
            Agreement::Unproven,
            vec![c],
        );

        let mut c = claim("meti-2013/2.1.1/roles", By::Attest, Verdict::Unattested, vec![]);
        c.attested = Some(attested(Verdict::Unattested, None));
        self.item(
            "2.1.1",
            "責任と役割を定めていること。",
            Answer::Yes,
            Verdict::Unattested,
            Agreement::Unproven,
            vec![c],
        );

        let check = self.check("iam/no-mobile-code", "app", &[Pass], 1, vec![]);
        let c = claim("meti-2013/6.7/none", By::Na, Verdict::Na, vec![check]);
        self.item("6.7", "モバイルコードを管理していること。", Answer::Na, Verdict::Na, Agreement::Confirmed, vec![c]);

        let check = self.check("outside/runs-on-aws", "endpoint", &[Pass, Pass], 1, vec![]);
        let c = claim("meti-2013/5.3/quake", By::Inherited, Verdict::Inherited, vec![check]);
        self.item(
            "5.3",
            "データセンターが地震に耐える構造であること。",
            Answer::Na,
            Verdict::Inherited,
            Agreement::Understated,
            vec![c],
        );

        let outcomes = [Fail, Pass, Pass, Fail, Fail, Fail, Fail, Pass, Fail, Fail, Fail, W];
        let zones = self.check("rds/instance-multi-az", "orders-production-primary-database", &outcomes, 4, vec![]);
        let zones_again = zones.clone();
        let c = claim("meti-2013/5.4/zones", By::Live, Verdict::Fail, vec![zones]);
        self.item("5.4", TEXT_JA, Answer::Yes, Verdict::Fail, Agreement::Contradicted, vec![c]);

        let mut c = claim("meti-2013/5.5/zones", By::Live, Verdict::Fail, vec![zones_again]);
        c.concession = Some("ただし、レポート用のデータベースは冗長化しておりません。".to_owned());
        self.item("5.5", "落雷や水害で止まらないこと。", Answer::Yes, Verdict::Fail, Agreement::Conceded, vec![c]);

        let first = self.gaps.len();
        for account in ACCOUNTS {
            self.gap(account, "ap-northeast-1", "s3:GetBucketEncryption", Some("customer-uploads"), GapReason::Denied,
                &format!("User: arn:aws:sts::{account}:assumed-role/kakunin/run is not authorized to perform: s3:GetEncryptionConfiguration on resource: \"arn:aws:s3:::customer-uploads\" with an explicit deny in a service control policy"));
        }
        self.gap(
            "123456789012",
            "us-east-1",
            "guardduty:ListDetectors",
            None,
            GapReason::Throttled,
            "Rate exceeded, 8 attempts",
        );
        self.gap(
            "123456789012",
            "ap-northeast-3",
            "backup:ListBackupVaults",
            None,
            GapReason::Timeout,
            "no answer in 20 s",
        );
        let gaps = (first..self.gaps.len()).collect();
        let check = self.check("s3/bucket-encryption", "customer-uploads", &[Pass, Unknown, Unknown], 2, gaps);
        let mut c = claim("meti-2013/6.29/at-rest", By::Partial, Verdict::Inconclusive, vec![check]);
        c.live = Some(Verdict::Inconclusive);
        c.attested = Some(attested(Verdict::Attested, Some("佐藤 一郎")));
        self.item(
            "6.29",
            "保存するデータを暗号化していること。",
            Answer::Yes,
            Verdict::Inconclusive,
            Agreement::Unproven,
            vec![c],
        );

        let check = self.check("efs/encrypted", "none", &[], 0, vec![]);
        let c = claim("meti-2013/6.30/files", By::Live, Verdict::Untested, vec![check]);
        self.item(
            "6.30",
            "共有ファイルを暗号化していること。",
            Answer::Partial,
            Verdict::Untested,
            Agreement::Unproven,
            vec![c],
        );

        let check = self.check("ec2/imdsv2", "legacy", &[Pass, W], 1, vec![]);
        let c = claim("meti-2013/6.31/metadata", By::Live, Verdict::Waived, vec![check]);
        self.item(
            "6.31",
            "サーバーの認証情報が盗まれないこと。",
            Answer::Yes,
            Verdict::Waived,
            Agreement::Confirmed,
            vec![c],
        );

        let check = self.check("cloudtrail/all-regions", "org-trail", &[Pass, Pass, Pass], 3, vec![]);
        let c = claim("meti-2013/6.32/trail", By::Live, Verdict::Pass, vec![check]);
        self.item("6.32", "操作の記録を残していること。", Answer::Yes, Verdict::Pass, Agreement::Confirmed, vec![c]);

        self.item("7.1", "対応のない独自項目。", Answer::Unknown, Verdict::Unattested, Agreement::Unproven, vec![]);
    }

    fn check(
        &mut self,
        id: &str,
        name: &str,
        outcomes: &[Outcome],
        observations: usize,
        gaps: Vec<usize>,
    ) -> CheckReport {
        let count = |wanted: Outcome| outcomes.iter().filter(|o| **o == wanted).count();
        let population = Population {
            seen: outcomes.len() + 4,
            in_scope: outcomes.len(),
            passed: count(Outcome::Pass),
            failed: count(Outcome::Fail),
            waived: count(Outcome::Waived),
            unknown: count(Outcome::Unknown),
        };
        let outcome = match population {
            Population { in_scope: 0, .. } => CheckOutcome::Untested,
            Population { failed: 1.., .. } => CheckOutcome::Fail,
            Population { unknown: 1.., .. } => CheckOutcome::Unknown,
            Population { waived: 1.., .. } => CheckOutcome::Waived,
            _ => CheckOutcome::Pass,
        };
        let first = self.findings.len();
        for (n, outcome) in outcomes.iter().enumerate() {
            let account = ACCOUNTS[(n % observations.max(1)) % 3];
            let seen = format!("obs-{id}-{name}-{}", n % observations.max(1)).replace('/', "-");
            self.evidence.entry(seen.clone()).or_insert_with(|| EvidenceReport {
                id: seen.clone(),
                account: account.to_owned(),
                region: "ap-northeast-1".to_owned(),
                operation: "rds:DescribeDBInstances".to_owned(),
                status: 200,
                request_id: Some("7d3f6a52-0c1e-4b8e-9a55-2b1d0c9e7f10".to_owned()),
                time: OBSERVED_AT.to_owned(),
                digest: "3f79bb7b435b05321651daefd374cdc681dc06faa65e374e38337b88ca046dea".to_owned(),
            });
            self.findings.push(Finding {
                check: id.to_owned(),
                resource: ResourceRef {
                    kind: "AWS::RDS::DBInstance".to_owned(),
                    id: format!("{name}-{n}"),
                    arn: Some(format!("arn:aws:rds:ap-northeast-1:{account}:db:{name}-{n}")),
                    account: account.to_owned(),
                    region: "ap-northeast-1".to_owned(),
                },
                outcome: *outcome,
                expected: "MultiAZ == true".to_owned(),
                observed: [("MultiAZ".to_owned(), Value::Bool(*outcome == Outcome::Pass)), ("AvailabilityZone".to_owned(), json!("ap-northeast-1a"))].into(),
                note: match outcome {
                    Outcome::Waived => "佐藤 一郎, 2026-06-30: 移行が終わるまで受容する".to_owned(),
                    Outcome::Unknown => "BucketEncryption was not read: denied".to_owned(),
                    _ => String::new(),
                },
                evidence: vec![seen],
                reproduce: format!("aws rds describe-db-instances --region ap-northeast-1 --query 'DBInstances[].[DBInstanceIdentifier,MultiAZ]' # {account}"),
            });
        }
        CheckReport {
            id: id.to_owned(),
            title: Text::new(
                "RDS インスタンスがマルチ AZ 構成である",
                "RDS instances run in more than one Availability Zone",
            ),
            severity: "high".to_owned(),
            outcome,
            population,
            params: [("max_age_days".to_owned(), json!(90))].into(),
            gaps,
            findings: (first..self.findings.len()).collect(),
        }
    }

    fn gap(
        &mut self,
        account: &str,
        region: &str,
        operation: &str,
        resource: Option<&str>,
        reason: GapReason,
        detail: &str,
    ) {
        self.gaps.push(Gap {
            account: account.to_owned(),
            region: region.to_owned(),
            operation: operation.to_owned(),
            resource: resource.map(str::to_owned),
            reason,
            detail: detail.to_owned(),
        });
    }

    fn item(
        &mut self,
        id: &str,
        text: &str,
        answer: Answer,
        verdict: Verdict,
        agreement: Agreement,
        claims: Vec<ClaimReport>,
    ) {
        let section = match id.split('.').next() {
            Some("1") => "1. セキュリティ基本方針",
            Some("2") => "2. 組織 / 2.1 内部組織",
            Some("5") => "5. 物理的及び環境的セキュリティ",
            Some("6") => "6. 通信及び運用管理",
            _ => "7. その他",
        };
        self.items.push(ItemReport {
            id: id.to_owned(),
            section: section.to_owned(),
            text: text.to_owned(),
            answer,
            answer_text: match answer {
                Answer::Yes => "○",
                Answer::No => "×",
                Answer::Partial => "△",
                Answer::Na => "-",
                Answer::Unknown => "",
            }
            .to_owned(),
            remark: "AWS の複数のデータセンターで運用しています。詳細は https://example.jp/security をご覧ください。"
                .to_owned(),
            verdict,
            agreement,
            decided_by: claims.first().map(|claim| claim.id.clone()).unwrap_or_default(),
            reason: format!("{} because of what the first claim shows", verdict.label()),
            reason_ja: format!("最初の主張が示すとおり {} です", verdict.label()),
            matched: MatchReport {
                framework_item: (!claims.is_empty()).then(|| format!("meti-2013/{id}")),
                confidence: 0.93,
                reason: Text::new("文面が一致", "the wording agrees"),
                review: match id {
                    _ if claims.is_empty() => Review::Proposed,
                    "1.1" => Review::BuiltIn,
                    "5.1" => Review::Accepted { above: 0.9 },
                    _ => Review::Approved {
                        who: "佐藤 花子".to_owned(),
                        when: "2026-03-02T09:00:00Z".parse().unwrap(),
                    },
                },
                proposed: if claims.is_empty() { vec!["multi-az".to_owned()] } else { Vec::new() },
            },
            claims,
        });
    }

    fn finish(self) -> Report {
        let mut by_verdict: BTreeMap<String, usize> = Verdict::ALL.iter().map(|v| (v.label().to_owned(), 0)).collect();
        let mut by_agreement: BTreeMap<String, usize> =
            Agreement::ALL.iter().map(|a| (a.label().to_owned(), 0)).collect();
        for item in &self.items {
            *by_verdict.entry(item.verdict.label().to_owned()).or_default() += 1;
            *by_agreement.entry(item.agreement.label().to_owned()).or_default() += 1;
        }
        let digest = |name: &str, c: &str| NamedDigest { name: name.to_owned(), sha256: c.repeat(64) };
        Report {
            schema: REPORT_SCHEMA.to_owned(),
            run: RunInfo {
                id: "run-5c1f0a9be2d4".to_owned(),
                started: "2026-03-01T00:00:00Z".to_owned(),
                finished: "2026-03-01T00:01:42Z".to_owned(),
                clock: "2026-03-01T00:00:00Z".to_owned(),
                tool_version: "0.1.0".to_owned(),
                sheet: digest("セキュリティチェックシート.xlsx", "a"),
                snapshot: digest("", "b"),
                catalogue: digest("", "c"),
                scope: Scope {
                    accounts: ACCOUNTS.iter().map(|a| (*a).to_owned()).collect(),
                    include: [("service".to_owned(), vec!["shop".to_owned(), "shop-batch".to_owned()])].into(),
                    exclude: [("env".to_owned(), vec!["sandbox".to_owned()])].into(),
                    ..Scope::default()
                },
                accounts: ACCOUNTS
                    .iter()
                    .map(|a| ((*a).to_owned(), vec!["ap-northeast-1".to_owned(), "us-east-1".to_owned()]))
                    .collect(),
                api_calls: 1204,
                parts: Vec::new(),
            },
            summary: Summary { items: self.items.len(), by_verdict, by_agreement },
            items: self.items,
            findings: self.findings,
            gaps: self.gaps,
            evidence: self.evidence.into_values().collect(),
            unread: vec![Unread {
                at: "line 3".to_owned(),
                text: "本シートは予告なく変更します。".to_owned(),
                why: "preamble".to_owned(),
            }],
            warnings: vec![Text::new(
                "リスク受容 ec2/old は何にも該当しませんでした。",
                "the waiver for ec2/old matched nothing",
            )],
            reminders: vec![Reminder {
                kind: ReminderOf::Attestation,
                target: "meti-2013/1.1/approved".to_owned(),
                resource: None,
                claims: vec!["meti-2013/1.1/approved".to_owned()],
                who: "山田 花子".to_owned(),
                ends: "2026-03-08T00:00:00Z".to_owned(),
                days_left: 7,
                within: 7,
                text: Text::new(
                    "「meti-2013/1.1/approved」への山田 花子の表明は残り 7 日です",
                    "the statement of 山田 花子 for `meti-2013/1.1/approved` ends in 7 days",
                ),
            }],
        }
    }
}

fn claim(id: &str, by: By, verdict: Verdict, checks: Vec<CheckReport>) -> ClaimReport {
    ClaimReport {
        id: id.to_owned(),
        text: "the service is spread over several Availability Zones".to_owned(),
        text_ja: "サービスが複数のアベイラビリティゾーンに分散されている".to_owned(),
        by,
        verdict,
        reason: Text::new("検査の結果による", "as the checks show"),
        topics: vec!["multi-az".to_owned()],
        concession: None,
        live: None,
        attested: None,
        checks,
    }
}
