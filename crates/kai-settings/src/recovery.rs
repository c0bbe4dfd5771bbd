//! How soon something must be back, and how much of its data may be lost.

use kai_core::Traced;
use schemars::JsonSchema;
use serde::Deserialize;
use std::time::Duration;

use crate::pattern::{Many, many};
use crate::{At, ComponentPattern, Length, Named};

/// Objectives of recovery for some components, or for all where none are named.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Recovery {
    /// Which components; all where it is left out.
    #[serde(default, deserialize_with = "many")]
    #[schemars(with = "Many<ComponentPattern>")]
    pub components: Vec<At<ComponentPattern>>,
    /// Components that journeys of this tier need; a name of `tiers`.
    pub tier: Option<At<String>>,
    /// After how long it must work again, whatever happened.
    pub rto: Option<At<Length>>,
    /// How much of its newest data may be lost, whatever happened.
    pub rpo: Option<At<Length>>,
    /// A fault or a mistake in the application or its data.
    pub application: Option<Objectives>,
    /// A machine or a disk is lost.
    pub infrastructure: Option<Objectives>,
    /// A zone is lost.
    pub zone: Option<Objectives>,
    /// A region is lost.
    pub region: Option<Objectives>,
}

/// The two objectives.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Objectives {
    /// After how long it must work again.
    pub rto: Option<At<Length>>,
    /// How much of its newest data may be lost.
    pub rpo: Option<At<Length>>,
}

/// What happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Disruption {
    /// A fault or a mistake in the application or its data.
    Application,
    /// A machine or a disk is lost.
    Infrastructure,
    Zone,
    Region,
}

/// One of the two objectives.
pub(crate) type Which = fn(&Objectives) -> &Option<At<Length>>;

impl Recovery {
    fn of(&self, disruption: Disruption, which: Which) -> Option<Traced<Duration>> {
        let own = match disruption {
            Disruption::Application => &self.application,
            Disruption::Infrastructure => &self.infrastructure,
            Disruption::Zone => &self.zone,
            Disruption::Region => &self.region,
        };
        let always = Objectives { rto: self.rto, rpo: self.rpo };
        let length = own.as_ref().and_then(|it| *which(it)).or(*which(&always))?;
        Some(Traced { value: length.value.0, origin: length.origin })
    }
}

/// The objective that is declared for a component: by its name before by its tier before for all;
/// among equals the first one.
pub(crate) fn objective(
    declared: &[Recovery],
    named: Named<'_>,
    tiers: &[&str],
    disruption: Disruption,
    which: Which,
) -> Option<Traced<Duration>> {
    let by_name = |it: &&Recovery| it.components.iter().any(|it| it.value.matches(named));
    let by_tier = |it: &&Recovery| {
        it.components.is_empty()
            && it.tier.as_ref().is_some_and(|it| tiers.contains(&it.value.as_str()))
    };
    let for_all = |it: &&Recovery| it.components.is_empty() && it.tier.is_none();
    let find = |is_meant: &dyn Fn(&&Recovery) -> bool| {
        declared.iter().filter(is_meant).find_map(|it| it.of(disruption, which))
    };
    find(&by_name).or_else(|| find(&by_tier)).or_else(|| find(&for_all))
}
