//! What every run reads first: who we are, and which regions are enabled.

use super::{Kind, Operation, Service};

/// STS GetCallerIdentity: needs no permission.
pub static GET_CALLER_IDENTITY: Operation =
    Operation::global("sts", "GetCallerIdentity", "sts get-caller-identity", &[]);

/// EC2 DescribeRegions: the regions that are enabled for the account.
pub static DESCRIBE_REGIONS: Operation =
    Operation::global("ec2", "DescribeRegions", "ec2 describe-regions", &["ec2:DescribeRegions"]);

/// Name of the account kind.
pub const ACCOUNT_KIND: &str = "Kakunin::AWS::Account";
/// Name of the region kind.
pub const REGION_KIND: &str = "Kakunin::AWS::Region";

/// The account as such: settings that belong to no resource.
pub static ACCOUNT: Kind =
    Kind { name: ACCOUNT_KIND, list: &GET_CALLER_IDENTITY, tags: None, locate: "", attributes: &[] };

/// A region of the account: settings that belong to no resource in it.
pub static REGION: Kind =
    Kind { name: REGION_KIND, list: &DESCRIBE_REGIONS, tags: None, locate: "--region-names {id}", attributes: &[] };

/// Read in every run, whatever the plan says.
pub static CORE: Service =
    Service { name: "core", operations: &[&GET_CALLER_IDENTITY, &DESCRIBE_REGIONS], kinds: &[&ACCOUNT, &REGION] };
