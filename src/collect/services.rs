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
        "acm" => acm,
        "apigateway" => apigateway,
        "apigatewayv2" => apigatewayv2,
        "applicationautoscaling" => applicationautoscaling,
        "autoscaling" => autoscaling,
        "backup" => backup,
        "cloudfront" => cloudfront,
        "cloudtrail" => cloudtrail,
        "cloudwatch" => cloudwatch,
        "cloudwatchlogs" => cloudwatchlogs,
        "cognitoidentityprovider" => cognitoidentityprovider,
        "config" => config,
        "dynamodb" => dynamodb,
        "aws" => ec2,
        "ecr" => ecr,
        "ecs" => ecs,
        "efs" => efs,
        "eks" => eks,
        "elasticache" => elasticache,
        "elasticloadbalancing" => elasticloadbalancing,
        "elasticloadbalancingv2" => elasticloadbalancingv2,
        "eventbridge" => eventbridge,
        "guardduty" => guardduty,
        "iam" => iam,
        "inspector2" => inspector2,
        "kms" => kms,
        "lambda" => lambda,
        "macie2" => macie2,
        "organizations" => organizations,
        "outposts" => outposts,
        "rds" => rds,
        "route53" => route53,
        "s3" => s3,
        "s3control" => s3control,
        "secretsmanager" => secretsmanager,
        "sns" => sns,
        "sqs" => sqs,
        "ssm" => ssm,
        "storagegateway" => storagegateway,
        "wafv2" => wafv2,
    }
    all
}
