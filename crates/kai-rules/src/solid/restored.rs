//! Backups that are restored by the clock.

use kai_graph::{Of, Solid, Workload};

use super::evidence::{Evidence, credit};
use crate::Context;
use crate::command::kubectl;
use crate::storage::restores;

pub(super) fn solid(ctx: Context<'_>) -> Option<Solid> {
    credit(ctx.system.workloads().filter_map(evidence).collect(), "job", ctx)
}

fn evidence(workload: Of<'_, Workload>) -> Option<Evidence<'_>> {
    let at = restores(workload)?;
    let (schedule, _) = workload.schedule.as_ref()?;
    let component = workload.component;
    Some(Evidence {
        component,
        at,
        title: format!(
            "`{}` restores a backup by the clock (`{schedule}`), so one that cannot be read is noticed",
            component.label(),
        ),
        verify: kubectl(component, "get jobs # the last one of it is Complete"),
    })
}
