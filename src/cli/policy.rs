//! `kakunin policy`: the least IAM policy that the checks in use need.

mod watching;

use std::collections::BTreeSet;

use clap::Args;
use serde_json::{Value, json};

use super::{Done, Failure, SheetSource, Where, exit, inputs, proposals};
use crate::catalogue::Catalogue;
use crate::model::{Lang, Scope};
use crate::plan::Plan;

/// Arguments of `kakunin policy`.
#[derive(Debug, Args)]
pub struct PolicyArgs {
    #[command(flatten)]
    source: SheetSource,
    /// For every check of the catalogue, not only those that a sheet uses
    #[arg(long)]
    all: bool,
    /// Also what `kakunin watch` needs besides reading: its queue, the channels of AWS, CloudTrail, the snapshots' bucket
    #[arg(long)]
    watch: bool,
    /// As Terraform, with a role to assume
    #[arg(long, conflicts_with = "cloudformation")]
    terraform: bool,
    /// As CloudFormation, with a role to assume
    #[arg(long)]
    cloudformation: bool,
}

pub(super) fn run(args: &PolicyArgs, lang: Lang) -> Done {
    let has_sheet = args.source.sheet.is_some() || args.source.project.join("kakunin.toml").is_file();
    let plan = if args.all || !has_sheet {
        let catalogue = Catalogue::built_in().map_err(|e| Failure::new(exit::INTERNAL, e))?;
        let ids: BTreeSet<String> = catalogue.checks.keys().cloned().collect();
        Plan::new(&catalogue, &ids, &Scope::default())
    } else {
        let inputs = inputs::read(&args.source, &Where::default())?.inputs;
        proposals::told_waiting(&inputs.mapping, lang);
        inputs.plan()
    };
    let mut policy = plan.policy();
    if args.watch {
        let project = inputs::project(&args.source.project)?;
        if let Some(Value::Array(all)) = policy.get_mut("Statement") {
            all.extend(watching::statements(&project.watching, &project.scope.regions));
        }
    }
    if args.terraform {
        print!("{}", terraform(&policy)?);
    } else {
        let document = if args.cloudformation { cloudformation(&policy) } else { policy };
        say!("{}", serde_json::to_string_pretty(&document).map_err(Failure::internal)?);
    }
    Ok(exit::HOLDS)
}

/// A role that the account itself may hand out, with the policy inline. JSON is CloudFormation's other notation.
fn cloudformation(policy: &Value) -> Value {
    json!({
        "AWSTemplateFormatVersion": "2010-09-09",
        "Description": "Read-only role for Kakunin",
        "Resources": {
            "KakuninRole": {
                "Type": "AWS::IAM::Role",
                "Properties": {
                    "RoleName": "kakunin",
                    "AssumeRolePolicyDocument": {
                        "Version": "2012-10-17",
                        "Statement": [{
                            "Effect": "Allow",
                            "Principal": {"AWS": {"Fn::Sub": "arn:${AWS::Partition}:iam::${AWS::AccountId}:root"}},
                            "Action": "sts:AssumeRole"
                        }]
                    },
                    "Policies": [{"PolicyName": "kakunin-read", "PolicyDocument": policy}]
                }
            }
        },
        "Outputs": {"RoleArn": {"Value": {"Fn::GetAtt": ["KakuninRole", "Arn"]}}}
    })
}

fn terraform(policy: &Value) -> Result<String, Failure> {
    let document = serde_json::to_string_pretty(policy).map_err(Failure::internal)?;
    Ok(format!(
        r#"# A read-only role for Kakunin.

data "aws_caller_identity" "current" {{}}

data "aws_partition" "current" {{}}

resource "aws_iam_role" "kakunin" {{
  name = "kakunin"
  assume_role_policy = jsonencode({{
    Version = "2012-10-17"
    Statement = [{{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = {{ AWS = "arn:${{data.aws_partition.current.partition}}:iam::${{data.aws_caller_identity.current.account_id}}:root" }}
    }}]
  }})
}}

resource "aws_iam_role_policy" "kakunin_read" {{
  name   = "kakunin-read"
  role   = aws_iam_role.kakunin.id
  policy = <<-POLICY
{document}
  POLICY
}}

output "role_arn" {{
  value = aws_iam_role.kakunin.arn
}}
"#
    ))
}
