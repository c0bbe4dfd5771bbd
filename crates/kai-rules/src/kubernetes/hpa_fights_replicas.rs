//! A count in a manifest that takes back what the autoscaler has decided.

use kai_core::{FailureMode, Hazard, Level, Pillar, Role, Term, Traced};
use kai_graph::{Autoscaler, Component, Of, Workload};

use crate::command::{kubectl, resource};
use crate::{Check, Context, Observed, Rule};

pub(super) static RULE: Rule = Rule {
    id: "hpa-fights-replicas",
    pillar: Pillar::Scaling,
    default_level: Level::Medium,
    since: "0.1.0",
    doc: include_str!("hpa_fights_replicas.md"),
    check: Check::Autoscaler(check),
};

fn check(autoscaler: Of<'_, Autoscaler>, ctx: Context<'_>, out: &mut Observed) {
    let target = ctx.system.resolve_ref(&autoscaler.target, autoscaler.component);
    let Some(workload) = target.and_then(Component::workload) else { return };
    // A cluster holds the count that stands there now, whoever wrote it.
    let is_live = ctx.is_live(workload.component);
    let Some(count) = workload.replicas.traced().filter(|_| !is_live) else { return };
    let Some(&ceiling) = autoscaler.replicas_max.value() else { return };
    let is_written = ctx.origins.role(count.origin) != Role::ApiDefault;
    // Zero switches the autoscaler off, which is how one pauses a workload.
    if is_written && (1..ceiling).contains(&count.value) {
        out.push(hazard(autoscaler, workload, count, ceiling));
    }
}

fn hazard(
    autoscaler: Of<'_, Autoscaler>,
    workload: Of<'_, Workload>,
    count: &Traced<u32>,
    ceiling: u32,
) -> Hazard {
    let component = workload.component;
    let (label, scaler) = (component.label(), autoscaler.component.label());
    let message = format!(
        "`{scaler}` runs up to {ceiling} pods of `{label}`, whose manifest says {}; every apply \
         that sends the count takes the others away, under load too, until the autoscaler has \
         noticed",
        count.value,
    );
    let hazard = RULE
        .worsens(
            component.id,
            FailureMode::Rollout,
            Term::Impact,
            "a release takes scaled pods away",
            message,
        )
        .at(count.origin)
        .impact(f64::from(ceiling - count.value) / f64::from(ceiling) / 2.0)
        .shows_as(format!(
            "`kube_{}_spec_replicas` of `{}` falls to {} with a release and climbs back",
            component.native_kind.to_lowercase(),
            component.name,
            count.value,
        ))
        .recover(format!(
            "By itself within minutes, or `{}`",
            kubectl(component, format!("scale {} --replicas={ceiling}", resource(component))),
        ))
        .remedy(
            "Leave `replicas` out of the manifest. Take it out of the last applied configuration \
             as well (`kubectl apply edit-last-applied`), or the first apply without it scales to \
             one pod",
        )
        .verify(format!(
            "{} # under load, then apply: the count stays",
            kubectl(component, format!("get {} -w", resource(component))),
        ));
    match autoscaler.facts.replicas_max.traced() {
        Some(max) => hazard.related(max.origin, format!("`{scaler}` goes up to here")),
        None => hazard,
    }
}
