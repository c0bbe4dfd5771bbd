//! Compose services that wait until what they need is healthy, by a check that is written down.

use kai_graph::{Component, Of, Solid, WaitCondition, Workload};

use super::evidence::{Evidence, credit};
use crate::Context;
use crate::command::is_compose;

pub(super) fn solid(ctx: Context<'_>) -> Option<Solid> {
    let services = ctx.system.workloads().filter(|it| is_compose(it.facts));
    credit(services.filter_map(|it| evidence(it, ctx)).collect(), "service", ctx)
}

fn evidence<'a>(service: Of<'a, Workload>, ctx: Context<'a>) -> Option<Evidence<'a>> {
    let Component { root, namespace, name, .. } = service.component;
    let waits = &service.facts.waits_for;
    let wait = waits.iter().find(|it| {
        let target = ctx.system.resolve("service", namespace, &it.name, *root);
        let target = target.and_then(Component::workload);
        it.condition == WaitCondition::Healthy && target.is_some_and(|it| is_checked(it.facts))
    })?;
    Some(Evidence {
        component: service.component,
        at: wait.origin,
        title: format!("`{name}` starts when `{}` is healthy", wait.name),
        verify: format!("docker compose up -d --wait {name}"),
    })
}

fn is_checked(workload: &Workload) -> bool {
    workload.pod.containers.iter().any(|it| it.readiness.is_some())
}
