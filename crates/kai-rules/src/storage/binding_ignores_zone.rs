//! A class that chooses the place of a volume before anybody knows where its pod may run.

use kai_core::{FailureMode, Hazard, Level, LossClass, Pillar, SmolStr, Term, Traced};
use kai_graph::{Component, Facts, Of, StorageClass, WhenUnsatisfiable, Workload};

use super::holders::{is_local, is_zonal};
use crate::{Check, Context, Observed, Rule, words};

pub(super) static RULE: Rule = Rule {
    id: "binding-ignores-zone",
    pillar: Pillar::SinglePointsOfFailure,
    default_level: Level::Medium,
    since: "0.1.0",
    doc: include_str!("binding_ignores_zone.md"),
    check: Check::System(check),
};

fn check(ctx: Context<'_>, out: &mut Observed) {
    let mut users: std::collections::BTreeMap<_, Vec<Of<'_, Workload>>> = Default::default();
    for workload in ctx.system.workloads().filter(|it| is_bound_somewhere(it)) {
        for claim in ctx.system.claims_of(workload).iter().filter_map(|it| it.claim) {
            if let Some(class) = ctx.system.storage_class_of(claim, workload.component.root) {
                users.entry(class.component.id).or_default().push(workload);
            }
        }
    }
    for (class, users) in users {
        let component = ctx.system.component(class);
        let Facts::StorageClass(facts) = &component.facts else { continue };
        if let Some(mode) = immediate(facts) {
            out.push(hazard(component, facts, mode, &users, ctx));
        }
    }
}

/// True where not every machine will do.
fn is_bound_somewhere(workload: &Workload) -> bool {
    let placement = &workload.pod.placement;
    let is_hard = |it: &kai_graph::SpreadConstraint| {
        it.when_unsatisfiable == WhenUnsatisfiable::DoNotSchedule
    };
    let is_apart = |it: &kai_graph::AffinityTerm| it.is_required;
    !placement.node_selector.is_empty()
        || placement.spread.iter().any(is_hard)
        || placement.affinity.iter().any(is_apart)
}

fn immediate(class: &StorageClass) -> Option<&Traced<SmolStr>> {
    let provisioner = class.provisioner.value()?;
    let mode = class.binding_mode.traced().filter(|it| it.value == "Immediate")?;
    (is_zonal(provisioner) || is_local(provisioner)).then_some(mode)
}

fn hazard(
    class: &Component,
    facts: &StorageClass,
    mode: &Traced<SmolStr>,
    users: &[Of<'_, Workload>],
    ctx: Context<'_>,
) -> Hazard {
    let name = &class.name;
    let mut labels: Vec<_> = users.iter().map(|it| it.component.label()).collect();
    labels.dedup();
    let provisioner = facts.provisioner.value().map_or("", |it| it.as_str());
    let place = if is_local(provisioner) { "machine" } else { "zone" };
    let message = format!(
        "`{name}` makes a volume in some {place} as soon as it is claimed, before the scheduler has \
         seen where pods of {} may run: where they do not agree, the pod stays `Pending` for ever",
        words::list(&labels),
    );
    let hazard = RULE
        .worsens(class.id, FailureMode::Misconfigured, Term::Frequency, "volumes before their pods", message)
        .at(ctx.shown(mode.origin, class))
        .loses(LossClass::Outage)
        .impact(0.5)
        .shows_as("Pods are `Pending` with `volume node affinity conflict`")
        .recover("Delete the claim while it is empty and the pod with it, so that both are made again")
        .remedy(format!(
            "Make the class again with `volumeBindingMode: WaitForFirstConsumer`; the field of `{name}` \
             cannot be changed, and claims that exist stay as they are"
        ))
        .verify(format!("kubectl get storageclass {name} -o jsonpath='{{.volumeBindingMode}}'"));
    users
        .iter()
        .fold(hazard, |hazard, it| hazard.related(it.component.origin, "may not run everywhere"))
}
