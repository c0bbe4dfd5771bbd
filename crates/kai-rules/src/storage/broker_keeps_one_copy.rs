//! Brokers that say "kept" of what one of them alone has.

use kai_core::{
    Edit, FailureMode, Fix, Hazard, Known, Level, LossClass, OriginId, Pillar, SmolStr, Term,
};
use kai_graph::{Datastore, Of};

use crate::command::{kubectl, resource};
use crate::{Check, Context, Observed, Rule};

pub(super) static RULE: Rule = Rule {
    id: "broker-keeps-one-copy",
    pillar: Pillar::Recovery,
    default_level: Level::High,
    since: "0.1.0",
    doc: include_str!("broker_keeps_one_copy.md"),
    check: Check::Datastore(check),
};

fn check(store: Of<'_, Datastore>, ctx: Context<'_>, out: &mut Observed) {
    if store.component.native_kind != "Kafka" || store.facts.engine.name != "kafka" {
        return;
    }
    let weak = weaknesses(&store, store.component.origin);
    if !weak.is_empty() {
        out.push(hazard(store, &weak).fix(fix(&store, &weak, ctx)));
    }
}

/// A setting, what it leads to, and where it stands.
struct Weakness {
    what: String,
    at: OriginId,
    mend: Mend,
}

/// What a weakness needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mend {
    /// Another number where one is written.
    Copies,
    /// No election without those that have everything.
    Off,
    /// A setting that is not there, or a disk.
    Owner,
}

/// Kafka's own defaults keep one copy, and Strimzi changes none of them.
fn weaknesses(store: &Datastore, name: OriginId) -> Vec<Weakness> {
    // One broker cannot keep two copies, and is another rule's.
    let is_small = store.instances.value().is_some_and(|it| *it < 2);
    let is_many = store.instances.value().is_some_and(|it| *it > 1);
    let makes_none = setting(store, "auto.create.topics.enable")
        .is_some_and(|it| it.value().is_some_and(|it| it == "false"));
    let mut weak = Vec::new();
    if let (false, Some((value, at))) = (is_small, number(store, "default.replication.factor"))
        && value < 2
        && (at.is_some() || (is_many && !makes_none))
    {
        let mend = if at.is_some() { Mend::Copies } else { Mend::Owner };
        let at = at.unwrap_or(name);
        weak.push(Weakness { what: format!("`default.replication.factor` is {value}"), at, mend });
    }
    if let (false, Some((value, Some(at)))) =
        (is_small, number(store, "offsets.topic.replication.factor"))
        && value < 2
    {
        weak.push(Weakness {
            what: format!("`offsets.topic.replication.factor` is {value}"),
            at,
            mend: Mend::Copies,
        });
    }
    if let Some(traced) = setting(store, "unclean.leader.election.enable").and_then(Known::traced)
        && traced.value == "true"
    {
        let what = "`unclean.leader.election.enable` lets one lead that lacks them".to_string();
        weak.push(Weakness { what, at: traced.origin, mend: Mend::Off });
    }
    if let Some(traced) = store.settings.get("spec.kafka.storage.type").and_then(Known::traced)
        && traced.value == "ephemeral"
    {
        let what = "`storage.type` is ephemeral".to_string();
        weak.push(Weakness { what, at: traced.origin, mend: Mend::Owner });
    }
    weak
}

fn setting<'a>(store: &'a Datastore, key: &str) -> Option<&'a Known<SmolStr>> {
    store.settings.get(format!("spec.kafka.config.{key}").as_str())
}

/// What is written, or one where nothing is; none where it cannot be told.
fn number(store: &Datastore, key: &str) -> Option<(u32, Option<OriginId>)> {
    match setting(store, key) {
        None => Some((1, None)),
        Some(it) => {
            let traced = it.traced()?;
            Some((traced.value.parse().ok()?, Some(traced.origin)))
        }
    }
}

/// As many copies as there are brokers, three at most, where those that must be there are fewer.
fn fix(store: &Datastore, weak: &[Weakness], ctx: Context<'_>) -> Option<Fix> {
    let copies = store.instances.value().map(|it| (*it).min(3)).filter(|it| *it > 1);
    let wanted = number(store, "min.insync.replicas")?.0;
    let mended = |it: &Weakness| match it.mend {
        Mend::Copies => ctx.set(it.at, "", copies.filter(|it| wanted < *it)?),
        Mend::Off => ctx.set_flag(it.at, "", false),
        Mend::Owner => None,
    };
    let edits: Option<Vec<Vec<Edit>>> = weak.iter().map(mended).collect();
    Some(Fix::unsafely("Keep more than one copy", edits?.concat()))
}

fn hazard(store: Of<'_, Datastore>, weak: &[Weakness]) -> Hazard {
    let component = store.component;
    let label = component.label();
    let said: Vec<_> = weak.iter().map(|it| it.what.as_str()).collect();
    let message = format!(
        "`{label}` confirms messages that one broker alone may have ({}): when its disk or pod goes, \
         they are gone, although their senders were told that they are kept",
        said.join(", "),
    );
    let hazard = RULE
        .worsens(component.id, FailureMode::DataLoss, Term::Loss, "one copy of each message", message)
        .at(weak[0].at)
        .loses(LossClass::Irreversible)
        .shows_as("`kafka_topic_partition_in_sync_replica` is 1, or offsets jump back")
        .recover("From the senders, if they can send again; else none")
        .remedy(
            "Three brokers, `default.replication.factor: 3`, `min.insync.replicas: 2` and a persistent \
             claim; then reassign the topics that exist",
        )
        .verify(kubectl(component, format!("get {} -o jsonpath='{{.spec.kafka.config}}'", resource(component))));
    weak.iter().skip(1).fold(hazard, |hazard, it| hazard.related(it.at, it.what.clone()))
}
