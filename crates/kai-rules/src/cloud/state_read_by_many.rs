//! State of production that a whole company reads, or every pull request.

use kai_core::{FailureMode, Hazard, Level, LossClass, OriginId, Pillar, SmolStr, Term};
use kai_graph::{Bucket, CloudRole, Component, Facts, Of, StateStore};

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
        Facts::CloudRole(role) => by_proposals(role, ctx),
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
    let (who, origin) = bucket.shared.first()?;
    let store = ctx.system.states_in(bucket).find(|it| near::is_production(it.component, ctx))?;
    Some(Readers { store, who: who.to_string(), origin: *origin })
}

/// By a policy on a bucket that is made elsewhere.
fn by_policy<'a>(store: Of<'a, StateStore>, ctx: Context<'a>) -> Option<Readers<'a>> {
    let (who, origin) = store.facts.shared.first()?;
    near::is_production(store.component, ctx).then(|| Readers {
        store,
        who: who.to_string(),
        origin: *origin,
    })
}

/// A role that every pull request may become. One that may do everything is worse than that, and told elsewhere.
fn by_proposals<'a>(role: &'a CloudRole, ctx: Context<'a>) -> Option<Readers<'a>> {
    let trust = role.trust.traced()?;
    let statements = &trust.value.statements;
    let is_denied = statements.iter().any(|it| !it.is_allowed);
    if is_denied || !role.powers.is_empty() || !statements.iter().any(|it| it.admits_proposals()) {
        return None;
    }
    let store = ctx.system.state_stores().find(|it| {
        it.facts.backend == "s3" && near::is_production(it.component, ctx) && reads(role, it.facts)
    })?;
    let name = role.cloud_name.value().map(SmolStr::as_str).unwrap_or("without a known name");
    let who = format!("every pull request, as the role `{name}`,");
    Some(Readers { store, who, origin: trust.origin })
}

fn reads(role: &CloudRole, store: &StateStore) -> bool {
    let Some(bucket) = store.bucket.value() else { return false };
    let key = store.key.value().map_or("state", SmolStr::as_str);
    let statements = || role.policies.iter().filter_map(|it| it.policy.as_ref());
    let mut all = statements().flat_map(|it| &it.statements);
    all.any(|it| it.reads_object(bucket, key))
        && !statements().flat_map(|it| &it.statements).any(|it| !it.is_allowed)
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
        .verify(format!("aws s3api get-bucket-policy --bucket {bucket}; gcloud storage buckets get-iam-policy gs://{bucket}"))
}
