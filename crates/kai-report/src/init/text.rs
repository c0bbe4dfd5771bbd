//! The document, field by field.

use std::collections::BTreeMap;

use kai_core::{Environment, LocationRole, OriginId, Origins};
use kai_graph::{Component, ComponentKind, System};

/// More of a kind help nobody: what is left out is found again anyway.
const SHOWN: usize = 20;

/// A first `kai.yaml`, ending in a line break.
#[must_use]
pub fn text(system: &System, origins: &Origins) -> String {
    let found = Found { system, origins };
    let parts = [
        "# What this team says of its system. Every field may be left out. What stands behind `#` is\n\
         # a proposal; what does not, Kai found by itself, and a correction here counts more.\n\n\
         # The level at which a review fails: critical, high, medium, low or never.\n\
         # fail-on: high\n\n\
         # The version of the cluster that runs or is about to run.\n\
         # kubernetes: { version: \"1.34\" }\n"
            .to_owned(),
        found.environments(),
        "# How well a journey must work where nothing else is said, and how much groups of them matter.\n\
         # slo: { target: 99.9%, window: 30d }\n\
         # tiers:\n\
         #   - { name: critical, slo: { target: 99.95%, window: 30d }, weight: 10 }\n"
            .to_owned(),
        found.journeys(),
        found.recovery(),
        "# Findings that are accepted, with the reason and the day on which it ends.\n\
         # allow:\n\
         #   - { rule: RULE, components: KIND/NAME, until: 2030-01-01, reason: why }\n"
            .to_owned(),
    ];
    parts.join("\n")
}

struct Found<'a> {
    system: &'a System,
    origins: &'a Origins,
}

impl Found<'_> {
    /// Those that something speaks for; the others are for the team to say.
    fn environments(&self) -> String {
        let mut by: BTreeMap<Environment, Vec<(String, &str)>> = BTreeMap::new();
        let mut assumed = Vec::new();
        for root in self.system.roots() {
            let path = root.path.as_str();
            if root.is_environment_assumed() {
                assumed.push(path);
            } else if is_pattern(path) {
                let evidence = root.environment_evidence.as_str();
                by.entry(root.environment).or_default().push((written(path), evidence));
            }
        }
        let mut text = String::from("# Which paths run where, and what says so.\n");
        text.push_str(if by.is_empty() { "# environments:\n" } else { "environments:\n" });
        for (environment, mut paths) in by {
            paths.sort();
            paths.dedup_by(|one, other| one.0 == other.0);
            text.push_str(&format!("  {}:\n", environment.as_str()));
            for (path, evidence) in paths.iter().take(SHOWN) {
                text.push_str(&format!("    - {path}  # {}\n", comment(evidence)));
            }
        }
        assumed.sort_unstable();
        assumed.dedup();
        if !assumed.is_empty() {
            text.push_str("#   Taken for production, because nothing says otherwise:\n");
            text.push_str("#   production:\n");
        }
        for path in assumed.iter().take(SHOWN) {
            let path = if path.is_empty() { "**".to_owned() } else { written(path) };
            text.push_str(&format!("#     - {}\n", comment(&path)));
        }
        text
    }

    fn journeys(&self) -> String {
        let mut by_name: BTreeMap<&str, &Component> = BTreeMap::new();
        for journey in self.system.journeys() {
            let entry = self.system.component(journey.entry);
            by_name.entry(&journey.name).or_insert(entry);
        }
        let mut text = String::from("# What users do, and where it comes in.\n");
        let shown: Vec<_> =
            by_name.into_iter().filter(|(name, _)| is_pattern(name)).take(SHOWN).collect();
        if shown.is_empty() {
            return text
                + "# journeys:\n#   - { name: checkout, entry: Deployment/frontend, tier: critical }\n";
        }
        text.push_str("journeys:\n");
        for (name, entry) in shown {
            let place = self.place(entry.origin);
            let name = written(name);
            text.push_str(&format!("  - name: {name}  # {} at {place}\n", comment(&entry.label())));
            text.push_str(&format!("    entry: {name}\n    # tier: critical\n"));
        }
        text
    }

    fn recovery(&self) -> String {
        let stores = self.system.components().iter().filter(|it| {
            matches!(it.kind, ComponentKind::Datastore | ComponentKind::Queue)
                && self.system.environment(it) == Environment::Production
        });
        let stores: BTreeMap<String, OriginId> = stores.map(|it| (it.label(), it.origin)).collect();
        let mut text = String::from(
            "# After how long it must work again (rto), and how much of its newest data may be lost (rpo).\n\
             # recovery:\n",
        );
        for (label, &origin) in stores.iter().take(SHOWN) {
            let place = self.place(origin);
            let label = comment(&written(label));
            text.push_str(&format!("#   - {{ components: {label}, rto: , rpo: }}  # {place}\n"));
        }
        if stores.is_empty() {
            text.push_str("#   - { rto: 4h, rpo: 24h }\n");
        }
        text
    }

    fn place(&self, origin: OriginId) -> String {
        let place = self.origins.location(origin, LocationRole::Primary);
        place.map_or_else(String::new, |it| comment(&format!("{}:{}", it.path, it.line)))
    }
}

/// True where the text means itself as a pattern.
fn is_pattern(text: &str) -> bool {
    !text.is_empty() && !text.contains(['*', '?', '[', ']', '{', '}', '!', '\\'])
}

/// As YAML, quoted where it could be taken for something else.
fn written(text: &str) -> String {
    let is_plain = text.starts_with(|it: char| it.is_ascii_alphabetic())
        && text.chars().all(|it| it.is_ascii_alphanumeric() || "._/-".contains(it))
        && text.len() > 5;
    if is_plain {
        text.to_owned()
    } else {
        // Every text in quotes of JSON is one of YAML.
        serde_json::to_string(text).expect("a text always serializes")
    }
}

/// A text that cannot leave its comment.
fn comment(text: &str) -> String {
    crate::terminal::clean(text)
}
