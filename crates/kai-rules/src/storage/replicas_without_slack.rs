//! As many copies wanted for a write as there are copies.

use kai_core::{FailureMode, Fix, Hazard, Known, Level, LossClass, Pillar, Term, Traced};
use kai_graph::{Datastore, Of};

use crate::command::{kubectl, resource};
use crate::{Check, Context, Observed, Rule};

pub(super) static RULE: Rule = Rule {
    id: "replicas-without-slack",
    pillar: Pillar::SinglePointsOfFailure,
    default_level: Level::Medium,
    since: "0.1.0",
    doc: include_str!("replicas_without_slack.md"),
    check: Check::Datastore(check),
};

fn check(store: Of<'_, Datastore>, ctx: Context<'_>, out: &mut Observed) {
    if store.component.native_kind != "Kafka" {
        return;
    }
    let number = |key: &str| {
        let setting = store.settings.get(format!("spec.kafka.config.{key}").as_str());
        let traced = setting.and_then(Known::traced)?;
        Some(Traced { value: traced.value.parse::<u32>().ok()?, origin: traced.origin })
    };
    let (Some(wanted), Some(copies)) =
        (number("min.insync.replicas"), number("default.replication.factor"))
    else {
        return;
    };
    if wanted.value > 1 && wanted.value >= copies.value {
        // One copy more needs a broker more than must be there.
        let is_room = store.instances.value().is_some_and(|it| *it > wanted.value);
        let edits = ctx.set(copies.origin, "", wanted.value + 1).filter(|_| is_room);
        let fix = edits.map(|it| Fix::unsafely("Keep one copy more", it));
        out.push(hazard(store, wanted, copies).fix(fix));
    }
}

fn hazard(store: Of<'_, Datastore>, wanted: Traced<u32>, copies: Traced<u32>) -> Hazard {
    let component = store.component;
    let label = component.label();
    let message = format!(
        "Topics of `{label}` have {} copies, and {} of them must have a message that is sent with \
         `acks=all`: while any broker restarts, sending fails",
        copies.value, wanted.value,
    );
    RULE.worsens(
        component.id,
        FailureMode::PodLoss,
        Term::Impact,
        "every copy must be there",
        message,
    )
    .at(wanted.origin)
    .related(copies.origin, format!("{} copies", copies.value))
    .loses(LossClass::Outage)
    .shows_as("Senders get `NOT_ENOUGH_REPLICAS` during every rolling restart")
    .recover("By itself when the broker is back")
    .remedy(format!(
        "Let one be away: `min.insync.replicas: {}`, or {} copies where there are as many brokers",
        copies.value - 1,
        wanted.value + 1
    ))
    .verify(kubectl(
        component,
        format!("get {} -o jsonpath='{{.spec.kafka.config}}'", resource(component)),
    ))
}
