//! Pods that two disruption budgets select.

use kai_core::{FailureMode, Hazard, Level, OriginId, Pillar, Term};
use kai_graph::{DisruptionBudget, Of, Selector, Workload};

use crate::command::{kubectl, resource};
use crate::{Check, Context, Observed, Rule, words};

pub(super) static RULE: Rule = Rule {
    id: "pdbs-overlap",
    pillar: Pillar::OperationalReadiness,
    default_level: Level::Medium,
    since: "0.1.0",
    doc: include_str!("pdbs_overlap.md"),
    check: Check::Workload(check),
};

fn check(workload: Of<'_, Workload>, ctx: Context<'_>, out: &mut Observed) {
    // Two roots may never meet in one cluster; within one root they do.
    let mut budgets = ctx.system.guards(workload);
    budgets.retain(|it| it.component.root == workload.component.root);
    budgets.retain(|it| !it.selector.as_ref().is_some_and(Selector::is_open));
    budgets.sort_by(|a, b| a.component.name.cmp(&b.component.name));
    budgets.dedup_by(|a, b| a.component.name == b.component.name);
    if let [others @ .., last] = &budgets[..]
        && !others.is_empty()
    {
        out.push(hazard(workload, *last, others));
    }
}

fn hazard(
    workload: Of<'_, Workload>,
    budget: Of<'_, DisruptionBudget>,
    others: &[Of<'_, DisruptionBudget>],
) -> Hazard {
    let component = workload.component;
    let mut names: Vec<_> = others.iter().map(|it| it.component.name.as_str()).collect();
    names.push(&budget.component.name);
    let message = format!(
        "The pods of `{}` belong to {} budgets, {}; the eviction API answers 500 to every \
         eviction, so a node drain stops at them",
        component.label(),
        names.len(),
        words::list(&names),
    );
    let hazard = RULE
        .worsens(
            component.id,
            FailureMode::NodeDrain,
            Term::TimeToRecover,
            "two budgets over the same pods",
            message,
        )
        .at(selected_at(budget))
        .shows_as("`kubectl drain` fails with `This pod has more than one PodDisruptionBudget`")
        .recover(format!(
            "`{}`, then drain again",
            kubectl(component, format!("delete pdb {}", budget.component.name)),
        ))
        .remedy(format!("Keep one budget over the pods of `{}`", component.label()))
        .verify(format!(
            "{} # only one may match the labels of {}",
            kubectl(
                component,
                "get pdb -o custom-columns=NAME:.metadata.name,SELECTS:.spec.selector"
            ),
            resource(component),
        ));
    others.iter().fold(hazard, |hazard, it| {
        hazard.related(selected_at(*it), format!("`{}` selects them as well", it.component.name))
    })
}

fn selected_at(budget: Of<'_, DisruptionBudget>) -> OriginId {
    budget.selector.as_ref().map_or(budget.component.origin, |it| it.origin)
}
