//! Copies of copies whose failure is told to nobody, though other outcomes are.

use kai_core::{
    Edit, FailureMode, Fix, Hazard, Level, LossClass, OriginId, Pillar, SmolStr, Span, Term, Traced,
};
use kai_graph::{BackupPlan, BackupRule, Component, Facts, Of, Publication};

use super::near;
use crate::{Check, Context, Observed, Rule};

pub(super) static RULE: Rule = Rule {
    id: "copy-fails-unheard",
    pillar: Pillar::Observability,
    default_level: Level::Medium,
    since: "0.1.0",
    doc: include_str!("copy_fails_unheard.md"),
    check: Check::Component(check),
};

fn check(component: &Component, ctx: Context<'_>, out: &mut Observed) {
    let Facts::BackupPlan(facts) = &component.facts else { return };
    let plan = Of { component, facts: &**facts };
    if !near::is_production(component, ctx) || is_heard_otherwise(component, ctx) {
        return;
    }
    let copies_on = plan.facts.rules.iter().filter(|it| it.vaults.len() > 1);
    let mut unheard = copies_on.filter_map(|it| Some((it, unheard(plan, it, ctx)?)));
    if let Some((rule, (told_by, names))) = unheard.next() {
        let fix = tell_of_copies(names.origin, ctx);
        out.push(hazard(plan, rule, told_by, names).fix(fix));
    }
}

/// What tells of the vault from which copies go on, where it tells of much and not of these.
fn unheard<'a>(
    plan: Of<'_, BackupPlan>,
    rule: &BackupRule,
    ctx: Context<'a>,
) -> Option<(&'a Component, &'a Traced<Vec<SmolStr>>)> {
    let vault = ctx.system.vault(rule.vaults.first()?, plan.component)?.component.id;
    let mut told = near::components(plan.component, ctx).filter_map(|it| {
        let events = publication(it)?.of_vault.as_ref()?;
        let is_it = ctx.system.vault(&events.vault, it).is_some_and(|it| it.component.id == vault);
        is_it.then_some((it, events.names.traced()))
    });
    // What nobody knows may be it.
    let (first, names) = told.next()?;
    let names = names.filter(|it| !it.value.is_empty())?;
    let is_copy = |it: &SmolStr| it.starts_with("COPY_JOB");
    (told.next().is_none() && !names.value.iter().any(is_copy)).then_some((first, names))
}

/// One more event in the list, behind the last.
fn tell_of_copies(names: OriginId, ctx: Context<'_>) -> Option<Fix> {
    let span = ctx.origins.editable(names)?;
    let text = &ctx.origins.document(span.document).text;
    let listed = text.get(span.start as usize..span.end as usize)?.strip_suffix(']')?;
    let last = listed.trim_end();
    let line = &listed[last.rfind('\n').map_or(0, |it| it + 1)..];
    let margin = &line[..line.len() - line.trim_start().len()];
    let (gap, comma) = match (last.ends_with(','), listed.contains('\n')) {
        (true, true) => (format!("\n{margin}"), ","),
        (false, false) => (", ".to_owned(), ""),
        _ => return None,
    };
    let at = span.start + u32::try_from(last.len()).ok()?;
    let edit = Edit::insert(
        Span { start: at, end: at, ..span },
        format!("{gap}\"COPY_JOB_FAILED\"{comma}"),
    );
    last.ends_with(['"', ',']).then(|| Fix::unsafely("Tell of copies that fail", vec![edit]))
}

fn publication(component: &Component) -> Option<&Publication> {
    match &component.facts {
        Facts::Publication(facts) => Some(facts),
        _ => None,
    }
}

/// Events of the service that EventBridge passes on, or alarms on what the service counts.
fn is_heard_otherwise(plan: &Component, ctx: Context<'_>) -> bool {
    near::components(plan, ctx).any(|it| match &it.facts {
        Facts::Publication(facts) => facts.subject.contains("aws.backup"),
        Facts::Alarm(facts) => {
            facts.metrics.iter().any(|it| it.namespace.text.as_deref() == Some("AWS/Backup"))
        }
        _ => false,
    })
}

fn hazard(
    plan: Of<'_, BackupPlan>,
    rule: &BackupRule,
    told_by: &Component,
    names: &Traced<Vec<SmolStr>>,
) -> Hazard {
    let message = format!(
        "`{}` copies on to a second vault, and of the {} events that `{}` names none is `COPY_JOB_FAILED`: the copies \
         elsewhere may stop while every backup succeeds, and nobody hears of it",
        near::address(plan.component),
        names.value.len(),
        near::address(told_by),
    );
    let hazard = RULE
        .worsens(
            plan.component.id,
            FailureMode::Misconfigured,
            Term::TimeToDetect,
            "copies elsewhere fail unheard",
            message,
        )
        .at(names.origin)
        .loses(LossClass::Degraded)
        .searched("rules on events of AWS Backup and alarms on `AWS/Backup` of the same environment")
        .shows_as("The newest copy in the second vault grows old")
        .recover("Copy the newest recovery point by hand (`aws backup start-copy-job`)")
        .remedy("Add `COPY_JOB_FAILED` to `backup_vault_events`, and see that the topic may be told and somebody listens")
        .verify(
            "aws backup list-copy-jobs --by-state FAILED # and a copy to a vault that refuses it brings a message",
        );
    match rule.vaults.get(1) {
        Some(second) => hazard.related(second.origin, "where copies go on to"),
        None => hazard,
    }
}
