//! Builds of proposals that run as an identity which may change the production cluster.

use kai_core::{Environment, FailureMode, Hazard, Level, LossClass, Pillar, Term};
use kai_graph::{
    Asks, BuildTrigger, CloudAccount, CloudPower, Component, Event, Facts, HeldGrant,
    ManagedCluster, Of,
};

use crate::{Check, Context, Observed, Rule};

pub(super) static RULE: Rule = Rule {
    id: "proposals-reach-production",
    pillar: Pillar::Security,
    default_level: Level::High,
    since: "0.1.0",
    doc: include_str!("proposals_reach_production.md"),
    check: Check::Component(check),
};

fn check(component: &Component, ctx: Context<'_>, out: &mut Observed) {
    let Facts::BuildTrigger(facts) = &component.facts else { return };
    let trigger = Of { component, facts: &**facts };
    let is_asked = !matches!(trigger.asks.value(), Some(Asks::Nobody | Asks::Strangers));
    if trigger.event != Event::Proposal || is_asked {
        return;
    }
    let account = trigger.facts.account.as_ref();
    let Some(account) = account.and_then(|it| ctx.system.cloud_account(component, it)) else {
        return;
    };
    let clusters = ctx.system.managed_clusters().filter(|it| {
        ctx.system.environment(it.component) == Environment::Production
            && ctx.system.is_same_configuration(it.component, component)
    });
    for cluster in clusters {
        let mut held = ctx.system.grants_held_by(account);
        let reaching = held.find(|it| {
            it.grant.has(CloudPower::Clusters) && it.grant.holds_throughout(&cluster.home)
        });
        if let Some(held) = reaching {
            out.push(hazard(trigger, account, cluster, held, ctx));
        }
    }
}

fn hazard(
    trigger: Of<'_, BuildTrigger>,
    account: Of<'_, CloudAccount>,
    cluster: Of<'_, ManagedCluster>,
    held: HeldGrant<'_>,
    ctx: Context<'_>,
) -> Hazard {
    let home = cluster.home.value().map_or("", |it| it.as_str());
    let identity = account.cloud_name.value().unwrap_or(&account.component.name);
    let file = trigger.file.value().map(|it| format!(" from `{it}`")).unwrap_or_default();
    let asked = match trigger.asks.value() {
        Some(Asks::Strangers) => "; only strangers wait for a comment first",
        _ => "",
    };
    let message = format!(
        "`{}` runs what a pull request holds{file} as `{identity}`, which has `{}` in all of project `{home}`, and \
         `{}` is there: code that nobody has reviewed can put workloads on production{asked}",
        trigger.component.label(),
        held.grant.role,
        cluster.component.label(),
    );
    let hazard = RULE
        .worsens(
            cluster.component.id,
            FailureMode::Compromise,
            Term::Loss,
            "code of pull requests can change production",
            message,
        )
        .at(held.holder.origin)
        .related(trigger.facts.event_origin, "every pull request is built")
        .loses(LossClass::Compromise)
        .shows_as(format!("Calls of `{identity}` to the production cluster in the audit log"))
        .recover(format!(
            "Disable the trigger, take `{}` from `{identity}`, then look for workloads that no release made",
            held.grant.role
        ))
        .remedy(
            "Keep production in a project of its own, or give the identity of pull requests a role in the \
             namespace or cluster that they are tried in",
        )
        .verify(format!(
            "gcloud projects get-iam-policy {home} --flatten=bindings --format='value(bindings.role)' \
             --filter='bindings.members:{identity}@' # no role on clusters"
        ));
    match running(trigger, ctx) {
        Some(origin) => hazard.related(origin, "runs code of the pull request"),
        None => hazard,
    }
}

/// Where the build first runs what the repository holds.
fn running(trigger: Of<'_, BuildTrigger>, ctx: Context<'_>) -> Option<kai_core::OriginId> {
    let file = trigger.facts.file.value()?;
    ctx.system.components().iter().find_map(|it| match &it.facts {
        Facts::Pipeline(facts) if it.name == *file => {
            facts.steps().find(|it| it.1.runs_code).map(|it| it.1.origin)
        }
        _ => None,
    })
}
