//! Slow starts that are given time by a startup probe, so that no other probe is blind for as long.

use kai_graph::{Of, Solid, Workload};

use super::evidence::{Evidence, credit};
use crate::Context;
use crate::command::{kubectl, resource};

pub(super) fn solid(ctx: Context<'_>) -> Option<Solid> {
    let evidence = ctx.system.workloads().filter_map(evidence).collect();
    credit(evidence, "workload", ctx)
}

fn evidence(workload: Of<'_, Workload>) -> Option<Evidence<'_>> {
    let mut containers = workload.facts.pod.containers.iter();
    let (probe, asks) = containers.find_map(|it| {
        let asks = match (&it.liveness, &it.readiness) {
            (Some(_), _) => "liveness asks",
            (None, Some(_)) => "readiness asks",
            (None, None) => return None,
        };
        Some((it.startup.as_ref()?, asks))
    })?;
    let seconds = probe.patience()?;
    let component = workload.component;
    Some(Evidence {
        component,
        at: probe.origin,
        title: format!("`{}` has {seconds} s to start before {asks}", component.label()),
        verify: kubectl(
            component,
            format!(
                "get {} -o jsonpath='{{.spec.template.spec.containers[*].startupProbe}}'",
                resource(component)
            ),
        ),
    })
}
