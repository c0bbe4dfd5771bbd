//! Datastores whose memory is theirs: they are asked for as much as they may use.

use kai_graph::{Of, Solid, Workload};

use super::evidence::{Evidence, credit};
use crate::Context;
use crate::command::kubectl;

pub(super) fn solid(ctx: Context<'_>) -> Option<Solid> {
    let stores = ctx.system.workloads().filter(|it| it.engine.is_some() && it.is_rescheduled());
    credit(stores.filter_map(evidence).collect(), "datastore", ctx)
}

fn evidence(store: Of<'_, Workload>) -> Option<Evidence<'_>> {
    let containers = &store.facts.pod.containers;
    let first = containers.first()?;
    let limit = first.limits.memory.traced()?;
    let is_own = containers.iter().all(|it| {
        let limit = it.limits.memory.value();
        limit.is_some() && limit == it.requests.memory.value()
    });
    let component = store.component;
    is_own.then(|| Evidence {
        component,
        at: limit.origin,
        title: format!(
            "`{}` is given the {} of memory that it may use; a busy neighbour does not evict it",
            component.label(),
            limit.value,
        ),
        verify: kubectl(
            component,
            "get pods -o custom-columns=NAME:.metadata.name,MEMORY:.spec.containers[*].resources",
        ),
    })
}
