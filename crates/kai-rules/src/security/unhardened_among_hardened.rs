//! Workloads that users reach and that were left out when those around them were hardened.

use std::collections::BTreeMap;

use kai_core::{
    ComponentId, FailureMode, Hazard, Level, LossClass, OriginId, Pillar, RootId, SmolStr, Term,
};
use kai_graph::{Container, Of, Strength, Workload};

use crate::command::{is_compose, kubectl, resource};
use crate::{Check, Context, Observed, Rule, words};

pub(super) static RULE: Rule = Rule {
    id: "unhardened-among-hardened",
    pillar: Pillar::Security,
    default_level: Level::Low,
    since: "0.1.0",
    doc: include_str!("unhardened_among_hardened.md"),
    check: Check::System(check),
};

/// The workloads of one namespace that run for long.
#[derive(Default)]
struct Namespace<'a> {
    hardened_count: usize,
    /// With the container that is not.
    open: Vec<(Of<'a, Workload>, &'a Container)>,
}

fn check(ctx: Context<'_>, out: &mut Observed) {
    let mut namespaces: BTreeMap<(RootId, &SmolStr), Namespace<'_>> = BTreeMap::new();
    for workload in ctx.system.workloads() {
        if !workload.facts.is_long_running() || is_compose(workload.facts) {
            continue;
        }
        let component = workload.component;
        let namespace = namespaces.entry((component.root, &component.namespace)).or_default();
        match workload.facts.pod.running_containers().find(|it| !is_bound(it)) {
            None => namespace.hardened_count += 1,
            Some(_) if !is_on_journey(component.id, ctx) => {}
            Some(container) => namespace.open.push((workload, container)),
        }
    }
    for it in namespaces.into_values() {
        if it.hardened_count >= 3 && it.hardened_count > 2 * it.open.len() {
            out.hazards.extend(hazard(&it));
        }
    }
}

fn is_on_journey(id: ComponentId, ctx: Context<'_>) -> bool {
    ctx.system.journeys_through(id).any(|(_, it)| it == Strength::Hard)
}

/// True where the container is no root and cannot become one.
fn is_bound(container: &Container) -> bool {
    let security = &container.security;
    let is_not_root = security.run_as_non_root.value() == Some(&true)
        || security.run_as_user.value().is_some_and(|it| *it > 0);
    is_not_root && security.allow_privilege_escalation.value() == Some(&false)
}

fn hazard(namespace: &Namespace<'_>) -> Option<Hazard> {
    let (first, container) = namespace.open.first()?;
    let component = first.component;
    let names: Vec<_> = namespace
        .open
        .iter()
        .map(|(it, container)| format!("{} ({})", it.component.label(), container.name))
        .collect();
    let verb = if names.len() == 1 { "does" } else { "do" };
    let message = format!(
        "{} of `{}` may neither run as root nor become it, and {} {verb} not say so; what the image \
         starts as is what an attacker is",
        words::count(namespace.hardened_count, "workload"),
        component.namespace,
        words::list(&names),
    );
    let at: OriginId = container.origin;
    let hazard = RULE
        .worsens(
            component.id,
            FailureMode::Compromise,
            Term::Impact,
            "left out when the others were hardened",
            message,
        )
        .at(at)
        .loses(LossClass::Toil)
        .shows_as("`id` in the container prints `uid=0`")
        .recover("Set it and roll out; a program that needs root fails at its first start")
        .remedy("Set `runAsNonRoot: true` and `allowPrivilegeEscalation: false`, as beside it")
        .verify(kubectl(
            component,
            format!("exec {} -c {} -- id", resource(component), container.name),
        ));
    Some(
        namespace.open[1..]
            .iter()
            .fold(hazard, |hazard, (_, it)| hazard.related(it.origin, "this one too")),
    )
}
