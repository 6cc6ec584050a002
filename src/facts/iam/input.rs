//! The IAM of an account as it comes from collectors: attributes by CloudFormation's names.
//!
//! A name that is missing from the attributes was not read; null or an empty list means that there is nothing.

use std::collections::BTreeMap;

use serde_json::Value;

/// Attributes of one resource, as in [`crate::model::Resource::attributes`].
pub type Attributes = BTreeMap<String, Value>;

/// An inline policy.
#[derive(Debug, Clone, PartialEq)]
pub struct InlineIn {
    /// `PolicyName`.
    pub name: String,
    /// `PolicyDocument`: an object, or text (plain or URL-encoded).
    pub document: Option<Value>,
}

/// What users, roles and groups have in common. None: not read.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Granted {
    /// ARNs of attached managed policies.
    pub attached: Option<Vec<String>>,
    /// Inline policies.
    pub inline: Option<Vec<InlineIn>>,
    /// The boundary's ARN; `Some(None)`: none.
    pub boundary: Option<Option<String>>,
}

/// A user.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct UserIn {
    /// `Arn`.
    pub arn: String,
    /// Names of its groups.
    pub groups: Option<Vec<String>>,
    /// Its policies.
    pub granted: Granted,
}

/// A role.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct RoleIn {
    /// `Arn`.
    pub arn: String,
    /// Its policies.
    pub granted: Granted,
    /// `AssumeRolePolicyDocument`.
    pub trust: Option<Value>,
}

/// A group.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct GroupIn {
    /// `GroupName`.
    pub name: String,
    /// `Arn`.
    pub arn: String,
    /// Its policies.
    pub granted: Granted,
}

/// A managed policy.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct PolicyIn {
    /// `Arn`.
    pub arn: String,
    /// `PolicyDocument` of the default version.
    pub document: Option<Value>,
    /// How many versions it has, where known.
    pub versions: Option<usize>,
}

/// All of it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct AccountIam {
    /// 12 digits.
    pub account: String,
    /// Users.
    pub users: Vec<UserIn>,
    /// Roles.
    pub roles: Vec<RoleIn>,
    /// Groups.
    pub groups: Vec<GroupIn>,
    /// Managed policies: the account's own, and AWS's as far as attached.
    pub policies: Vec<PolicyIn>,
    /// ARNs of the trails whose stopping is asked about.
    pub trails: Vec<String>,
    /// Names of the buckets that hold the logs.
    pub log_buckets: Vec<String>,
}

fn text(attributes: &Attributes, name: &str) -> Option<String> {
    attributes.get(name).and_then(Value::as_str).map(str::to_owned)
}

/// A list of what `read` makes of the elements; one that cannot be made out makes the whole list unread.
fn list<T>(attributes: &Attributes, name: &str, read: impl Fn(&Value) -> Option<T>) -> Option<Vec<T>> {
    match attributes.get(name)? {
        Value::Null => Some(Vec::new()),
        Value::Array(all) => all.iter().map(read).collect(),
        _ => None,
    }
}

fn string(value: &Value) -> Option<String> {
    value.as_str().map(str::to_owned)
}

fn document(value: &Value, name: &str) -> Option<Value> {
    value.get(name).filter(|document| !document.is_null()).cloned()
}

impl Granted {
    fn from_attributes(attributes: &Attributes) -> Self {
        Self {
            // An entry is `{PolicyName, PolicyArn}`, or the bare ARN as in CloudFormation's ManagedPolicyArns.
            attached: list(attributes, "AttachedManagedPolicies", |policy| {
                string(policy).or_else(|| string(policy.get("PolicyArn")?))
            }),
            inline: list(attributes, "Policies", |policy| {
                Some(InlineIn {
                    name: string(policy.get("PolicyName")?)?,
                    document: document(policy, "PolicyDocument"),
                })
            }),
            boundary: match attributes.get("PermissionsBoundary") {
                None => None,
                Some(Value::Null) => Some(None),
                Some(Value::String(arn)) => Some(Some(arn.clone())),
                Some(other) => other.get("PermissionsBoundaryArn").and_then(string).map(Some),
            },
        }
    }
}

impl UserIn {
    /// From the attributes of an `AWS::IAM::User`; none without an ARN.
    pub fn from_attributes(attributes: &Attributes) -> Option<Self> {
        let (arn, groups) = (text(attributes, "Arn")?, list(attributes, "Groups", string));
        Some(Self { arn, groups, granted: Granted::from_attributes(attributes) })
    }
}

impl RoleIn {
    /// From the attributes of an `AWS::IAM::Role`; none without an ARN.
    pub fn from_attributes(attributes: &Attributes) -> Option<Self> {
        Some(Self {
            arn: text(attributes, "Arn")?,
            granted: Granted::from_attributes(attributes),
            trust: attributes.get("AssumeRolePolicyDocument").filter(|trust| !trust.is_null()).cloned(),
        })
    }
}

impl GroupIn {
    /// From the attributes of an `AWS::IAM::Group`; none without ARN and name. Groups have no boundary.
    pub fn from_attributes(attributes: &Attributes) -> Option<Self> {
        let granted = Granted { boundary: Some(None), ..Granted::from_attributes(attributes) };
        Some(Self { name: text(attributes, "GroupName")?, arn: text(attributes, "Arn")?, granted })
    }
}

impl PolicyIn {
    /// From the attributes of an `AWS::IAM::ManagedPolicy`; none without an ARN. `PolicyVersionList` or
    /// `VersionCount`, where present, tells how many versions there are.
    pub fn from_attributes(attributes: &Attributes) -> Option<Self> {
        let count = attributes.get("VersionCount").and_then(Value::as_u64).and_then(|count| count.try_into().ok());
        let versions = attributes.get("PolicyVersionList").and_then(Value::as_array).map(Vec::len).or(count);
        let document = attributes.get("PolicyDocument").filter(|document| !document.is_null()).cloned();
        Some(Self { arn: text(attributes, "Arn")?, document, versions })
    }
}
