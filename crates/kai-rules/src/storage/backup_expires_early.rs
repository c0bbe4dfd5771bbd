//! A copy that is deleted before the next one is made.

use std::time::Duration;

use kai_core::{
    Edit, FailureMode, Fix, Hazard, Level, LossClass, OriginId, Pillar, SmolStr, Term, Traced,
};
use kai_graph::{
    Backup, BackupPlan, Component, DependencyKind, Dialect, Facts, Of, Schedule, duration,
};

use super::plans;
use crate::command::{kubectl, resource};
use crate::{Check, Context, Observed, Rule, words};

pub(super) static RULE: Rule = Rule {
    id: "backup-expires-early",
    pillar: Pillar::Recovery,
    default_level: Level::High,
    since: "0.1.0",
    doc: include_str!("backup_expires_early.md"),
    check: Check::Component(check),
};

/// In seconds.
const DAY: u64 = 24 * 60 * 60;

fn check(component: &Component, ctx: Context<'_>, out: &mut Observed) {
    match &component.facts {
        Facts::Backup(facts) => of_backup(Of { component, facts: &**facts }, ctx, out),
        Facts::BackupPlan(facts) => out.hazards.extend(of_plan(component, facts, ctx)),
        _ => {}
    }
}

/// A plan whose one rule deletes its copies before it makes the next ones, and keeps nothing else.
fn of_plan(component: &Component, plan: &BackupPlan, ctx: Context<'_>) -> Option<Hazard> {
    let (kept_for, longest) = plan.expires_early()?;
    let rule = plan.rules.first()?;
    let (schedule, kept) = (rule.schedule.traced()?, rule.kept_days.traced()?);
    let (at, schedule) = (kept.origin, schedule.origin);
    let is_second = is_second(component, ctx);
    let enough = u32::try_from(days(longest) * COPIES).ok()?;
    let fix = keep_more(component, kept.origin, enough, ctx);
    let label = component.label();
    let name = format!("the copies of `{label}`");
    let hazard = told(component, &label, (kept_for, longest), (at, schedule))
        .fix(fix)
        .shows_as(format!("On some days there is none of {name}"))
        .verify(format!("{} # three or more", plans::copies(component)));
    Some(match is_second {
        true => hazard
            .loses(LossClass::Degraded)
            .recover("On such a day from what else copies it, and from there alone"),
        false => hazard.loses(LossClass::Irreversible),
    })
}

/// True where all that a plan copies is copied by something else too: the database itself, or another plan.
fn is_second(plan: &Component, ctx: Context<'_>) -> bool {
    let copied = ctx.system.needs(plan.id).iter().filter(|it| it.kind == DependencyKind::BacksUp);
    let copies_itself = |it: &Component| match &it.facts {
        Facts::ManagedDatabase(facts) => facts.has_backup.value() == Some(&true),
        _ => false,
    };
    let has_other = |it: &Component| ctx.system.plans_of(it).any(|it| it.component.id != plan.id);
    let mut copied = copied.map(|it| ctx.system.component(it.target)).peekable();
    copied.peek().is_some() && copied.all(|it| copies_itself(it) || has_other(it))
}

/// Azure makes a policy that keeps its copies longer from new, which it refuses while something is protected by the old
/// one (registry.terraform.io/providers/hashicorp/azurerm, `data_protection_backup_policy_disk`).
fn keep_more(component: &Component, kept: OriginId, days: u32, ctx: Context<'_>) -> Option<Fix> {
    let key = match component.native_kind.as_str() {
        "aws_backup_plan" => "delete_after",
        "google_backup_dr_backup_plan" => "backup_retention_days",
        "google_gke_backup_backup_plan" => "backup_retain_days",
        _ => return None,
    };
    ctx.set(kept, key, days).map(keep_longer)
}

fn of_backup(backup: Of<'_, Backup>, ctx: Context<'_>, out: &mut Observed) {
    let (Some(schedule), Some(kept)) = (backup.schedule.traced(), backup.retention.traced()) else {
        return;
    };
    let Some(kept_for) = duration(&kept.value).filter(|it| !it.is_zero()) else { return };
    let Ok(times) = Schedule::parse(&schedule.value, Dialect::Crontab) else { return };
    if let Some((_, longest)) = times.gaps().filter(|it| it.1 > kept_for) {
        let enough = like(&kept.value, longest);
        let edits = enough.and_then(|it| ctx.set_text(kept.origin, "ttl", &it));
        out.push(hazard(backup, schedule, kept, kept_for, longest).fix(edits.map(keep_longer)));
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
    told(component, &label, (kept_for, longest), (kept.origin, schedule.origin))
        .loses(LossClass::Irreversible)
        .shows_as(format!("The list of copies of `{label}` is empty on some days"))
        .verify(kubectl(component, format!("get {} -o yaml", resource(component))))
}

/// As many as the remedy asks for.
const COPIES: u64 = 3;

/// Whole days, none too few.
fn days(time: Duration) -> u64 {
    time.as_secs().div_ceil(DAY)
}

/// The time in which three copies are made, in days or hours as what is written.
fn like(written: &str, longest: Duration) -> Option<String> {
    let days = days(longest) * COPIES;
    match written.chars().last()? {
        'd' => Some(format!("{days}d")),
        'h' => Some(format!("{}h", days * 24)),
        's' if written.ends_with("h0m0s") => Some(format!("{}h0m0s", days * 24)),
        _ => None,
    }
}

fn keep_longer(edits: Vec<Edit>) -> Fix {
    Fix::unsafely("Keep three copies", edits)
}

/// What both have in common: how long copies are kept and how far apart they are made, and where that stands.
fn told(
    component: &Component,
    label: &str,
    (kept_for, longest): (Duration, Duration),
    (at, schedule): (OriginId, OriginId),
) -> Hazard {
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
    .at(at)
    .related(schedule, format!("every {}", words::time(longest)))
    .recover("On such a day there is nothing to restore")
    .remedy("Keep at least three copies: three times the interval")
}
