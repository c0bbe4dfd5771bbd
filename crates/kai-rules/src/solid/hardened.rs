//! Containers that can do little harm when somebody gets in.

use kai_graph::{Container, Of, Solid, Workload};

use super::evidence::{Evidence, credit_workloads};
use crate::Context;
use crate::command::{kubectl, resource};

pub(super) fn solid(ctx: Context<'_>) -> Option<Solid> {
    let evidence = ctx.system.workloads().filter_map(evidence).collect();
    credit_workloads(evidence, ctx)
}

fn evidence(workload: Of<'_, Workload>) -> Option<Evidence<'_>> {
    let containers = &workload.facts.pod.containers;
    if containers.is_empty() || !containers.iter().all(is_hardened) {
        return None;
    }
    let at = containers[0].security.read_only_root.traced()?.origin;
    let component = workload.component;
    Some(Evidence {
        component,
        at,
        title: format!(
            "`{}` runs without root, capabilities or a writable root",
            component.label()
        ),
        verify: kubectl(
            component,
            format!(
                "get {} -o jsonpath='{{.spec.template.spec.containers[*].securityContext}}'",
                resource(component)
            ),
        ),
    })
}

fn is_hardened(container: &Container) -> bool {
    let security = &container.security;
    let is_not_root = security.run_as_non_root.value() == Some(&true)
        || security.run_as_user.value().is_some_and(|it| *it > 0);
    is_not_root
        && security.read_only_root.value() == Some(&true)
        && security.allow_privilege_escalation.value() == Some(&false)
        && security.is_privileged.value() != Some(&true)
        && security.capabilities_dropped.iter().any(|(it, _)| it.eq_ignore_ascii_case("all"))
        && security.capabilities_added.is_empty()
}
