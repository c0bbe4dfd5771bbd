//! A quota that no pod of a workload can pass, whatever room it leaves.

use kai_core::{FailureMode, Hazard, Level, LossClass, OriginId, Pillar, SmolStr, Term};
use kai_graph::{Component, Container, Facts, Of, Quota, Workload};

use crate::command::{kubectl, resource};
use crate::{Check, Context, Observed, Rule, words};

pub(super) static RULE: Rule = Rule {
    id: "quota-refuses-pods",
    pillar: Pillar::Scaling,
    default_level: Level::High,
    since: "0.1.0",
    doc: include_str!("quota_refuses_pods.md"),
    check: Check::Workload(check),
};

fn check(workload: Of<'_, Workload>, ctx: Context<'_>, out: &mut Observed) {
    let Component { root, namespace, .. } = workload.component;
    let mut quotas = ctx.system.held(*root, "ResourceQuota", namespace).peekable();
    let pod = &workload.facts.pod;
    // What a namespace gives to containers that leave an amount out is given before quotas look.
    if quotas.peek().is_none()
        || !pod.is_fully_read
        || !workload.is_rescheduled()
        || !ctx.system.limit_ranges(namespace, *root).is_empty()
    {
        return;
    }
    for component in quotas.filter(|it| !ctx.may_be_alternatives(it, workload.component)) {
        let Facts::Quota(facts) = &component.facts else { continue };
        if let Some(lack) = lack(facts, workload.facts) {
            out.push(hazard(workload, Of { component, facts }, &lack));
        }
    }
}

/// An amount that the quota counts and a container leaves out.
struct Lack<'a> {
    amount: &'a SmolStr,
    at: OriginId,
    container: &'a Container,
}

fn lack<'a>(quota: &'a Quota, workload: &'a Workload) -> Option<Lack<'a>> {
    // A quota with a scope counts some pods only.
    if quota.is_scoped {
        return None;
    }
    quota.hard.iter().find_map(|(amount, _, at)| {
        let mut containers = workload.pod.all_containers();
        let container = containers.find(|it| leaves_out(it, amount))?;
        Some(Lack { amount, at: *at, container })
    })
}

/// A limit is a request too, where none is written.
fn leaves_out(container: &Container, amount: &str) -> bool {
    let (requests, limits) = (&container.requests, &container.limits);
    match amount {
        "cpu" | "requests.cpu" => requests.cpu.is_not_declared(),
        "memory" | "requests.memory" => requests.memory.is_not_declared(),
        "limits.cpu" => limits.cpu.is_not_declared(),
        "limits.memory" => limits.memory.is_not_declared(),
        _ => false,
    }
}

fn hazard(workload: Of<'_, Workload>, quota: Of<'_, Quota>, lack: &Lack<'_>) -> Hazard {
    let component = workload.component;
    let (label, container) = (component.label(), &lack.container.name);
    let message = format!(
        "`{}` counts `{}`, and container `{container}` of `{label}` says none; the API refuses every \
         new pod of it, however much of the quota is free",
        quota.component.label(),
        lack.amount,
    );
    RULE.worsens(
        component.id,
        FailureMode::Misconfigured,
        Term::Impact,
        "its namespace refuses its pods",
        message,
    )
    .at(lack.container.origin)
    .related(lack.at, "counted here")
    .loses(LossClass::Outage)
    .searched(format!("no LimitRange of `{}` fills it in", component.namespace))
    .shows_as(format!(
        "`{}` shows `FailedCreate: … failed quota: … must specify {}`",
        kubectl(component, format!("describe {}", resource(component))),
        lack.amount,
    ))
    .recover(format!(
        "`{}`: give {} an amount; pods that run already stay",
        kubectl(component, format!("edit {}", resource(component))),
        words::list(&[container]),
    ))
    .remedy(format!(
        "Write the amount, or add a LimitRange that fills it in for all of `{}`",
        component.namespace
    ))
    .verify(format!(
        "{} # no FailedCreate",
        kubectl(component, "get events --field-selector reason=FailedCreate")
    ))
}
