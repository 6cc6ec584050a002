//! AWS Security Hub: a finding per item in the Security Finding Format, archived when the item holds again.

use std::collections::HashMap;

use aws_sdk_securityhub::Client;
use aws_sdk_securityhub::types::{
    AwsSecurityFinding, Compliance, ComplianceStatus, RecordState, Resource, ResourceDetails, Severity as AsffSeverity,
    SeverityLabel,
};
use chrono::SecondsFormat;
use futures::future::BoxFuture;
use tokio::sync::OnceCell;

use super::{Sender, failed};
use crate::alert::words::cut;
use crate::alert::{Channel, Sent};
use crate::aws::ReadOnlyGuard;
use crate::model::{ChangeKind, Lang, Letter, Moment, ReminderOf, Severity, Subject, Transition, Verdict};

/// Findings of one request, at most (page "BatchImportFindings" of the API reference).
const FINDINGS: usize = 100;
/// Resources of one finding, at most (page "Required attributes" of the Security Finding Format).
const RESOURCES: usize = 32;
/// Characters of a title, and of a description (the same page).
const TITLE: usize = 256;
/// See [`TITLE`].
const DESCRIPTION: usize = 1024;
/// Characters of an id (the same page), and of a value in the details of a resource.
const ID: usize = 512;
/// The type that the format's taxonomy has for checks of a standard.
const TYPE: &str = "Software and Configuration Checks/Industry and Regulatory Standards";

/// A hub.
#[derive(Debug)]
pub struct SecurityHub {
    sender: Sender,
    account: OnceCell<(String, String)>,
}

impl SecurityHub {
    /// The hub of the credentials' account in this region, or in that of the environment.
    pub fn new(region: Option<&str>) -> Self {
        Self { sender: Sender::new(region.map(str::to_owned)), account: OnceCell::new() }
    }

    /// Partition and account id of the credentials: a finding names the account that imports it.
    async fn account(&self) -> Result<&(String, String), Sent> {
        self.account
            .get_or_try_init(|| async {
                let config = aws_sdk_sts::config::Builder::from(self.sender.config().await)
                    .interceptor(ReadOnlyGuard::only("sts", &["GetCallerIdentity"]))
                    .build();
                let answer = aws_sdk_sts::Client::from_conf(config).get_caller_identity().send().await;
                let answer = answer.map_err(|error| failed(&error))?;
                let partition = answer.arn().and_then(|arn| arn.split(':').nth(1)).unwrap_or("aws");
                let account = answer.account().ok_or_else(|| Sent::Later {
                    why: "expected an account of GetCallerIdentity, found none".to_owned(),
                    after: None,
                })?;
                Ok((partition.to_owned(), account.to_owned()))
            })
            .await
    }

    async fn import(&self, letter: &Letter, lang: Lang) -> Sent {
        let (partition, account) = match self.account().await {
            Ok(account) => account,
            Err(sent) => return sent,
        };
        let config = self.sender.config().await;
        let region = config.region().map_or("us-east-1", |region| region.as_ref());
        let hub = Hub { partition, account, region };
        let client = Client::from_conf(
            aws_sdk_securityhub::config::Builder::from(config)
                .interceptor(ReadOnlyGuard::only("securityhub", &["BatchImportFindings"]))
                .build(),
        );
        let findings: Vec<_> =
            letter.message.transitions.iter().filter_map(|t| finding(&hub, letter, t, lang)).collect();
        for chunk in findings.chunks(FINDINGS) {
            match client.batch_import_findings().set_findings(Some(chunk.to_vec())).send().await {
                Err(error) => return failed(&error),
                Ok(answer) if answer.failed_count().unwrap_or_default() > 0 => {
                    let first = answer.failed_findings().first();
                    return Sent::Refused {
                        why: format!(
                            "{} of {} findings were not taken: {}: {}",
                            answer.failed_count().unwrap_or_default(),
                            chunk.len(),
                            first.and_then(|f| f.error_code()).unwrap_or("unknown"),
                            first.and_then(|f| f.error_message()).unwrap_or_default()
                        ),
                    };
                }
                Ok(_) => {}
            }
        }
        Sent::Delivered
    }
}

impl Channel for SecurityHub {
    fn send<'a>(&'a self, letter: &'a Letter, lang: Lang) -> BoxFuture<'a, Sent> {
        Box::pin(self.import(letter, lang))
    }

    fn keeps_incidents(&self) -> bool {
        true
    }
}

/// Where findings go.
struct Hub<'a> {
    partition: &'a str,
    account: &'a str,
    region: &'a str,
}

/// A transition of an item as a finding; none for the start of a sheet, which is no finding about anything. A test and a
/// reminder carry no transition: only that the hub can be asked is tried.
fn finding(hub: &Hub<'_>, letter: &Letter, transition: &Transition, lang: Lang) -> Option<AwsSecurityFinding> {
    let sheet = &letter.message.sheet;
    let about = match &transition.subject {
        Subject::Sheet => return None,
        Subject::Item { id } => format!("kakunin/{sheet}/{id}"),
        Subject::Reminder { of, target, resource, .. } => {
            let of = if *of == ReminderOf::Attestation { "attestation" } else { "waiver" };
            format!("kakunin/{sheet}/{of}/{target}/{}", resource.as_deref().unwrap_or_default())
        }
    };
    let (account, region) = (hub.account, hub.region);
    let title = format!("{}: {}", transition.kind.text().get(lang), transition.title);
    let mut finding = AwsSecurityFinding::builder()
        .schema_version("2018-10-08")
        .id(cut(&about, ID))
        .product_arn(format!("arn:{}:securityhub:{region}:{account}:product/{account}/default", hub.partition))
        .product_name("Kakunin")
        .company_name("Kakunin")
        .generator_id(cut(&about, ID))
        .aws_account_id(account)
        .types(TYPE)
        .created_at(time(transition.at))
        .updated_at(time(transition.at))
        .severity(AsffSeverity::builder().label(severity(transition)).build())
        .title(cut(&title, TITLE))
        .description(cut(transition.reason.get(lang), DESCRIPTION))
        .compliance(Compliance::builder().status(status(transition)).build())
        .record_state(if well(transition) { RecordState::Archived } else { RecordState::Active });
    if let Some(link) = &letter.message.link {
        finding = finding.source_url(cut(link, ID));
    }
    for change in transition.resources.iter().take(RESOURCES) {
        let details = HashMap::from([
            ("type".to_owned(), cut(&change.resource.kind, ID)),
            ("check".to_owned(), cut(&change.check, ID)),
        ]);
        finding = finding.resources(
            Resource::builder()
                .r#type("Other")
                .id(cut(change.resource.name(), ID))
                .set_region((change.resource.region != "aws-global").then(|| change.resource.region.clone()))
                .details(ResourceDetails::builder().set_other(Some(details)).build())
                .build(),
        );
    }
    if transition.resources.is_empty() {
        finding =
            finding.resources(Resource::builder().r#type("AwsAccount").id(format!("AWS::::Account:{account}")).build());
    }
    Some(finding.build())
}

/// Whether the finding is over. What holds only because most of it vanished, or as an accepted risk, stays open.
fn well(transition: &Transition) -> bool {
    transition.closes() && !matches!(transition.kind, ChangeKind::Shrunk | ChangeKind::Weakened | ChangeKind::Emptied)
}

fn time(at: Moment) -> String {
    at.to_rfc3339_opts(SecondsFormat::Secs, true)
}

/// What holds is informational, whatever its checks weigh.
fn severity(transition: &Transition) -> SeverityLabel {
    match transition.severity {
        _ if well(transition) => SeverityLabel::Informational,
        Severity::Low => SeverityLabel::Low,
        Severity::Medium => SeverityLabel::Medium,
        Severity::High => SeverityLabel::High,
        Severity::Critical => SeverityLabel::Critical,
    }
}

/// Never PASSED for what nobody could see.
fn status(transition: &Transition) -> ComplianceStatus {
    match transition.to {
        Some(Verdict::Fail) => ComplianceStatus::Failed,
        Some(Verdict::Pass | Verdict::Attested | Verdict::Inherited) => ComplianceStatus::Passed,
        Some(Verdict::Waived | Verdict::Expired | Verdict::Unattested) => ComplianceStatus::Warning,
        Some(Verdict::Inconclusive | Verdict::Untested | Verdict::Na) | None => ComplianceStatus::NotAvailable,
    }
}
