//! The rollout of a component, step by step.

use kai_core::ComponentId;

use super::{Asked, Intent, Wants, answer, deploy};
use crate::answer::{Answer, Section, Statement, Step};
use crate::case::Case;
use crate::incident::{self, Mode};
use crate::part;

pub(super) const INTENT: Intent = Intent {
    id: "rollout",
    example: "design the rollout for X",
    wants: Wants::Component,
    is_played: false,
    patterns: &[
        "design|plan|write|draft|prepare|create|make|propose|describe|give|define rollout|rollouts|release|deployment|canary|progressive|deploy",
        "canary|canaries",
        "blue-green",
        "progressive* X|rollout|delivery|deployment|deploy",
        "rollout|release|deployment plan|strategy|steps|process",
        "how should|must|would|do|can rollout|release|roll|deploy X|new|it",
        "how should|must|would|do|can i|we rollout|release|roll|deploy X|new|it",
        "stage|staged|gradual* rollout|release|deploy*|roll|X",
    ],
    answer: rollout,
};

fn rollout(case: Case<'_>, asked: &Asked<'_>) -> Result<Answer, String> {
    let id = asked.component()?;
    let label = case.label(id);
    let workload = case
        .workload(id)
        .ok_or_else(|| format!("`{label}` is nothing that pods are rolled out for"))?;
    let (many, line) = match part::count(case, id) {
        Some((many, line)) => (Some(many), line),
        None => (None, case.named(id)),
    };
    let direct = Statement::new(
        match many {
            Some(1) => format!(
                "With one pod there is no progressive rollout of `{label}`: every release is all or nothing, so the first step is a second pod."
            ),
            Some(many) => format!(
                "Roll `{label}` out to one of its {many} pods, watch, then the rest; the way back is one command and is tried before."
            ),
            None => format!(
                "Roll `{label}` out to one pod, watch, then the rest; how many there are is not known here."
            ),
        },
        vec![line],
    );
    let mut before = deploy::mechanics(case, workload);
    before.push(part::person(case, "Not during", "freeze", |it| &it.freeze));
    let sections = vec![
        Section::document("How a new version replaces the old one today", before),
        Section::document("Steps", steps(case, id, many)).numbered(),
        Section::new(Step::Observability, part::observability(case, id)),
        Section::document("Back", deploy::back(case, id).into_iter().collect()),
        Section::new(Step::Priority, against(case, id)).numbered(),
    ];
    Ok(answer(vec![direct], sections, incident::of(Mode::Rollout)))
}

fn steps(case: Case<'_>, id: ComponentId, many: Option<u32>) -> Vec<Statement> {
    let line = || vec![case.named(id)];
    let mut steps = vec![Statement::new(
        "In staging: roll it out, and roll it back; note how long back takes.",
        line(),
    )];
    if let Some(many) = many.filter(|it| *it > 1) {
        let share = 100 / many.max(1);
        let number = case.number(
            case.label(id),
            format!("one of {many} pods carries {share}%"),
            vec![format!("100% / {many} = {share}%")],
        );
        let pause = part::on(case, id, "rollout pause").unwrap_or_default();
        let first = format!(
            "One pod of {many}, which is about {share}% of its load; stop the rollout there for 15 minutes."
        );
        steps.push(Statement::new(first, vec![number]).command(pause));
        let resume = part::on(case, id, "rollout resume").unwrap_or_default();
        let rest = if many > 3 { "Half, for 15 minutes; then all." } else { "Then the rest." };
        steps.push(Statement::new(rest, line()).command(resume));
    }
    let watch = match case.journeys(id).0.first() {
        Some(journey) => format!("Go on only while errors and latency of `{}` are no worse than in the hour before; else go back at once and look afterwards.", journey.name),
        None => "Go on only while its errors and latency are no worse than in the hour before; else go back at once and look afterwards.".to_owned(),
    };
    steps.push(Statement::new(watch, line()));
    if let Some(command) = part::on(case, id, "rollout status") {
        steps.push(
            Statement::new(
                "It is done when the platform says so and 30 minutes have passed.",
                line(),
            )
            .command(command),
        );
    }
    steps
}

fn against(case: Case<'_>, id: ComponentId) -> Vec<Statement> {
    let own = case.findings(id).into_iter();
    own.filter(|it| it.pillar == kai_core::Pillar::DeploymentSafety)
        .take(3)
        .map(|it| part::listed_of(case, id, it))
        .collect()
}
