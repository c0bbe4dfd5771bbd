//! Deployments that end well when they have failed.

use kai_core::{FailureMode, Fix, Hazard, Level, LossClass, OriginId, Pillar, Scalar, Term};
use kai_graph::{Act, ActKind, Job, Of, Pipeline, Step};
use kai_syntax::edit::replace_scalar;

use crate::{Check, Context, Observed, Rule};

pub(super) static RULE: Rule = Rule {
    id: "failure-unnoticed",
    pillar: Pillar::DeploymentSafety,
    default_level: Level::Medium,
    since: "0.1.0",
    doc: include_str!("failure_unnoticed.md"),
    check: Check::Pipeline(check),
};

fn check(pipeline: Of<'_, Pipeline>, ctx: Context<'_>, out: &mut Observed) {
    let found = pipeline.jobs.iter().find_map(|job| dropped(job).or_else(|| unchecked(job)));
    out.hazards.extend(found.map(|it| {
        let switch = it.switch.and_then(|at| replace_scalar(ctx.origins, at, &Scalar::bool(false)));
        let fix = switch.map(|it| Fix::unsafely("Let the step fail with its command", vec![it]));
        hazard(pipeline, &it).fix(fix)
    }));
}

struct Unnoticed {
    at: OriginId,
    /// The truth that forgives a step, where that alone does.
    switch: Option<OriginId>,
    what: String,
    consequence: &'static str,
    remedy: &'static str,
}

fn dropped(job: &Job) -> Option<Unnoticed> {
    let (step, act) =
        job.changes().find(|(step, it)| it.dropped.is_some() || step.forgives.is_some())?;
    let (how, at) = act.dropped.as_ref().or(step.forgives.as_ref())?;
    let is_said = act.dropped.is_none();
    Some(Unnoticed {
        at: *at,
        switch: is_said.then_some(*at),
        what: format!("forgets the failure of `{}`{}, because of {how}", act.what, within(job)),
        consequence: "the run is green, and the old version stays",
        remedy: "Let the step fail with the command, and undo in a step that runs on failure",
    })
}

/// Which job it is; a build of Cloud Build is one without a name.
fn within(job: &Job) -> String {
    match job.name.as_str() {
        "" => String::new(),
        name => format!(" in `{name}`"),
    }
}

/// A call that hands a release on, whose answer nobody looks at.
fn unchecked(job: &Job) -> Option<Unnoticed> {
    let holds_secret = |step: &Step| !step.secrets.is_empty() || !job.secrets.is_empty();
    let mut acts = job.steps.iter().flat_map(|step| step.acts.iter().map(move |act| (step, act)));
    let (_, act) = acts.find(|(step, act)| {
        act.kind == ActKind::CallUnchecked && holds_secret(step) && hands_on(job, step, act)
    })?;
    Some(Unnoticed {
        at: act.origin,
        switch: None,
        what: format!(
            "asks `{}`{} with `curl`, which ends well when the server refuses",
            act.what,
            within(job),
        ),
        consequence: "the run is green, and what it hands on never arrives",
        remedy: "Say `--fail-with-body`, so that an answer of 400 or more fails the step",
    })
}

/// True where the words say that the call deploys or promotes, and not that it tells people.
fn hands_on(job: &Job, step: &Step, act: &Act) -> bool {
    const DELIVERY: [&str; 6] = ["deploy", "image", "promot", "release", "rollback", "rollout"];
    const NEWS: [&str; 8] =
        ["chat", "discord", "hooks.slack", "message", "notif", "slack", "status", "teams"];
    let says = |words: &[&str]| {
        let named = [&act.what, &step.name, &job.name].map(|it| it.to_ascii_lowercase());
        words.iter().any(|word| named.iter().any(|it| it.contains(word)))
    };
    says(&DELIVERY) && !says(&NEWS)
}

fn hazard(pipeline: Of<'_, Pipeline>, found: &Unnoticed) -> Hazard {
    let name = &pipeline.component.name;
    let message = format!("`{name}` {}: {}", found.what, found.consequence);
    RULE.worsens(
        pipeline.component.id,
        FailureMode::Rollout,
        Term::TimeToDetect,
        "a deploy that fails in silence",
        message,
    )
    .at(found.at)
    .loses(LossClass::Degraded)
    .shows_as("A green run, and the version before it in production")
    .recover("Run the step by hand and read what it prints")
    .remedy(found.remedy)
    .verify("Deploy a version that does not exist to staging: the run must be red")
}
