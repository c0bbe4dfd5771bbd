//! An autoscaler of something that does not exist.

use kai_core::{Edit, FailureMode, Fix, Hazard, Level, LossClass, OriginId, Pillar, Scalar, Term};
use kai_graph::{Autoscaler, Component, Controller, Of};

use crate::command::kubectl;
use crate::likeness::meant;
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
        out.push(hazard(autoscaler, scope).fix(fix(autoscaler, ctx)));
    }
}

/// Where one workload can be meant: the one of this name, of another kind, else the one that is there.
fn fix(autoscaler: Of<'_, Autoscaler>, ctx: Context<'_>) -> Option<Fix> {
    let Component { root, namespace, .. } = autoscaler.component;
    let target = &autoscaler.facts.target;
    let scaled: Vec<&Component> =
        ctx.system.workloads_in(*root, namespace).filter(|it| is_scaled(it)).collect();
    let mut namesakes = scaled.iter().filter(|it| it.name == target.name);
    let edits = match (namesakes.next(), namesakes.next()) {
        (Some(it), None) => of_kind(target.origin, target.kind.as_str(), it, ctx)?,
        (None, _) => {
            let names = scaled.iter().map(|it| it.name.as_str());
            let name = meant(&target.name, names)?;
            let mut found = scaled.iter().filter(|it| it.name == name);
            found.next().filter(|it| it.native_kind == target.kind && found.next().is_none())?;
            ctx.set_text(target.origin, "name", name)?
        }
        _ => return None,
    };
    Some(Fix::unsafely("Scale the workload that is there", edits).reveals("hpa-without-requests"))
}

fn is_scaled(component: &Component) -> bool {
    const SCALED: [Controller; 3] =
        [Controller::Deployment, Controller::StatefulSet, Controller::Rollout];
    component.workload().is_some_and(|it| SCALED.contains(&it.controller))
}

/// The edits that let a reference name another kind, in its version.
fn of_kind(
    name: OriginId,
    kind: &str,
    workload: &Component,
    ctx: Context<'_>,
) -> Option<Vec<Edit>> {
    let written = ctx.entry_beside(name, &["kind"])?;
    let mut edits = vec![ctx.rewrite(&written, kind, &Scalar::string(&*workload.native_kind))?];
    if let Some(version) = ctx.entry_beside(name, &["apiVersion"]) {
        let from = version.text()?.to_owned();
        if from != workload.api_version.as_str() {
            edits.push(ctx.rewrite(&version, &from, &Scalar::string(&*workload.api_version))?);
        }
    }
    Some(edits)
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
