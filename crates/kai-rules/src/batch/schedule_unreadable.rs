//! A schedule that its reader refuses, or reads as something else.

use kai_core::{FailureMode, Fix, Hazard, Level, LossClass, OriginId, Pillar, Term};
use kai_graph::{Component, Dialect, Facts, Schedule};

use crate::command::{kubectl, resource};
use crate::{Check, Context, Observed, Rule, words};

pub(super) static RULE: Rule = Rule {
    id: "schedule-unreadable",
    pillar: Pillar::Recovery,
    default_level: Level::High,
    since: "0.1.0",
    doc: include_str!("schedule_unreadable.md"),
    check: Check::Component(check),
};

fn check(component: &Component, ctx: Context<'_>, out: &mut Observed) {
    let Some(written) = Written::of(component) else { return };
    if is_templated(written.text) {
        return;
    }
    if let Some((title, fault)) = written.fault() {
        out.push(hazard(component, &written, title, &fault, ctx));
    }
}

const READ_OTHERWISE: &str = "schedule read otherwise";

/// An expression, where it stands, and who reads it.
struct Written<'a> {
    text: &'a str,
    at: OriginId,
    dialect: Dialect,
    is_cron_job: bool,
}

impl<'a> Written<'a> {
    fn of(component: &'a Component) -> Option<Self> {
        match &component.facts {
            Facts::Workload(workload) => {
                let (text, at) = workload.schedule.as_ref()?;
                Some(Self { text, at: *at, dialect: Dialect::Crontab, is_cron_job: true })
            }
            Facts::Backup(backup) => {
                let schedule = backup.schedule.traced()?;
                let dialect = dialect(component);
                Some(Self {
                    text: &schedule.value,
                    at: schedule.origin,
                    dialect,
                    is_cron_job: false,
                })
            }
            _ => None,
        }
    }

    /// A title and a clause.
    fn fault(&self) -> Option<(&'static str, String)> {
        if self.is_cron_job && self.text.contains("TZ=") {
            let fault = "a time zone belongs into `timeZone`, and the API refuses it here";
            return Some(("refused schedule", fault.to_string()));
        }
        let schedule = match Schedule::parse(self.text, self.dialect) {
            Ok(schedule) => schedule,
            Err(fault) => {
                return Some(("unreadable schedule", format!("{fault}, so it never runs")));
            }
        };
        let Some((_, longest)) = schedule.gaps() else {
            // A day that no calendar has is how people say that a job is started by hand.
            if self.is_cron_job {
                return None;
            }
            let fault = "the calendar has no such day, so it never runs";
            return Some(("schedule that never comes", fault.to_string()));
        };
        if self.dialect == Dialect::Crontab || self.text.split_whitespace().count() != 5 {
            return None;
        }
        // The five fields of a crontab, read as seconds, minutes, hours, days and months.
        let meant = Schedule::parse(self.text, Dialect::Crontab).ok()?.gaps()?.1;
        let fault = format!(
            "the operator takes the first of the five fields for seconds, so it runs every {} and \
             not every {}",
            words::time(longest),
            words::time(meant),
        );
        (meant != longest).then_some((READ_OTHERWISE, fault))
    }
}

/// CloudNativePG alone begins with seconds.
fn dialect(component: &Component) -> Dialect {
    match component.native_kind.as_str() {
        "ScheduledBackup" => Dialect::WithSeconds,
        _ => Dialect::Crontab,
    }
}

/// Filled in when it is applied, as a name in capitals is (`CRON_SCHEDULE`), or a word that only its reader knows (`H`,
/// `@daily-random`).
fn is_templated(text: &str) -> bool {
    let is_name = text.len() > 1 && text.bytes().all(|it| it.is_ascii_uppercase() || it == b'_');
    text.is_empty() || is_name || ["${", "{{", "$(", "-random"].iter().any(|it| text.contains(it))
}

fn hazard(
    component: &Component,
    written: &Written<'_>,
    title: &str,
    fault: &str,
    ctx: Context<'_>,
) -> Hazard {
    let label = component.label();
    let message = format!("The schedule `{}` of `{label}`: {fault}", written.text);
    let is_backup = !written.is_cron_job
        || component.workload().is_some_and(|it| it.facts.backup_tool.is_some());
    let (mode, term, loss) = match (title, is_backup) {
        // It runs, and more often than anybody wanted.
        (READ_OTHERWISE, _) => (FailureMode::Misconfigured, Term::Frequency, LossClass::Toil),
        (_, true) => (FailureMode::DataLoss, Term::Loss, LossClass::Irreversible),
        (_, false) => (FailureMode::Misconfigured, Term::Frequency, LossClass::Degraded),
    };
    RULE.worsens(component.id, mode, term, title, message)
        .at(written.at)
        .loses(loss)
        .shows_as(format!("`{label}` has no run at the time one expects"))
        .recover(format!("Mend the schedule, then run `{label}` once by hand"))
        .remedy(remedy(written))
        .fix(begin_with_seconds(written, ctx))
        .verify(kubectl(
            component,
            format!("get {} -o jsonpath='{{.spec.schedule}}{{.status}}'", resource(component)),
        ))
}

fn remedy(written: &Written<'_>) -> String {
    match written.dialect {
        Dialect::WithSeconds if written.text.split_whitespace().count() == 5 => {
            format!("Begin with a field for seconds: `0 {}`", written.text)
        }
        Dialect::WithSeconds => {
            "Write second, minute, hour, day, month and day of the week".to_string()
        }
        Dialect::Crontab if written.text.contains("TZ=") => {
            "Move the zone into `timeZone`".to_string()
        }
        Dialect::Crontab | Dialect::WithLastDays => {
            "Write minute, hour, day, month and day of the week".to_string()
        }
    }
}

fn begin_with_seconds(written: &Written<'_>, ctx: Context<'_>) -> Option<Fix> {
    let is_crontab = written.text.split_whitespace().count() == 5;
    if written.dialect == Dialect::Crontab || !is_crontab {
        return None;
    }
    let edits = ctx.set_text(written.at, "schedule", &format!("0 {}", written.text))?;
    Some(Fix::unsafely("Begin with a field for seconds", edits))
}
