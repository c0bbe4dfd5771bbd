//! The figures of a run: published ones, or those that `kai.yaml` puts in their place.

use std::collections::BTreeMap;

use kai_core::{Interval, LocationRole, Origins};
use kai_settings::Settings;

use super::Key;

/// Every figure that the register asks for.
#[derive(Debug, Clone, Default)]
pub(crate) struct Figures {
    own: BTreeMap<Key, Own>,
}

#[derive(Debug, Clone)]
struct Own {
    interval: Interval,
    /// Who says so, and where.
    source: String,
}

/// One figure and who says so.
#[derive(Debug, Clone)]
pub(crate) struct Figure {
    pub(crate) key: Key,
    pub(crate) interval: Interval,
    /// Who says so and where, unless it is published.
    pub(crate) declared: Option<String>,
}

impl Figures {
    pub(crate) fn of(settings: &Settings, origins: &Origins) -> Self {
        let own = Key::ALL.into_iter().filter_map(|key| {
            let prior = settings.priors.get(key.as_str())?;
            let place = origins.location(prior.origin, LocationRole::Primary);
            let place = place.map(|it| format!(" ({}:{})", it.path, it.line)).unwrap_or_default();
            let source = format!("{}{place}", prior.value.source);
            Some((key, Own { interval: prior.value.value.0, source }))
        });
        Self { own: own.collect() }
    }

    pub(crate) fn get(&self, key: Key) -> Figure {
        match self.own.get(&key) {
            Some(own) => Figure { key, interval: own.interval, declared: Some(own.source.clone()) },
            None => Figure { key, interval: key.interval(), declared: None },
        }
    }

    pub(crate) fn interval(&self, key: Key) -> Interval {
        self.own.get(&key).map_or_else(|| key.interval(), |it| it.interval)
    }
}

impl Figure {
    /// How sure it is, its key, and who says so.
    pub(crate) fn cited(&self) -> String {
        match &self.declared {
            Some(source) => format!("declared: `{}`, {source}", self.key.as_str()),
            None => format!("assumed: {}", self.published()),
        }
    }

    /// The key and the citation of the table.
    pub(crate) fn published(&self) -> String {
        format!("`{}`, {}", self.key.as_str(), self.key.prior().citation())
    }
}
