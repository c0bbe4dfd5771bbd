//! Alarms that are named after one thing and look at another.

use std::collections::{BTreeMap, BTreeSet};

use kai_core::{
    ComponentId, Edit, FailureMode, Fix, Hazard, Known, Level, LossClass, Pillar, SmolStr, Term,
};
use kai_graph::{Alarm, Component, Facts, Of};

use super::near;
use crate::{Check, Context, Observed, Rule, words};

pub(super) static RULE: Rule = Rule {
    id: "alarm-watches-another",
    pillar: Pillar::Observability,
    default_level: Level::High,
    since: "0.1.0",
    doc: include_str!("alarm_watches_another.md"),
    check: Check::System(check),
};

/// Words that say what is measured and how bad it is, and not of what.
const GENERIC: &[&str] = &[
    "age",
    "alarm",
    "alert",
    "average",
    "connection",
    "connections",
    "count",
    "cpu",
    "critical",
    "error",
    "errors",
    "free",
    "high",
    "latency",
    "low",
    "max",
    "medium",
    "memory",
    "min",
    "primary",
    "prod",
    "production",
    "rate",
    "staging",
    "usage",
    "utilization",
    "warning",
];

fn check(ctx: Context<'_>, out: &mut Observed) {
    let mut watchers_by_environment = BTreeMap::new();
    for unwatched in ctx.system.components() {
        let Some(own) = names(unwatched) else { continue };
        let environment = ctx.system.environment(unwatched);
        let watchers =
            watchers_by_environment.entry(environment).or_insert_with(|| watchers(unwatched, ctx));
        if !watchers.contains_key(&unwatched.id) {
            out.hazards.extend(mistaken(unwatched, &own, watchers, ctx));
        }
    }
}

/// The first thing of the same kind that some alarms look at while their names say another one.
fn mistaken(
    unwatched: &Component,
    own: &BTreeSet<SmolStr>,
    watchers: &Watchers<'_>,
    ctx: Context<'_>,
) -> Option<Hazard> {
    watchers.iter().find_map(|(id, alarms)| {
        let watched = ctx.system.component(*id);
        let is_sibling =
            watched.root == unwatched.root && watched.native_kind == unwatched.native_kind;
        let others = names(watched).filter(|_| is_sibling)?;
        let (word, meant) = meant(own, &others, alarms)?;
        Some(hazard(unwatched, watched, &word, &meant, ctx))
    })
}

/// The words of a thing's names, where alarms are made of such things one by one.
fn names(component: &Component) -> Option<BTreeSet<SmolStr>> {
    let cloud_name = cloud_name(component)?;
    let mut found = near::words(&component.name);
    found.extend(cloud_name.value().map(|it| near::words(it)).unwrap_or_default());
    Some(found)
}

/// The name that the cloud gives, to what alarms are made for one by one.
fn cloud_name(component: &Component) -> Option<&Known<SmolStr>> {
    match &component.facts {
        Facts::ManagedCache(it) => Some(&it.cloud_name),
        Facts::ManagedDatabase(it) => Some(&it.cloud_name),
        Facts::MessageQueue(it) => Some(&it.cloud_name),
        _ => None,
    }
}

type Watchers<'a> = BTreeMap<ComponentId, Vec<Of<'a, Alarm>>>;

/// The alarms of the environment by what their dimensions name.
fn watchers<'a>(of: &Component, ctx: Context<'a>) -> Watchers<'a> {
    let by_cloud_name = by_cloud_name(of, ctx);
    let mut found = Watchers::new();
    for component in near::components(of, ctx) {
        let Facts::Alarm(facts) = &component.facts else { continue };
        let named = facts.metrics.iter().flat_map(|it| &it.dimensions);
        for (_, naming) in named {
            let by_name = || by_cloud_name.get(naming.text.as_deref()?).copied();
            let target = ctx.system.named_by(naming, component.root).or_else(by_name);
            let Some(target) = target else { continue };
            let alarms = found.entry(target.id).or_default();
            if alarms.last().is_none_or(|it| it.component.id != component.id) {
                alarms.push(Of { component, facts: &**facts });
            }
        }
    }
    found
}

/// A dimension may be the name that the cloud gives; the first thing of that name is it.
fn by_cloud_name<'a>(of: &Component, ctx: Context<'a>) -> BTreeMap<&'a str, &'a Component> {
    let mut found = BTreeMap::new();
    for component in near::components(of, ctx) {
        if let Some(name) = cloud_name(component).and_then(Known::value) {
            found.entry(name.as_str()).or_insert(component);
        }
    }
    found
}

/// A word of the one thing that some alarms of the other are named with, and not all of them.
fn meant<'a>(
    own: &BTreeSet<SmolStr>,
    others: &BTreeSet<SmolStr>,
    alarms: &[Of<'a, Alarm>],
) -> Option<(SmolStr, Vec<Of<'a, Alarm>>)> {
    let telling = own.difference(others).filter(|it| !GENERIC.contains(&it.as_str()));
    telling.into_iter().find_map(|word| {
        let is_named = |it: &&Of<'_, Alarm>| {
            let cloud_name = it.facts.cloud_name.value().map(|it| near::words(it));
            near::words(&it.component.name).contains(word)
                && cloud_name.is_none_or(|it| it.contains(word))
        };
        let named: Vec<_> = alarms.iter().filter(is_named).copied().collect();
        let is_telling = !named.is_empty() && named.len() < alarms.len();
        is_telling.then(|| (word.clone(), named))
    })
}

fn hazard(
    unwatched: &Component,
    watched: &Component,
    word: &str,
    alarms: &[Of<'_, Alarm>],
    ctx: Context<'_>,
) -> Hazard {
    let blocks: BTreeSet<_> = alarms.iter().map(|it| near::block_name(it.component)).collect();
    let count = words::count(blocks.len(), "alarm");
    let message = format!(
        "No alarm that was read looks at `{}`, so nobody hears when it is full, busy or gone; {count} with `{word}` in the \
         name look at `{}`",
        near::address(unwatched),
        near::address(watched),
    );
    let at = |it: &Of<'_, Alarm>| {
        let dimensions = it.facts.metrics.iter().flat_map(|it| &it.dimensions);
        let naming = dimensions.map(|it| &it.1).find(|it| !it.resources.is_empty());
        naming.map_or(it.component.origin, |it| it.origin)
    };
    let mut firsts = Vec::new();
    let mut seen = BTreeSet::new();
    for it in alarms {
        if seen.insert(near::block_name(it.component)) {
            firsts.push(*it);
        }
    }
    let mut hazard = RULE
        .worsens(
            unwatched.id,
            FailureMode::Overload,
            Term::TimeToDetect,
            "its alarms look at another one",
            message,
        )
        .loses(LossClass::Outage)
        .shows_as("What its users say, and alarms of what waits for it")
        .recover("Nothing to undo: point the alarms at it, and look at its graphs until then")
        .remedy(format!("Name `{}` in the dimensions of these alarms", near::address(unwatched)))
        .verify("aws cloudwatch describe-alarms --query 'MetricAlarms[].[AlarmName,Dimensions]'");
    for (index, it) in firsts.iter().enumerate() {
        hazard = match index {
            0 => hazard.at(at(it)),
            _ => hazard
                .related(at(it), format!("`{}` looks at the same", near::block_name(it.component))),
        };
    }
    let (old, new) = (near::address(watched), near::address(unwatched));
    let edits: Option<Vec<Edit>> = firsts.iter().map(|it| ctx.rename(at(it), &old, &new)).collect();
    hazard
        .related(ctx.shown(unwatched.origin, unwatched), "what nothing looks at")
        .fix(edits.map(|it| Fix::unsafely("Look at what it is named after", it)))
}
