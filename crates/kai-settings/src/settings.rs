//! `kai.yaml`, field by field. Its JSON Schema is made from these types.

use std::collections::BTreeMap;
use std::time::Duration;

use camino::Utf8Path;
use kai_core::{Environment, Level, Traced};
use schemars::JsonSchema;
use serde::Deserialize;

use crate::pattern::{Many, many};
use crate::recovery::{Disruption, objective};
use crate::{
    At, Busy, Cluster, ComponentPattern, Journey, Named, OnCall, PathPattern, Prices, Range,
    Recovery, Slo, Tier, Until, Version,
};

/// What a team tells Kai about its system. Every field may be left out.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
#[schemars(title = "kai.yaml")]
pub struct Settings {
    /// Exits with 1 when a finding is at or above this level.
    pub fail_on: Option<FailOn>,
    /// The cluster that the configuration is for.
    pub kubernetes: Option<Kubernetes>,
    /// Its nodes, for where no dump gives them.
    pub cluster: Option<Cluster>,
    /// Which paths run where; the longest pattern that matches decides.
    pub environments: EnvironmentPaths,
    /// The objective of every journey that has no other.
    pub slo: Option<Slo>,
    /// Groups of journeys that matter alike.
    pub tiers: Vec<Tier>,
    /// What users do.
    pub journeys: Vec<Journey>,
    /// How soon components must be back, and how much data may be lost.
    pub recovery: Vec<Recovery>,
    /// When nothing may change by itself.
    pub busy: Vec<Busy>,
    /// Who is called, and where they meet.
    pub on_call: OnCall,
    /// What compute costs.
    pub prices: Prices,
    /// Own figures in place of published ones, by their key; `kai explain FINDING` names keys.
    pub priors: BTreeMap<String, At<Prior>>,
    /// Turns rules off or gives them another level; the last entry that applies decides.
    pub rules: Vec<RuleSetting>,
    /// Findings that are accepted, with reasons.
    pub allow: Vec<Allow>,
    /// True where this speaks of a larger tree than the one that is read.
    #[serde(skip)]
    #[schemars(skip)]
    pub is_from_above: bool,
}

/// The cluster that the configuration is for.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Kubernetes {
    /// The version that runs or is about to run: `1.31`.
    pub version: At<Version>,
}

/// Paths by environment.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct EnvironmentPaths {
    #[serde(deserialize_with = "many")]
    #[schemars(with = "Many<PathPattern>")]
    pub production: Vec<At<PathPattern>>,
    #[serde(deserialize_with = "many")]
    #[schemars(with = "Many<PathPattern>")]
    pub staging: Vec<At<PathPattern>>,
    #[serde(deserialize_with = "many")]
    #[schemars(with = "Many<PathPattern>")]
    pub development: Vec<At<PathPattern>>,
    #[serde(deserialize_with = "many")]
    #[schemars(with = "Many<PathPattern>")]
    pub example: Vec<At<PathPattern>>,
    #[serde(deserialize_with = "many")]
    #[schemars(with = "Many<PathPattern>")]
    pub archive: Vec<At<PathPattern>>,
}

/// A figure of one's own.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Prior {
    /// In the unit of the published figure.
    pub value: Range,
    /// Where it comes from: a dashboard, a post-mortem, a contract.
    pub source: String,
}

/// What becomes of a rule, everywhere or where paths and components say.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct RuleSetting {
    /// Ids of rules; all of them where it is left out.
    #[serde(default, deserialize_with = "many")]
    #[schemars(with = "Many<String>")]
    pub rule: Vec<At<String>>,
    pub level: At<RuleLevel>,
    /// Where the line to edit stands; everywhere where it is left out.
    #[serde(default, deserialize_with = "many")]
    #[schemars(with = "Many<PathPattern>")]
    pub paths: Vec<At<PathPattern>>,
    /// What the finding is about; everything where it is left out.
    #[serde(default, deserialize_with = "many")]
    #[schemars(with = "Many<ComponentPattern>")]
    pub components: Vec<At<ComponentPattern>>,
    pub reason: Option<String>,
}

/// Findings that are accepted.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Allow {
    /// Ids of rules.
    #[serde(deserialize_with = "many")]
    #[schemars(with = "Many<String>")]
    pub rule: Vec<At<String>>,
    /// Where the line to edit stands; everywhere where it is left out.
    #[serde(default, deserialize_with = "many")]
    #[schemars(with = "Many<PathPattern>")]
    pub paths: Vec<At<PathPattern>>,
    /// What the finding is about; everything where it is left out.
    #[serde(default, deserialize_with = "many")]
    #[schemars(with = "Many<ComponentPattern>")]
    pub components: Vec<At<ComponentPattern>>,
    /// The first day on which it no longer holds.
    pub until: Option<Until>,
    /// Why it is accepted.
    pub reason: At<String>,
}

/// The level at which a run fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum FailOn {
    Critical,
    High,
    Medium,
    Low,
    Never,
}

/// A rule's level, or that it is turned off.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum RuleLevel {
    Critical,
    High,
    Medium,
    Low,
    Off,
}

impl RuleLevel {
    /// Nothing where the rule is turned off.
    #[must_use]
    pub fn level(self) -> Option<Level> {
        match self {
            Self::Critical => Some(Level::Critical),
            Self::High => Some(Level::High),
            Self::Medium => Some(Level::Medium),
            Self::Low => Some(Level::Low),
            Self::Off => None,
        }
    }
}

impl EnvironmentPaths {
    /// Every pattern with its environment, in the order of the document's fields.
    pub fn all(&self) -> impl Iterator<Item = (Environment, &At<PathPattern>)> {
        let each = [
            (Environment::Production, &self.production),
            (Environment::Staging, &self.staging),
            (Environment::Development, &self.development),
            (Environment::Example, &self.example),
            (Environment::Archive, &self.archive),
        ];
        each.into_iter().flat_map(|(environment, it)| it.iter().map(move |it| (environment, it)))
    }

    /// What is declared for a path.
    #[must_use]
    pub fn of(&self, path: &Utf8Path) -> Option<Traced<Environment>> {
        let matching = self.all().filter(|(_, it)| it.value.matches(path));
        let (environment, pattern) = matching.max_by_key(|(_, it)| it.value.as_str().len())?;
        Some(Traced { value: environment, origin: pattern.origin })
    }
}

impl Settings {
    /// The same, where the file stands above the folder that is read, which is `below` from there.
    #[must_use]
    pub fn from_above(mut self, below: &Utf8Path) -> Self {
        let EnvironmentPaths { production, staging, development, example, archive } =
            &mut self.environments;
        let environments = [production, staging, development, example, archive];
        let scopes = self.rules.iter_mut().map(|it| &mut it.paths);
        let scopes = scopes.chain(self.allow.iter_mut().map(|it| &mut it.paths));
        for pattern in environments.into_iter().chain(scopes).flatten() {
            pattern.value.start_above(below);
        }
        self.is_from_above = true;
        self
    }

    /// The declared journey of that name.
    #[must_use]
    pub fn journey(&self, name: &str) -> Option<&Journey> {
        self.journeys.iter().find(|it| it.name.value == name)
    }

    #[must_use]
    pub fn tier(&self, name: &str) -> Option<&Tier> {
        self.tiers.iter().find(|it| it.name.value == name)
    }

    /// How much data of a component may be lost, if that is declared. `journeys` are those that
    /// need it.
    #[must_use]
    pub fn rpo(
        &self,
        component: Named<'_>,
        journeys: &[&str],
        disruption: Disruption,
    ) -> Option<Traced<Duration>> {
        objective(&self.recovery, component, &self.tiers_of(journeys), disruption, |it| &it.rpo)
    }

    /// After how long a component must work again, if that is declared.
    #[must_use]
    pub fn rto(
        &self,
        component: Named<'_>,
        journeys: &[&str],
        disruption: Disruption,
    ) -> Option<Traced<Duration>> {
        objective(&self.recovery, component, &self.tiers_of(journeys), disruption, |it| &it.rto)
    }

    fn tiers_of(&self, journeys: &[&str]) -> Vec<&str> {
        let declared = journeys.iter().filter_map(|it| self.journey(it)?.tier.as_ref());
        declared.map(|it| it.value.as_str()).collect()
    }
}

/// The JSON Schema of `kai.yaml`.
#[must_use]
pub fn schema() -> schemars::Schema {
    schemars::schema_for!(Settings)
}
