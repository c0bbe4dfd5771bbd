//! Releases that come to production by themselves, untried and unasked.

use kai_core::environment::of_name;
use kai_core::{
    Environment, FailureMode, Fix, Hazard, Known, Level, LossClass, Pillar, SmolStr, Term,
};
use kai_graph::{AutomaticPromotion, Component, DeliveryTarget, Facts, Of, Promotion, Stage};

use crate::{Check, Context, Observed, Rule};

pub(super) static RULE: Rule = Rule {
    id: "promotion-unasked",
    pillar: Pillar::DeploymentSafety,
    default_level: Level::Medium,
    since: "0.1.0",
    doc: include_str!("promotion_unasked.md"),
    check: Check::System(check),
};

fn check(ctx: Context<'_>, out: &mut Observed) {
    for component in ctx.system.components() {
        let Facts::Promotion(facts) = &component.facts else { continue };
        let pipeline = Of { component, facts: &**facts };
        for pair in pipeline.facts.stages.windows(2) {
            out.hazards.extend(unasked(pipeline, &pair[0], &pair[1], ctx));
        }
    }
}

/// Where the second of two stages is production, nothing was tried in the first, and nobody is asked between them.
fn unasked(
    pipeline: Of<'_, Promotion>,
    before: &Stage,
    last: &Stage,
    ctx: Context<'_>,
) -> Option<Hazard> {
    let name = last.target.value().filter(|it| of_name(it) == Some(Environment::Production))?;
    let tried_in = before.target.value()?;
    // Of a canary it is not known whether its phases are verified.
    let is_untried = [before, last].iter().all(|it| it.is_verified.value() == Some(&false));
    let target = target(name, pipeline.component, ctx).filter(|_| is_untried)?;
    let is_open = target.facts.needs_approval.value() == Some(&false);
    let automation = automation(pipeline, tried_in, name, ctx).filter(|_| is_open)?;
    Some(hazard(pipeline, before, target, automation, ctx))
}

fn target<'a>(
    name: &SmolStr,
    near: &Component,
    ctx: Context<'a>,
) -> Option<Of<'a, DeliveryTarget>> {
    let all = ctx.system.components().iter().filter(|it| it.root == near.root);
    let mut targets = all.filter_map(|component| match &component.facts {
        Facts::DeliveryTarget(facts) => Some(Of { component, facts: &**facts }),
        _ => None,
    });
    targets.find(|it| it.facts.cloud_name.value() == Some(name))
}

fn automation<'a>(
    pipeline: Of<'_, Promotion>,
    from: &SmolStr,
    to: &SmolStr,
    ctx: Context<'a>,
) -> Option<Of<'a, AutomaticPromotion>> {
    let own = pipeline.facts.cloud_name.value()?;
    let all = ctx.system.components().iter().filter(|it| it.root == pipeline.component.root);
    let mut automations = all.filter_map(|component| match &component.facts {
        Facts::AutomaticPromotion(facts) => Some(Of { component, facts: &**facts }),
        _ => None,
    });
    automations.find(|it| {
        it.facts.pipeline == *own
            && it.facts.is_suspended.value() == Some(&false)
            && !leaves_time(&it.facts.wait)
            && it.facts.from.iter().any(|it| it == from || it == "*")
            && it.facts.to.as_ref().is_none_or(|it| it == to)
    })
}

/// True for an hour and more, in which somebody may look at the stage before and stop it.
fn leaves_time(wait: &Known<SmolStr>) -> bool {
    let seconds = |text: &str| {
        let unit = match text.chars().last()? {
            's' => 1,
            'm' => 60,
            'h' => 3600,
            'd' => 86_400,
            _ => return None,
        };
        let number: u64 = text[..text.len() - 1].parse().ok()?;
        number.checked_mul(unit)
    };
    match wait {
        Known::Value(it) => seconds(&it.value).is_none_or(|it| it >= 3600),
        Known::Unknown(_) => !wait.is_not_declared(),
    }
}

fn hazard(
    pipeline: Of<'_, Promotion>,
    before: &Stage,
    target: Of<'_, DeliveryTarget>,
    automation: Of<'_, AutomaticPromotion>,
    ctx: Context<'_>,
) -> Hazard {
    let label = pipeline.component.label();
    let tried_in = before.target.value().map_or("", |it| it.as_str());
    let name = &target.component.name;
    let message = format!(
        "`{}` promotes each release of `{label}` from `{tried_in}` to `{name}` by itself: nothing is verified in either and \
         nobody must approve it, so that a version whose rollout ends well reaches production whatever it answers",
        automation.component.label(),
    );
    let approval = target.facts.needs_approval.traced();
    let fix = approval.and_then(|it| ctx.set_flag(it.origin, "requireApproval", true));
    RULE.worsens(
        pipeline.component.id,
        FailureMode::Rollout,
        Term::Frequency,
        "promoted unseen",
        message,
    )
    .at(automation.facts.origin)
    .related(before.origin, "deployed here, and not verified")
    .related(target.component.origin, "nobody must approve a rollout to it")
    .loses(LossClass::Degraded)
    .shows_as("Errors in production minutes after the rollout to the stage before it ended well")
    .recover(format!(
        "`gcloud deploy targets rollback {name} --delivery-pipeline={} --region=REGION`",
        pipeline.component.name
    ))
    .remedy(
        "Say `strategy: { standard: { verify: true } }` in the stage before production with tests in Skaffold's `verify`, or \
         `requireApproval: true` in the target",
    )
    .fix(fix.map(|it| Fix::unsafely("Let somebody approve each rollout to production", it)))
    .verify(format!("gcloud deploy targets describe {name} --region=REGION --format='value(requireApproval)'"))
}
