//! Places that prove a solid point, and the best of them.

use std::collections::BTreeSet;

use kai_core::{Environment, OriginId, SmolStr};
use kai_graph::{Component, Solid};

use crate::{Context, words};

/// One place that proves a solid point.
pub(super) struct Evidence<'a> {
    pub(super) component: &'a Component,
    pub(super) at: OriginId,
    /// What is right there: a sentence without full stop.
    pub(super) title: String,
    /// The command that proves it.
    pub(super) verify: String,
}

/// The best evidence, with a word on how many more there are. The same text seen through several
/// roots counts once; what an example does is no merit of a system beside it.
pub(super) fn credit<'a>(
    mut evidence: Vec<Evidence<'a>>,
    noun: &str,
    ctx: Context<'a>,
) -> Option<Solid> {
    let is_used = |it: &Component| ctx.system.environment(it) < Environment::Example;
    if ctx.system.workloads().any(|it| is_used(it.component)) {
        evidence.retain(|it| is_used(it.component));
    }
    evidence.sort_by_cached_key(|it| {
        let is_off_journey = ctx.journeys_that_need(it.component.id).is_empty();
        (ctx.system.environment(it.component), is_off_journey, it.component.id)
    });
    // What is kept away or shown off runs nowhere, and is not counted beside what runs.
    let environment = |it: &Evidence<'_>| ctx.system.environment(it.component);
    let best = evidence.first().map(environment)?;
    evidence.retain(|it| environment(it) <= best.max(Environment::Development));
    let mut seen: Vec<OriginId> = Vec::new();
    evidence.retain(|it| {
        let is_first = !seen.contains(&it.at);
        seen.push(it.at);
        is_first
    });
    let mut evidence = evidence.into_iter();
    let best = evidence.next()?;
    let also: Vec<_> = evidence.map(|it| it.at).collect();
    let title = match also.len() {
        0 => best.title,
        others => format!("{}; {} more", best.title, words::count(others, noun)),
    };
    Some(Solid { title, component: best.component.id, at: best.at, also, verify: best.verify })
}

/// [`credit`] for what a workload has. What it has in staging is no merit where production is without it.
pub(super) fn credit_workloads<'a>(
    mut evidence: Vec<Evidence<'a>>,
    ctx: Context<'a>,
) -> Option<Solid> {
    let environments = evidence.iter().map(|it| ctx.system.environment(it.component));
    let best = environments.min()?;
    let key = |it: &Component| (it.native_kind.clone(), it.name.clone());
    let is_best = |it: &Component| ctx.system.environment(it) == best;
    let proven: BTreeSet<_> = evidence.iter().map(|it| it.component.id).collect();
    let without = ctx.system.workloads().map(|it| it.component);
    let without = without.filter(|it| is_best(it) && !proven.contains(&it.id));
    let without: BTreeSet<_> = without.map(key).collect();
    evidence.retain(|it| is_best(it.component) || !without.contains(&key(it.component)));
    credit(evidence, "workload", ctx)
}

/// What is tried first: the same thing in staging, where it is declared and its cloud's name is known.
pub(super) fn rehearsed<'a>(
    component: &Component,
    name: impl Fn(&'a Component) -> Option<&'a SmolStr>,
    ctx: Context<'a>,
) -> Option<&'a SmolStr> {
    let mut all = ctx.system.components().iter();
    all.find_map(|it| {
        let is_one = it.native_kind == component.native_kind
            && it.name == component.name
            && ctx.system.environment(it) == Environment::Staging;
        is_one.then(|| name(it)).flatten()
    })
}
