//! Is a deployment of it safe?

use kai_core::{ComponentId, Finding, Pillar};
use kai_graph::{Controller, Of, Strategy, Workload};

use super::ready::{step, weakness};
use super::{Asked, Intent, Wants, answer};
use crate::answer::{Answer, Section, Statement, Step};
use crate::case::Case;
use crate::incident::{self, Mode};
use crate::part;
use crate::question::{Token, asks_leave};
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
    let mut against: Vec<&Finding> =
        findings.into_iter().filter(|it| is_against(asked.subject, it)).collect();
    // What no release brings back comes first.
    against.sort_by_key(|it| it.rule != part::LOST);
    let workload = asked.subject.and_then(|it| case.workload(it));
    let mechanics = workload.map(|it| mechanics(case, it)).unwrap_or_default();
    let direct = verdict(case, asked, &against);
    let steps = against.iter().take(3).map(|it| step(case, asked.subject, it)).collect();
    let mut sections = vec![Section::new(Step::CurrentState, mechanics)];
    if let Some(id) = asked.subject {
        sections.push(Section::new(Step::Observability, part::observability(case, id)));
        sections.push(Section::new(Step::Recovery, recovery(case, id, asked.tokens)));
    }
    sections.push(Section::new(Step::Priority, steps).numbered());
    let before = [
        asked.subject.and_then(|it| part::copied_out(case, it)).into_iter().collect(),
        freeze(case).into_iter().collect(),
        part::busy(case, asked.subject),
        part::windows(case, asked.subject),
    ]
    .concat();
    sections.push(Section::document("Before you press the button", before));
    let incident = against.first().and_then(|it| match it.rule {
        part::LOST => incident::of_finding(case, it),
        _ => incident::of(Mode::Deploy),
    });
    Ok(answer(vec![direct], sections, incident))
}

/// The answer itself, which is a yes or a no to who asks for one.
fn verdict(case: Case<'_>, asked: &Asked<'_>, against: &[&Finding]) -> Statement {
    let is_restart = asks_for_restart(asked.tokens);
    let doing = if is_restart { "restarting" } else { "deploying" };
    let name = asked.subject.map_or("this system".to_owned(), |it| format!("`{}`", case.label(it)));
    let is_asked = asks_leave(asked.tokens);
    if let Some(worst) = against.first() {
        let no = if is_asked { "No, not as it is" } else { "Not as it is" };
        let why =
            asked.subject.map_or_else(|| clause(&worst.message), |it| weakness(case, it, worst));
        let stand = stand(against.len());
        let text = format!("{no}: {stand} against {doing} {name}, and the worst is that {why}");
        return Statement::new(text, vec![case.finding(worst)]);
    }
    if let Some(it) = asked.subject.filter(|_| is_asked).and_then(|it| outage(case, it)) {
        return it;
    }
    // When it may be done is a matter of its own.
    let is_free = is_restart || !has_times(case, asked.subject);
    let is_asked = is_asked && is_free;
    let yes = if is_asked { "Yes, as far as is declared: " } else { "" };
    let noticed = match is_restart {
        true => "whether anybody notices where it does not come back is below",
        false => "whether a bad version is noticed is below",
    };
    let place = if is_asked { "" } else { " in what is declared" };
    let absence =
        case.absence(name.trim_matches('`'), "no finding of deployment safety", case.scope());
    let text = format!("{yes}I find nothing that makes {doing} {name} unsafe{place}; {noticed}.");
    Statement::new(text, vec![absence])
}

/// Where the old pod must end before the next one starts, and something needs it.
fn outage(case: Case<'_>, id: ComponentId) -> Option<Statement> {
    let (many, line) = part::count(case, id)?;
    let workload = case.workload(id);
    let is_recreated =
        workload.is_some_and(|it| it.facts.rollout.strategy.value() == Some(&Strategy::Recreate));
    let is_in_place = workload.is_none_or(|it| it.facts.controller == Controller::StatefulSet);
    let (stops, way) = part::radius(case, id).reached(case)?;
    let text = match (is_recreated, is_in_place && many == 1) {
        (true, _) => format!(
            "No, not without an outage: all of `{}` ends before the next pods start, and {stops} until they are ready.",
            case.label(id)
        ),
        (_, true) => format!(
            "No, not without an outage: `{}` is one, which ends before the next one starts, and {stops} until that is ready.",
            case.label(id)
        ),
        _ => return None,
    };
    Some(Statement::new(text, vec![line, way]))
}

/// How it comes back; a version that is gone back to brings no data back, and a restart has none.
fn recovery(case: Case<'_>, id: ComponentId, tokens: &[Token]) -> Vec<Statement> {
    if part::lost_with_pod(case, id).is_some() {
        return part::recovery(case, id, 1, |it| it.rule == part::LOST);
    }
    if !asks_for_restart(tokens) {
        return back(case, id).into_iter().collect();
    }
    let text = "A restart changes no version, so there is none to go back to: see that the new pods are ready, and what they say where they are not.";
    let ready = |it: String| Statement::new(text, vec![case.named(id)]).command(it);
    let waited = part::undo(case, id).and_then(|_| part::on(case, id, "rollout status"));
    waited.map(ready).into_iter().collect()
}

/// What speaks against new pods in the place of the old ones. What stands on the disk of a pod goes with it, whatever
/// takes the pod away.
fn is_against(subject: Option<ComponentId>, finding: &Finding) -> bool {
    finding.pillar == Pillar::DeploymentSafety || subject.is_some() && finding.rule == part::LOST
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

/// True where something says when nothing is released.
fn has_times(case: Case<'_>, subject: Option<ComponentId>) -> bool {
    let is_frozen = case.settings().on_call.freeze.is_some();
    let said = [part::busy(case, subject), part::windows(case, subject)];
    is_frozen || said.iter().any(|it| !it.is_empty())
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

/// The way back to the version before, with the command for it where there is one.
pub(super) fn back(case: Case<'_>, id: ComponentId) -> Option<Statement> {
    let line = vec![case.named(id)];
    Some(match part::undo(case, id) {
        Some(command) => {
            let text =
                "Back, if it is bad; where a reconciler applies it, revert the change there.";
            Statement::new(text, line).command(command)
        }
        None if case.component(id).api_version.is_empty() => return None,
        None => Statement::new("Back, if it is bad: apply what was declared before.", line),
    })
}
