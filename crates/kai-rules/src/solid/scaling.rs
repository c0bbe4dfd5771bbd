//! Autoscalers with a floor that survives the loss of a pod.

use kai_graph::{Autoscaler, Facts, Of, Solid};

use super::evidence::{Evidence, credit};
use crate::Context;
use crate::command::kubectl;

pub(super) fn solid(ctx: Context<'_>) -> Option<Solid> {
    let autoscalers = ctx.system.components().iter().filter_map(|component| {
        if let Facts::Autoscaler(facts) = &component.facts {
            Some(Of { component, facts: &**facts })
        } else {
            None
        }
    });
    credit(autoscalers.filter_map(|it| evidence(it, ctx)).collect(), "autoscaler", ctx)
}

fn evidence<'a>(autoscaler: Of<'a, Autoscaler>, ctx: Context<'a>) -> Option<Evidence<'a>> {
    let floor = autoscaler.facts.replicas_min.traced().filter(|it| it.value >= 2)?;
    let ceiling = *autoscaler.facts.replicas_max.value()?;
    let target = ctx.system.resolve_ref(&autoscaler.facts.target, autoscaler.component)?;
    let workload = target.workload()?;
    let is_drainable = ctx.system.guards(workload).iter().any(|it| it.evictable(floor.value) > 0);
    is_drainable.then(|| Evidence {
        component: workload.component,
        at: floor.origin,
        title: format!(
            "`{}` grows with load from {} to {ceiling} pods",
            workload.component.label(),
            floor.value,
        ),
        verify: kubectl(autoscaler.component, format!("get hpa {}", autoscaler.component.name)),
    })
}
