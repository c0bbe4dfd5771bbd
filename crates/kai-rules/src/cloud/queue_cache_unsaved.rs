//! Caches that hold work and are copied nowhere.

use kai_core::{FailureMode, Hazard, Level, LossClass, OriginId, Pillar, Role, Term};
use kai_graph::{Component, Facts, ManagedCache};

use super::near;
use crate::{Check, Context, Observed, Rule};

pub(super) static RULE: Rule = Rule {
    id: "queue-cache-unsaved",
    pillar: Pillar::Recovery,
    default_level: Level::Medium,
    since: "0.1.0",
    doc: include_str!("queue_cache_unsaved.md"),
    check: Check::Component(check),
};

/// Words that say that what is in it exists nowhere else.
const WORK: &[&str] = &[
    "broker", "bull", "celery", "job", "jobs", "queue", "queues", "session", "sessions", "sidekiq",
];

fn check(component: &Component, ctx: Context<'_>, out: &mut Observed) {
    let Facts::ManagedCache(facts) = &component.facts else { return };
    if !near::is_production(component, ctx) || facts.has_backup.value() != Some(&false) {
        return;
    }
    if let Some((word, at)) = work(component, facts) {
        out.push(hazard(component, facts, &word, at, ctx));
    }
}

/// The word that says so, and where it stands.
fn work(component: &Component, facts: &ManagedCache) -> Option<(String, OriginId)> {
    let said = [&facts.cloud_name, &facts.description];
    let written = said.into_iter().filter_map(|it| it.traced());
    let texts = written.map(|it| (it.value.as_str(), it.origin));
    let texts = texts.chain([(component.name.as_str(), component.origin)]);
    texts.into_iter().find_map(|(text, at)| {
        let words = near::words(text);
        WORK.iter().find(|it| words.contains(**it)).map(|it| ((*it).to_owned(), at))
    })
}

fn hazard(
    component: &Component,
    facts: &ManagedCache,
    word: &str,
    at: OriginId,
    ctx: Context<'_>,
) -> Hazard {
    let address = near::address(component);
    let burst = facts.node_type.traced().filter(|it| it.value.starts_with("cache.t"));
    let also = match burst {
        Some(it) => {
            format!("; its nodes are `{}`, which slow down when their credits are spent", it.value)
        }
        None => String::new(),
    };
    let message = format!(
        "`{address}` is called as what holds work (`{word}`), and holds it in memory alone: a flush, a bad deletion or the \
         loss of all its nodes loses what was accepted{also}"
    );
    let hazard = RULE
        .worsens(component.id, FailureMode::DataLoss, Term::Loss, "accepted work in memory alone", message)
        .at(component.origin)
        .loses(LossClass::Outage)
        .related(at, "says what it holds")
        .shows_as("Work that was accepted and never done; `CurrItems` that falls to nothing")
        .recover("Accept again what callers still have; the rest is gone")
        .remedy(
            "Keep accepted work in a database, or in a store that logs to disk (MemoryDB), until it is done; a snapshot put \
             back would do again what was done since",
        )
        .verify("In staging: accept work while nothing takes it, `FLUSHALL`, start what takes it: all of it is done");
    let written = facts.has_backup.traced().map(|it| it.origin);
    let written = written.filter(|it| ctx.origins.role(*it) != Role::ProviderDefault);
    let hazard = match written {
        Some(it) => hazard.related(it, "snapshots are turned off"),
        None => hazard,
    };
    match burst {
        Some(it) => hazard.related(it.origin, "nodes with credits"),
        None => hazard,
    }
}
