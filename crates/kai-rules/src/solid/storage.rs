//! State on volumes that outlive the pods, and a copy of it.

use kai_graph::{Component, Facts, Of, Solid, Workload};

use super::evidence::{Evidence, credit_workloads};
use crate::Context;
use crate::command::kubectl;
use crate::storage::plans;

pub(super) fn solid(ctx: Context<'_>) -> Option<Solid> {
    let evidence = ctx.system.workloads().filter_map(|it| evidence(it, ctx)).collect();
    credit_workloads(evidence, ctx)
}

fn evidence<'a>(workload: Of<'a, Workload>, ctx: Context<'a>) -> Option<Evidence<'a>> {
    let component = workload.component;
    let backup = ctx.system.backups_of(component).into_iter().find(|it| !is_stopped(it))?;
    if workload.engine.is_none() && ctx.system.claims_of(workload).is_empty() {
        return None;
    }
    let engine = workload.engine.map_or("state", |it| it.name);
    Some(Evidence {
        component,
        at: backup.origin,
        title: format!("`{}` ({engine}) is copied away by `{}`", component.label(), backup.label()),
        verify: newest(backup),
    })
}

/// A plan that makes no copies is told by a rule, and is no merit.
fn is_stopped(backup: &Component) -> bool {
    matches!(&backup.facts, Facts::BackupPlan(it) if it.is_stopped())
}

/// The command that shows when the last copy was made.
fn newest(backup: &Component) -> String {
    const AFTER: &str = "# then restore one and read from it";
    if matches!(backup.facts, Facts::BackupPlan(_)) {
        return format!("{} {AFTER}", plans::copies(backup));
    }
    let list = match backup.native_kind.as_str() {
        "Schedule" => format!("get backups.velero.io -l velero.io/schedule-name={}", backup.name),
        "CronJob" => {
            format!("get cronjob {} -o jsonpath='{{.status.lastSuccessfulTime}}'", backup.name)
        }
        "RecurringJob" => {
            "get backups.longhorn.io --sort-by=.metadata.creationTimestamp".to_owned()
        }
        kind => format!("get {} {}", kind.to_lowercase(), backup.name),
    };
    format!("{} {AFTER}", kubectl(backup, list))
}
