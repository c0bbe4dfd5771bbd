//! Scheduled work that survives the loss of the node under it.

use kai_graph::{Controller, Of, Solid, Workload};

use super::evidence::{Evidence, credit};
use crate::Context;
use crate::command::{kubectl, resource};

pub(super) fn solid(ctx: Context<'_>) -> Option<Solid> {
    let scheduled = ctx.system.workloads().filter(|it| it.controller == Controller::CronJob);
    credit(scheduled.filter_map(evidence).collect(), "job", ctx)
}

fn evidence(job: Of<'_, Workload>) -> Option<Evidence<'_>> {
    let at = job.facts.batch.as_ref()?.ignores_disruption?;
    let component = job.component;
    Some(Evidence {
        component,
        at,
        title: format!("`{}` starts again where a drain takes its pod", component.label()),
        verify: format!(
            "{} # Ignore on DisruptionTarget",
            kubectl(component, format!("get {} -o yaml", resource(component)))
        ),
    })
}
