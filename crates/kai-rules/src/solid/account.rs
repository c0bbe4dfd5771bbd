//! Workloads that hold no token of the API, because they never call it.

use kai_graph::{Facts, Of, Solid, Workload};

use super::evidence::{Evidence, credit_workloads};
use crate::Context;
use crate::command::{is_compose, kubectl, resource};

pub(super) fn solid(ctx: Context<'_>) -> Option<Solid> {
    let evidence = ctx.system.workloads().filter_map(|it| evidence(it, ctx)).collect();
    credit_workloads(evidence, ctx)
}

fn evidence<'a>(workload: Of<'a, Workload>, ctx: Context<'a>) -> Option<Evidence<'a>> {
    let component = workload.component;
    let of_account = || match &ctx.system.identity_of(workload)?.facts {
        Facts::Identity(facts) => facts.automount_token.traced(),
        _ => None,
    };
    let mounts = workload.facts.pod.automount_token.traced().or_else(of_account);
    let at = mounts.filter(|it| !it.value)?.origin;
    // Compose hands out none.
    let is_reached =
        !is_compose(workload.facts) && !ctx.journeys_that_need(component.id).is_empty();
    is_reached.then(|| Evidence {
        component,
        at,
        title: format!("`{}` holds no token of the API", component.label()),
        verify: kubectl(
            component,
            format!(
                "exec {} -- ls /var/run/secrets/kubernetes.io # must not exist",
                resource(component)
            ),
        ),
    })
}
