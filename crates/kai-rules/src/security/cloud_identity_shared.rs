//! Cloud identities that workloads at the door share with those behind it.

use std::collections::BTreeMap;

use kai_core::{
    ComponentId, FailureMode, Hazard, Level, Lookup, LossClass, OriginId, Pillar, SmolStr, Term,
    Traced,
};
use kai_graph::{Component, EntryPoint, Facts, Of, Workload};

use crate::command::kubectl;
use crate::exposure::entry_name;
use crate::{Check, Context, Observed, Rule, words};

pub(super) static RULE: Rule = Rule {
    id: "cloud-identity-shared",
    pillar: Pillar::Security,
    default_level: Level::Low,
    since: "0.1.0",
    doc: include_str!("cloud_identity_shared.md"),
    check: Check::System(check),
};

fn check(ctx: Context<'_>, out: &mut Observed) {
    let mut users: BTreeMap<ComponentId, Vec<Of<'_, Workload>>> = BTreeMap::new();
    for workload in ctx.system.workloads().filter(|it| it.facts.is_long_running()) {
        let Some(account) = ctx.system.identity_of(workload) else { continue };
        let is_near = ctx.system.environment(account) == ctx.system.environment(workload.component);
        if is_near && identity(account).is_some() {
            users.entry(account.id).or_default().push(workload);
        }
    }
    // One account as written, with an identity for each environment, is mended once: where it matters.
    let mut accounts: Vec<_> = users.keys().map(|it| ctx.system.component(*it)).collect();
    accounts.sort_by_key(|it| ctx.system.environment(it));
    let mut said = Lookup::new();
    for account in accounts {
        if let Some(hazard) = hazard(account, &users[&account.id], ctx)
            && said.insert(written(account, ctx), ()).is_none()
        {
            out.push(hazard);
        }
    }
}

/// Where it was first written, whatever overlays have done to it.
fn written(account: &Component, ctx: Context<'_>) -> OriginId {
    ctx.origins.first_written(account.origin)
}

/// None where a hole stands in the name, which somebody fills later.
fn identity(account: &Component) -> Option<&Traced<SmolStr>> {
    let Facts::Identity(facts) = &account.facts else { return None };
    let is_whole = |it: &&Traced<SmolStr>| !it.value.contains("{{") && !it.value.contains("${");
    facts.in_cloud.as_ref().filter(is_whole)
}

/// True where both run the same program: one application in two parts, which trusts itself.
fn is_same_program(one: &Workload, other: &Workload) -> bool {
    let image = |it: &Workload| it.pod.containers.first().and_then(|it| it.image.value()).cloned();
    image(one).is_some_and(|it| Some(it) == image(other))
}

fn hazard(account: &Component, users: &[Of<'_, Workload>], ctx: Context<'_>) -> Option<Hazard> {
    let door = |it: &Of<'_, Workload>| ctx.entries_to(it.component.id).into_iter().next();
    let (front, entry) = users.iter().find_map(|it| Some((*it, door(it)?)))?;
    let is_behind =
        |it: &&Of<'_, Workload>| door(it).is_none() && !is_same_program(it.facts, front.facts);
    let behind: Vec<_> = users.iter().filter(is_behind).collect();
    let mut names: Vec<_> = behind.iter().map(|it| it.component.label()).collect();
    names.dedup();
    if names.is_empty() {
        return None;
    }
    let component = front.component;
    let hazard = RULE
        .worsens(
            component.id,
            FailureMode::Compromise,
            Term::Impact,
            "the front shares the identity of what is behind it",
            message(account, front, entry, &names)?,
        )
        .at(identity(account)?.origin)
        .related(account.origin, "the account")
        .related(entry.component.origin, "the way in")
        .loses(LossClass::Degraded)
        .shows_as("Calls in the cloud's audit log that name the account and not the workload")
        .recover("Take the rights from the identity, give each workload one of its own, rotate what it read")
        .remedy(format!(
            "Give `{}` an account of its own, whose identity may do what its own process does with the cloud \
             (often traces and metrics) and no more",
            component.label()
        ))
        .verify(kubectl(
            account,
            "get pods -o custom-columns=POD:.metadata.name,ACCOUNT:.spec.serviceAccountName",
        ));
    Some(
        behind
            .iter()
            .fold(hazard, |hazard, it| hazard.related(it.component.origin, "it acts as the same")),
    )
}

fn message(
    account: &Component,
    front: Of<'_, Workload>,
    entry: Of<'_, EntryPoint>,
    names: &[String],
) -> Option<String> {
    let many = if names.len() == 1 { "does" } else { "do" };
    Some(format!(
        "`{}` answers `{}` and is `{}` in the cloud, as {} behind it {many}; whoever gets into it asks the \
         cloud for all that they may have, without passing them",
        front.component.label(),
        entry_name(entry),
        identity(account)?.value,
        words::list(names),
    ))
}
