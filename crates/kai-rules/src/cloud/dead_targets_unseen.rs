//! Load balancers whose alarms count errors that are not those of having no target left.

use kai_core::{FailureMode, Hazard, Level, LossClass, OriginId, Pillar, Term};
use kai_graph::{Alarm, Component, Facts, MissingData, Naming, Of};

use super::near;
use crate::{Check, Context, Observed, Rule, words};

pub(super) static RULE: Rule = Rule {
    id: "dead-targets-unseen",
    pillar: Pillar::Observability,
    default_level: Level::Medium,
    since: "0.1.0",
    doc: include_str!("dead_targets_unseen.md"),
    check: Check::System(check),
};

const NAMESPACE: &str = "AWS/ApplicationELB";

/// What a load balancer says when no target is left: it answers 503 where none is registered, and where
/// none is healthy it sends to all of them, which gives 502, or 504 where they hang (Elastic Load Balancing, Application Load Balancers, "Troubleshoot").
const TELLING: &[&str] = &[
    "HTTPCode_ELB_503_Count",
    "HTTPCode_ELB_504_Count",
    "HTTPCode_ELB_5XX_Count",
    "HealthyHostCount",
    "UnHealthyHostCount",
    "HealthyStateRouting",
    "UnhealthyStateRouting",
    "TargetConnectionErrorCount",
];

fn check(ctx: Context<'_>, out: &mut Observed) {
    for root in ctx.system.roots() {
        let mut errors = Vec::new();
        let mut is_seen = false;
        let held = ctx.system.components().iter().filter(|it| it.root == root.id);
        for alarm in held.filter_map(alarm) {
            for it in &alarm.facts.metrics {
                // A metric whose name is to come may be any.
                let Some(name) = &it.name.text else {
                    is_seen |= is_text(&it.namespace, NAMESPACE);
                    continue;
                };
                is_seen |= TELLING.contains(&name.as_str());
                if is_text(&it.namespace, NAMESPACE) && name.starts_with("HTTPCode_ELB_5") {
                    errors.push((alarm, name.as_str(), it.name.origin));
                }
            }
        }
        let is_production =
            |it: &(Of<'_, Alarm>, &str, OriginId)| near::is_production(it.0.component, ctx);
        if !is_seen && errors.first().is_some_and(is_production) {
            out.push(hazard(&errors, ctx));
        }
    }
}

fn alarm(component: &Component) -> Option<Of<'_, Alarm>> {
    match &component.facts {
        Facts::Alarm(facts) => Some(Of { component, facts }),
        _ => None,
    }
}

fn is_text(naming: &Naming, text: &str) -> bool {
    naming.text.as_deref() == Some(text)
}

/// Alarms on what answers, which fire where it says nothing, hear of it in the end.
fn detection(beside: &Component, ctx: Context<'_>) -> String {
    let is_near = |it: &str| it.contains("unavailable") || it.contains("healt");
    let hears = near::components(beside, ctx).filter_map(alarm);
    let hears = hears.filter(|it| it.facts.missing.value() == Some(&MissingData::Breaching));
    let mut names: Vec<_> = hears.map(|it| near::block_name(it.component)).collect();
    names.retain(|it| is_near(it));
    // What counts pods says it more plainly than what measures an answer.
    names.sort_by_key(|it| (!it.contains("unavailable"), *it));
    names.dedup();
    names.truncate(2);
    match &names[..] {
        [] => "What users say; `HealthyHostCount` on a graph".to_owned(),
        names => {
            format!(
                "Alarms on what stands behind it, each after a time of its own, {} among them",
                words::list(names)
            )
        }
    }
}

fn hazard(errors: &[(Of<'_, Alarm>, &str, OriginId)], ctx: Context<'_>) -> Hazard {
    let mut names: Vec<_> = errors.iter().map(|it| it.1).collect();
    names.sort_unstable();
    names.dedup();
    let (first, _, at) = errors[0];
    let message = format!(
        "The alarms on the load balancer count {}; with no target registered it answers 503, and with targets that hang 504. \
         Nothing beside them counts those or healthy targets, so other alarms hear of it later, if any does",
        words::list(&names),
    );
    let mut hazard = RULE
        .worsens(
            first.component.id,
            FailureMode::PodLoss,
            Term::TimeToDetect,
            "no alarm for targets that are gone",
            message,
        )
        .at(at)
        .loses(LossClass::Degraded)
        .searched("every alarm that the same root declares")
        .shows_as(detection(first.component, ctx))
        .recover("Nothing to undo; add the alarms")
        .remedy("Raise a critical alarm on `HealthyHostCount` of each target group that a listener forwards to below 1, missing data as `breaching`: it is not counted where none is registered; and one on `HTTPCode_ELB_5XX_Count`, which counts all of them")
        .verify("aws cloudwatch describe-alarms --query 'MetricAlarms[?MetricName==`HealthyHostCount`].[AlarmName,TreatMissingData]'");
    for (_, name, at) in errors.iter().skip(1).take(5) {
        hazard = hazard.related(*at, format!("counts `{name}`"));
    }
    hazard
}
