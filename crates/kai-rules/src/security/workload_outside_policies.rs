//! Workloads that a namespace's policies leave out, where they cover most others.

use std::collections::BTreeMap;

use kai_core::{FailureMode, Hazard, Level, LossClass, Pillar, RootId, SmolStr, Term};
use kai_graph::{Of, Workload};

use crate::command::{is_compose, kubectl};
use crate::{Check, Context, Observed, Rule, words};

pub(super) static RULE: Rule = Rule {
    id: "workload-outside-policies",
    pillar: Pillar::Security,
    default_level: Level::Low,
    since: "0.1.0",
    doc: include_str!("workload_outside_policies.md"),
    check: Check::System(check),
};

/// The workloads of one namespace.
#[derive(Default)]
struct Namespace<'a> {
    covered_count: usize,
    open: Vec<Of<'a, Workload>>,
}

fn check(ctx: Context<'_>, out: &mut Observed) {
    let mut namespaces: BTreeMap<(RootId, &SmolStr), Namespace<'_>> = BTreeMap::new();
    for workload in ctx.system.workloads().filter(|it| is_guardable(it.facts)) {
        let component = workload.component;
        let namespace = namespaces.entry((component.root, &component.namespace)).or_default();
        if is_covered(workload, ctx) {
            namespace.covered_count += 1;
        } else {
            namespace.open.push(workload);
        }
    }
    // Where few are covered, those few were chosen.
    for namespace in namespaces.into_values() {
        if namespace.covered_count > namespace.open.len() && namespace.covered_count >= 2 {
            out.hazards.extend(hazard(&namespace, ctx));
        }
    }
}

/// Jobs answer nobody, and pods in the machine's network are beyond the reach of policies.
fn is_guardable(workload: &Workload) -> bool {
    workload.is_long_running()
        && !is_compose(workload)
        && workload.pod.host_network.value() != Some(&true)
}

fn is_covered(workload: Of<'_, Workload>, ctx: Context<'_>) -> bool {
    let policies = ctx.system.policies_of(workload);
    policies.iter().any(|it| it.facts.ingress.is_some() || !it.facts.is_fully_read)
}

fn hazard(namespace: &Namespace<'_>, ctx: Context<'_>) -> Option<Hazard> {
    let is_off_journey =
        |it: &&Of<'_, Workload>| ctx.journeys_that_need(it.component.id).is_empty();
    let first = namespace.open.iter().min_by_key(|it| (is_off_journey(it), it.component.id))?;
    let component = first.component;
    let place = &component.namespace;
    let scope = ctx.missing(component, "NetworkPolicy", place, "")?;
    let names: Vec<_> = namespace.open.iter().map(|it| it.component.label()).collect();
    let verb = if names.len() == 1 { "takes" } else { "take" };
    let message = format!(
        "Policies of `{place}` say who may call {}, and {} {verb} calls from every pod of the \
         cluster",
        words::count(namespace.covered_count, "workload"),
        words::list(&names),
    );
    let hazard = RULE
        .worsens(
            component.id,
            FailureMode::Compromise,
            Term::Impact,
            "left out by the policies around it",
            message,
        )
        .at(component.origin)
        .loses(LossClass::Degraded)
        .searched(scope)
        .shows_as("Calls from namespaces that have no business with it, in its own log if it has one")
        .recover(format!("Apply a policy that selects the pods of `{}`", component.label()))
        .remedy("Add a policy with its callers, or one with an empty `podSelector` that denies the rest")
        .verify(kubectl(
            component,
            "run probe --rm -it --image=busybox:1.37 --restart=Never -- nc -zv SERVICE PORT # must time out",
        ));
    let others = namespace.open.iter().filter(|it| it.component.id != component.id);
    Some(others.fold(hazard, |hazard, it| hazard.related(it.component.origin, "left out too")))
}
