//! A restart policy that the controller does not take.

use kai_core::{FailureMode, Fix, Hazard, Level, LossClass, Pillar, SmolStr, Term, Traced};
use kai_graph::{Controller, Of, Workload};

use crate::command::{kubectl, resource};
use crate::{Check, Context, Observed, Rule};

pub(super) static RULE: Rule = Rule {
    id: "restart-policy-refused",
    pillar: Pillar::DeploymentSafety,
    default_level: Level::High,
    since: "0.1.0",
    doc: include_str!("restart_policy_refused.md"),
    check: Check::Workload(check),
};

fn check(workload: Of<'_, Workload>, ctx: Context<'_>, out: &mut Observed) {
    let Some(policy) = workload.pod.restart_policy.traced() else { return };
    // A template that refers to another object, or that was not read, has no policy of its own.
    if workload.pod.containers.is_empty() || !workload.pod.is_fully_read {
        return;
    }
    let is_always = policy.value == "Always";
    let wanted = match workload.controller {
        Controller::Job | Controller::CronJob if is_always => "OnFailure",
        Controller::Deployment
        | Controller::StatefulSet
        | Controller::DaemonSet
        | Controller::ReplicaSet
            if !is_always =>
        {
            "Always"
        }
        _ => return,
    };
    out.push(hazard(workload, policy, wanted, ctx));
}

fn hazard(
    workload: Of<'_, Workload>,
    policy: &Traced<SmolStr>,
    wanted: &'static str,
    ctx: Context<'_>,
) -> Hazard {
    let component = workload.component;
    let label = component.label();
    let allowed = match wanted {
        "Always" => "only `Always`",
        _ => "`OnFailure` or `Never`",
    };
    let message = format!(
        "The API refuses `{label}`: its pods have `restartPolicy: {}`, and {} takes {allowed}",
        policy.value, component.native_kind,
    );
    RULE.worsens(
        component.id,
        FailureMode::Misconfigured,
        Term::Impact,
        "refused restart policy",
        message,
    )
    .at(policy.origin)
    .loses(LossClass::Outage)
    .shows_as("`spec.template.spec.restartPolicy: Unsupported value` when it is applied")
    .recover("Nothing runs that could break; the version before stays as it is")
    .remedy(format!("Write `restartPolicy: {wanted}`"))
    .fix(
        ctx.set_text(policy.origin, "restartPolicy", wanted)
            .map(|it| Fix::unsafely(format!("Write `restartPolicy: {wanted}`"), it)),
    )
    .verify(kubectl(
        component,
        format!("apply --dry-run=server -f FILE # holds {}", resource(component)),
    ))
}
