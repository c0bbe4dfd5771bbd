//! A backup that is told to make no copies.

use kai_core::{
    Environment, FailureMode, Fix, Hazard, Level, LossClass, OriginId, Pillar, SmolStr, Term,
    Traced,
};
use kai_graph::{Component, Facts};

use super::plans;
use crate::command::{kubectl, resource};
use crate::{Check, Context, Observed, Rule};

pub(super) static RULE: Rule = Rule {
    id: "backup-suspended",
    pillar: Pillar::Recovery,
    default_level: Level::High,
    since: "0.1.0",
    doc: include_str!("backup_suspended.md"),
    check: Check::Component(check),
};

fn check(component: &Component, ctx: Context<'_>, out: &mut Observed) {
    // What developers play with is made again.
    if ctx.system.environment(component) == Environment::Development {
        return;
    }
    let suspended = match &component.facts {
        Facts::BackupPlan(plan) => {
            out.hazards.extend(plan.stopped_by.traced().map(|it| of_plan(component, it, ctx)));
            return;
        }
        Facts::Backup(backup) => backup.is_suspended.traced(),
        Facts::Workload(workload) if workload.backup_tool.is_some() => {
            workload.schedule.as_ref().and(workload.is_suspended.traced())
        }
        _ => None,
    };
    if let Some(suspended) = suspended.filter(|it| it.value) {
        out.push(hazard(component, suspended, ctx));
    }
}

fn hazard(component: &Component, suspended: &Traced<bool>, ctx: Context<'_>) -> Hazard {
    let key = match component.native_kind.as_str() {
        "Schedule" | "ReplicationSource" | "BackupConfiguration" => "paused",
        "SnapshotSchedule" => "disabled",
        _ => "suspend",
    };
    told(component, &format!("{key}: true"), suspended.origin)
        .remedy("Switch it on again, or delete it together with the promise that it makes")
        .fix(switched_on(suspended.origin, key, ctx))
        .verify(kubectl(
            component,
            format!("get {} -o jsonpath='{{.status}}'", resource(component)),
        ))
}

/// A plan of Backup for GKE that is deactivated stays so for ever
/// (registry.terraform.io/providers/hashicorp/google, `gke_backup_backup_plan`).
fn of_plan(plan: &Component, stopped_by: &Traced<SmolStr>, ctx: Context<'_>) -> Hazard {
    let key = stopped_by.value.as_str();
    let is_over = key == "deactivated";
    let fix = switched_on(stopped_by.origin, key, ctx).filter(|_| !is_over);
    told(plan, &format!("{key} = true"), stopped_by.origin)
        .remedy(match is_over {
            true => "Make another plan for what this one copied: a deactivated plan is never active again",
            false => "Switch it on again, or delete it together with the promise that it makes",
        })
        .fix(fix)
        .verify(plans::copies(plan))
}

fn switched_on(at: OriginId, key: &str, ctx: Context<'_>) -> Option<Fix> {
    ctx.set_flag(at, key, false).map(|it| Fix::unsafely("Make copies again", it))
}

/// What both have in common, with the words that tell it to make none.
fn told(component: &Component, words: &str, at: OriginId) -> Hazard {
    let label = component.label();
    let message = format!(
        "`{label}` is told to make no copies (`{words}`), so what is lost is everything since \
         somebody wrote that"
    );
    RULE.worsens(
        component.id,
        FailureMode::DataLoss,
        Term::Loss,
        "backups are switched off",
        message,
    )
    .at(at)
    .loses(LossClass::Irreversible)
    .shows_as(format!("The newest copy of `{label}` grows older"))
    .recover("From the newest copy that was made before")
}
