//! Which resources carry which tags.

use serde_json::{Value, json};

use super::complete_everywhere;
use crate::facts::{Facts, World};
use crate::model::Tags;
use crate::table::{ACCOUNT_KIND, registry};

/// Kinds whose listing tells their tags, so that asking for them costs no call more.
const KINDS: &[&str] = &[
    "AWS::EC2::Instance",
    "AWS::RDS::DBInstance",
    "AWS::RDS::DBCluster",
    "AWS::EFS::FileSystem",
    "AWS::AutoScaling::AutoScalingGroup",
];

/// Says `facts.taggable` and `facts.untagged` of each account.
pub(in crate::facts) fn tags(world: &World<'_>, facts: &mut Facts) {
    for account in world.all(ACCOUNT_KIND) {
        let read = of_account(world, &account.account);
        let untagged = read.as_ref().map_err(Clone::clone).map(|all| {
            let bare = |keys: &[String]| keys.iter().all(|key| key == "Name" || key.starts_with("aws:"));
            let names = all.iter().filter(|(_, keys)| bare(keys)).map(|(name, _)| name.clone());
            Value::from(names.collect::<Vec<_>>())
        });
        let taggable =
            read.map(|all| all.into_iter().map(|(name, keys)| json!({"Name": name, "Keys": keys})).collect());
        facts.tell(account, "facts.taggable", taggable);
        facts.tell(account, "facts.untagged", untagged);
    }
}

fn of_account(world: &World<'_>, account: &str) -> Result<Vec<(String, Vec<String>)>, String> {
    let mut all = Vec::new();
    for kind in KINDS {
        let Some(full) = registry().kind(kind) else { continue };
        if full.tags != Some(full.list) {
            continue;
        }
        complete_everywhere(world, kind, account)?;
        for resource in world.of_account(kind, account) {
            match &resource.tags {
                Tags::Known(tags) => all.push((resource.name().to_string(), tags.keys().cloned().collect())),
                Tags::Gap(gap) => return Err(format!("tags of {} were not read: {}", resource.name(), gap.detail)),
                Tags::NotAsked => return Err(format!("tags of {} were not asked for", resource.name())),
            }
        }
    }
    Ok(all)
}
