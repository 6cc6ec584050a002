//! Who changed what a transition names: the resources of a run's transitions, looked up once each.

use std::collections::BTreeMap;

use futures::StreamExt;
use futures::future::BoxFuture;

use crate::model::{Attribution, Moment, Outcome, ResourceChange, Transition};

/// Resources that are looked up after one run, at most, what wants attention most first: CloudTrail answers two look-ups
/// a second, and an alert must not wait for long.
const LOOKUPS: usize = 24;
/// Look-ups under way at once.
const WIDTH: usize = 2;
/// CloudTrail's records come late, by 15 minutes at most (page "How CloudTrail works"), and a run reads for minutes: a call
/// may have been made before the last run's clock and be seen by this one only. In seconds.
const BEFORE: i64 = 3600;

/// Says who changed a resource.
pub trait Attributor: Send + Sync {
    /// Calls on the resource called `name` between two moments.
    fn calls<'a>(&'a self, region: &'a str, name: &'a str, since: Moment, until: Moment) -> BoxFuture<'a, Attribution>;
}

#[cfg(feature = "cloudtrail")]
impl Attributor for crate::aws::Trail {
    fn calls<'a>(&'a self, region: &'a str, name: &'a str, since: Moment, until: Moment) -> BoxFuture<'a, Attribution> {
        Box::pin(self.calls(region, name, since, until))
    }
}

/// Fills in who changed the resources of `transitions` between the last run's clock and `until`. Each resource is looked
/// up once; a resource that nobody looked up stays [`Attribution::NotAsked`].
pub async fn attribute(who: &dyn Attributor, transitions: &mut [Transition], since: Moment, until: Moment) {
    let since = since - chrono::Duration::seconds(BEFORE);
    let mut wanted: Vec<(String, String)> = Vec::new();
    for change in transitions.iter().flat_map(|transition| &transition.resources).filter(|change| asks(change)) {
        let key = key(change);
        if !wanted.contains(&key) && wanted.len() < LOOKUPS {
            wanted.push(key);
        }
    }
    let found: BTreeMap<(String, String), Attribution> = futures::stream::iter(wanted)
        .map(|(region, name)| async move {
            let calls = who.calls(&region, &name, since, until).await;
            ((region, name), calls)
        })
        .buffer_unordered(WIDTH)
        .collect()
        .await;
    for change in transitions.iter_mut().flat_map(|transition| &mut transition.resources) {
        if let Some(calls) = found.get(&key(change)) {
            change.by = calls.clone();
        }
    }
}

/// What became unknown was refused to us or out of reach: no call on it would explain that. What is seen from outside has
/// no trail.
fn asks(change: &ResourceChange) -> bool {
    change.to != Some(Outcome::Unknown) && change.resource.account != "outside"
}

fn key(change: &ResourceChange) -> (String, String) {
    (change.resource.region.clone(), change.resource.id.clone())
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use super::*;
    use crate::model::{Agreement, ChangeKind, ResourceRef, Severity, Subject, Text, Verdict};

    struct Trail(Mutex<Vec<String>>);

    impl Attributor for Trail {
        fn calls<'a>(&'a self, _: &'a str, name: &'a str, since: Moment, until: Moment) -> BoxFuture<'a, Attribution> {
            assert!(since < until);
            self.0.lock().unwrap().push(name.to_owned());
            Box::pin(
                async move { if name == "db-0" { Attribution::Unread("denied".into()) } else { Attribution::NoCall } },
            )
        }
    }

    fn change(id: &str, to: Option<Outcome>) -> ResourceChange {
        ResourceChange {
            check: "rds/instance-multi-az".into(),
            resource: ResourceRef {
                kind: "AWS::RDS::DBInstance".into(),
                id: id.into(),
                arn: None,
                account: "123456789012".into(),
                region: "ap-northeast-1".into(),
            },
            from: Some(Outcome::Pass),
            to,
            before: None,
            after: None,
            by: Attribution::NotAsked,
        }
    }

    fn transition(resources: Vec<ResourceChange>) -> Transition {
        Transition {
            id: "t".into(),
            sheet: "shop".into(),
            run: "r".into(),
            at: Moment::UNIX_EPOCH,
            subject: Subject::Item { id: "1".into() },
            title: String::new(),
            kind: ChangeKind::Broken,
            from: Some(Verdict::Pass),
            to: Some(Verdict::Fail),
            agreement: Some(Agreement::Contradicted),
            since: None,
            severity: Severity::High,
            topics: Vec::new(),
            accounts: Vec::new(),
            owners: Vec::new(),
            claims: Vec::new(),
            resources_total: resources.len(),
            resources,
            reason: Text::default(),
        }
    }

    #[tokio::test]
    async fn each_resource_is_asked_once_and_no_more_than_the_limit() {
        let trail = Trail(Mutex::new(Vec::new()));
        let many = |n: usize| (0..n).map(|i| change(&format!("db-{i}"), Some(Outcome::Fail))).collect::<Vec<_>>();
        let mut transitions = vec![transition(many(20)), transition(many(40))];
        attribute(&trail, &mut transitions, Moment::UNIX_EPOCH, Moment::UNIX_EPOCH).await;
        let asked = trail.0.lock().unwrap().clone();
        assert_eq!(asked.len(), LOOKUPS);
        assert_eq!(asked.iter().collect::<std::collections::BTreeSet<_>>().len(), LOOKUPS);
        // The same answer wherever the resource is named; the rest says that nobody asked.
        assert_eq!(transitions[0].resources[0].by, Attribution::Unread("denied".into()));
        assert_eq!(transitions[1].resources[0].by, Attribution::Unread("denied".into()));
        assert_eq!(transitions[1].resources[1].by, Attribution::NoCall);
        assert_eq!(transitions[1].resources[39].by, Attribution::NotAsked);
    }

    #[tokio::test]
    async fn what_could_not_be_read_has_no_culprit() {
        let trail = Trail(Mutex::new(Vec::new()));
        let mut transitions = vec![transition(vec![change("db-9", Some(Outcome::Unknown)), change("db-8", None)])];
        attribute(&trail, &mut transitions, Moment::UNIX_EPOCH, Moment::UNIX_EPOCH).await;
        assert_eq!(*trail.0.lock().unwrap(), ["db-8"]);
    }
}
