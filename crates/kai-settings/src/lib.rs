//! What the user tells Kai: `kai.yaml`, and comments that accept a finding.
//!
//! What must always hold: every value that is read keeps the place where it is written; a field
//! that nobody knows is an error that names its nearest neighbour; a comment that cannot be
//! understood accepts nothing and is said.
//!
//! Start with [`Settings`] and [`read`]; comments begin at [`Allowance`].

mod allowance;
mod busy;
mod cluster;
mod invalid;
mod names;
mod objective;
mod on_call;
mod pattern;
mod place;
mod prices;
mod reader;
mod recovery;
mod settings;
#[cfg(test)]
mod tests;
pub mod tools;
mod value;

pub use allowance::{Allowance, Covers, allowances};
pub use busy::Busy;
pub use cluster::{Cluster, NodeGroup};
pub use invalid::{Invalid, nearest};
pub use objective::{Journey, Slo, Tier};
pub use on_call::OnCall;
pub use pattern::{ComponentPattern, Named, PathPattern};
pub use place::At;
pub use prices::Prices;
pub use reader::read;
pub use recovery::{Disruption, Objectives, Recovery};
pub use settings::{
    Allow, EnvironmentPaths, FailOn, Kubernetes, Prior, RuleLevel, RuleSetting, Settings, schema,
};
pub use value::{Cores, Cron, Length, Range, Target, Until, Version, Zone};
