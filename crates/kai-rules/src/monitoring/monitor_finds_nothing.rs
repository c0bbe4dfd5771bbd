//! Monitors that lead Prometheus to no target.

use kai_core::{FailureMode, Fix, Hazard, Level, Pillar, SmolStr, Term, Traced};
use kai_graph::{Absence, Component, Facts, NetworkPath, Of, Scrape, ScrapeNamespaces};

use crate::command::kubectl_in;
use crate::likeness::only_slip;
use crate::relabel::{Candidate, Relabel};
use crate::{Check, Context, Observed, Rule, words};

pub(super) static RULE: Rule = Rule {
    id: "monitor-finds-nothing",
    pillar: Pillar::Observability,
    default_level: Level::Medium,
    since: "0.1.0",
    doc: include_str!("monitor_finds_nothing.md"),
    check: Check::Component(check),
};

fn check(component: &Component, ctx: Context<'_>, out: &mut Observed) {
    let Facts::Scrape(facts) = &component.facts else { return };
    let places = match &facts.namespaces {
        // Anywhere may be out of sight.
        ScrapeNamespaces::Any => return,
        ScrapeNamespaces::Own => vec![component.namespace.clone()],
        ScrapeNamespaces::Named(names) => names.clone(),
    };
    if facts.of_pods {
        pods(component, facts, &places, ctx, out);
    } else {
        services(component, facts, &places, ctx, out);
    }
}

fn pods(
    component: &Component,
    facts: &Scrape,
    places: &[SmolStr],
    ctx: Context<'_>,
    out: &mut Observed,
) {
    let selector = &facts.selector;
    let root = component.root;
    if places.iter().any(|it| !ctx.system.pods_of(selector, it, root).is_empty()) {
        return;
    }
    let scopes = places.iter().map(|it| match ctx.system.absence_of_pods(component, it) {
        Absence::Certain { scope } if ctx.system.has_pods(root, it) => Some(scope),
        _ => None,
    });
    let is_met_later =
        ctx.missing_pods(component, selector).is_none() && places.contains(&component.namespace);
    let scopes: Option<Vec<_>> = scopes.collect();
    if let Some(scopes) = scopes.filter(|_| !is_met_later) {
        let found = places.iter().flat_map(|it| ctx.system.workloads_in(root, it));
        let fix = relabeled(component, facts, found.filter_map(Candidate::pods), ctx);
        out.push(nothing(component, facts, "pods", &scopes).fix(fix));
    }
}

fn services(
    component: &Component,
    facts: &Scrape,
    places: &[SmolStr],
    ctx: Context<'_>,
    out: &mut Observed,
) {
    let found: Vec<_> = places
        .iter()
        .flat_map(|it| ctx.services(component, it))
        .filter(|it| facts.selector.matches(&it.component.labels))
        .collect();
    if found.is_empty() {
        let scopes = places.iter().map(|place| {
            let holds_some = ctx.services(component, place).next().is_some();
            match ctx.system.absence(component, "Service", place, "") {
                Absence::Certain { scope } if holds_some => Some(scope),
                _ => None,
            }
        });
        if let Some(scopes) = scopes.collect::<Option<Vec<_>>>() {
            let found = places.iter().flat_map(|it| ctx.services(component, it));
            let services = found
                .map(|it| Candidate { name: &it.component.name, labels: &it.component.labels });
            let fix = relabeled(component, facts, services, ctx);
            out.push(nothing(component, facts, "Services", &scopes).fix(fix));
        }
        return;
    }
    let has_port = |name: &str| {
        found.iter().flat_map(|it| &it.facts.ports).any(|it| it.name.as_deref() == Some(name))
    };
    // A monitor that several clusters get has its Services where it is.
    let is_of_several = ctx.system.twins(component).next().is_some();
    if is_of_several && found.iter().all(|it| it.component.root != component.root) {
        return;
    }
    // What takes every Service means those that an operator makes too.
    if !facts.has_other_ports
        && !facts.selector.is_empty()
        && let Some(first) = facts.ports.first()
        && !facts.ports.iter().any(|it| has_port(&it.value))
    {
        out.push(no_port(component, first, found[0]).fix(renamed(facts, first, &found, ctx)));
    }
}

impl<'a> Context<'a> {
    /// The Services of a namespace that the component may mean.
    fn services(
        self,
        from: &Component,
        place: &SmolStr,
    ) -> impl Iterator<Item = Of<'a, NetworkPath>> {
        let held = self.system.near(from.root, "Service", place);
        held.filter_map(|component| match &component.facts {
            Facts::NetworkPath(facts) => Some(Of { component, facts: &**facts }),
            _ => None,
        })
    }
}

/// Where one of those that are there differs by one label, no other can be meant.
fn relabeled<'a>(
    component: &Component,
    facts: &Scrape,
    found: impl Iterator<Item = Candidate<'a>>,
    ctx: Context<'_>,
) -> Option<Fix> {
    let relabel = Relabel::of(&facts.selector, &component.name, found)?;
    let edits = relabel.edits(facts.selector.origin, &["matchLabels"], ctx)?;
    Some(Fix::unsafely(relabel.title(), edits))
}

/// Where a slip of the hand makes the name of a port.
fn renamed(
    facts: &Scrape,
    port: &Traced<SmolStr>,
    found: &[Of<'_, NetworkPath>],
    ctx: Context<'_>,
) -> Option<Fix> {
    let ports = found.iter().flat_map(|it| &it.facts.ports);
    let name = only_slip(&port.value, ports.filter_map(|it| it.name.as_deref()))?;
    let edits = ctx.set_text(port.origin, "port", name).filter(|_| facts.ports.len() == 1)?;
    Some(Fix::unsafely(format!("Scrape port `{name}`"), edits))
}

fn nothing(component: &Component, facts: &Scrape, of: &str, scopes: &[String]) -> Hazard {
    let (label, asks) = (component.label(), facts.selector.to_text());
    let message = format!(
        "`{label}` looks for {of} with `{asks}`, and there are none; Prometheus has no target for it, and \
         alerts on its metrics compare nothing and stay silent"
    );
    hazard(component, message)
        .at(facts.selector.origin)
        .searched(words::clauses(&scopes.iter().map(String::as_str).collect::<Vec<_>>()))
        .remedy(format!("Select the labels that the {of} have, in the namespace where they are"))
}

fn no_port(component: &Component, port: &Traced<SmolStr>, service: Of<'_, NetworkPath>) -> Hazard {
    let (label, name) = (component.label(), &port.value);
    let has: Vec<_> = service.facts.ports.iter().filter_map(|it| it.name.as_deref()).collect();
    let message = format!(
        "`{label}` scrapes port `{name}`, and `{}` has {}; Prometheus has no target for it, and alerts on its \
         metrics compare nothing and stay silent",
        service.component.label(),
        if has.is_empty() {
            "no port with a name".to_string()
        } else {
            format!("only {}", words::list(&has))
        },
    );
    hazard(component, message)
        .at(port.origin)
        .related(service.component.origin, "has the ports")
        .remedy("Name a port of the Service; a number goes under `targetPort`")
}

fn hazard(component: &Component, message: String) -> Hazard {
    RULE.worsens(
        component.id,
        FailureMode::Misconfigured,
        Term::TimeToDetect,
        "a monitor without targets",
        message,
    )
    .shows_as("`/targets` of Prometheus lists it with 0 of 0 up; no alert can show it")
    .recover("Correct the selector; the operator reloads Prometheus within minutes")
    .verify(kubectl_in(
        &component.namespace,
        format!(
            "get {} {} -o yaml # then `/targets` shows its targets",
            component.native_kind.to_lowercase(),
            component.name
        ),
    ))
}
