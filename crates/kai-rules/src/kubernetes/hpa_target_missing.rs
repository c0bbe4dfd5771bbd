//! An autoscaler of something that does not exist.

use kai_core::{FailureMode, Hazard, Level, LossClass, Pillar, Term};
use kai_graph::{Autoscaler, Of};

use crate::command::kubectl;
use crate::{Check, Context, Observed, Rule};

pub(super) static RULE: Rule = Rule {
    id: "hpa-target-missing",
    pillar: Pillar::Scaling,
    default_level: Level::Medium,
    since: "0.1.0",
    doc: include_str!("hpa_target_missing.md"),
    check: Check::Autoscaler(check),
};

fn check(autoscaler: Of<'_, Autoscaler>, ctx: Context<'_>, out: &mut Observed) {
    let component = autoscaler.component;
    let target = &autoscaler.facts.target;
    if target.name.is_empty() || ctx.system.resolve_ref(target, component).is_some() {
        return;
    }
    if let Some(scope) = ctx.missing(component, &target.kind, &component.namespace, &target.name) {
        out.push(hazard(autoscaler, scope));
    }
}

fn hazard(autoscaler: Of<'_, Autoscaler>, scope: String) -> Hazard {
    let component = autoscaler.component;
    let target = &autoscaler.facts.target;
    let message = format!(
        "`{}` scales `{}/{}`, which nothing here declares in `{}`; whatever it was written for \
         stays as it is under any load",
        component.label(),
        target.kind,
        target.name,
        component.namespace,
    );
    RULE.worsens(
        component.id,
        FailureMode::Overload,
        Term::Impact,
        "autoscaler of nothing",
        message,
    )
    .at(target.origin)
    .loses(LossClass::Degraded)
    .searched(scope)
    .shows_as(format!(
        "Condition `AbleToScale` of hpa `{}` is false, reason `FailedGetScale`",
        component.name,
    ))
    .recover(format!(
        "`{}`, and scale what it was written for by hand",
        kubectl(component, format!("edit hpa {}", component.name)),
    ))
    .remedy("Name the workload that exists, with its kind")
    .verify(kubectl(
        component,
        format!("describe hpa {} # AbleToScale must be True", component.name),
    ))
}
