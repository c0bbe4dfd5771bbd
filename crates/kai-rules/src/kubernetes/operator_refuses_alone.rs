//! Operators of one pod whose webhooks refuse every change of their own kinds while it is away.

use std::collections::BTreeMap;

use kai_core::{ComponentId, FailureMode, Fix, Hazard, Level, LossClass, OriginId, Pillar, Term};
use kai_graph::{Component, Facts, Of, Workload};

use super::webhook_fails_closed::{answering, elects, is_alone, is_ordinary};
use crate::command::{field, kubectl, resource};
use crate::{Check, Context, Observed, Rule, words};

pub(super) static RULE: Rule = Rule {
    id: "operator-refuses-alone",
    pillar: Pillar::SinglePointsOfFailure,
    default_level: Level::Low,
    since: "0.1.0",
    doc: include_str!("operator_refuses_alone.md"),
    check: Check::System(check),
};

/// The kinds that one workload is asked about, and the lines that make it necessary.
#[derive(Default)]
struct Asked {
    kinds: Vec<String>,
    hooks: Vec<OriginId>,
    /// True where it is the operator that promotes a standby when a primary fails.
    promotes: bool,
}

/// Groups whose operator decides about a failover itself (CloudNativePG, `docs/src/failover.md`). Where
/// the members of a database elect their primary, they need no operator for it.
const PROMOTES: &[&str] = &["postgresql.cnpg.io"];

fn check(ctx: Context<'_>, out: &mut Observed) {
    let mut asked: BTreeMap<ComponentId, Asked> = BTreeMap::new();
    for component in ctx.system.components() {
        let Facts::Webhook(webhook) = &component.facts else { continue };
        let hooks = webhook.hooks.iter().filter(|it| it.fails_closed.value() == Some(&true));
        // What asks about ordinary kinds has a rule of its own.
        for hook in hooks.filter(|it| !it.resources.iter().any(is_ordinary)) {
            for workload in answering(component, hook, ctx).filter(|it| is_alone(*it, ctx)) {
                let asked = asked.entry(workload.component.id).or_default();
                asked.kinds.extend(hook.resources.iter().map(|it| kind(it)));
                let mut groups = hook.resources.iter().filter_map(|it| it.split_once('/'));
                asked.promotes |= groups.any(|(group, _)| PROMOTES.contains(&group));
                asked.hooks.extend(hook.fails_closed.traced().map(|it| it.origin));
            }
        }
    }
    for (id, mut asked) in asked {
        asked.kinds.sort_unstable();
        asked.kinds.dedup();
        if let Some(workload) = ctx.system.component(id).workload() {
            out.push(hazard(workload, &asked, ctx));
        }
    }
}

/// `clusters`, or the group where all of its kinds are meant.
fn kind(resource: &str) -> String {
    let (group, name) = resource.split_once('/').unwrap_or(("", resource));
    if name.starts_with('*') { group.to_owned() } else { name.to_owned() }
}

fn hazard(workload: Of<'_, Workload>, asked: &Asked, ctx: Context<'_>) -> Hazard {
    let component: &Component = workload.component;
    let label = component.label();
    let promoted = match asked.promotes {
        true => ", and a primary that fails is followed by no standby until it is back",
        false => "",
    };
    let message = format!(
        "`{label}` is one pod, and the API asks it about every change of {} ({}, `failurePolicy: Fail`); while \
         it moves or hangs nobody can change one, in the middle of an incident neither{promoted}",
        words::list(&asked.kinds),
        words::count(asked.hooks.len(), "webhook"),
    );
    let at = workload.replicas.traced().map_or(component.origin, |it| it.origin);
    let hazard = RULE
        .worsens(
            component.id,
            FailureMode::ControlLoss,
            Term::Impact,
            "changes wait for one pod",
            message,
        )
        .at(ctx.shown(at, component))
        .loses(LossClass::Degraded)
        .impact(0.1)
        .shows_as("Changes are refused with `failed calling webhook`")
        .recover(format!(
            "By itself, or `{}`",
            kubectl(component, format!("rollout restart {}", resource(component)))
        ))
        .remedy(remedy(workload))
        .fix(fix(workload, ctx))
        .verify(field(component, ".status.readyReplicas"));
    match asked.hooks.first() {
        Some(&hook) => hazard.related(hook, "refuses without an answer"),
        None => hazard,
    }
}

/// A second pod of what elects none might do the same work at the same time.
fn fix(workload: Of<'_, Workload>, ctx: Context<'_>) -> Option<Fix> {
    let count = workload.facts.replicas.traced().filter(|_| elects(workload.facts))?;
    let edits = ctx.set(count.origin, "replicas", 2)?;
    Some(Fix::unsafely("Run two pods", edits).reveals("drain-unbounded"))
}

/// What elects a leader works alone and answers together; what only answers needs no leader.
fn remedy(workload: Of<'_, Workload>) -> &'static str {
    match elects(workload.facts) {
        true => "Run two pods: one of them is elected to work, and both answer the webhook",
        false => {
            "Run two pods on different nodes, with a budget that keeps one; each of them answers"
        }
    }
}
