//! One check: one testable expectation on one kind of resource.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::expr::{Compiled, ExprError};
use super::tables::SupportTable;
use crate::model::Text;

/// How bad a failing finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// An outsider can take the account or its data now.
    Critical,
    /// One further mistake away from that.
    High,
    /// Weakens a defence or an investigation.
    Medium,
    /// Good practice.
    Low,
}

impl Severity {
    /// As written in files.
    pub fn label(self) -> &'static str {
        match self {
            Severity::Critical => "critical",
            Severity::High => "high",
            Severity::Medium => "medium",
            Severity::Low => "low",
        }
    }
}

/// What it means that there is no resource to test (law 1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Empty {
    /// Nothing could make the claim true or false.
    Untested,
    /// A required thing is missing.
    Fail,
    /// The check forbids a thing, and the complete listing shows its absence.
    Pass,
}

/// How to mend a failing finding.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Fix {
    /// An `aws` command; `{id}`, `{arn}`, `{region}`, `{account}` stand for the resource's.
    pub cli: Option<String>,
    /// What to set in Terraform.
    pub terraform: Option<String>,
    /// In words.
    pub ja: String,
    /// In words.
    pub en: String,
}

/// What an example expects.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ExampleOutcome {
    /// A failing finding.
    Fail,
    /// A passing finding.
    Pass,
    /// An unknown finding.
    Unknown,
    /// The check does not speak of such a resource: no finding.
    OutOfScope,
}

/// A resource and what the check must say of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Example {
    /// What the check must say.
    pub outcome: ExampleOutcome,
    /// Attributes by name, `facts.…` as a nested table or a quoted dotted key. What is not given is null.
    #[serde(default)]
    pub given: BTreeMap<String, Value>,
    /// Attributes that were not read.
    #[serde(default)]
    pub gap: Vec<String>,
    /// Parameters other than the defaults.
    #[serde(default)]
    pub params: BTreeMap<String, Value>,
}

/// A check as its file says, before it is compiled.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct CheckFile {
    pub title: Text,
    pub resource: toml::Spanned<String>,
    pub topics: toml::Spanned<Vec<String>>,
    pub severity: Severity,
    #[serde(default)]
    pub when: Option<toml::Spanned<String>>,
    pub expect: toml::Spanned<String>,
    #[serde(default)]
    pub observed: Option<toml::Spanned<Vec<String>>>,
    pub empty: Empty,
    #[serde(default)]
    pub params: BTreeMap<String, Value>,
    pub why: Text,
    #[serde(default)]
    pub fix: Fix,
    #[serde(default)]
    pub refs: Vec<String>,
    #[serde(default)]
    pub example: Vec<Example>,
}

/// One check, ready to use.
#[derive(Debug)]
pub struct Check {
    /// Path of its file without the ending: `rds/instance-multi-az`.
    pub id: String,
    /// What it is called.
    pub title: Text,
    /// The kind of resource that it speaks of.
    pub resource: String,
    /// The topics that it belongs to.
    pub topics: Vec<String>,
    /// How bad a failing finding is.
    pub severity: Severity,
    /// Of whom it speaks; others are no findings.
    pub when: Option<Compiled>,
    /// What is expected.
    pub expect: Compiled,
    /// Attributes shown with a finding.
    pub observed: Vec<String>,
    /// What an empty population means.
    pub empty: Empty,
    /// Parameters with their defaults.
    pub params: BTreeMap<String, Value>,
    /// Tables whose rows are a parameter's default, by the parameter's name.
    pub tables: BTreeMap<String, Arc<SupportTable>>,
    /// Why it matters.
    pub why: Text,
    /// How to mend it.
    pub fix: Fix,
    /// `nist-800-53-r5:CP-10`, `aws-fsbp:RDS.5`.
    pub refs: Vec<String>,
    /// What it must say of which resource.
    pub examples: Vec<Example>,
}

impl Check {
    pub(super) fn compile(
        id: String,
        file: CheckFile,
        tables: BTreeMap<String, Arc<SupportTable>>,
    ) -> Result<Self, (ExprError, std::ops::Range<usize>)> {
        let compiled = |source: toml::Spanned<String>| {
            let span = source.span();
            Compiled::new(source.get_ref()).map_err(|error| (error, span))
        };
        let when = file.when.map(compiled).transpose()?;
        let expect = compiled(file.expect)?;
        let mut observed = file.observed.map(toml::Spanned::into_inner).unwrap_or_default();
        if observed.is_empty() {
            observed = expect.paths().iter().filter(|p| !p.starts_with("params")).cloned().collect();
        }
        Ok(Self {
            id,
            title: file.title,
            resource: file.resource.into_inner(),
            topics: file.topics.into_inner(),
            severity: file.severity,
            when,
            expect,
            observed,
            empty: file.empty,
            params: file.params,
            tables,
            why: file.why,
            fix: file.fix,
            refs: file.refs,
            examples: file.example,
        })
    }

    /// The tables that it rests on with these parameters in force: a parameter of the user's own rests on none.
    pub fn rests_on<'a>(
        &'a self,
        params: &'a BTreeMap<String, Value>,
    ) -> impl Iterator<Item = (&'a str, &'a SupportTable)> {
        self.tables
            .iter()
            .filter(|(name, _)| params.get(*name) == self.params.get(*name))
            .map(|(name, table)| (name.as_str(), table.as_ref()))
    }

    /// Those parameters with a table's name and day where its rows stand: for people, who need not read the rows.
    pub fn params_in_short(&self, params: &BTreeMap<String, Value>) -> BTreeMap<String, Value> {
        let mut short = params.clone();
        short.extend(self.rests_on(params).map(|(name, table)| (name.to_string(), table.named())));
        short
    }

    /// Attribute paths that its expressions refer to, parameters left out.
    pub fn paths(&self) -> impl Iterator<Item = &str> {
        self.when
            .iter()
            .flat_map(|when| when.paths())
            .chain(self.expect.paths())
            .map(String::as_str)
            .filter(|path| *path != "params" && !path.starts_with("params."))
    }

    /// The service that its file lies under: `rds`.
    pub fn service(&self) -> &str {
        self.id.split('/').next().unwrap_or_default()
    }
}
