//! A Service that leads to no pods.

use kai_core::{FailureMode, Fix, Hazard, Level, LossClass, Pillar, Root, Term};
use kai_graph::{Component, NetworkPath, Of, Selector};

use crate::command::kubectl;
use crate::relabel::{Candidate, Relabel, lead_to_pods};
use crate::{Check, Context, Observed, Rule, words};

pub(super) static RULE: Rule = Rule {
    id: "service-selects-nothing",
    pillar: Pillar::OperationalReadiness,
    default_level: Level::Medium,
    since: "0.1.0",
    doc: include_str!("service_selects_nothing.md"),
    check: Check::Path(check),
};

fn check(path: Of<'_, NetworkPath>, ctx: Context<'_>, out: &mut Observed) {
    // Without a selector somebody else makes the endpoints.
    let Some(selector) = path.selector.as_ref().filter(|it| !it.is_empty()) else { return };
    let component = path.component;
    if !ctx.system.pods_of(selector, &component.namespace, component.root).is_empty() {
        return;
    }
    // The text says who brings the pods.
    if ctx.is_commented(selector.origin, &["helm", "chart", "operator"]) {
        return;
    }
    let missing = ctx.missing_pods(component, selector);
    if let Some(scope) = missing.filter(|_| !is_for_variants(component, selector, ctx)) {
        out.push(hazard(path, selector, scope, ctx));
    }
}

/// True where files beside it declare the pods, of which somebody applies one.
fn is_for_variants(component: &Component, selector: &Selector, ctx: Context<'_>) -> bool {
    let folder = ctx.system.root(component.root).path.as_path();
    let is_beside = |it: &&Root| it.is_variant() && it.path.parent() == Some(folder);
    let mut variants = ctx.system.roots().iter().filter(is_beside);
    variants.any(|it| !ctx.system.pods_of(selector, &component.namespace, it.id).is_empty())
}

fn hazard(
    path: Of<'_, NetworkPath>,
    selector: &Selector,
    scope: String,
    ctx: Context<'_>,
) -> Hazard {
    let component = path.component;
    let name = &component.name;
    let journeys = ctx.journeys_that_need(component.id);
    let stopped = if journeys.is_empty() {
        "whoever calls it is refused".to_string()
    } else {
        format!("{} cannot work", words::list(&journeys))
    };
    let message = format!(
        "`{}` leads to pods with `{}`, and there are none; {stopped}",
        component.label(),
        selector.to_text(),
    );
    RULE.worsens(
        component.id,
        FailureMode::Misconfigured,
        Term::Impact,
        "leads to no pods",
        message,
    )
    .at(selector.origin)
    .loses(LossClass::Outage)
    .searched(scope)
    .shows_as(format!("No endpoints: `{}` is empty", endpoints(path)))
    .recover(format!(
        "`{}`: select the labels that the pods have",
        kubectl(component, format!("edit svc {name}")),
    ))
    .remedy(format!("Select the labels of the pods that `{name}` is for, or delete it"))
    .fix(fix(path, selector, ctx))
    .verify(endpoints(path))
}

/// Where one workload differs by one label, no other can be meant.
fn fix(path: Of<'_, NetworkPath>, selector: &Selector, ctx: Context<'_>) -> Option<Fix> {
    let Component { root, namespace, name, .. } = path.component;
    let pods = ctx.system.workloads_in(*root, namespace).filter_map(Candidate::pods);
    let relabel = Relabel::of(selector, name, pods)?;
    Some(lead_to_pods(relabel.title(), relabel.edits(selector.origin, &[], ctx)?))
}

fn endpoints(path: Of<'_, NetworkPath>) -> String {
    kubectl(
        path.component,
        format!("get endpointslices -l kubernetes.io/service-name={}", path.component.name),
    )
}
