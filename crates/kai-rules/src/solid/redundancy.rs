//! Journeys of which every workload survives the loss of a pod.

use kai_graph::{Facts, Journey, Of, Solid, Strength, Workload};

use super::evidence::{Evidence, credit};
use crate::command::kubectl;
use crate::{Context, words};

pub(super) fn solid(ctx: Context<'_>) -> Option<Solid> {
    let evidence = ctx.system.journeys().iter().filter_map(|it| evidence(it, ctx)).collect();
    credit(evidence, "journey", ctx)
}

fn evidence<'a>(journey: &Journey, ctx: Context<'a>) -> Option<Evidence<'a>> {
    let hard = journey.needs.iter().filter(|it| it.strength == Strength::Hard);
    let hard: Vec<_> = hard.map(|it| ctx.system.component(it.component)).collect();
    let workloads: Vec<_> =
        hard.iter().filter_map(|it| it.workload()).filter(|it| it.is_long_running()).collect();
    // A count that is not known may be one, of pods as of a database's instances.
    let instances = hard.iter().filter_map(|it| match &it.facts {
        Facts::Datastore(store) => Some(store.instances.value().copied()),
        _ => None,
    });
    let pods = workloads.iter().map(|it| count(*it, ctx));
    let counts: Option<Vec<u32>> = pods.chain(instances).collect();
    let least = counts?.into_iter().min().filter(|it| *it >= 2)?;
    let first = workloads.first()?;
    let at = first.facts.replicas.traced().map_or(first.component.origin, |it| it.origin);
    Some(Evidence {
        component: first.component,
        at,
        title: match workloads.len() {
            1 => format!("`{}` rests on several pods ({least} or more)", journey.name),
            many => format!(
                "{} behind `{}` run several pods ({least} or more)",
                words::every(many, "workloads"),
                journey.name
            ),
        },
        verify: kubectl(first.component, "get deploy,sts # READY of each"),
    })
}

fn count(workload: Of<'_, Workload>, ctx: Context<'_>) -> Option<u32> {
    workload.is_rescheduled().then(|| ctx.system.replicas_of(workload).value().copied())?
}
