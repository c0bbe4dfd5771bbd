//! A pod that nobody starts again.

use kai_core::{FailureMode, Level, LossClass, Pillar, Term};
use kai_graph::{Controller, Of, Workload};

use crate::command::kubectl;
use crate::{Check, Context, Observed, Rule};

pub(super) static RULE: Rule = Rule {
    id: "bare-pod",
    pillar: Pillar::Recovery,
    default_level: Level::Medium,
    since: "0.1.0",
    doc: include_str!("bare_pod.md"),
    check: Check::Workload(check),
};

fn check(workload: Of<'_, Workload>, ctx: Context<'_>, out: &mut Observed) {
    let component = workload.component;
    let runs_on = workload.pod.restart_policy.value().is_some_and(|it| it == "Always");
    // Whatever a Service leads to is meant to stay. A pod of a test or a drill is not.
    let paths = ctx.system.paths_to(workload);
    let Some(path) = paths.first() else { return };
    if workload.controller != Controller::BarePod || !runs_on || is_hook(workload) {
        return;
    }
    let (label, service) = (component.label(), path.component.label());
    let message = format!(
        "`{service}` leads to `{label}`, which has no controller; when its node is drained or lost, it \
         is gone and nothing starts it elsewhere"
    );
    out.push(
        RULE.worsens(
            component.id,
            FailureMode::PodLoss,
            Term::TimeToRecover,
            "nobody starts it again",
            message,
        )
        .at(component.origin)
        .related(path.component.origin, "leads to it")
        .loses(LossClass::Outage)
        .shows_as(format!("`{service}` has no endpoints"))
        .recover(format!("`{}`", kubectl(component, "apply -f FILE")))
        .remedy("Make it the template of a Deployment, or of a StatefulSet if it keeps state")
        .verify(kubectl(
            component,
            format!("get pod {} -o jsonpath='{{.metadata.ownerReferences}}'", component.name),
        )),
    );
}

/// Helm starts and deletes it; the kubelet starts what stands in a folder of its node.
fn is_hook(workload: Of<'_, Workload>) -> bool {
    let annotations = &workload.component.annotations;
    annotations
        .iter()
        .any(|(key, _)| key == "helm.sh/hook" || key.starts_with("kubernetes.io/config."))
}
