//! Analyses of a rollout that no measurement can end.

use kai_core::{Edit, FailureMode, Fix, Hazard, Level, LossClass, Pillar, Term};
use kai_graph::{Component, Facts, Measurement};

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
    let Facts::Analysis(analysis) = &component.facts else { return };
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
    (count > 0 && limit >= count).then(|| Flaw {
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

fn hazard(component: &Component, metric: &Measurement, flaw: &Flaw) -> Hazard {
    let label = component.label();
    let message = format!(
        "`{label}` cannot end a rollout by `{}`: it {}; a version that fails for users is promoted",
        metric.name, flaw.why
    );
    RULE.worsens(
        component.id,
        FailureMode::Rollout,
        Term::TimeToDetect,
        "an analysis that cannot fail",
        message,
    )
    .at(metric.origin)
    .loses(LossClass::Degraded)
    .shows_as("AnalysisRuns that are `Successful` while users see errors")
    .recover("`kubectl argo rollouts undo ROLLOUT`")
    .remedy(format!(
        "{}; then release a version that fails on purpose and see it stopped",
        flaw.remedy
    ))
    .verify(kubectl(
        component,
        format!("get {} -o jsonpath='{{.spec.metrics}}'", resource(component)),
    ))
}
