//! Whether images of a repository are scanned: by its own setting or by a rule of the registry.

use regex::Regex;
use serde_json::Value;

use super::{Facts, World};
use crate::model::Resource;
use crate::table::REGION_KIND;

const REPOSITORY: &str = "AWS::ECR::Repository";

/// What it says.
pub(super) static SAYS: &[(&str, &str)] = &[(REPOSITORY, "facts.scanned")];

/// `facts.scanned`.
pub(super) fn derive(world: &World<'_>, facts: &mut Facts) {
    for repository in world.all(REPOSITORY) {
        facts.tell(repository, "facts.scanned", scanned(world, repository).map(Value::from));
    }
}

fn scanned(world: &World<'_>, repository: &Resource) -> Result<bool, String> {
    if repository.need("ScanOnPush")?.as_bool() == Some(true) {
        return Ok(true);
    }
    let Some(region) = world.in_region(REGION_KIND, &repository.account, &repository.region).next() else {
        return Err(format!("the registry of {} was not read", repository.region));
    };
    let rules = region.need("EcrScanningRules")?.as_array().map(Vec::as_slice).unwrap_or_default();
    Ok(rules.iter().any(|rule| {
        let often = rule.get("ScanFrequency").and_then(Value::as_str);
        let filters = rule.get("Filters").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
        matches!(often, Some("SCAN_ON_PUSH" | "CONTINUOUS_SCAN"))
            && filters.iter().filter_map(Value::as_str).any(|filter| matches(filter, &repository.id))
    }))
}

/// Whether a wildcard filter takes a name: `*` stands for any characters (Amazon ECR User Guide, "Filters to choose
/// which repositories are scanned"). Where no `*` is written, the filter takes names that contain it.
fn matches(filter: &str, name: &str) -> bool {
    if !filter.contains('*') {
        return name.contains(filter);
    }
    let pattern = format!("^{}$", regex::escape(filter).replace(r"\*", ".*"));
    Regex::new(&pattern).is_ok_and(|pattern| pattern.is_match(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn filters_take_what_the_guide_says() {
        assert!(matches("*", "app/svc"));
        assert!(matches("app/*", "app/svc"));
        assert!(matches("svc", "app/svc-1"));
        assert!(!matches("prod*", "app/prod"));
        assert!(!matches("a.p/*", "app/svc"));
    }
}
