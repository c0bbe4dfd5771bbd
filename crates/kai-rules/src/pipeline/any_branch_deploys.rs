//! Deployments of whatever branch is pushed.

use kai_core::{
    Edit, Environment, FailureMode, Fix, Hazard, Level, LossClass, OriginId, Pillar, Term,
};
use kai_graph::{Act, ActKind, BuildService, Event, Job, Of, Pipeline};

use super::service::{acts_in_production, doubt, is_open, may_ask};
use crate::{Check, Context, Observed, Rule};

pub(super) static RULE: Rule = Rule {
    id: "any-branch-deploys",
    pillar: Pillar::DeploymentSafety,
    default_level: Level::Medium,
    since: "0.1.0",
    doc: include_str!("any_branch_deploys.md"),
    check: Check::Pipeline(check),
};

/// One finding for a pipeline, at the job that surely asks nobody, if there is one.
fn check(pipeline: Of<'_, Pipeline>, ctx: Context<'_>, out: &mut Observed) {
    let jobs =
        pipeline.jobs.iter().filter(|it| is_open(it) && acts_in_production(it, pipeline, ctx));
    let mut found: Vec<_> = jobs
        .filter_map(|job| {
            let mut changes = job.changes().map(|it| it.1);
            // What waits for a yes on a terminal changes nothing.
            let act = changes.find(|it| it.kind != ActKind::Apply)?;
            Some((job, act, start(job, pipeline)?))
        })
        .collect();
    found.sort_by_key(|it| may_ask(it.0, pipeline.service));
    if let [first, rest @ ..] = &found[..] {
        let fix = of_main(pipeline, &found, ctx);
        let hazard = hazard(pipeline, *first).fix(fix);
        out.push(rest.iter().take(SHOWN).fold(hazard, |hazard, (job, act, _)| {
            hazard.related(act.origin, format!("so does `{}`", job.name))
        }));
    }
}

const SHOWN: usize = 3;

/// What starts a job for whatever branch.
#[derive(Clone, Copy)]
struct Start {
    at: OriginId,
    /// Nobody has merged it yet.
    is_proposal: bool,
}

/// Of a job for proposals it must be said that it acts in production: most of them try something out.
fn start(job: &Job, pipeline: Of<'_, Pipeline>) -> Option<Start> {
    let of_proposals = pipeline.triggers_of(job).iter().find(|it| it.event == Event::Proposal);
    let is_said = job.environment.is_some() && job.acts_in == Some(Environment::Production);
    match (job.any_branch, of_proposals) {
        // A job that every push starts is told of as such, whatever else does.
        (Some(at), Some(it)) if it.origin == at && at != job.origin => {
            is_said.then_some(Start { at, is_proposal: true })
        }
        (Some(at), _) => Some(Start { at, is_proposal: false }),
        (None, _) => None,
    }
}

/// A condition for each of the jobs that has none; what is started for proposals is not mended by one.
fn of_main(
    pipeline: Of<'_, Pipeline>,
    found: &[(&Job, &Act, Start)],
    ctx: Context<'_>,
) -> Option<Fix> {
    const BRANCH: &str = "github.ref_name == github.event.repository.default_branch";
    let is_only_pushed = pipeline.triggers.iter().all(|it| it.event == Event::Push);
    let (key, value, rivals) = match pipeline.service {
        BuildService::GithubActions if is_only_pushed => ("if", BRANCH.to_owned(), &["if:"][..]),
        BuildService::GithubActions => {
            ("if", format!("github.event_name != 'push' || {BRANCH}"), &["if:"][..])
        }
        BuildService::GitlabCi => (
            "rules",
            "[{ if: $CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH }]".to_owned(),
            &["rules:", "only:", "except:", "<<:", "when:", "extends:"][..],
        ),
        _ => return None,
    };
    let is_gitlab = pipeline.service == BuildService::GitlabCi;
    if is_gitlab && found.iter().any(|it| is_needed(it.0, pipeline, found, ctx)) {
        return None;
    }
    let edits: Option<Vec<Vec<Edit>>> = found
        .iter()
        .map(|(job, _, start)| {
            let text = ctx.written(job.written)?;
            let is_free = !start.is_proposal && !rivals.iter().any(|it| text.contains(it));
            ctx.insert(job.written, key, &value).filter(|_| is_free)
        })
        .collect();
    Some(Fix::unsafely("Deploy the default branch alone", edits?.concat()))
}

/// True where a job that stays on every branch may name it: GitLab makes no pipeline without what a job
/// needs.
fn is_needed(
    job: &Job,
    pipeline: Of<'_, Pipeline>,
    found: &[(&Job, &Act, Start)],
    ctx: Context<'_>,
) -> bool {
    // Without such a word a job needs what stands in earlier stages, if it is there.
    const WORDS: &[&str] = &["needs:", "dependencies:", "extends:", "<<:"];
    let names = |it: &&Job| {
        let text = ctx.written(it.written).unwrap_or_default();
        it.needs.contains(&job.name) && WORDS.iter().any(|word| text.contains(word))
    };
    let stays = |it: &&Job| !found.iter().any(|(other, ..)| other.name == it.name);
    pipeline.jobs.iter().filter(stays).any(|it| names(&it))
}

fn hazard(pipeline: Of<'_, Pipeline>, (job, act, start): (&Job, &Act, Start)) -> Hazard {
    let name = &job.name;
    let what = match start.is_proposal {
        true => "Whatever is proposed",
        false => "A push to whatever branch",
    };
    let message = format!(
        "{what} runs `{}` in `{name}`, and nothing asks which branch it is: what somebody tries out \
         is deployed before anybody has read it, and the branch that is pushed last stays{}",
        act.what,
        doubt(job, pipeline.service),
    );
    let remedy = match pipeline.service {
        BuildService::GitlabCi => {
            "Say `rules: [{ if: $CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH }]` in the job, and protect that branch"
        }
        _ => "Say `branches: [main]` below `push:`, and protect that branch",
    };
    RULE.worsens(
        pipeline.component.id,
        FailureMode::Rollout,
        Term::Frequency,
        "any branch is deployed",
        message,
    )
    .at(act.origin)
    .related(start.at, "what starts it names no branch")
    .loses(if may_ask(job, pipeline.service) { LossClass::Toil } else { LossClass::Degraded })
    .shows_as("What runs is no commit of the main branch")
    .recover("Run the pipeline of the newest commit of the main branch again")
    .remedy(remedy)
    .verify(format!("Push an empty commit to a branch of its own: no run of it holds `{name}`"))
}
