//! Brokers of messages that a cloud runs.

use std::collections::BTreeSet;

use kai_core::{Known, RootId, SmolStr};

use super::Naming;
use crate::{Facts, System};

/// A cluster of brokers, or one broker.
#[derive(Debug, Clone)]
pub struct ManagedBroker {
    pub cloud_name: Known<SmolStr>,
    /// `Kafka`, `RabbitMQ`.
    pub engine: Known<SmolStr>,
    /// How many machines hold messages.
    pub count: Known<u32>,
    /// The parts of the network that they are in.
    pub subnets: Known<Vec<Naming>>,
}

impl System {
    /// What tells the zones of some subnets from each other; none where the zone of one is not known.
    /// Equal texts are one zone, and different ones may be.
    #[must_use]
    pub fn zones_of(&self, subnets: &[Naming], from: RootId) -> Option<BTreeSet<SmolStr>> {
        subnets.iter().map(|it| self.zone_of(it, from)).collect()
    }

    fn zone_of(&self, subnet: &Naming, from: RootId) -> Option<SmolStr> {
        let component = self.named_by(subnet, from)?;
        let Facts::Subnet(facts) = &component.facts else { return None };
        let zone = facts.zone.as_ref()?;
        match (&zone.text, &zone.resources[..]) {
            (Some(text), _) => Some(text.clone()),
            (None, [it]) if !zone.is_open => {
                Some(format!("{} {}{}", component.root.0, it.name, it.attribute).into())
            }
            _ => None,
        }
    }
}
