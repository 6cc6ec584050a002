//! AWS Lambda.

use super::{Kind, Operation, Service, Type::*, attr, fact, need, opt};

/// Lambda ListFunctions: its answers carry the values of environment variables.
pub static LIST_FUNCTIONS: Operation =
    Operation::regional("lambda", "ListFunctions", "lambda list-functions", &["lambda:ListFunctions"])
        .with_secrets(&["Variables"]);
/// Lambda ListFunctionUrlConfigs.
pub static LIST_FUNCTION_URL_CONFIGS: Operation = Operation::regional(
    "lambda",
    "ListFunctionUrlConfigs",
    "lambda list-function-url-configs",
    &["lambda:ListFunctionUrlConfigs"],
);
/// Lambda GetPolicy.
pub static GET_POLICY: Operation =
    Operation::regional("lambda", "GetPolicy", "lambda get-policy", &["lambda:GetPolicy"]);
/// Lambda ListTags.
pub static LIST_TAGS: Operation = Operation::regional("lambda", "ListTags", "lambda list-tags", &["lambda:ListTags"]);

/// A function.
pub static FUNCTION: Kind = Kind {
    name: "AWS::Lambda::Function",
    list: &LIST_FUNCTIONS,
    tags: Some(&LIST_TAGS),
    locate: "",
    attributes: &[
        attr("PackageType", Str, &LIST_FUNCTIONS),
        // A function from a container image has no runtime.
        opt("Runtime", Str, &LIST_FUNCTIONS),
        // {SubnetIds, SecurityGroupIds, VpcId}; null where the function is in no VPC.
        opt("VpcConfig", Map, &LIST_FUNCTIONS),
        opt("KmsKeyArn", Str, &LIST_FUNCTIONS),
        // Names of the environment variables, never their values.
        attr("EnvironmentNames", List, &LIST_FUNCTIONS),
        opt("TracingMode", Str, &LIST_FUNCTIONS),
        opt("LastModified", Str, &LIST_FUNCTIONS),
        // Authentication of each URL that it has: AWS_IAM or NONE.
        attr("FunctionUrlAuthTypes", List, &LIST_FUNCTION_URL_CONFIGS),
        opt("Policy", Map, &GET_POLICY),
        fact("facts.public", Bool, &[need("AWS::Lambda::Function", &["Policy"])]),
        fact("facts.external_accounts", List, &[need("AWS::Lambda::Function", &["Policy"])]),
        fact(
            "facts.zones",
            List,
            &[need("AWS::Lambda::Function", &["VpcConfig"]), need("AWS::EC2::Subnet", &["AvailabilityZone"])],
        ),
    ],
};

/// AWS Lambda.
pub static SERVICE: Service = Service {
    name: "lambda",
    operations: &[&LIST_FUNCTIONS, &LIST_FUNCTION_URL_CONFIGS, &GET_POLICY, &LIST_TAGS],
    kinds: &[&FUNCTION],
};
