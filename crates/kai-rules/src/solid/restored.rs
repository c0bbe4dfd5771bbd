//! Backups that are restored by the clock.

use kai_graph::{Of, Solid, Workload};

use super::evidence::{Evidence, credit};
use crate::Context;
use crate::command::kubectl;
use crate::storage::restores;

pub(super) fn solid(ctx: Context<'_>) -> Option<Solid> {
    credit(ctx.system.workloads().filter_map(|it| evidence(it, ctx)).collect(), "job", ctx)
}

fn evidence<'a>(workload: Of<'a, Workload>, ctx: Context<'a>) -> Option<Evidence<'a>> {
    let at = restores(workload)?;
    let (schedule, _) = workload.schedule.as_ref()?;
    let component = workload.component;
    Some(Evidence {
        component,
        at,
        title: format!(
            "`{}` of {} restores a backup by the clock (`{schedule}`), so one that cannot be read is noticed",
            component.label(),
            ctx.system.environment(component).as_str(),
        ),
        verify: kubectl(component, "get jobs # the last one of it is Complete"),
    })
}
