//! A disruption budget over no pods.

use kai_core::{Environment, FailureMode, Fix, Hazard, Level, LossClass, Pillar, Term};
use kai_graph::{Absence, Component, DisruptionBudget, Of};

use crate::command::kubectl;
use crate::relabel::{Candidate, Relabel};
use crate::{Check, Context, Doubt, Observed, Rule};

pub(super) static RULE: Rule = Rule {
    id: "pdb-selects-nothing",
    pillar: Pillar::OperationalReadiness,
    default_level: Level::Low,
    since: "0.1.0",
    doc: include_str!("pdb_selects_nothing.md"),
    check: Check::Budget(check),
};

fn check(budget: Of<'_, DisruptionBudget>, ctx: Context<'_>, out: &mut Observed) {
    if !budget.is_fully_read || !ctx.guarded_by(budget).is_empty() {
        return;
    }
    let component = budget.component;
    let Some(selector) = &budget.facts.selector else {
        // What no kustomization takes is mostly a patch that waits to be taken, and names only what it changes.
        if ctx.system.environment(component) != Environment::Archive {
            out.push(hazard(budget, format!("the budget `{}` itself", component.name)));
        }
        return;
    };
    if let Some(scope) = ctx.missing_pods(component, selector) {
        out.push(hazard(budget, scope).fix(fix(budget, ctx)));
    } else if let Absence::Unknown { what, .. } =
        ctx.system.absence_of_pods(component, &component.namespace)
    {
        let question = "whether a disruption budget selects any pod";
        out.doubt(Doubt {
            rule: RULE.id,
            component: component.id,
            question,
            reason: what,
            at: component.origin,
        });
    }
}

/// Where one workload differs by one label, no other can be meant.
fn fix(budget: Of<'_, DisruptionBudget>, ctx: Context<'_>) -> Option<Fix> {
    let Component { root, namespace, name, .. } = budget.component;
    let selector = budget.facts.selector.as_ref()?;
    let pods = ctx.system.workloads_in(*root, namespace).filter_map(Candidate::pods);
    let relabel = Relabel::of(selector, name, pods)?;
    Some(Fix::unsafely(relabel.title(), relabel.edits(selector.origin, &["matchLabels"], ctx)?))
}

fn hazard(budget: Of<'_, DisruptionBudget>, scope: String) -> Hazard {
    let component = budget.component;
    let name = &component.name;
    let (selects, at) = match &budget.selector {
        Some(selector) => {
            (format!("selects `{}`, which no pod is", selector.to_text()), selector.origin)
        }
        None => ("has no selector, so that it selects no pod".to_string(), component.origin),
    };
    let message =
        format!("`{name}` {selects}; a drain takes the pods it was written for all at once");
    RULE.worsens(component.id, FailureMode::NodeDrain, Term::Impact, "budget over no pods", message)
        .at(at)
        .loses(LossClass::Degraded)
        .searched(scope)
        .shows_as(format!("`kube_poddisruptionbudget_status_expected_pods` of `{name}` is 0"))
        .recover(format!(
            "Stop the drain; `{}`; drain again",
            kubectl(component, format!("edit pdb {name}"))
        ))
        .remedy("Select the labels of the pods it is for, or delete it")
        .verify(kubectl(
            component,
            format!("get pdb {name} -o jsonpath='{{.status.expectedPods}}'"),
        ))
}
