//! Ask or deny, and why.

use std::collections::BTreeSet;

use camino::Utf8Path;
use kai_core::{ComponentId, Environment, Origins};
use kai_graph::{ComponentKind, Facts, Strength, System};
use kai_guard::Class;

use super::concern::Concern;
use super::target::find;

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Decision {
    Ask(String),
    Deny(String),
}

/// More names do not fit a prompt.
const NAMED: usize = 4;

/// What the graph says of a concern. A human is asked, or has to do it alone where it takes something
/// away that production cannot be without.
#[must_use]
pub fn decide(
    concern: &Concern,
    system: &System,
    origins: &Origins,
    prefix: &Utf8Path,
) -> Decision {
    if concern.is_told_alone() {
        return Decision::Ask(opening(concern));
    }
    let place = concern.place(prefix);
    let meant: BTreeSet<ComponentId> = concern
        .targets
        .iter()
        .filter(|it| place.is_some() || !it.is_of_folder())
        .flat_map(|it| find(it, system, origins, place.as_deref().unwrap_or(prefix)))
        .collect();
    let mut text = opening(concern);
    if meant.is_empty() && concern.is_open {
        text.push_str(
            " What it names is known only when it runs, so what depends on it is not known.",
        );
        return Decision::Ask(text);
    }
    if meant.is_empty() {
        text.push_str(" What it changes is not declared here, so what depends on it is not known.");
        return Decision::Ask(text);
    }
    let radius = Radius::of(&meant, system);
    text.push_str(&radius.told(&meant, system));
    if concern.takes_away && radius.is_denied() {
        text.push_str(" It takes this away: a human decides and runs it.");
        return Decision::Deny(text);
    }
    Decision::Ask(text)
}

/// The class alone, and why there is no more.
#[must_use]
pub fn decide_alone(concern: &Concern, why: &str) -> Decision {
    if concern.is_told_alone() {
        return Decision::Ask(opening(concern));
    }
    Decision::Ask(format!("{} What depends on it is not known: {why}.", opening(concern)))
}

fn opening(concern: &Concern) -> String {
    let said = match concern.class {
        Class::Mutates if concern.takes_away => "takes something away",
        Class::Mutates => "changes a system",
        Class::ReadsSecret => "prints what may be secret to the agent",
        _ => "cannot be told to be harmless",
    };
    let mut text = format!("Kai: `{}` {said}: {}.", concern.command, concern.reason);
    if let Some(flag) = &concern.context {
        text.push_str(&format!(" `{flag}` chooses where it runs, which is not known here."));
    }
    text
}

/// What depends on components, together.
struct Radius {
    /// Journeys of production that stop.
    production: BTreeSet<String>,
    /// Other journeys that stop, and all that get worse.
    others: BTreeSet<String>,
    /// What fails with them.
    fails: BTreeSet<ComponentId>,
    /// Those that keep data in production.
    keepers: Vec<String>,
}

impl Radius {
    fn of(meant: &BTreeSet<ComponentId>, system: &System) -> Self {
        let mut radius = Self {
            production: BTreeSet::new(),
            others: BTreeSet::new(),
            fails: BTreeSet::new(),
            keepers: Vec::new(),
        };
        for &id in meant {
            let component = system.component(id);
            let is_production = system.environment(component) == Environment::Production;
            let as_entry =
                system.journeys().iter().filter(|it| it.entry == id).map(|it| (it, Strength::Hard));
            for (journey, strength) in system.journeys_through(id).chain(as_entry) {
                let stops = is_production && strength == Strength::Hard;
                let into = if stops { &mut radius.production } else { &mut radius.others };
                into.insert(journey.name.clone());
            }
            radius.fails.extend(system.fails_with(id));
            if is_production && keeps_data(id, system) {
                radius.keepers.push(component.label());
            }
        }
        let production = &radius.production;
        radius.others.retain(|it| !production.contains(it));
        radius.fails.retain(|it| !meant.contains(it));
        radius
    }

    fn is_denied(&self) -> bool {
        !self.production.is_empty() || !self.keepers.is_empty()
    }

    fn told(&self, meant: &BTreeSet<ComponentId>, system: &System) -> String {
        let labels = meant.iter().map(|it| system.component(*it).label());
        let environments: BTreeSet<Environment> =
            meant.iter().map(|it| system.environment(system.component(*it))).collect();
        let environment = environments.first().map_or("", |it| named(*it));
        let be = if meant.len() == 1 { "It is" } else { "They are" };
        let mut text = format!(" {be} {} ({environment}).", listed(labels));
        if !self.production.is_empty() {
            text.push_str(&format!(
                " Journeys that stop with it: {}.",
                listed(self.production.iter().cloned())
            ));
        }
        if !self.others.is_empty() {
            text.push_str(&format!(
                " Journeys that need it elsewhere or less: {}.",
                listed(self.others.iter().cloned())
            ));
        }
        if !self.fails.is_empty() {
            let labels = self.fails.iter().map(|it| system.component(*it).label());
            text.push_str(&format!(" What cannot work without it: {}.", listed(labels)));
        }
        if !self.keepers.is_empty() {
            text.push_str(&format!(" Data is kept by {}.", listed(self.keepers.iter().cloned())));
        }
        if self.production.is_empty() && self.others.is_empty() && self.fails.is_empty() {
            text.push_str(" No journey that is declared here needs it.");
        }
        text
    }
}

fn keeps_data(id: ComponentId, system: &System) -> bool {
    let component = system.component(id);
    let claims = component.workload().is_some_and(|it| !system.claims_of(it).is_empty());
    claims
        || component.kind == ComponentKind::Datastore
        || matches!(
            component.facts,
            Facts::Claim(_) | Facts::PersistentVolume(_) | Facts::ManagedDatabase(_)
        )
}

fn named(environment: Environment) -> &'static str {
    match environment {
        Environment::Production => "production",
        Environment::Staging => "staging",
        Environment::Development => "development",
        Environment::Example => "an example",
        Environment::Archive => "an archive",
    }
}

/// `a`, `b` and 3 more.
fn listed(names: impl IntoIterator<Item = String>) -> String {
    let names: BTreeSet<String> = names.into_iter().collect();
    let shown: Vec<String> = names.iter().take(NAMED).map(|it| format!("`{it}`")).collect();
    match names.len().checked_sub(NAMED) {
        Some(more @ 1..) => format!("{} and {more} more", shown.join(", ")),
        _ => shown.join(", "),
    }
}
