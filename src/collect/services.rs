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
        "apigateway" => apigateway,
        "apigatewayv2" => apigatewayv2,
        "applicationautoscaling" => applicationautoscaling,
        "autoscaling" => autoscaling,
        "aws" => ec2,
        "elasticloadbalancing" => elasticloadbalancing,
        "elasticloadbalancingv2" => elasticloadbalancingv2,
        "lambda" => lambda,
        "rds" => rds,
        "wafv2" => wafv2,
    }
    all
}
