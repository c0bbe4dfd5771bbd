//! Synchronous standbys of which none may be away.

use kai_core::{FailureMode, Fix, Hazard, Level, LossClass, OriginId, Pillar, Term, all};
use kai_graph::{Datastore, Of};

use crate::command::{kubectl, resource};
use crate::{Check, Context, Observed, Rule};

pub(super) static RULE: Rule = Rule {
    id: "standby-without-spare",
    pillar: Pillar::SinglePointsOfFailure,
    default_level: Level::Medium,
    since: "0.1.0",
    doc: include_str!("standby_without_spare.md"),
    check: Check::Datastore(check),
};

fn check(store: Of<'_, Datastore>, ctx: Context<'_>, out: &mut Observed) {
    if store.component.api_group() != "postgresql.cnpg.io" {
        return;
    }
    let Some(instances) = store.instances.traced() else { return };
    let standbys = instances.value.saturating_sub(1);
    let Some((wanted, at)) = wanted(&store) else { return };
    if wanted > 0 && wanted >= standbys && !prefers_to_go_on(&store) {
        out.push(hazard(store, instances.origin, wanted, standbys, at, ctx));
    }
}

/// How many standbys must have a write before it counts.
fn wanted(store: &Datastore) -> Option<(u32, OriginId)> {
    let number = store.settings.get("spec.postgresql.synchronous.number")?.traced()?;
    Some((number.value.parse().ok()?, number.origin))
}

/// The operator then asks fewer standbys while some are away. The older `minSyncReplicas` always
/// does so, and is not looked at.
fn prefers_to_go_on(store: &Datastore) -> bool {
    let said = store.settings.get("spec.postgresql.synchronous.dataDurability");
    said.is_some_and(|it| it.value().is_none_or(|it| it == "preferred"))
}

fn hazard(
    store: Of<'_, Datastore>,
    instances: OriginId,
    wanted: u32,
    standbys: u32,
    at: OriginId,
    ctx: Context<'_>,
) -> Hazard {
    let component = store.component;
    let label = component.label();
    let journeys = ctx.journeys_that_need(component.id);
    let stops = match journeys.len() {
        0 => "every write waits".to_string(),
        _ => format!("every write waits and {}", ctx.stops(component.id)),
    };
    let all = match standbys {
        1 => "its only standby has".to_string(),
        _ => format!("{} of its standbys have", all(standbys as usize)),
    };
    let message = format!(
        "`{label}` lets a write count only when {all} it; while one of them restarts, moves or is \
         upgraded, {stops}",
    );
    RULE.worsens(component.id, FailureMode::PodLoss, Term::Impact, "no standby to spare", message)
        .at(at)
        .related(instances, format!("{} instances", standbys + 1))
        .loses(LossClass::Outage)
        .shows_as("Sessions wait for `SyncRep` in `pg_stat_activity`")
        .recover("By itself when the standby is back; at once with `dataDurability: preferred`")
        .remedy(format!(
            "Run {} instances, so that one standby may be away; or say `dataDurability: preferred` if \
             writing on matters more than a second copy",
            wanted + 2
        ))
        .fix(
            ctx.set(instances, "instances", wanted + 2)
                .map(|it| Fix::unsafely("Run one standby more", it)),
        )
        .verify(kubectl(component, format!("get {} -o jsonpath='{{.status.readyInstances}}'", resource(component))))
}
