//! Published ways to raise one's own rights, as data.
//!
//! Sources: Rhino Security Labs, "AWS IAM Privilege Escalation – Methods and Mitigation" (21 methods; 2018, later
//! extended), and Datadog Security Labs' "pathfinding.cloud" for the newer services.

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
    /// All actions on one other role, whose trust policy then names the principal.
    OpenedRole,
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
pub(super) const PASS: &str = "iam:PassRole";

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
    method("attach-opened-role", &["iam:AttachRolePolicy", "iam:UpdateAssumeRolePolicy"], Kind::OpenedRole),
    method("put-opened-role", &["iam:PutRolePolicy", "iam:UpdateAssumeRolePolicy"], Kind::OpenedRole),
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
