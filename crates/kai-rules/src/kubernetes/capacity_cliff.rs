//! Load at which what a journey needs grows no more.

use kai_core::{ComponentId, FailureMode, Hazard, Level, LossClass, Pillar, Term};
use kai_graph::{Component, Of, Workload};

use super::nodes_overcommitted::sums;
use crate::{Case, Check, Context, Limit, Observed, Rule, Short, words};

pub(super) static RULE: Rule = Rule {
    id: "capacity-cliff",
    pillar: Pillar::Scaling,
    default_level: Level::Low,
    since: "0.1.0",
    doc: include_str!("capacity_cliff.md"),
    check: Check::Workload(check),
};

fn check(workload: Of<'_, Workload>, ctx: Context<'_>, out: &mut Observed) {
    let component = workload.component;
    let Some(cliff) = cliff_of(component.id, ctx) else { return };
    let journeys = first_of(component.id, cliff, ctx);
    if !journeys.is_empty() {
        let autoscalers = ctx.system.autoscalers_of(component);
        let at = autoscalers.first().and_then(|it| it.replicas_max.traced()).map(|it| it.origin);
        let at = at.unwrap_or(component.origin);
        out.hazards.extend(hazard(component, cliff, &journeys).map(|it| it.at(at)));
    }
}

fn cliff_of(id: ComponentId, ctx: Context<'_>) -> Option<&Short> {
    // An autoscaler whose maximum does not fit is told as that.
    if ctx.verdict(id, is_grown).is_some() {
        return None;
    }
    let short = ctx.verdict(id, |it| matches!(it, Case::Short(_)))?;
    if let Case::Short(it) = &short.case { Some(it) } else { None }
}

fn is_grown(case: &Case) -> bool {
    matches!(case, Case::Grown { .. })
}

/// `2.5 times`
fn times(cliff: &Short) -> String {
    format!("{}.{} times", cliff.tenths / 10, cliff.tenths % 10)
}

/// Title, what binds, and what to do; nothing where that is not told here.
fn words_of(cliff: &Short) -> Option<(String, String, &'static str)> {
    let times = times(cliff);
    match &cliff.limit {
        Limit::Max(max) => Some((
            format!("{max} pods, its maximum, carry {times} its load"),
            format!("its autoscaler makes {max} at most, for {times} the load"),
            "Raise `maxReplicas` to what the load may become, and see that the nodes and what it calls \
             carry that",
        )),
        // A quota that its namespace outgrows is read off, without nodes.
        Limit::Quota(_) => None,
        Limit::Nodes(excess) => Some((
            format!("the nodes are full at {times} its load, if not before"),
            format!(
                "with what the other autoscalers make then, all pods {}, wherever they are placed; no \
                 more than {times} the load fits",
                sums(excess)
            ),
            "Have nodes added when pods wait, or have as many as the load that is expected takes",
        )),
    }
}

/// The journeys of which nothing else reaches its limit earlier.
fn first_of<'a>(id: ComponentId, cliff: &Short, ctx: Context<'a>) -> Vec<&'a str> {
    let own = (cliff.tenths, id);
    let earlier = ctx.system.workloads().map(|it| it.component.id).filter(|it| *it != id);
    let earlier = earlier.filter(|&it| {
        ctx.verdict(it, is_grown).is_some()
            || cliff_of(it, ctx).is_some_and(|other| (other.tenths, it) < own)
    });
    let needed: Vec<_> = earlier.flat_map(|it| ctx.journeys_that_need(it)).collect();
    let mut journeys = ctx.journeys_that_need(id);
    journeys.retain(|it| !needed.contains(it));
    journeys
}

fn hazard(component: &Component, cliff: &Short, journeys: &[&str]) -> Option<Hazard> {
    let Short { factor, before, needed, .. } = cliff;
    let label = component.label();
    let (title, cause, remedy) = words_of(cliff)?;
    // What doubles is next year's load, and what grows tenfold is a matter of planning.
    let loss = if *factor == 2 { LossClass::Degraded } else { LossClass::Toil };
    let message = format!(
        "If {} of `{label}` are at the target of their autoscaler now, {factor} times the load asks for \
         {needed}: {cause}. From there on {} {}; no other autoscaler that {} ends earlier",
        words::count(usize::try_from(*before).unwrap_or(0), "pod"),
        words::list(journeys),
        if journeys.len() == 1 { "gets slower" } else { "get slower" },
        if journeys.len() == 1 { "it needs" } else { "they need" },
    );
    let hazard = RULE.worsens(component.id, FailureMode::Overload, Term::Impact, title, message)
        .loses(loss)
        .shows_as(format!(
            "`kube_horizontalpodautoscaler_status_desired_replicas` of `{label}` stays at one number \
             while latency rises, or pods are Pending"
        ))
        .recover("Shed load, or raise what binds")
        .remedy(remedy)
        .verify(format!("kai break load={factor}x"));
    Some(hazard)
}
