//! How a component comes back, and how much is lost.

use kai_core::{ComponentId, Finding, Pillar};
use kai_graph::{Controller, Facts};
use kai_settings::Disruption;

use super::archive::archive;
use super::backup::{copies, plain};
use super::{Asked, Intent, Wants, answer};
use crate::answer::{Answer, Section, Statement, Step};
use crate::case::Case;
use crate::incident::{self, Mode};
use crate::part;
use crate::question::Token;

pub(super) const INTENT: Intent = Intent {
    id: "recover",
    example: "how do we recover X, and what are its RTO and RPO?",
    wants: Wants::Component,
    is_played: false,
    patterns: &[
        "how|what|can|could|do|who|steps|procedure recover*|restor*|rebuild*|repair*|resurrect*|revive*",
        "recover*|restor*|rebuild*|resurrect*|revive*",
        "rto|rpo|rtos|rpos",
        "recovery time|point|plan|objective*|procedure|steps|strategy",
        "get|bring|put|comes|come|getting X|it back|again|up",
        "how come|comes|get|gets|bring|brought back",
        "how long|quick*|fast|soon back|recover*|restor*|until|again|up|return*",
        "how much data|records|orders|writes|transactions lose|losing|lost|loss",
        "how much data|records|orders|writes|transactions lose|losing|lost|loss if|when|once|with|of X|fail*|die|dies|goes|crash*|gone",
        "failover|fail-over X|for|of|does|is",
        "heal*|self-heal* X|does|it|itself",
    ],
    answer: recover,
};

fn recover(case: Case<'_>, asked: &Asked<'_>) -> Result<Answer, String> {
    let id = asked.component()?;
    let objective = Objective::asked(asked.tokens);
    let is_loss = matches!(objective, Some(Objective::Loss));
    let mut statements = vec![by_itself(case, id)];
    statements.extend(part::failover(case, id));
    // A version that is gone back to brings no data back.
    let is_release = !is_loss && part::lost_with_pod(case, id).is_none();
    statements.extend(release(case, id).filter(|_| is_release));
    let of_data = |it: &&Finding| !is_loss || it.pillar == Pillar::Recovery;
    statements.extend(part::recovery(case, id, 2, of_data));
    let component = case.component(id);
    statements.extend(archive(component).map(|it| it.way_back(case, component)));
    let objectives = part::recovery_objective(case, id, Disruption::Infrastructure);
    let is_stateful = part::is_stateful(case, id);
    let data = if is_stateful {
        copies(case, id).statements.into_iter().map(plain).collect()
    } else {
        Vec::new()
    };
    let mut direct = vec![statements.remove(0)];
    let mut sections = vec![
        Section::document("RTO and RPO", objectives.clone()),
        Section::new(Step::Recovery, statements).numbered(),
        Section::document("Its data", data),
        Section::new(Step::BlastRadius, vec![part::radius(case, id).direct(case)]),
        Section::new(Step::Priority, part::priority_of(case, id, 2, of_data)).numbered(),
    ];
    match objective {
        Some(Objective::Loss) => {
            direct = loss(case, id, &objectives[1]);
            sections.swap(1, 2);
        }
        Some(Objective::Time) if objectives[0].blank.is_none() => {
            direct.insert(0, declared(&case.label(id), &objectives[0]));
        }
        _ => {}
    }
    let incident = is_stateful.then(|| incident::of(Mode::Restore)).flatten();
    Ok(answer(direct, sections, incident))
}

/// The one number that is asked for.
enum Objective {
    Time,
    Loss,
}

impl Objective {
    fn asked(tokens: &[Token]) -> Option<Self> {
        let has = |words: &[&str]| tokens.iter().any(|it| words.contains(&it.word.as_str()));
        let loses = has(&["lose", "losing", "lost", "loss"]) && has(&["much"]);
        match (has(&["rto", "rtos"]), has(&["rpo", "rpos"]) || loses) {
            (true, false) => Some(Self::Time),
            (false, true) => Some(Self::Loss),
            _ => None,
        }
    }
}

/// `RPO of …: 15 min.`
fn declared(label: &str, objective: &Statement) -> Statement {
    let (name, value) = objective.text.split_once(": ").unwrap_or(("", &objective.text));
    Statement { text: format!("{name} of `{label}`, as declared: {value}"), ..objective.clone() }
}

/// How much is lost with it: what is declared, and what its copies come to.
fn loss(case: Case<'_>, id: ComponentId, objective: &Statement) -> Vec<Statement> {
    let label = case.label(id);
    let declared = objective.blank.is_none().then(|| declared(&label, objective));
    if !part::is_stateful(case, id) {
        let absence = case.absence(label.clone(), "no claim, no database", case.scope());
        let text = format!("`{label}` keeps no state that I can see, so nothing is lost with it.");
        return declared.into_iter().chain([Statement::new(text, vec![absence])]).collect();
    }
    let copies = copies(case, id);
    let first = copies.statements.first().map(|it| it.evidence.clone()).unwrap_or_default();
    let known = match (copies.loss, copies.is_copied) {
        (Some(it), _) => it,
        (None, Some(true)) => Statement::new(
            format!(
                "Something copies `{label}` away, and how often is not written in what I read, so I cannot say how much is lost with it."
            ),
            first,
        ),
        (None, _) => Statement::new(
            format!("All of `{label}`, as far as I can see: nothing that I read copies it away."),
            first,
        ),
    };
    declared.into_iter().chain([known]).collect()
}

/// What happens without anybody.
fn by_itself(case: Case<'_>, id: ComponentId) -> Statement {
    let label = case.label(id);
    let (text, evidence) = match &case.component(id).facts {
        Facts::Workload(facts) => {
            let lone = part::count(case, id);
            let origin = facts.pod.origin;
            let mut evidence = vec![case.at(id, origin)];
            let text = match facts.controller {
                Controller::BarePod => format!(
                    "Nobody restarts `{label}` when its machine goes: it is a pod without a controller, so somebody must apply it again."
                ),
                Controller::ComposeService => format!(
                    "`{label}` comes back only on its own host: Compose restarts a container where its restart policy says so, and moves nothing when the host goes."
                ),
                Controller::Job | Controller::CronJob => format!(
                    "`{label}` runs to an end; what failed is run again by its next run or by hand."
                ),
                _ => match lone {
                    Some((1, line)) => {
                        evidence.push(line);
                        format!(
                            "Kubernetes starts `{label}` again by itself, on another machine if it must; it is one pod, so it is away until that pod is ready, and after a lost machine that takes the five minutes that pods tolerate one."
                        )
                    }
                    Some((many, line)) => {
                        evidence.push(line);
                        format!(
                            "Kubernetes replaces lost pods of `{label}` by itself; the others of its {many} carry the load until then."
                        )
                    }
                    None => format!(
                        "Kubernetes replaces lost pods of `{label}` by itself; how many there are is not known here."
                    ),
                },
            };
            (text, evidence)
        }
        Facts::Datastore(facts) => {
            let mut evidence = vec![case.named(id)];
            let text = match facts.instances.traced() {
                Some(it) if it.value > 1 => {
                    evidence.push(case.at(id, it.origin));
                    format!(
                        "The operator of `{label}` promotes one of its {} instances when the first one fails.",
                        it.value
                    )
                }
                Some(it) => {
                    evidence.push(case.at(id, it.origin));
                    format!(
                        "`{label}` has one instance, so it is away until its operator has started that one again."
                    )
                }
                None => format!(
                    "How many instances `{label}` has is not known here, so I cannot say whether one takes over."
                ),
            };
            (text, evidence)
        }
        Facts::ManagedDatabase(facts) => {
            let standby = facts.has_standby.traced();
            let evidence = match standby {
                Some(it) => vec![case.named(id), case.at(id, it.origin)],
                None => vec![case.named(id)],
            };
            let text = match standby.map(|it| it.value) {
                Some(true) => format!(
                    "The cloud hands `{label}` over to its standby in another zone by itself when its machine or its zone fails; deleted or wrong data is wrong there too, and comes back from a copy alone."
                ),
                Some(false) => format!(
                    "`{label}` has no standby in another zone: the cloud starts it again when its machine fails, and when its zone fails it is away until somebody restores a copy elsewhere."
                ),
                None => format!(
                    "The cloud runs `{label}`; whether a standby takes over is not known here."
                ),
            };
            (text, evidence)
        }
        _ => (
            format!(
                "`{label}` does not run by itself: it is back once what declares it is applied again."
            ),
            vec![case.named(id)],
        ),
    };
    Statement::new(text, evidence)
}

/// Back from a bad release.
fn release(case: Case<'_>, id: ComponentId) -> Option<Statement> {
    let command = part::undo(case, id)?;
    let text = "After a bad release: go back to the one before; where Argo CD, Flux or Helm apply it, revert the change there, or they undo the undoing.";
    Some(Statement::new(text, vec![case.named(id)]).command(command))
}
