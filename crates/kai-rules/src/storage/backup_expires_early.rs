//! A copy that is deleted before the next one is made.

use std::time::Duration;

use kai_core::{FailureMode, Hazard, Level, LossClass, Pillar, SmolStr, Term, Traced};
use kai_graph::{Backup, Dialect, Of, Schedule, duration};

use crate::command::{kubectl, resource};
use crate::{Check, Context, Observed, Rule, words};

pub(super) static RULE: Rule = Rule {
    id: "backup-expires-early",
    pillar: Pillar::Recovery,
    default_level: Level::High,
    since: "0.1.0",
    doc: include_str!("backup_expires_early.md"),
    check: Check::Backup(check),
};

fn check(backup: Of<'_, Backup>, _: Context<'_>, out: &mut Observed) {
    let (Some(schedule), Some(kept)) = (backup.schedule.traced(), backup.retention.traced()) else {
        return;
    };
    let Some(kept_for) = duration(&kept.value).filter(|it| !it.is_zero()) else { return };
    let Ok(times) = Schedule::parse(&schedule.value, Dialect::Crontab) else { return };
    if let Some((_, longest)) = times.gaps().filter(|it| it.1 > kept_for) {
        out.push(hazard(backup, schedule, kept, kept_for, longest));
    }
}

fn hazard(
    backup: Of<'_, Backup>,
    schedule: &Traced<SmolStr>,
    kept: &Traced<SmolStr>,
    kept_for: Duration,
    longest: Duration,
) -> Hazard {
    let component = backup.component;
    let label = component.label();
    let message = format!(
        "`{label}` keeps a copy for {} and makes the next one up to {} later, so for up to {} there is \
         none",
        words::time(kept_for),
        words::time(longest),
        words::time(longest.saturating_sub(kept_for)),
    );
    RULE.worsens(
        component.id,
        FailureMode::DataLoss,
        Term::Loss,
        "copies go before the next",
        message,
    )
    .at(kept.origin)
    .related(schedule.origin, format!("every {}", words::time(longest)))
    .loses(LossClass::Irreversible)
    .shows_as(format!("The list of copies of `{label}` is empty on some days"))
    .recover("On such a day there is nothing to restore")
    .remedy("Keep at least three copies: three times the interval")
    .verify(kubectl(component, format!("get {} -o yaml", resource(component))))
}
