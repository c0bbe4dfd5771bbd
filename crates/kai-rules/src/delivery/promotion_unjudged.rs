//! Rollouts in steps that nothing judges.

use kai_core::{FailureMode, Fix, Hazard, Level, LossClass, OriginId, Pillar, Term};
use kai_graph::{Canary, Component, Facts, Judged, Of, Workload};

use crate::command::{kubectl, resource};
use crate::{Check, Context, Observed, Rule};

pub(super) static RULE: Rule = Rule {
    id: "promotion-unjudged",
    pillar: Pillar::DeploymentSafety,
    default_level: Level::Medium,
    since: "0.1.0",
    doc: include_str!("promotion_unjudged.md"),
    check: Check::Component(check),
};

fn check(component: &Component, ctx: Context<'_>, out: &mut Observed) {
    out.hazards.extend(match &component.facts {
        Facts::Workload(facts) => of_argo(Of { component, facts }, ctx),
        Facts::Canary(facts) => of_flagger(Of { component, facts: &**facts }, ctx),
        _ => None,
    });
}

fn of_argo(workload: Of<'_, Workload>, ctx: Context<'_>) -> Option<Hazard> {
    let judged = workload.facts.rollout.judged.traced()?;
    let component = workload.component;
    let how = match judged.value {
        Judged::Yes => return None,
        Judged::InSteps => {
            "releases in steps by the clock: no analysis, no experiment and no person decides between them"
        }
        Judged::AtOnce => {
            "sends all traffic to a new version at once: no analysis and no person decides before or after"
        }
    };
    let edits = match judged.value {
        Judged::AtOnce => ctx.set_flag(judged.origin, "autoPromotionEnabled", false),
        _ => None,
    };
    let message = format!(
        "`{}` {how}, so a version whose pods are ready reaches all users whatever it answers",
        component.label()
    );
    Some(
        hazard(component, judged.origin, message)
            .fix(edits.map(|it| Fix::unsafely("Let somebody promote each version", it)))
            .recover(format!(
                "`kubectl argo rollouts abort {0}` while it runs, `kubectl argo rollouts undo {0}` afterwards",
                component.name
            ))
            .remedy(
                "Add an analysis of what users get (errors, latency) to the strategy, or let somebody promote it \
                 (`pause: {}`, `autoPromotionEnabled: false`)",
            )
            .verify(kubectl(
                component,
                format!("get {} -o jsonpath='{{.spec.strategy}}'", resource(component)),
            )),
    )
}

fn of_flagger(canary: Of<'_, Canary>, ctx: Context<'_>) -> Option<Hazard> {
    let component = canary.component;
    let skipped = canary.facts.is_skipped.traced().filter(|it| it.value);
    let unjudged = canary.facts.is_judged.traced().filter(|it| !it.value);
    let (origin, why) = match (skipped, unjudged) {
        (Some(it), _) => (it.origin, "is told to skip its analysis"),
        (None, Some(it)) => {
            (it.origin, "has neither metrics nor webhooks that decide in its analysis")
        }
        (None, None) => return None,
    };
    // Without a metric the analysis would still decide nothing.
    let has_judge = unjudged.is_none() && canary.facts.is_judged.value() == Some(&true);
    let edits = skipped.filter(|_| has_judge);
    let edits = edits.and_then(|it| ctx.set_flag(it.origin, "skipAnalysis", false));
    let target = &canary.facts.target;
    let message = format!(
        "`{}` {why}: a version of `{}/{}` whose pods are ready reaches all users whatever it answers",
        component.label(),
        target.kind,
        target.name
    );
    Some(
        hazard(component, origin, message)
            .fix(edits.map(|it| Fix::unsafely("Let the analysis decide", it)))
            .recover("Revert the change; Flagger releases the old version like a new one")
            .remedy(match skipped {
                Some(_) => "Take `skipAnalysis` out",
                None => {
                    "Name metrics of what users get (`request-success-rate`, `request-duration`)"
                }
            })
            .verify(kubectl(
                component,
                format!(
                    "get canary {} -o jsonpath='{{.spec.skipAnalysis}} {{.spec.analysis}}'",
                    component.name
                ),
            )),
    )
}

fn hazard(component: &Component, at: OriginId, message: String) -> Hazard {
    RULE.worsens(
        component.id,
        FailureMode::Rollout,
        Term::TimeToDetect,
        "a release that nobody judges",
        message,
    )
    .at(at)
    .loses(LossClass::Degraded)
    .shows_as("Errors that rise with the traffic of the new version, and a release that goes on")
}
