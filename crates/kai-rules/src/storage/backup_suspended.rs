//! A backup that is told to make no copies.

use kai_core::{Environment, FailureMode, Fix, Hazard, Level, LossClass, Pillar, Term, Traced};
use kai_graph::{Component, Facts};

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
    let suspended = match &component.facts {
        Facts::Backup(backup) => backup.is_suspended.traced(),
        Facts::Workload(workload) if workload.backup_tool.is_some() => {
            workload.schedule.as_ref().and(workload.is_suspended.traced())
        }
        _ => None,
    };
    // What developers play with is made again.
    let is_play = ctx.system.environment(component) == Environment::Development;
    if let Some(suspended) = suspended.filter(|it| it.value && !is_play) {
        out.push(hazard(component, suspended, ctx));
    }
}

fn hazard(component: &Component, suspended: &Traced<bool>, ctx: Context<'_>) -> Hazard {
    let label = component.label();
    let key = match component.native_kind.as_str() {
        "Schedule" | "ReplicationSource" | "BackupConfiguration" => "paused",
        "SnapshotSchedule" => "disabled",
        _ => "suspend",
    };
    let message = format!(
        "`{label}` is told to make no copies (`{key}: true`), so what is lost is everything since \
         somebody wrote that"
    );
    RULE.worsens(
        component.id,
        FailureMode::DataLoss,
        Term::Loss,
        "backups are switched off",
        message,
    )
    .at(suspended.origin)
    .loses(LossClass::Irreversible)
    .shows_as(format!("The newest copy of `{label}` grows older"))
    .recover("From the newest copy that was made before")
    .remedy("Switch it on again, or delete it together with the promise that it makes")
    .fix(
        ctx.set_flag(suspended.origin, key, false).map(|it| Fix::unsafely("Make copies again", it)),
    )
    .verify(kubectl(component, format!("get {} -o jsonpath='{{.status}}'", resource(component))))
}
