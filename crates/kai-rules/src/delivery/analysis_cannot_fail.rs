//! Analyses of a rollout that no measurement can end.

use kai_core::{Edit, FailureMode, Fix, Hazard, Level, LossClass, Pillar, Term};
use kai_graph::{Canary, Component, Facts, Measurement};

use crate::command::{kubectl, resource};
use crate::{Check, Context, Observed, Rule};

pub(super) static RULE: Rule = Rule {
    id: "analysis-cannot-fail",
    pillar: Pillar::DeploymentSafety,
    default_level: Level::Medium,
    since: "0.1.0",
    doc: include_str!("analysis_cannot_fail.md"),
    check: Check::Component(check),
};

fn check(component: &Component, ctx: Context<'_>, out: &mut Observed) {
    let analysis = match &component.facts {
        Facts::Analysis(analysis) => analysis,
        Facts::Canary(canary) => return out.hazards.extend(of_flagger(component, canary)),
        _ => return,
    };
    // One hazard an analysis: the first says why, the rest are places.
    let flawed = || analysis.metrics.iter().filter_map(|it| Some((it, flaw(it)?)));
    let mut found = flawed();
    if let Some((first, flaw)) = found.next() {
        let fix = stricter(flawed().map(|it| it.0), ctx);
        let hazard = hazard(component, first, &flaw).fix(fix);
        out.push(found.fold(hazard, |hazard, (it, flaw)| {
            hazard.related(it.origin, format!("`{}` {}", it.name, flaw.why))
        }));
    }
}

/// What is good nobody but its owner knows; how many may be bad can be said, where that is all that is wrong.
fn stricter<'a>(flawed: impl Iterator<Item = &'a Measurement>, ctx: Context<'_>) -> Option<Fix> {
    let edits = flawed.map(|it| {
        let limit = it.failure_limit.traced()?;
        let is_all = unconditional(it).is_none() && nothing_is_good(it).is_none();
        ctx.set(limit.origin, "failureLimit", 0).filter(|_| is_all)
    });
    let edits: Vec<Vec<Edit>> = edits.collect::<Option<_>>()?;
    Some(Fix::unsafely("End the rollout at the first bad measurement", edits.concat()))
}

/// Why a measurement ends nothing, and what would.
struct Flaw {
    why: String,
    remedy: String,
}

fn flaw(metric: &Measurement) -> Option<Flaw> {
    unconditional(metric).or_else(|| as_often_as_asked(metric)).or_else(|| nothing_is_good(metric))
}

/// What is asked for a number. A Job, a judge and a call that fails say themselves how it went.
const NUMBERS: &[&str] = &[
    "cloudWatch",
    "datadog",
    "graphite",
    "influxdb",
    "newRelic",
    "prometheus",
    "skywalking",
    "wavefront",
];

/// Without a condition every number is good (argo-rollouts, `utils/evaluate`).
fn unconditional(metric: &Measurement) -> Option<Flaw> {
    let is_number = NUMBERS.contains(&metric.provider.as_str());
    (is_number && metric.success.is_none() && metric.failure.is_none()).then(|| Flaw {
        why: "has neither `successCondition` nor `failureCondition`, so every number is good"
            .into(),
        remedy: "Say what is good (`successCondition: result[0] >= 0.99`)".into(),
    })
}

fn as_often_as_asked(metric: &Measurement) -> Option<Flaw> {
    let (&count, &limit) = (metric.count.value()?, metric.failure_limit.value()?);
    // Where too few in a row were good by then, it is inconclusive (`assessMetricStatus` in `analysis/analysis.go`).
    (count > 0 && limit >= count && !metric.needs_good).then(|| Flaw {
        why: match count {
            1 => format!("is measured once, and {limit} may be bad"),
            count => format!("is measured {count} times, and {limit} of them may be bad"),
        },
        remedy: "Make `failureLimit` less than `count`, which is 1 where neither it nor `interval` is written".into(),
    })
}

/// A share of nothing is no number, which is more than no limit.
fn nothing_is_good(metric: &Measurement) -> Option<Flaw> {
    let is_alone = metric.success.is_none() && metric.failure.is_some();
    let sees_none = metric.failure.as_ref().is_some_and(|it| it.to_lowercase().contains("nan"));
    (metric.is_share && is_alone && !sees_none).then(|| Flaw {
        why: "asks for a share and names only what is bad: without requests it is NaN, which is not bad".into(),
        remedy: "Say what is good instead of what is bad (`successCondition: result[0] < 0.01`): NaN is not good either"
            .into(),
    })
}

/// Measurements of Flagger without a bound, where they are looked at.
fn of_flagger(component: &Component, canary: &Canary) -> Option<Hazard> {
    let looked_at = canary.unbounded.iter().filter(|_| canary.is_skipped.value() == Some(&false));
    let mut all = looked_at;
    let (name, origin) = all.next()?;
    let why = "has no bound that a number could be beyond";
    let remedy = "Say what is too little or too much (`thresholdRange: { min: 99 }` for a share of successes)";
    let hazard = cannot_fail(component, name, why, remedy)
        .at(*origin)
        .shows_as("Canaries that are `Succeeded` while users see errors")
        .recover("Set the image back in git, or `kubectl rollout undo` on what it releases")
        .verify(kubectl(
            component,
            format!("get {} -o jsonpath='{{.spec.analysis.metrics}}'", resource(component)),
        ));
    Some(all.fold(hazard, |hazard, (name, at)| hazard.related(*at, format!("`{name}` {why}"))))
}

fn hazard(component: &Component, metric: &Measurement, flaw: &Flaw) -> Hazard {
    cannot_fail(component, &metric.name, &flaw.why, &flaw.remedy)
        .at(metric.origin)
        .shows_as("AnalysisRuns that are `Successful` while users see errors")
        .recover("`kubectl argo rollouts undo ROLLOUT`")
        .verify(kubectl(
            component,
            format!("get {} -o jsonpath='{{.spec.metrics}}'", resource(component)),
        ))
}

fn cannot_fail(component: &Component, metric: &str, why: &str, remedy: &str) -> Hazard {
    let label = component.label();
    let message = format!(
        "`{label}` cannot end a rollout by `{metric}`: it {why}; a version that fails for users is promoted"
    );
    let title = "an analysis that cannot fail";
    RULE.worsens(component.id, FailureMode::Rollout, Term::TimeToDetect, title, message)
        .loses(LossClass::Degraded)
        .remedy(format!(
            "{remedy}; then release a version that fails on purpose and see it stopped"
        ))
}
