//! What the most important journeys need, released to all users by readiness alone.

use std::collections::BTreeSet;

use kai_core::environment::words as words_of;
use kai_core::{
    ComponentId, Edit, Environment, FailureMode, Fix, Hazard, Level, LossClass, Pillar, Term,
};
use kai_graph::{Component, Controller, Facts, Of, Strategy, Workload};
use kai_settings::Tier;

use crate::command::{kubectl, resource};
use crate::{Check, Context, Observed, Rule, words};

pub(super) static RULE: Rule = Rule {
    id: "release-unjudged",
    pillar: Pillar::DeploymentSafety,
    default_level: Level::Low,
    since: "0.1.0",
    doc: include_str!("release_unjudged.md"),
    check: Check::System(check),
};

/// Seconds after which a new pod has been looked at.
const WATCHED: u32 = 60;
/// Further Deployments that are shown.
const SHOWN: usize = 4;

fn check(ctx: Context<'_>, out: &mut Observed) {
    let Some(tier) = most_important(&ctx.settings.tiers) else { return };
    let judged = judged(ctx);
    let found: Vec<_> = ctx
        .system
        .workloads()
        .filter(|it| is_released_to_all(*it, ctx) && !judged.contains(&it.component.id))
        .filter_map(|it| Some((it, journey_of(it.component, tier, ctx)?)))
        .collect();
    if let [first, rest @ ..] = &found[..] {
        out.push(hazard(*first, rest, tier).fix(slower(&found, ctx)));
    }
}

/// Each new pod is looked at for a minute before the next one comes, which leaves time for an alert; only where every
/// Deployment can be changed.
fn slower(found: &[Found<'_>], ctx: Context<'_>) -> Option<Fix> {
    let edits = found.iter().map(|(workload, _)| {
        let min_ready = workload.rollout.min_ready.traced()?;
        ctx.set(min_ready.origin, "minReadySeconds", WATCHED)
    });
    let edits: Vec<Vec<Edit>> = edits.collect::<Option<_>>()?;
    let title = format!("Wait {WATCHED} s after each new pod before the next one");
    Some(Fix::unsafely(title, edits.concat()))
}

/// The tier that weighs more than every other one; the only one that calls itself critical or the first, where nothing
/// is weighed.
fn most_important(tiers: &[Tier]) -> Option<&Tier> {
    let weight = |it: &&Tier| it.weight.as_ref().map(|it| it.value.0.high);
    let weighed: Vec<&Tier> = tiers.iter().filter(|it| weight(it).is_some()).collect();
    let is_first = |it: &&Tier| {
        let names = words_of(&it.name.value);
        names.iter().any(|it| matches!(it.as_str(), "1" | "critical" | "t1" | "tier1"))
    };
    let heaviest = weighed
        .iter()
        .copied()
        .reduce(|one, other| if weight(&other) > weight(&one) { other } else { one });
    match heaviest {
        Some(it) => {
            let as_heavy = weighed.iter().filter(|other| weight(other) == weight(&it));
            let is_more = weight(&it).is_some_and(|it| it > 1.0);
            (is_more && as_heavy.count() == 1).then_some(it)
        }
        None => {
            let mut named = tiers.iter().filter(is_first);
            named.next().filter(|_| named.next().is_none())
        }
    }
}

/// What a controller of releases takes over, by what it names.
fn judged(ctx: Context<'_>) -> BTreeSet<ComponentId> {
    let canaries = ctx.system.components().iter().filter_map(|it| match &it.facts {
        Facts::Canary(canary) => ctx.system.resolve_ref(&canary.target, it),
        _ => None,
    });
    canaries.map(|it| it.id).collect()
}

/// A Deployment of one's own software whose new version goes on as soon as its pods are ready.
fn is_released_to_all(workload: Of<'_, Workload>, ctx: Context<'_>) -> bool {
    let component = workload.component;
    let is_plain = workload.controller == Controller::Deployment
        && workload.rollout.strategy.value() == Some(&Strategy::RollingUpdate)
        && workload.rollout.judged.is_not_declared();
    let is_watched = workload.rollout.min_ready.value().is_some_and(|it| *it >= WATCHED);
    let is_one_of_several = words_of(&component.name)
        .iter()
        .any(|it| matches!(it.as_str(), "blue" | "canary" | "green" | "primary" | "stable"));
    let is_taken_over = ctx.system.components().iter().any(|it| {
        it.native_kind == "Rollout"
            && it.namespace == component.namespace
            && it.name == component.name
    });
    ctx.system.environment(component) == Environment::Production
        && is_plain
        && workload.engine.is_none()
        && !is_watched
        && !is_one_of_several
        && !is_taken_over
}

/// The first journey of the tier that stops with it.
fn journey_of<'a>(component: &Component, tier: &Tier, ctx: Context<'a>) -> Option<&'a str> {
    ctx.journeys_that_need(component.id).into_iter().find(|it| {
        let declared = ctx.settings.journey(it).and_then(|it| it.tier.as_ref());
        declared.is_some_and(|it| it.value == tier.name.value)
    })
}

type Found<'a> = (Of<'a, Workload>, &'a str);

fn hazard((first, journey): Found<'_>, rest: &[Found<'_>], tier: &Tier) -> Hazard {
    let component = first.component;
    let mut names: Vec<String> = vec![component.label()];
    names.extend(rest.iter().map(|it| it.0.component.label()));
    let (is, it) = if names.len() == 1 { ("is", "it") } else { ("are", "each of them") };
    let message = format!(
        "{} of `{journey}`, which is of the tier `{}`, {is} released to all users as soon as pods are ready: nothing that \
         measures what users get stops a bad version while few have it, and `{journey}` stops with {it}",
        words::list(&names),
        tier.name.value,
    );
    let hazard = RULE
        .worsens(component.id, FailureMode::Rollout, Term::Impact, "all users get every version", message)
        .at(component.origin)
        .loses(LossClass::Toil)
        .shows_as("Errors rise with the number of new pods, and the rollout goes on")
        .recover(format!("`{}`", kubectl(component, format!("rollout undo {}", resource(component)))))
        .remedy(
            "Release in steps that a measurement ends: a Rollout of Argo Rollouts with an analysis, or a Canary of Flagger; \
             at least `minReadySeconds: 60` or more with an alert on errors",
        )
        .verify(kubectl(component, "get rollouts.argoproj.io,canaries.flagger.app"));
    let shown = rest.iter().take(SHOWN);
    shown.fold(hazard, |hazard, (it, journey)| {
        hazard.related(it.component.origin, format!("`{journey}` needs it as well"))
    })
}
