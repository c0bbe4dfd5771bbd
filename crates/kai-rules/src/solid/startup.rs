//! Slow starts that are given time by a startup probe, so that no other probe is blind for as long.

use kai_graph::{Of, Solid, Workload};

use super::evidence::{Evidence, credit_workloads};
use crate::Context;
use crate::command::{kubectl, resource};

pub(super) fn solid(ctx: Context<'_>) -> Option<Solid> {
    let evidence = ctx.system.workloads().filter_map(evidence).collect();
    credit_workloads(evidence, ctx)
}

fn evidence(workload: Of<'_, Workload>) -> Option<Evidence<'_>> {
    let mut containers = workload.facts.pod.containers.iter();
    let probe = containers.find_map(|it| {
        let is_waited_for = it.liveness.is_some() || it.readiness.is_some();
        it.startup.as_ref().filter(|_| is_waited_for)
    })?;
    let seconds = probe.patience()?;
    let component = workload.component;
    Some(Evidence {
        component,
        at: probe.origin,
        title: format!(
            "`{}` has {seconds} s to start before its other probes ask",
            component.label()
        ),
        verify: kubectl(
            component,
            format!(
                "get {} -o jsonpath='{{.spec.template.spec.containers[*].startupProbe}}'",
                resource(component)
            ),
        ),
    })
}
