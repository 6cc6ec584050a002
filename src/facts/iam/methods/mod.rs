//! Published ways to raise one's own rights, as data.
//!
//! Sources: Rhino Security Labs, "AWS IAM Privilege Escalation – Methods and Mitigation" (21 methods; 2018, later
//! extended), Bishop Fox's "IAM Vulnerable", Datadog Security Labs' "pathfinding.cloud" for the newer services, and for
//! what a service does with a role, that service's own guide. The words are ours.

mod iam;
mod passed;
mod taken;

use super::trust::FederationKind;

/// What a method needs besides its actions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// The first action on the principal itself, its groups or a policy that reaches it: see [`super::admin`].
    Itself,
    /// A customer managed policy that reaches the principal has an older version, of which nothing is known.
    OldVersion,
    /// All actions on one other user that may be an administrator.
    AdminUser,
    /// The first action gives one other user rights, whatever it is, and the second a way in as that user.
    OtherUser,
    /// The first action on one role that the principal may take.
    OtherRole,
    /// All actions on one other role, whose trust policy then names the principal.
    OpenedRole,
    /// The first action gives a group rights, and the second lets the principal join it.
    OtherGroup,
    /// The action on a group that would make the principal an administrator, or bring it nearer to one.
    AdminGroup,
    /// The action takes away the principal's own boundary, or makes it no limit.
    Boundary,
    /// The action on the trust policy of an administrator role.
    AdminRoleTrust,
    /// Taking an administrator role whose trust policy lets the principal in.
    AdminRole,
    /// The action on an identity provider that an administrator role trusts. Whether a changed OIDC provider opens the
    /// role rests on who holds its host, so that is never sure.
    Provider(FederationKind),
    /// `iam:PassRole` on an administrator role that trusts this service, and the other actions anywhere.
    Pass(&'static str),
    /// The actions anywhere, where an administrator role trusts this service: what runs with it is taken over.
    TakeOver(&'static str),
}

impl Kind {
    /// Whether it gives the rights of another principal, so that it can be one step of several.
    pub fn takes_another(self) -> bool {
        matches!(
            self,
            Self::AdminUser
                | Self::AdminRoleTrust
                | Self::AdminRole
                | Self::Provider(_)
                | Self::Pass(_)
                | Self::TakeOver(_)
        )
    }

    /// What it gives, in one word: `any-policy`, `another-user`, `role`, `passed-role`, `group`, `boundary`.
    pub fn gives(self) -> &'static str {
        match self {
            Self::Itself | Self::OldVersion | Self::OtherUser | Self::OtherRole | Self::OpenedRole => "any-policy",
            Self::OtherGroup | Self::AdminGroup => "group",
            Self::Boundary => "boundary",
            Self::AdminUser => "another-user",
            Self::AdminRoleTrust | Self::AdminRole | Self::Provider(_) | Self::TakeOver(_) => "role",
            Self::Pass(_) => "passed-role",
        }
    }
}

/// Under which name a method was published.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Published {
    /// By the name that Rhino Security Labs' scanner gives it.
    Rhino(&'static str),
    /// Later, and known by its actions.
    Later,
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
    /// Its name elsewhere.
    pub published: Published,
    /// What is done, in Japanese, in one line.
    pub ja: &'static str,
    /// What is done, in English, in one line: `starts a new instance with a passed role`.
    pub en: &'static str,
}

impl Method {
    /// `iam:PassRole + ec2:RunInstances`.
    pub fn joined(&self) -> String {
        self.actions.join(" + ")
    }

    /// Its published name, else its actions, by which later ones are known.
    pub fn name(&self) -> String {
        match self.published {
            Published::Rhino(name) => name.to_owned(),
            Published::Later => self.joined(),
        }
    }
}

/// A table of methods: `"id" ["action", …] Kind, Published: "Japanese" / "English";`.
macro_rules! table {
    ($($id:literal [$($action:expr),+] $kind:ident $(($of:expr))?, $from:ident $(($name:literal))?: $ja:literal / $en:literal;)*) => {
        &[$(Method {
            id: $id,
            actions: &[$($action),+],
            kind: Kind::$kind $(($of))?,
            published: Published::$from $(($name))?,
            ja: $ja,
            en: $en,
        }),*]
    };
}
use table;

pub(super) const PASS: &str = "iam:PassRole";

/// All methods that are looked for, in the order in which a way is preferred among equally short ones.
pub fn methods() -> impl Iterator<Item = &'static Method> {
    iam::METHODS.iter().chain(passed::METHODS).chain(taken::METHODS)
}

/// Service principals that many methods share.
mod service {
    pub(super) const EC2: &str = "ec2.amazonaws.com";
    pub(super) const LAMBDA: &str = "lambda.amazonaws.com";
    pub(super) const GLUE: &str = "glue.amazonaws.com";
    pub(super) const TASKS: &str = "ecs-tasks.amazonaws.com";
    pub(super) const BUILD: &str = "codebuild.amazonaws.com";
    pub(super) const STACKS: &str = "cloudformation.amazonaws.com";
    pub(super) const SAGEMAKER: &str = "sagemaker.amazonaws.com";
    pub(super) const STATES: &str = "states.amazonaws.com";
    pub(super) const SSM: &str = "ssm.amazonaws.com";
    pub(super) const PIPELINES: &str = "datapipeline.amazonaws.com";
    pub(super) const APPRUNNER: &str = "tasks.apprunner.amazonaws.com";
    pub(super) const AGENTS: &str = "bedrock-agentcore.amazonaws.com";
    pub(super) const COGNITO: &str = "cognito-identity.amazonaws.com";
    pub(super) const AIRFLOW: &str = "airflow-env.amazonaws.com";
    pub(super) const FLINK: &str = "kinesisanalytics.amazonaws.com";
    pub(super) const PODS: &str = "pods.eks.amazonaws.com";
    pub(super) const IOT: &str = "credentials.iot.amazonaws.com";
    pub(super) const CODEPIPELINE: &str = "codepipeline.amazonaws.com";
    pub(super) const CATALOG: &str = "servicecatalog.amazonaws.com";
}
