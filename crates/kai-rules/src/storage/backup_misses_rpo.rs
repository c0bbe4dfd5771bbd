//! Backups farther apart than the data loss that is allowed.

use std::time::Duration;

use kai_core::{FailureMode, Hazard, Level, LossClass, OriginId, Pillar, Term, Traced};
use kai_graph::{Component, Dialect, EngineRole, Facts, Schedule};

use super::plans;
use crate::command::{kubectl, resource};
use crate::{Check, Context, Observed, Rule, words};

pub(super) static RULE: Rule = Rule {
    id: "backup-misses-rpo",
    pillar: Pillar::Recovery,
    default_level: Level::High,
    since: "0.1.0",
    doc: include_str!("backup_misses_rpo.md"),
    check: Check::Component(check),
};

fn check(component: &Component, ctx: Context<'_>, out: &mut Observed) {
    if !keeps_state(component) || ctx.system.plans_that_may_copy(component).next().is_some() {
        return;
    }
    let Some(allowed) = ctx.rpo(component.id) else { return };
    let backups = ctx.system.backups_of(component);
    let Some(copies) =
        backups.iter().map(|it| Copies::of(it, component)).collect::<Option<Vec<_>>>()
    else {
        // One of which nobody knows how often it runs may be often enough.
        return;
    };
    if let Some(best) = copies.iter().min_by_key(|it| it.longest)
        && best.longest > allowed.value
    {
        out.push(hazard(component, best, &allowed));
    }
}

/// What an operator archives as it is written loses minutes, whatever the schedule is.
fn keeps_state(component: &Component) -> bool {
    match &component.facts {
        Facts::Workload(it) => it.engine.is_some_and(|it| it.role == EngineRole::Datastore),
        Facts::Datastore(it) => {
            it.engine.role == EngineRole::Datastore && it.has_backup.value() != Some(&true)
        }
        // What a cloud makes of itself is asked of other settings.
        Facts::ManagedDatabase(it) => {
            it.has_backup.value() == Some(&false) && it.has_point_in_time.value() == Some(&false)
        }
        Facts::Named => component.api_version.is_empty(),
        _ => false,
    }
}

/// How far apart the copies are that something makes.
struct Copies<'a> {
    by: &'a Component,
    at: OriginId,
    longest: Duration,
}

impl<'a> Copies<'a> {
    fn of(by: &'a Component, component: &Component) -> Option<Self> {
        if let Facts::BackupPlan(plan) = &by.facts {
            let [rule] = &plan.rules[..] else { return None };
            let at = rule.schedule.traced()?.origin;
            return plan.longest_gap(&component.native_kind).map(|longest| Self {
                by,
                at,
                longest,
            });
        }
        let (text, at) = match &by.facts {
            Facts::Backup(it) => it.schedule.traced().map(|it| (&it.value, it.origin))?,
            Facts::Workload(it) => it.schedule.as_ref().map(|it| (&it.0, it.1))?,
            _ => return None,
        };
        let dialect = match by.native_kind.as_str() {
            "ScheduledBackup" => Dialect::WithSeconds,
            _ => Dialect::Crontab,
        };
        let (_, longest) = Schedule::parse(text, dialect).ok()?.gaps()?;
        Some(Self { by, at, longest })
    }
}

fn hazard(component: &Component, best: &Copies<'_>, allowed: &Traced<Duration>) -> Hazard {
    let label = component.label();
    let (by, every) = (best.by.label(), words::time(best.longest));
    let message = format!(
        "`{label}` may lose {} of its newest data, and `{by}` copies it every {every}: a fault just before \
         a run loses all of that",
        words::time(allowed.value),
    );
    RULE.worsens(component.id, FailureMode::DataLoss, Term::Loss, "backups too far apart", message)
        .at(best.at)
        .related(allowed.origin, format!("{} are allowed", words::time(allowed.value)))
        .loses(LossClass::Irreversible)
        .shows_as(format!("The newest copy of `{}` is older than its target", component.name))
        .recover(format!("From the newest copy of `{by}`; what is younger is gone"))
        .remedy(
            "Archive the log of the database as it is written, or copy more often; or declare what the \
             business really accepts",
        )
        .verify(match &best.by.facts {
            Facts::BackupPlan(_) => plans::copies(best.by).to_owned(),
            _ => kubectl(best.by, format!("get {} -o jsonpath='{{.spec.schedule}}'", resource(best.by))),
        })
}
