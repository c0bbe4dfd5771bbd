//! An order that waits for another one, which says that it is ready before it is.

use std::collections::BTreeMap;

use kai_core::{ComponentId, FailureMode, Fix, Hazard, Level, LossClass, OriginId, Pillar, Term};
use kai_graph::{Component, Facts, Of, Reconciler, Reconciliation, Upstream};

use crate::command::{kubectl, resource};
use crate::{Check, Context, Observed, Rule, words};

pub(super) static RULE: Rule = Rule {
    id: "dependency-not-awaited",
    pillar: Pillar::DeploymentSafety,
    default_level: Level::Low,
    since: "0.1.0",
    doc: include_str!("dependency_not_awaited.md"),
    check: Check::System(check),
};

fn check(ctx: Context<'_>, out: &mut Observed) {
    let mut waiting: BTreeMap<ComponentId, Vec<(&Component, OriginId)>> = BTreeMap::new();
    for component in ctx.system.components() {
        let Facts::Reconciliation(order) = &component.facts else { continue };
        for need in order.needs.iter().filter(|_| order.controller == Reconciler::Flux) {
            if let Some(target) = ctx.system.resolve_ref(need, component)
                && target.root == component.root
            {
                waiting.entry(target.id).or_default().push((component, need.origin));
            }
        }
    }
    for (target, waiting) in waiting {
        let component = ctx.system.component(target);
        let Facts::Reconciliation(facts) = &component.facts else { continue };
        let waits = facts.waits.traced().filter(|it| !it.value);
        if let Some(waits) = waits.filter(|_| brings_kinds(Of { component, facts }, ctx)) {
            out.push(hazard(Of { component, facts }, waits.origin, &waiting, ctx));
        }
    }
}

/// True for what others cannot even be applied without: kinds, webhooks, or secrets that it fills.
/// What only has to be there at last, as a database has, is waited for by those who call it.
fn brings_kinds(target: Of<'_, Reconciliation>, ctx: Context<'_>) -> bool {
    const WORDS: &[&str] =
        &["cert-manager", "controller", "external-secrets", "operator", "policies", "webhook"];
    let sources = &target.facts.sources;
    let is_named = |words: &[&str]| {
        let is_such = |it: &str| words.iter().any(|word| it.contains(word));
        is_such(&target.component.name)
            || sources
                .iter()
                .any(|it| is_such(&it.path) || it.chart.as_deref().is_some_and(is_such))
    };
    // Flux itself waits for the kinds in a folder until they are served; it does not for what orders in
    // that folder bring (fluxcd.io, "Kustomization", wait).
    is_named(WORDS) || is_named(&["crd"]) && sources.iter().any(|it| holds_orders(it, ctx))
}

/// True where the folder, as it is here, holds other orders.
fn holds_orders(source: &Upstream, ctx: Context<'_>) -> bool {
    let folder = source.path.trim_start_matches("./").trim_end_matches('/');
    ctx.system.components().iter().any(|it| {
        matches!(it.facts, Facts::Reconciliation(_)) && ctx.system.root(it.root).path == folder
    })
}

fn hazard(
    target: Of<'_, Reconciliation>,
    at: OriginId,
    waiting: &[(&Component, OriginId)],
    ctx: Context<'_>,
) -> Hazard {
    let component = target.component;
    let name = &component.name;
    let names: Vec<_> = waiting.iter().map(|it| it.0.name.as_str()).collect();
    let (depend, them) = if names.len() == 1 { ("depends", "it") } else { ("depend", "them") };
    let message = format!(
        "{} {depend} on `{name}`, which counts as ready as soon as it is applied (`wait` is false and it \
         has no `healthChecks`): when everything is built at once, the order that is written for {them} \
         does not hold",
        words::list(&names),
    );
    let hazard = RULE
        .worsens(
            component.id,
            FailureMode::Rollout,
            Term::TimeToRecover,
            "an order that does not hold",
            message,
        )
        .at(ctx.shown(at, component))
        .loses(LossClass::Toil)
        .impact(0.1)
        .shows_as("Orders fail on kinds or webhooks that are not there yet, and are tried again")
        .recover("Flux tries again after `retryInterval`, until it works")
        .remedy(format!(
            "Let `{name}` wait: `wait: true`, or `healthChecks` for what others need of it"
        ))
        .fix(ctx.set_flag(at, "wait", true).map(|it| Fix::unsafely("Wait until it is ready", it)))
        .verify(kubectl(
            component,
            format!("get {} -o jsonpath='{{.spec.wait}}'", resource(component)),
        ));
    waiting
        .iter()
        .fold(hazard, |hazard, it| hazard.related(it.1, format!("`{}` needs it", it.0.name)))
}
