//! State of Terraform that lies among the files of a repository.

use kai_core::{FailureMode, Hazard, Level, LossClass, Pillar, Term};
use kai_graph::{CommittedState, Component, Facts};

use crate::{Check, Context, Observed, Rule, words};

pub(super) static RULE: Rule = Rule {
    id: "state-in-repository",
    pillar: Pillar::Security,
    default_level: Level::Medium,
    since: "0.1.0",
    doc: include_str!("state_in_repository.md"),
    check: Check::System(check),
};

fn check(ctx: Context<'_>, out: &mut Observed) {
    for component in ctx.system.components() {
        let Facts::StateStore(store) = &component.facts else { continue };
        out.hazards.extend(store.committed.as_ref().map(|it| hazard(component, it)));
    }
}

fn hazard(component: &Component, state: &CommittedState) -> Hazard {
    let path = &state.path;
    let objects = words::count(state.object_count, "object");
    let secrets = words::count(state.secret_count, "secret value");
    let is = match &state.kept_by {
        Some(kept_by) => format!(
            "`{path}` is a leftover: it keeps an old state of {objects} in the repository, and `{kept_by}` keeps the one that \
             counts"
        ),
        None => format!("`{path}` keeps the state of {objects} in the repository"),
    };
    let (message, mode, loss) = match (state.secret_count, &state.kept_by) {
        (0, None) => (
            format!("{is}: nothing locks it, and of two branches each has its own"),
            FailureMode::Rollout,
            LossClass::Degraded,
        ),
        (0, Some(_)) => (
            format!("{is}; who takes the backend out for a moment plans against the old one"),
            FailureMode::Rollout,
            LossClass::Toil,
        ),
        (_, None) => (
            format!("{is}, with {secrets} in the clear for every reader; nothing locks it"),
            FailureMode::Compromise,
            LossClass::Compromise,
        ),
        (_, Some(_)) => (
            format!("{is}; every reader sees {secrets} in the clear"),
            FailureMode::Compromise,
            LossClass::Compromise,
        ),
    };
    let term = if state.secret_count > 0 { Term::Loss } else { Term::Frequency };
    RULE.worsens(component.id, mode, term, "state in the repository", message)
        .at(component.origin)
        .loses(loss)
        .shows_as("Nothing shows who has read it; a plan of another branch wants to make what is already there")
        .recover("Issue the secrets in it anew and revoke the old ones: the history keeps them")
        .remedy(match state.kept_by {
            Some(_) => "Delete the file, and keep `*.tfstate*` out of git",
            None => "Move the state to a backend that locks and encrypts (`terraform init -migrate-state`), and keep `*.tfstate*` out of git",
        })
        .verify(format!("git ls-files -- '{path}' # prints nothing"))
}
