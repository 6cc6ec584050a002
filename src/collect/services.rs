//! The collectors that this build has, by feature.

use super::Collector;

/// All of them.
pub(super) fn all() -> Vec<Collector> {
    #[allow(unused_mut, reason = "a build without services has none to add")]
    let mut all: Vec<Collector> = Vec::new();
    macro_rules! add {
        ($($feature:literal => $module:ident),* $(,)?) => {$(
            #[cfg(feature = $feature)]
            all.push(Collector { service: &crate::table::$module::SERVICE, collect: super::$module::collect });
        )*};
    }
    add! {
        "accessanalyzer" => accessanalyzer,
        "aws" => account,
        "cloudtrail" => cloudtrail,
        "cloudwatch" => cloudwatch,
        "cloudwatchlogs" => cloudwatchlogs,
        "config" => config,
        "ecs" => ecs,
        "eks" => eks,
        "eventbridge" => eventbridge,
        "guardduty" => guardduty,
        "iam" => iam,
        "inspector2" => inspector2,
        "organizations" => organizations,
        "outposts" => outposts,
        "rds" => rds,
        "sns" => sns,
        "ssm" => ssm,
        "storagegateway" => storagegateway,
    }
    all
}
