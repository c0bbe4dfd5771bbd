//! Slow starts that are given time by a startup probe rather than by a blind liveness probe.

use kai_graph::{Of, Solid, Workload};

use super::evidence::{Evidence, credit};
use crate::Context;
use crate::command::{kubectl, resource};

pub(super) fn solid(ctx: Context<'_>) -> Option<Solid> {
    let evidence = ctx.system.workloads().filter_map(evidence).collect();
    credit(evidence, "workload", ctx)
}

fn evidence(workload: Of<'_, Workload>) -> Option<Evidence<'_>> {
    let containers = workload.facts.pod.containers.iter();
    let probe = containers.filter(|it| it.liveness.is_some()).find_map(|it| it.startup.as_ref())?;
    let seconds = probe.patience()?;
    let component = workload.component;
    Some(Evidence {
        component,
        at: probe.origin,
        title: format!("`{}` has {seconds} s to start before liveness asks", component.label()),
        verify: kubectl(
            component,
            format!(
                "get {} -o jsonpath='{{.spec.template.spec.containers[*].startupProbe}}'",
                resource(component)
            ),
        ),
    })
}
