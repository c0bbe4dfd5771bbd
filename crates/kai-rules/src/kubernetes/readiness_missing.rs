//! Pods that get traffic before they can serve it.

use kai_core::{FailureMode, Fix, Hazard, Level, LossClass, Pillar, SmolStr, Term};
use kai_graph::{Container, Controller, NetworkPath, Of, PortRef, Strategy, Workload};

use crate::command::{field, undo};
use crate::{Check, Context, Observed, Rule, words};

pub(super) static RULE: Rule = Rule {
    id: "readiness-missing",
    pillar: Pillar::DeploymentSafety,
    default_level: Level::Medium,
    since: "0.1.0",
    doc: include_str!("readiness_missing.md"),
    check: Check::Workload(check),
};

fn check(workload: Of<'_, Workload>, ctx: Context<'_>, out: &mut Observed) {
    let pod = &workload.facts.pod;
    if !workload.is_long_running() || !workload.is_rescheduled() || !pod.is_fully_read {
        return;
    }
    let journeys = ctx.journeys_that_need(workload.component.id);
    // One probe keeps the whole pod out of traffic until it passes.
    let is_probed = pod.running_containers().any(|it| it.readiness.is_some());
    if journeys.is_empty() || is_probed || is_gated(&workload) || is_replaced_in_place(&workload) {
        return;
    }
    let paths = ctx.system.paths_to(workload);
    let serving = paths.iter().find_map(|it| Some((*it, server(*it, &workload)?)));
    if let Some((path, container)) = serving {
        let fix = fix(path, container, ctx);
        out.push(hazard(workload, path, container, &journeys, ctx).fix(fix));
    }
}

/// A startup probe holds readiness back until it has passed once, so that a start is covered.
fn is_gated(workload: &Workload) -> bool {
    workload.pod.running_containers().any(|it| it.startup.is_some())
}

/// A lone pod that goes before the next one comes: no other could serve while it is not ready.
fn is_replaced_in_place(workload: &Workload) -> bool {
    let is_recreated = workload.controller == Controller::StatefulSet
        || workload.rollout.strategy.value() == Some(&Strategy::Recreate);
    is_recreated && workload.replicas.value() == Some(&1)
}

/// The container that a path leads to, where that can be told.
fn server<'a>(path: Of<'_, NetworkPath>, workload: &'a Workload) -> Option<&'a Container> {
    let containers = &workload.pod.containers;
    if let [only] = &containers[..] {
        return Some(only);
    }
    let targets = path.facts.ports.iter().filter_map(|it| it.target.as_ref());
    targets.filter_map(|port: &PortRef| containers.iter().find(|it| it.opens(port))).next()
}

/// Whether the port that traffic comes to is open is the least that one may ask, and known here.
fn fix(path: Of<'_, NetworkPath>, container: &Container, ctx: Context<'_>) -> Option<Fix> {
    let mut ports = path.facts.ports.iter().filter(|it| it.protocol == "TCP");
    let port = match ports.next().filter(|_| ports.next().is_none())?.target.as_ref()? {
        PortRef::Number(number) => number.to_string(),
        name @ PortRef::Name(text) => container.opens(name).then(|| text.to_string())?,
    };
    let mapping = ctx.mapping_around(container.origin)?;
    let probe = format!("{{ tcpSocket: {{ port: {port} }} }}");
    let edits = ctx.insert(mapping, "readinessProbe", &probe)?;
    Some(Fix::unsafely(format!("Ask whether port {port} is open"), edits))
}

fn hazard(
    workload: Of<'_, Workload>,
    path: Of<'_, NetworkPath>,
    container: &Container,
    journeys: &[&str],
    ctx: Context<'_>,
) -> Hazard {
    let component = workload.component;
    let (label, service) = (component.label(), path.component.label());
    let name: &SmolStr = &container.name;
    let message = format!(
        "`{service}` sends traffic of {} to pods of `{label}` as soon as `{name}` has been started, \
         whether it can serve or not; no readiness probe says when, so a release that cannot serve \
         replaces one that can",
        words::list(journeys),
    );
    RULE.worsens(
        component.id,
        FailureMode::Rollout,
        Term::Frequency,
        "traffic before it is ready",
        message,
    )
    .at(container.origin)
    .related(path.component.origin, "leads to it")
    .loses(LossClass::Degraded)
    .impact(0.5)
    .shows_as(format!("Requests through `{service}` fail for seconds at every release and restart"))
    .recover(undo(component, ctx))
    .remedy(format!(
        "Give `{name}` a readiness probe that asks for what users need; keep what it depends on out \
         of liveness"
    ))
    .verify(field(
        component,
        &format!(".spec.template.spec.containers[?(@.name==\"{name}\")].readinessProbe"),
    ))
}
