//! One component: what it needs, what needs it, and what is wrong with it.

use kai_core::{ComponentId, Finding, LocationRole, Origins};
use kai_graph::{Dependency, Strength, System};

use super::Options;
use super::card::line;
use super::layout::clean;
use super::paint::{Ink, Paint};

/// Everything the graph says of one component.
#[must_use]
pub fn component(
    system: &System,
    id: ComponentId,
    findings: &[&Finding],
    origins: &Origins,
    options: &Options,
) -> String {
    let paint = Paint { color: options.color };
    let component = system.component(id);
    let root = system.root(component.root);
    let place = origins.location(component.origin, LocationRole::Primary);
    let place = place.map(|it| options.place(&it)).unwrap_or_default();
    let name = format!("{} in {}", component.label(), namespace(&component.namespace));
    let mut lines = vec![
        format!("{}  {}", paint.ink(Ink::Heading, &clean(&name)), paint.ink(Ink::Path, &place)),
        format!(
            "{} of {}, {}: {}",
            component.kind.as_str(),
            clean(root.path.as_str()),
            root.environment.as_str(),
            clean(&root.environment_evidence),
        ),
    ];
    let needs = system.needs(id).iter().map(|it| arrow(system, it, it.target, origins, options));
    lines.extend(section("Needs", needs, paint));
    let needed = system.needed_by(id).map(|it| arrow(system, it, it.source, origins, options));
    lines.extend(section("Needed by", needed, paint));
    let journeys = system.journeys_through(id);
    lines.extend(section(
        "Carries",
        journeys.map(|(journey, strength)| format!("{} ({})", journey.name, word(strength))),
        paint,
    ));
    lines.extend(section("At risk", findings.iter().map(|it| line(it, options, 1)), paint));
    lines.push(String::new());
    lines.join("\n")
}

fn namespace(namespace: &str) -> String {
    if namespace.is_empty() { "no namespace".to_owned() } else { format!("`{namespace}`") }
}

fn arrow(
    system: &System,
    dependency: &Dependency,
    other: ComponentId,
    origins: &Origins,
    options: &Options,
) -> String {
    let place = origins.location(dependency.origin, LocationRole::Primary);
    let place = place.map(|it| options.place(&it)).unwrap_or_default();
    let label = clean(&system.component(other).label());
    format!("{label}  {}, {}  {place}", dependency.kind.as_str(), word(dependency.strength))
}

fn section(title: &str, lines: impl Iterator<Item = String>, paint: Paint) -> Vec<String> {
    let mut lines: Vec<String> = lines.map(|it| format!("  {it}")).collect();
    // Two roots may show the same arrow from the same line.
    lines.dedup();
    if lines.is_empty() {
        return lines;
    }
    lines.insert(0, paint.ink(Ink::Heading, title));
    lines.insert(0, String::new());
    lines
}

fn word(strength: Strength) -> &'static str {
    match strength {
        Strength::Hard => "hard",
        Strength::Soft => "soft",
    }
}
