//! Pods that stay bound to a node that is gone.

use kai_core::{FailureMode, Fix, Hazard, Level, LossClass, Pillar, Term};
use kai_graph::{Controller, Of, Toleration, Workload};

use crate::command::{field, kubectl};
use crate::{Check, Context, Observed, Rule, words};

pub(super) static RULE: Rule = Rule {
    id: "node-loss-ignored",
    pillar: Pillar::Recovery,
    default_level: Level::Medium,
    since: "0.1.0",
    doc: include_str!("node_loss_ignored.md"),
    check: Check::Workload(check),
};

const GONE: &str = "node.kubernetes.io/unreachable";
/// Seconds after which waiting for a node is worse than starting again; the default is 300.
const TOO_LONG: u32 = 900;

fn check(workload: Of<'_, Workload>, ctx: Context<'_>, out: &mut Observed) {
    // A StatefulSet waits for its node in any case, and a DaemonSet has nowhere else to be.
    let moves = [Controller::Deployment, Controller::ReplicaSet, Controller::Rollout];
    if !moves.contains(&workload.controller) {
        return;
    }
    let journeys = ctx.journeys_that_need(workload.component.id);
    let tolerations = &workload.facts.pod.placement.tolerations;
    let matching: Vec<_> = tolerations.iter().filter(|it| tolerates(it)).collect();
    if journeys.is_empty() || matching.is_empty() {
        return;
    }
    // The shortest of those that match counts; one without seconds lasts for ever.
    let shortest = matching.iter().filter_map(|it| it.seconds.value().copied()).min();
    if shortest.is_none_or(|it| it > TOO_LONG) {
        out.push(hazard(workload, matching[0], shortest, &journeys).fix(fix(&matching, ctx)));
    }
}

fn tolerates(toleration: &Toleration) -> bool {
    (toleration.effect.is_empty() || toleration.effect == "NoExecute")
        && ((toleration.key.is_empty() && toleration.operator == "Exists")
            || (toleration.key == GONE
                && (toleration.operator == "Exists" || toleration.value.is_empty())))
}

/// Only what is about running pods may end (API reference, Toleration: `tolerationSeconds`); a toleration
/// of every effect lets pods onto tainted nodes as well, and what of that is meant is not written.
fn fix(matching: &[&Toleration], ctx: Context<'_>) -> Option<Fix> {
    const DEFAULT: u32 = 300;
    let toleration = matching.iter().find(|it| it.effect == "NoExecute")?;
    let edits = match toleration.seconds.traced() {
        Some(seconds) => ctx.set(seconds.origin, "tolerationSeconds", DEFAULT)?,
        None if toleration.seconds.is_not_declared() => {
            ctx.insert(toleration.origin, "tolerationSeconds", &DEFAULT.to_string())?
        }
        None => return None,
    };
    Some(Fix::unsafely("Give a lost node five minutes", edits))
}

fn hazard(
    workload: Of<'_, Workload>,
    toleration: &Toleration,
    shortest: Option<u32>,
    journeys: &[&str],
) -> Hazard {
    let component = workload.component;
    let label = component.label();
    let (wait, until) = match shortest {
        None => ("for ever".to_string(), "until somebody deletes them".to_string()),
        Some(seconds) => (
            format!("for {seconds} s"),
            format!(
                "for {}",
                match seconds / 60 {
                    1 => "1 minute".to_owned(),
                    minutes => format!("{minutes} minutes"),
                }
            ),
        ),
    };
    let message = format!(
        "Pods of `{label}` tolerate a lost node {wait}; those on it are not replaced {until}, and {} \
         {} without them",
        words::list(journeys),
        if journeys.len() == 1 { "goes on" } else { "go on" },
    );
    RULE.worsens(
        component.id,
        FailureMode::NodeLoss,
        Term::TimeToRecover,
        "not replaced when its node is lost",
        message,
    )
    .at(toleration.origin)
    .loses(LossClass::Outage)
    .shows_as(format!("Pods of `{label}` are Terminating or Unknown on a node that is NotReady"))
    .recover(format!(
        "`{}`",
        kubectl(component, "delete pod --force --field-selector spec.nodeName=NODE")
    ))
    .remedy(format!(
        "Tolerate only the taints that are meant, by key; leave `{GONE}` to the default of 300 s"
    ))
    .verify(field(component, ".spec.template.spec.tolerations"))
}
