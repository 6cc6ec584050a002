//! Ways from a principal that is no administrator to one, in a single step.
//!
//! The methods are published ones: Rhino Security Labs, "AWS IAM Privilege Escalation – Methods and Mitigation" (21
//! methods; 2018, later extended), and Datadog Security Labs' "pathfinding.cloud" list for the newer services. A method
//! is reported only where it leads somewhere: to an administrator that exists, or to the principal itself.
//! Where whether it leads there is not known (an unreadable policy), it is kept apart as doubtful.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use super::access::{Access, Principal, PrincipalKind};
use super::admin::{AdminPolicies, SURE, admin, may_attach, short};
use super::policy::Policy;
use super::trust::{LetsIn, lets_in};

/// What a method needs besides its actions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// The first action on the principal itself, its groups or a policy that reaches it: see [`super::admin`].
    Itself,
    /// A customer managed policy that reaches the principal has an older version, of which nothing is known.
    OldVersion,
    /// All actions on one other user that may be an administrator.
    AdminUser,
    /// All actions on one other user, whatever it is.
    OtherUser,
    /// The first action on one role that the principal may take.
    OtherRole,
    /// The action on a group that would make the principal an administrator.
    AdminGroup,
    /// The action on the trust policy of an administrator role.
    AdminRoleTrust,
    /// Taking an administrator role whose trust policy lets the principal in.
    AdminRole,
    /// `iam:PassRole` on an administrator role that trusts this service, and the other actions anywhere.
    Pass(&'static str),
    /// The actions anywhere, where an administrator role trusts this service: what runs with it is taken over.
    TakeOver(&'static str),
}

/// One published method.
#[derive(Debug, Clone, Copy)]
pub struct Method {
    /// Its id here.
    pub id: &'static str,
    /// All are needed.
    pub actions: &'static [&'static str],
    /// What else is.
    pub kind: Kind,
}

const fn method(id: &'static str, actions: &'static [&'static str], kind: Kind) -> Method {
    Method { id, actions, kind }
}

const EC2: &str = "ec2.amazonaws.com";
const LAMBDA: &str = "lambda.amazonaws.com";
const GLUE: &str = "glue.amazonaws.com";
const TASKS: &str = "ecs-tasks.amazonaws.com";
const BUILD: &str = "codebuild.amazonaws.com";
const STACKS: &str = "cloudformation.amazonaws.com";
const NOTEBOOKS: &str = "sagemaker.amazonaws.com";
const STATES: &str = "states.amazonaws.com";
const PASS: &str = "iam:PassRole";

/// All methods that are looked for.
pub const METHODS: &[Method] = &[
    method("create-policy-version", &["iam:CreatePolicyVersion"], Kind::Itself),
    method("attach-user-policy", &["iam:AttachUserPolicy"], Kind::Itself),
    method("attach-group-policy", &["iam:AttachGroupPolicy"], Kind::Itself),
    method("attach-role-policy", &["iam:AttachRolePolicy"], Kind::Itself),
    method("put-user-policy", &["iam:PutUserPolicy"], Kind::Itself),
    method("put-group-policy", &["iam:PutGroupPolicy"], Kind::Itself),
    method("put-role-policy", &["iam:PutRolePolicy"], Kind::Itself),
    method("set-default-policy-version", &["iam:SetDefaultPolicyVersion"], Kind::OldVersion),
    method("create-access-key", &["iam:CreateAccessKey"], Kind::AdminUser),
    method("create-login-profile", &["iam:CreateLoginProfile"], Kind::AdminUser),
    method("update-login-profile", &["iam:UpdateLoginProfile"], Kind::AdminUser),
    method("attach-other-user", &["iam:AttachUserPolicy", "iam:CreateAccessKey"], Kind::OtherUser),
    method("put-other-user", &["iam:PutUserPolicy", "iam:CreateAccessKey"], Kind::OtherUser),
    method("attach-other-role", &["iam:AttachRolePolicy", "sts:AssumeRole"], Kind::OtherRole),
    method("put-other-role", &["iam:PutRolePolicy", "sts:AssumeRole"], Kind::OtherRole),
    method("add-user-to-group", &["iam:AddUserToGroup"], Kind::AdminGroup),
    method("update-assume-role-policy", &["iam:UpdateAssumeRolePolicy"], Kind::AdminRoleTrust),
    method("assume-role", &["sts:AssumeRole"], Kind::AdminRole),
    method("pass-ec2-run", &[PASS, "ec2:RunInstances"], Kind::Pass(EC2)),
    method("pass-ec2-spot", &[PASS, "ec2:RequestSpotInstances"], Kind::Pass(EC2)),
    method("pass-ec2-profile", &[PASS, "ec2:AssociateIamInstanceProfile"], Kind::Pass(EC2)),
    method("pass-autoscaling", &[PASS, "autoscaling:CreateAutoScalingGroup"], Kind::Pass(EC2)),
    method("pass-lambda-invoke", &[PASS, "lambda:CreateFunction", "lambda:InvokeFunction"], Kind::Pass(LAMBDA)),
    method(
        "pass-lambda-event",
        &[PASS, "lambda:CreateFunction", "lambda:CreateEventSourceMapping"],
        Kind::Pass(LAMBDA),
    ),
    method("pass-lambda-permission", &[PASS, "lambda:CreateFunction", "lambda:AddPermission"], Kind::Pass(LAMBDA)),
    method("pass-glue-endpoint", &[PASS, "glue:CreateDevEndpoint"], Kind::Pass(GLUE)),
    method("pass-glue-job", &[PASS, "glue:CreateJob", "glue:StartJobRun"], Kind::Pass(GLUE)),
    method("pass-glue-update-job", &[PASS, "glue:UpdateJob", "glue:StartJobRun"], Kind::Pass(GLUE)),
    method("pass-cloudformation", &[PASS, "cloudformation:CreateStack"], Kind::Pass(STACKS)),
    method(
        "pass-cloudformation-change",
        &[PASS, "cloudformation:CreateChangeSet", "cloudformation:ExecuteChangeSet"],
        Kind::Pass(STACKS),
    ),
    method(
        "pass-datapipeline",
        &[PASS, "datapipeline:CreatePipeline", "datapipeline:PutPipelineDefinition", "datapipeline:ActivatePipeline"],
        Kind::Pass("datapipeline.amazonaws.com"),
    ),
    method(
        "pass-sagemaker-notebook",
        &[PASS, "sagemaker:CreateNotebookInstance", "sagemaker:CreatePresignedNotebookInstanceUrl"],
        Kind::Pass(NOTEBOOKS),
    ),
    method("pass-sagemaker-training", &[PASS, "sagemaker:CreateTrainingJob"], Kind::Pass(NOTEBOOKS)),
    method("pass-sagemaker-processing", &[PASS, "sagemaker:CreateProcessingJob"], Kind::Pass(NOTEBOOKS)),
    method("pass-codebuild", &[PASS, "codebuild:CreateProject", "codebuild:StartBuild"], Kind::Pass(BUILD)),
    method("pass-codebuild-update", &[PASS, "codebuild:UpdateProject", "codebuild:StartBuild"], Kind::Pass(BUILD)),
    method("pass-ecs-run", &[PASS, "ecs:RegisterTaskDefinition", "ecs:RunTask"], Kind::Pass(TASKS)),
    method("pass-ecs-start", &[PASS, "ecs:RegisterTaskDefinition", "ecs:StartTask"], Kind::Pass(TASKS)),
    method("pass-ecs-service", &[PASS, "ecs:RegisterTaskDefinition", "ecs:CreateService"], Kind::Pass(TASKS)),
    method("pass-states", &[PASS, "states:CreateStateMachine", "states:StartExecution"], Kind::Pass(STATES)),
    method("pass-scheduler", &[PASS, "scheduler:CreateSchedule"], Kind::Pass("scheduler.amazonaws.com")),
    method("pass-apprunner", &[PASS, "apprunner:CreateService"], Kind::Pass("tasks.apprunner.amazonaws.com")),
    method("pass-ssm-automation", &[PASS, "ssm:StartAutomationExecution"], Kind::Pass("ssm.amazonaws.com")),
    method("lambda-update-code", &["lambda:UpdateFunctionCode"], Kind::TakeOver(LAMBDA)),
    method("lambda-update-layers", &["lambda:UpdateFunctionConfiguration"], Kind::TakeOver(LAMBDA)),
    method("ssm-send-command", &["ssm:SendCommand"], Kind::TakeOver(EC2)),
    method("ssm-start-session", &["ssm:StartSession"], Kind::TakeOver(EC2)),
    method("ec2-instance-connect", &["ec2-instance-connect:SendSSHPublicKey"], Kind::TakeOver(EC2)),
    method(
        "ec2-user-data",
        &["ec2:ModifyInstanceAttribute", "ec2:StopInstances", "ec2:StartInstances"],
        Kind::TakeOver(EC2),
    ),
    method("glue-update-endpoint", &["glue:UpdateDevEndpoint"], Kind::TakeOver(GLUE)),
    method("cloudformation-update", &["cloudformation:UpdateStack"], Kind::TakeOver(STACKS)),
    method("sagemaker-presigned", &["sagemaker:CreatePresignedNotebookInstanceUrl"], Kind::TakeOver(NOTEBOOKS)),
    method("codebuild-start", &["codebuild:StartBuild"], Kind::TakeOver(BUILD)),
    method("ecs-exec", &["ecs:ExecuteCommand"], Kind::TakeOver(TASKS)),
    method("states-update", &["states:UpdateStateMachine"], Kind::TakeOver(STATES)),
];

/// Whether something is an administrator, as far as could be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Standing {
    /// It is not, and all of it was read.
    No,
    /// Not all of it was read, and what was does not make it one.
    Unknown,
    /// It is.
    Yes,
}

/// A role as a target.
#[derive(Debug, Clone)]
pub struct RoleTarget {
    /// Its ARN.
    pub arn: String,
    /// Whether it is an administrator.
    pub standing: Standing,
    /// Its trust policy; none where it could not be read.
    pub trust: Option<Arc<Policy>>,
    /// The services that its trust policy names; none where it could not be read, so any may be one.
    pub services: Option<BTreeSet<String>>,
    /// Its boundary.
    pub boundary: Option<String>,
}

impl RoleTarget {
    /// Linked to a service: only that service can take it, and its trust policy cannot be changed.
    fn service_linked(&self) -> bool {
        self.arn.contains(":role/aws-service-role/")
    }
}

/// A group as a target.
#[derive(Debug, Clone)]
pub struct GroupTarget {
    /// Its ARN.
    pub arn: String,
    /// What its members get.
    pub policies: Vec<Arc<Policy>>,
    /// Whether all of it was read.
    pub complete: bool,
}

/// Everything in an account that a way may lead over. Lists in the order of the report.
#[derive(Debug, Default)]
pub struct Targets {
    roles: Vec<RoleTarget>,
    users: Vec<(String, Standing, Option<String>)>,
    groups: Vec<GroupTarget>,
    versions: BTreeMap<String, usize>,
    /// Administrator roles (sure ones first) by the service that they trust.
    by_service: HashMap<String, Vec<usize>>,
    /// Administrator roles of which it is not known whom they trust.
    by_unknown: Vec<usize>,
}

impl Targets {
    /// `users`: ARN, standing, boundary. `versions`: how many versions each customer managed policy has, where known.
    pub fn new(
        mut roles: Vec<RoleTarget>,
        mut users: Vec<(String, Standing, Option<String>)>,
        groups: Vec<GroupTarget>,
        versions: BTreeMap<String, usize>,
    ) -> Self {
        roles.retain(|role| !role.service_linked());
        roles.sort_by(|a, b| b.standing.cmp(&a.standing).then_with(|| a.arn.cmp(&b.arn)));
        users.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        let mut by_service: HashMap<String, Vec<usize>> = HashMap::new();
        let mut by_unknown = Vec::new();
        for (at, role) in roles.iter().enumerate().filter(|(_, role)| role.standing != Standing::No) {
            match &role.services {
                None => by_unknown.push(at),
                Some(services) => {
                    for service in services {
                        by_service.entry(service.clone()).or_default().push(at);
                    }
                }
            }
        }
        Self { roles, users, groups, versions, by_service, by_unknown }
    }

    /// Administrator roles that this service can take, and whether that is sure.
    fn trusting<'a>(&'a self, service: &str) -> impl Iterator<Item = (&'a RoleTarget, Standing)> + use<'a> {
        let known = self.by_service.get(service).into_iter().flatten().filter_map(|at| self.roles.get(*at));
        let unknown = self.by_unknown.iter().filter_map(|at| self.roles.get(*at));
        known.map(|role| (role, role.standing)).chain(unknown.map(|role| (role, Standing::Unknown)))
    }
}

/// One way up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Way {
    /// [`Method::id`].
    pub method: &'static str,
    /// `iam:PassRole + ec2:RunInstances → role/app-admin`.
    pub text: String,
    /// Whether only while some condition holds, or does not.
    pub conditional: bool,
    /// Whether it is known that it leads to an administrator.
    pub sure: bool,
}

/// The ways of `principal` over other principals and resources. Those over itself are in [`super::admin::Admin::ways`].
/// Of each method the first target in order is told.
pub fn escalations(principal: &Principal, targets: &Targets, policies: &AdminPolicies) -> Vec<Way> {
    let mut somewhere: HashMap<&str, Access> = HashMap::new();
    let mut ways = Vec::new();
    for method in METHODS {
        let needed = method.actions.iter().copied().filter(|action| *action != "sts:AssumeRole");
        let reach = needed
            .map(|action| *somewhere.entry(action).or_insert_with(|| principal.may_somewhere(action)))
            .fold(SURE, Access::and);
        if !reach.allowed() {
            continue;
        }
        let found = target(principal, method, targets, policies);
        let mut seen = BTreeSet::new();
        ways.extend(found.filter(|(.., standing)| seen.insert(*standing)).map(|(name, access, standing)| {
            let anywhere = matches!(method.kind, Kind::Pass(_) | Kind::TakeOver(_));
            let access = if anywhere { access.and(reach) } else { access };
            Way {
                method: method.id,
                text: format!("{} → {}", method.actions.join(" + "), short(name)),
                conditional: access != SURE,
                sure: standing == Standing::Yes,
            }
        }));
    }
    ways
}

type Found<'a> = Box<dyn Iterator<Item = (&'a str, Access, Standing)> + 'a>;

/// Targets of a method that `principal` may reach: sure ones first.
fn target<'a>(
    principal: &'a Principal,
    method: &'static Method,
    targets: &'a Targets,
    policies: &'a AdminPolicies,
) -> Found<'a> {
    let first = method.actions.first().copied().unwrap_or_default();
    let on_all =
        move |arn: &str| method.actions.iter().map(|action| principal.may(action, arn)).fold(SURE, Access::and);
    let other = move |arn: &str| arn != principal.arn;
    let attaches = first.starts_with("iam:Attach");
    let gives = move |arn: &str, boundary: Option<&str>| {
        // What is given to a target within a boundary makes it no more than the boundary is.
        if boundary.is_some_and(|boundary| !policies.contains(boundary)) {
            Access::Denied
        } else if attaches {
            may_attach(principal, first, arn, boundary, policies)
        } else {
            principal.may_in(first, arn, &[("iam:permissionsboundary", boundary)])
        }
    };
    let found: Found<'a> = match method.kind {
        Kind::Itself => Box::new(std::iter::empty()),
        Kind::OldVersion => Box::new(
            principal
                .own_policies
                .iter()
                .filter(|arn| targets.versions.get(*arn) != Some(&1))
                .map(move |arn| (arn.as_str(), on_all(arn), Standing::Yes)),
        ),
        Kind::AdminUser => Box::new(
            targets
                .users
                .iter()
                .filter(move |(arn, standing, _)| *standing != Standing::No && other(arn))
                .map(move |(arn, standing, _)| (arn.as_str(), on_all(arn), *standing)),
        ),
        Kind::OtherUser => {
            Box::new(targets.users.iter().filter(move |(arn, ..)| other(arn)).map(move |(arn, _, boundary)| {
                let key = principal.may("iam:CreateAccessKey", arn);
                (arn.as_str(), key.and(gives(arn, boundary.as_deref())), Standing::Yes)
            }))
        }
        Kind::OtherRole => Box::new(targets.roles.iter().filter(move |role| other(&role.arn)).map(move |role| {
            (
                role.arn.as_str(),
                gives(&role.arn, role.boundary.as_deref()).and(may_take(principal, role)),
                sure_if_read(role, Standing::Yes),
            )
        })),
        Kind::AdminGroup if principal.kind == PrincipalKind::User => Box::new(
            targets
                .groups
                .iter()
                .filter(|group| !principal.groups.contains(&group.arn))
                .map(move |group| (group.arn.as_str(), on_all(&group.arn), joined(principal, group, policies)))
                .filter(|(.., standing)| *standing != Standing::No),
        ),
        Kind::AdminGroup => Box::new(std::iter::empty()),
        Kind::AdminRoleTrust => Box::new(admins(targets).filter(move |role| other(&role.arn)).map(move |role| {
            let denied = principal.denied_outright("sts:AssumeRole", &role.arn);
            (role.arn.as_str(), if denied { Access::Denied } else { on_all(&role.arn) }, role.standing)
        })),
        Kind::AdminRole => Box::new(
            admins(targets)
                .filter(move |role| other(&role.arn))
                .map(move |role| (role.arn.as_str(), may_take(principal, role), sure_if_read(role, role.standing))),
        ),
        Kind::Pass(service) => Box::new(targets.trusting(service).map(move |(role, standing)| {
            let pass = principal.may_in(PASS, &role.arn, &[("iam:passedtoservice", Some(service))]);
            (role.arn.as_str(), pass, standing)
        })),
        Kind::TakeOver(service) => Box::new(
            targets
                .trusting(service)
                .filter(move |(role, _)| other(&role.arn))
                .map(|(role, standing)| (role.arn.as_str(), SURE, standing)),
        ),
    };
    Box::new(found.filter(|(_, access, _)| access.allowed()))
}

/// What rests on a trust policy that could not be read is not sure.
fn sure_if_read(role: &RoleTarget, standing: Standing) -> Standing {
    if role.trust.is_some() { standing } else { Standing::Unknown }
}

fn admins(targets: &Targets) -> impl Iterator<Item = &RoleTarget> {
    targets.roles.iter().filter(|role| role.standing != Standing::No)
}

/// Whether `principal` may take `role`; a trust policy that could not be read may let it in.
fn may_take(principal: &Principal, role: &RoleTarget) -> Access {
    let lets = role.trust.as_ref().map_or(LetsIn::ByAccount, |trust| lets_in(trust, &principal.arn));
    match lets {
        LetsIn::No => Access::Denied,
        LetsIn::ByAccount => principal.may("sts:AssumeRole", &role.arn),
        LetsIn::ByName if principal.denied_outright("sts:AssumeRole", &role.arn) => Access::Denied,
        LetsIn::ByName => SURE,
    }
}

/// What the principal would be in that group.
fn joined(principal: &Principal, group: &GroupTarget, policies: &AdminPolicies) -> Standing {
    let all = principal.policies.iter().chain(&group.policies).cloned().collect();
    let mut member = Principal::new(principal.arn.clone(), principal.kind, all, principal.boundary.clone());
    member.boundary_arn.clone_from(&principal.boundary_arn);
    member.groups = principal.groups.iter().chain([&group.arn]).cloned().collect();
    member.own_policies.clone_from(&principal.own_policies);
    match admin(&member, policies) {
        Some(_) => Standing::Yes,
        None if group.complete => Standing::No,
        None => Standing::Unknown,
    }
}
