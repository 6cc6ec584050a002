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
        "iam" => iam,
        "acm" => acm,
        "backup" => backup,
        "cloudfront" => cloudfront,
        "dynamodb" => dynamodb,
        "ecr" => ecr,
        "efs" => efs,
        "elasticache" => elasticache,
        "kms" => kms,
        "rds" => rds,
        "route53" => route53,
        "s3" => s3,
        "s3control" => s3control,
        "secretsmanager" => secretsmanager,
        "sqs" => sqs,
    }
    all
}
