//! A path to an administrator's rights, as data and as words.

use super::admin::short;

/// One step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// ARN of who takes it.
    pub from: String,
    /// Id of the method, see [`super::methods`].
    pub method: String,
    /// Its actions: `iam:PassRole + ec2:RunInstances`.
    pub actions: String,
    /// ARN of what it leads to: whose rights are then held, the group joined, or `from` itself.
    pub to: String,
    /// What is done, in Japanese.
    pub ja: String,
    /// What is done, in English.
    pub en: String,
}

/// All steps from a principal to an administrator's rights.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Path {
    /// At least one.
    pub steps: Vec<Step>,
    /// Whether each is known to lead on.
    pub sure: bool,
    /// Whether some step holds only while a condition does, or does not.
    pub conditional: bool,
}

impl Path {
    /// `sts:AssumeRole → role/deploy, iam:PassRole + ec2:RunInstances → role/admin`.
    pub fn short(&self) -> String {
        let steps = self.steps.iter().map(|step| {
            let to = if step.to == step.from { "itself" } else { short(&step.to) };
            format!("{} → {to}", step.actions)
        });
        steps.collect::<Vec<_>>().join(", ")
    }

    /// The path in Japanese.
    pub fn ja(&self) -> String {
        self.words("、", "管理者の権限を得る", |step| (&step.ja, "自分"))
    }

    /// The path in English.
    pub fn en(&self) -> String {
        self.words(", ", "with an administrator's rights", |step| (&step.en, "itself"))
    }

    fn words<'a>(&'a self, joint: &str, end: &str, of: impl Fn(&'a Step) -> (&'a String, &'a str)) -> String {
        let mut text: Vec<String> = self
            .steps
            .iter()
            .map(|step| {
                let (does, itself) = of(step);
                let to = if step.to == step.from { itself } else { short(&step.to) };
                format!("{} → {to} ({does}: {})", short(&step.from), step.actions)
            })
            .collect();
        text.push(end.to_owned());
        text.join(joint)
    }
}
