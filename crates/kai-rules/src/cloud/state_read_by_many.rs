//! State of production that a whole company reads, or every pull request.

use kai_core::{FailureMode, Hazard, Level, LossClass, OriginId, Pillar, SmolStr, Term};
use kai_graph::{Bucket, CloudRole, Component, Facts, Of, SharedRead, StateStore};

use super::near;
use crate::{Check, Context, Observed, Rule};

pub(super) static RULE: Rule = Rule {
    id: "state-read-by-many",
    pillar: Pillar::Security,
    default_level: Level::Medium,
    since: "0.1.0",
    doc: include_str!("state_read_by_many.md"),
    check: Check::Component(check),
};

fn check(component: &Component, ctx: Context<'_>, out: &mut Observed) {
    let found = match &component.facts {
        Facts::Bucket(bucket) => by_company(bucket, ctx),
        Facts::StateStore(store) => by_policy(Of { component, facts: &**store }, ctx),
        Facts::CloudRole(role) => by_proposals(Of { component, facts: &**role }, ctx),
        _ => None,
    };
    out.hazards.extend(found.map(|it| hazard(component, &it, ctx)));
}

/// Who reads which state, and where that is written.
struct Readers<'a> {
    store: Of<'a, StateStore>,
    who: String,
    origin: OriginId,
}

fn by_company<'a>(bucket: &'a Bucket, ctx: Context<'a>) -> Option<Readers<'a>> {
    let stores =
        || ctx.system.states_in(bucket).filter(|it| near::is_production(it.component, ctx));
    let mut found = bucket.shared.iter().flat_map(|shared| {
        let read = stores().filter(|it| it.facts.is_in(shared));
        read.map(move |store| of_shared(store, shared))
    });
    found.next()
}

fn of_shared<'a>(store: Of<'a, StateStore>, shared: &SharedRead) -> Readers<'a> {
    Readers { store, who: shared.who.to_string(), origin: shared.origin }
}

/// By a policy on a bucket that is made elsewhere.
fn by_policy<'a>(store: Of<'a, StateStore>, ctx: Context<'a>) -> Option<Readers<'a>> {
    let shared = store.facts.shared.iter().find(|it| store.facts.is_in(it))?;
    near::is_production(store.component, ctx).then(|| of_shared(store, shared))
}

/// A role that every pull request may become. One that may do everything is worse than that, and told elsewhere.
fn by_proposals<'a>(of: Of<'a, CloudRole>, ctx: Context<'a>) -> Option<Readers<'a>> {
    let role = of.facts;
    let trust = role.trust.traced()?;
    let statements = &trust.value.statements;
    let is_denied = statements.iter().any(|it| !it.is_allowed);
    let is_told_or_narrowed = is_denied || role.is_bounded || !role.powers.is_empty();
    if is_told_or_narrowed || !statements.iter().any(|it| it.admits_proposals()) {
        return None;
    }
    let store = ctx.system.state_stores().find(|it| {
        near::is_production(it.component, ctx) && ctx.system.reads_state(of, *it).is_some()
    })?;
    let name = role.cloud_name.value().map(SmolStr::as_str).unwrap_or("without a known name");
    let who = format!("every pull request, as the role `{name}`,");
    Some(Readers { store, who, origin: trust.origin })
}

fn hazard(component: &Component, readers: &Readers<'_>, ctx: Context<'_>) -> Hazard {
    let path = &ctx.system.root(readers.store.component.root).path;
    let bucket = readers.store.facts.bucket.value().map_or("", SmolStr::as_str);
    let message = format!(
        "The state of `{path}` in the bucket `{bucket}` can be read by {}: it holds every attribute as it is, passwords and \
         keys of production too",
        readers.who.trim_end_matches(','),
    );
    RULE.worsens(component.id, FailureMode::Compromise, Term::Loss, "state that many can read", message)
        .at(readers.origin)
        .related(readers.store.component.origin, "the state that it keeps")
        .loses(LossClass::Compromise)
        .shows_as("`GetObject` on the state in the log of accesses, by somebody who applies nothing")
        .recover("Issue the secrets in it anew and revoke the old ones")
        .remedy(
            "Let those alone read it who apply it; let pull requests plan with a role that reads the state of a stage without \
             secrets of production, or plan behind a reviewed environment",
        )
        .verify(readers.store.facts.readers_command())
}
