//! Is a deployment of it safe?

use kai_core::{ComponentId, Finding, Pillar};
use kai_graph::{Controller, Of, Strategy, Workload};

use super::ready::{step, weakness};
use super::{Asked, Intent, Wants, answer};
use crate::answer::{Answer, Section, Statement, Step};
use crate::case::Case;
use crate::incident::{self, Mode};
use crate::part;
use crate::question::Token;
use crate::words::{clause, count};

pub(super) const INTENT: Intent = Intent {
    id: "deploy",
    example: "is it safe to deploy X?",
    wants: Wants::MaybeComponent,
    is_played: false,
    patterns: &[
        "safe*|risk*|dangerous|ok|okay|fine deploy*|release*|rollout|rollouts|roll|ship*|merge*|push*|upgrade*|update*|apply|deployment|redeploy",
        "can|should|could|may|dare i|we deploy*|ship*|release*|merge|push|roll|update|upgrade|redeploy|rollout",
        "safe|safely|ok|okay|fine|can|could|may|should|shall|dare restart*|bounce* X",
        "freeze|freezes|frozen",
        "bad|broken|wrong|faulty deploy*|release*|version|image|rollout|update",
        "rollback|rolled-back|rollbacks",
        "roll|rolled back",
        "what|how happen*|goes|go|does deploy*|release*|rollout|upgrade* wrong|during|when|X|of|on",
        "deploy|release|ship|rollout friday|today|now|tonight|daytime|hours",
        "downtime deploy*|release*|rollout|upgrade*|update*|without|zero",
        "zero-downtime",
    ],
    answer: deploy,
};

fn deploy(case: Case<'_>, asked: &Asked<'_>) -> Result<Answer, String> {
    let findings: Vec<&Finding> = match asked.subject {
        Some(id) => [case.findings(id), of_delivery(case, id)].concat(),
        None => case.assessment.findings.iter().collect(),
    };
    let against: Vec<&Finding> =
        findings.into_iter().filter(|it| is_against(asked.subject, it)).collect();
    let doing = if asks_for_restart(asked.tokens) { "restarting" } else { "deploying" };
    let workload = asked.subject.and_then(|it| case.workload(it));
    let mechanics = workload.map(|it| mechanics(case, it)).unwrap_or_default();
    let name = asked.subject.map_or("this system".to_owned(), |it| format!("`{}`", case.label(it)));
    let direct = match against.first() {
        Some(worst) => Statement::new(
            format!(
                "Not as it is: {} against {doing} {name}, and the worst is that {}",
                stand(against.len()),
                asked
                    .subject
                    .map_or_else(|| clause(&worst.message), |it| weakness(case, it, worst))
            ),
            vec![case.finding(worst)],
        ),
        None => Statement::new(
            format!(
                "I find nothing that makes {doing} {name} unsafe in what is declared; whether a bad version is noticed is below."
            ),
            vec![case.absence(
                name.trim_matches('`'),
                "no finding of deployment safety",
                case.scope(),
            )],
        ),
    };
    let steps = against.iter().take(3).map(|it| step(case, asked.subject, it)).collect();
    let mut sections = vec![Section::new(Step::CurrentState, mechanics)];
    if let Some(id) = asked.subject {
        sections.push(Section::new(Step::Observability, part::observability(case, id)));
        sections.push(Section::new(Step::Recovery, back(case, id).into_iter().collect()));
    }
    sections.push(Section::new(Step::Priority, steps).numbered());
    let before = [
        freeze(case).into_iter().collect(),
        part::busy(case, asked.subject),
        part::windows(case, asked.subject),
    ]
    .concat();
    sections.push(Section::document("Before you press the button", before));
    let incident = (!against.is_empty()).then(|| incident::of(Mode::Deploy)).flatten();
    Ok(answer(vec![direct], sections, incident))
}

/// What speaks against new pods in the place of the old ones. What stands on the disk of a pod goes with it, whatever
/// takes the pod away.
fn is_against(subject: Option<ComponentId>, finding: &Finding) -> bool {
    finding.pillar == Pillar::DeploymentSafety
        || subject.is_some() && finding.rule == "state-dies-with-pod"
}

/// A restart is a rollout of the version that runs.
fn asks_for_restart(tokens: &[Token]) -> bool {
    tokens.iter().any(|it| it.word.starts_with("restart") || it.word.starts_with("bounce"))
}

/// Findings about changes in busy times by the project of Argo CD that delivers it.
fn of_delivery(case: Case<'_>, id: ComponentId) -> Vec<&Finding> {
    let orders = case.system().orders(case.component(id).root);
    let projects = orders.filter_map(|it| {
        let delivered = it.facts.delivered.as_ref()?;
        Some(case.system().project_of(it.component, delivered).ok()?.component.id)
    });
    let projects: Vec<ComponentId> = projects.collect();
    let is_one = |it: &&Finding| {
        it.rule == "changes-while-busy" && it.components.iter().any(|it| projects.contains(it))
    };
    case.assessment.findings.iter().filter(is_one).collect()
}

/// When nothing is released; no blank where busy times say it.
fn freeze(case: Case<'_>) -> Option<Statement> {
    let settings = case.settings();
    let is_said = settings.on_call.freeze.is_some() || settings.busy.is_empty();
    is_said.then(|| part::person(case, "When nothing is released", "freeze", |it| &it.freeze))
}

fn stand(many: usize) -> String {
    format!("{} {}", count(many, "finding"), if many == 1 { "speaks" } else { "speak" })
}

/// How a new version replaces the old one.
pub(super) fn mechanics(case: Case<'_>, workload: Of<'_, Workload>) -> Vec<Statement> {
    let id = workload.component.id;
    let rollout = &workload.facts.rollout;
    let mut statements = Vec::new();
    if let Some(strategy) = rollout.strategy.traced() {
        let text = match strategy.value {
            Strategy::RollingUpdate => rolling(workload, part::number(case, id)),
            Strategy::Recreate => {
                "It stops every pod before the first new one starts, so each release is an outage."
                    .to_owned()
            }
            Strategy::OnDelete => "Nothing is replaced until somebody deletes pods.".to_owned(),
            Strategy::Progressive => "A controller shifts traffic step by step.".to_owned(),
        };
        statements.push(Statement::new(text, vec![case.at(id, strategy.origin)]));
    }
    let ready = workload.facts.pod.containers.iter().find_map(|it| it.readiness.as_ref());
    statements.push(match ready {
        Some(probe) => Statement::new("A readiness probe holds back a version that does not answer.", vec![case.at(id, probe.origin)]),
        None if workload.facts.pod.is_fully_read => {
            let absence = case.absence(case.label(id), "no readiness probe", "all its containers");
            Statement::new("Nothing holds back a version that starts and does not answer: there is no readiness probe.", vec![absence])
        }
        None => Statement::new("Whether it has a readiness probe could not be read.", vec![case.named(id)]),
    });
    statements
}

/// How pods are replaced one by one, of so many.
fn rolling(workload: Of<'_, Workload>, many: Option<u32>) -> String {
    let rollout = &workload.facts.rollout;
    if workload.facts.controller == Controller::StatefulSet {
        let outage = "It is one pod, which stops before the next one starts, so each release is an outage of it.";
        let one = if many == Some(1) { outage } else { "It rolls, pod after pod." };
        return one.to_owned();
    }
    let (Some(most), Some(surge)) = (rollout.max_unavailable.value(), rollout.max_surge.value())
    else {
        return "It rolls, pod after pod.".to_owned();
    };
    let pods = |it: String| if it == "1" { "1 pod".to_owned() } else { format!("{it} pods") };
    match many.filter(|it| *it > 0) {
        // The controller lets one go where neither share comes to a pod.
        Some(many) => {
            let more = surge.of_rounded_up(many);
            let away = most.of_rounded_down(many).max(u32::from(more == 0));
            let away = if away == 0 { "none".to_owned() } else { pods(away.min(many).to_string()) };
            let all = pods(many.to_string());
            format!("It rolls: of {all}, {away} may be away and {more} more may start at a time.")
        }
        None => {
            let away = pods(most.to_string());
            format!("It rolls: up to {away} may be away and {surge} more may start at a time.")
        }
    }
}

/// The command that goes back.
pub(super) fn back(case: Case<'_>, id: ComponentId) -> Option<Statement> {
    let command = part::on(case, id, "rollout undo")?;
    Some(
        Statement::new(
            "Back, if it is bad; where a reconciler applies it, revert the change there.",
            vec![case.named(id)],
        )
        .command(command),
    )
}
