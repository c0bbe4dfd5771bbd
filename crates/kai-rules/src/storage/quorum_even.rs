//! A quorum of an even size, which survives no more than one member less would.

use kai_core::{FailureMode, Fix, Hazard, Level, LossClass, Pillar, Term, Traced};
use kai_graph::{Component, Controller, Facts};

use crate::command::{kubectl, resource};
use crate::{Check, Context, Observed, Rule, words};

pub(super) static RULE: Rule = Rule {
    id: "quorum-even",
    pillar: Pillar::SinglePointsOfFailure,
    default_level: Level::Medium,
    since: "0.1.0",
    doc: include_str!("quorum_even.md"),
    check: Check::Component(check),
};

/// Software whose members vote, so that more than half of them must be there.
const VOTING: &[&str] =
    &["cockroachdb", "consul", "etcd", "mongodb", "nats", "rabbitmq", "zookeeper"];

fn check(component: &Component, ctx: Context<'_>, out: &mut Observed) {
    let (engine, members) = match &component.facts {
        Facts::Workload(it) if it.controller == Controller::StatefulSet => {
            let Some(engine) = it.engine else { return };
            (engine.name, it.replicas.traced())
        }
        // An arbiter votes and keeps nothing.
        Facts::Datastore(it) if it.settings.contains_key("spec.arbiters") => return,
        Facts::Datastore(it) => (it.engine.name, it.instances.traced()),
        _ => return,
    };
    let is_even = |it: &&Traced<u32>| it.value > 0 && it.value.is_multiple_of(2);
    if let Some(members) = members.filter(is_even).filter(|_| VOTING.contains(&engine)) {
        out.push(hazard(component, engine, members, ctx));
    }
}

fn hazard(
    component: &Component,
    engine: &'static str,
    members: &Traced<u32>,
    ctx: Context<'_>,
) -> Hazard {
    let label = component.label();
    let count = members.value;
    let majority = count / 2 + 1;
    let spare = count - majority;
    let loss = match spare {
        0 => "the loss of either stops all writes: two fail more often than one".to_string(),
        _ => format!(
            "it survives the loss of {}, as {} would",
            words::count(spare as usize, "member"),
            count - 1
        ),
    };
    let message = format!(
        "`{label}` has {count} members of {engine}, of which {majority} must agree; {loss}"
    );
    let journeys = ctx.journeys_that_need(component.id);
    let class = match (spare, journeys.is_empty()) {
        (0, false) => LossClass::Outage,
        (0, true) => LossClass::Degraded,
        _ => LossClass::Toil,
    };
    RULE.worsens(component.id, FailureMode::PodLoss, Term::Impact, "an even quorum", message)
        .at(members.origin)
        .loses(class)
        .shows_as(format!("{engine} reports no leader while one member is away"))
        .recover("Bring the member back; until then it only answers reads, if any")
        .remedy(format!("Run {} members, each on its own machine", count + 1))
        .fix(fix(component, members, ctx))
        .verify(kubectl(
            component,
            format!("get {} -o jsonpath='{{.status}}'", resource(component)),
        ))
}

/// Members of a set join by themselves only where an operator lets them.
fn fix(component: &Component, members: &Traced<u32>, ctx: Context<'_>) -> Option<Fix> {
    if matches!(component.facts, Facts::Workload(_)) {
        return None;
    }
    let edits = ctx.set(members.origin, "replicas", members.value + 1)?;
    Some(Fix::unsafely("Run an odd number of members", edits))
}
