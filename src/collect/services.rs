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
        "apigateway" => apigateway,
        "apigatewayv2" => apigatewayv2,
        "applicationautoscaling" => applicationautoscaling,
        "autoscaling" => autoscaling,
        "cloudtrail" => cloudtrail,
        "cloudwatch" => cloudwatch,
        "cloudwatchlogs" => cloudwatchlogs,
        "config" => config,
        "aws" => ec2,
        "ecs" => ecs,
        "eks" => eks,
        "elasticloadbalancing" => elasticloadbalancing,
        "elasticloadbalancingv2" => elasticloadbalancingv2,
        "eventbridge" => eventbridge,
        "guardduty" => guardduty,
        "iam" => iam,
        "inspector2" => inspector2,
        "lambda" => lambda,
        "organizations" => organizations,
        "outposts" => outposts,
        "rds" => rds,
        "sns" => sns,
        "ssm" => ssm,
        "storagegateway" => storagegateway,
        "wafv2" => wafv2,
    }
    all
}
