//! What users do, and how well it must work.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::{At, ComponentPattern, Length, Target};

/// An objective: the share of good minutes, and over how long it is kept.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Slo {
    /// The share of good minutes: `99.9%`.
    pub target: At<Target>,
    /// Over how long; 30 days where it is left out.
    pub window: Option<Length>,
}

/// Something that users do, and where it comes in.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Journey {
    /// As people call it: `checkout`.
    pub name: At<String>,
    /// Where it comes in: a host, a host and path, or a component (`Ingress/shop`,
    /// `Deployment/frontend`).
    pub entry: At<ComponentPattern>,
    /// A name of `tiers`.
    pub tier: Option<At<String>>,
    /// Instead of the tier's.
    pub slo: Option<Slo>,
}

/// How much a group of journeys matters.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Tier {
    /// As people call it: `critical`.
    pub name: At<String>,
    /// The objective of its journeys.
    pub slo: Option<Slo>,
    /// How many minutes of another journey one minute of these is worth; 1 where it is left out.
    pub weight: Option<At<crate::Range>>,
}
