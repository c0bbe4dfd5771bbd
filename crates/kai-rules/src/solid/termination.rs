//! Pods that leave traffic before they stop, and are given the time to.

use kai_graph::{Of, Solid, Workload};

use super::evidence::{Evidence, credit_workloads};
use crate::Context;
use crate::command::field;

pub(super) fn solid(ctx: Context<'_>) -> Option<Solid> {
    let evidence = ctx.system.workloads().filter_map(evidence).collect();
    credit_workloads(evidence, ctx)
}

fn evidence(workload: Of<'_, Workload>) -> Option<Evidence<'_>> {
    let grace = *workload.facts.pod.termination_grace.value()?;
    let sleep = workload.facts.pod.containers.iter().find_map(|it| {
        let sleep = it.pre_stop.as_ref()?.sleep.traced()?;
        (sleep.value > 0 && sleep.value < grace).then_some(sleep)
    })?;
    let component = workload.component;
    Some(Evidence {
        component,
        at: sleep.origin,
        title: format!("`{}` drains for {} s before it stops", component.label(), sleep.value),
        verify: field(component, ".spec.template.spec.containers[*].lifecycle.preStop"),
    })
}
