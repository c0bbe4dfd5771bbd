//! Spreading and separation that do not select the pods they are written for.

use kai_core::{FailureMode, Fix, Hazard, Level, LossClass, OriginId, Pillar, SmolStr, Term};
use kai_graph::{AffinityTerm, Of, Selector, Workload};

use crate::command::{kubectl, resource};
use crate::relabel::{Candidate, Relabel};
use crate::written::in_braces;
use crate::{Check, Context, Observed, Rule};

pub(super) static RULE: Rule = Rule {
    id: "spread-misses-pods",
    pillar: Pillar::SinglePointsOfFailure,
    default_level: Level::Medium,
    since: "0.1.0",
    doc: include_str!("spread_misses_pods.md"),
    check: Check::Workload(check),
};

fn check(workload: Of<'_, Workload>, ctx: Context<'_>, out: &mut Observed) {
    if workload.replicas.value().is_some_and(|it| *it < 2) || !workload.pod.is_fully_read {
        return;
    }
    let matches = |selector: &Option<Selector>| {
        selector.as_ref().is_some_and(|it| it.matches(&workload.pod_labels))
    };
    let placement = &workload.pod.placement;
    for spread in placement.spread.iter().filter(|it| !matches(&it.selector)) {
        let what = Missing {
            topology: &spread.topology_key,
            selector: spread.selector.as_ref(),
            at: spread.origin,
            noun: "spread constraint",
        };
        out.push(hazard(workload, &what).fix(fix(workload, &what, ctx)));
    }
    for term in placement.affinity.iter().filter(|it| it.is_anti && !matches(&it.selector)) {
        if !separates_from_others(workload, term, ctx) {
            let what = Missing {
                topology: &term.topology_key,
                selector: term.selector.as_ref(),
                at: term.origin,
                noun: "anti-affinity",
            };
            out.push(hazard(workload, &what).fix(fix(workload, &what, ctx)));
        }
    }
}

/// Anti-affinity may well be about the pods of somebody else. It misses its own only where it
/// speaks of a label that they have, with a value that no workload has.
fn separates_from_others(
    workload: Of<'_, Workload>,
    term: &AffinityTerm,
    ctx: Context<'_>,
) -> bool {
    let Some(selector) = &term.selector else { return false };
    let own_keys = || {
        selector
            .labels
            .iter()
            .map(|(key, _)| key)
            .chain(selector.expressions.iter().map(|it| &it.key))
    };
    let speaks_of_own = own_keys().all(|key| workload.pod_labels.iter().any(|(own, _)| own == key));
    let is_local = term.namespaces.is_empty() && !term.has_namespace_selector;
    !speaks_of_own || !is_local || ctx.system.has_pods_anywhere(selector)
}

struct Missing<'a> {
    topology: &'a SmolStr,
    selector: Option<&'a Selector>,
    at: OriginId,
    noun: &'static str,
}

/// The labels of its own pods, which are the only ones that it can mean.
fn fix(workload: Of<'_, Workload>, missing: &Missing<'_>, ctx: Context<'_>) -> Option<Fix> {
    let Some(selector) = missing.selector else {
        let own = workload.facts.selector.as_ref().filter(|it| !it.labels.is_empty())?;
        let labels = format!("{{ matchLabels: {} }}", in_braces(&own.labels));
        let edits = ctx.insert(missing.at, "labelSelector", &labels)?;
        return Some(Fix::unsafely("Select its own pods", edits));
    };
    let relabel =
        Relabel::of(selector, &workload.component.name, Candidate::pods(workload.component))?;
    let edits = relabel.edits(selector.origin, &["matchLabels"], ctx)?;
    Some(Fix::unsafely("Select its own pods", edits))
}

fn hazard(workload: Of<'_, Workload>, missing: &Missing<'_>) -> Hazard {
    let component = workload.component;
    let selects = match missing.selector {
        Some(selector) => {
            format!("selects `{}`, which none of its own pods is", selector.to_text())
        }
        None => "has no selector, so that it counts no pods".to_string(),
    };
    let place = match missing.topology.ends_with("/zone") {
        true => "in one zone",
        false => "on one node",
    };
    let message = format!(
        "The {} of `{}` over `{}` {selects}; they may all land {place}, and go with it",
        missing.noun,
        component.label(),
        missing.topology,
    );
    let hazard = RULE
        .worsens(
            component.id,
            FailureMode::NodeLoss,
            Term::Impact,
            "spread without effect",
            message,
        )
        .at(missing.at)
        .loses(LossClass::Outage)
        .shows_as(format!("`{}` shows one node more than once", pods(workload)))
        .recover(format!(
            "`{}` once the selector is right",
            kubectl(component, format!("rollout restart {}", resource(component))),
        ))
        .remedy("Select the labels of the pod template")
        .verify(pods(workload));
    match &workload.selector {
        Some(own) => hazard.related(own.origin, "the labels of its own pods"),
        None => hazard,
    }
}

fn pods(workload: Of<'_, Workload>) -> String {
    let labels: Vec<_> = workload
        .selector
        .as_ref()
        .map(Selector::to_text)
        .into_iter()
        .filter(|it| !it.is_empty())
        .collect();
    let selector = labels.first().map_or_else(String::new, |it| format!(" -l '{it}'"));
    kubectl(workload.component, format!("get pods{selector} -o wide"))
}
