//! Log groups that nothing ever empties.

use kai_core::{FailureMode, Fix, Hazard, Level, LossClass, Pillar, Role, Term};
use kai_graph::{Component, Facts, LogGroup, Of};

use super::near;
use crate::block::Block;
use crate::waiver::waiver;
use crate::{Check, Context, Observed, Rule, words};

pub(super) static RULE: Rule = Rule {
    id: "logs-kept-for-ever",
    pillar: Pillar::Cost,
    default_level: Level::Low,
    since: "0.1.0",
    doc: include_str!("logs_kept_for_ever.md"),
    check: Check::System(check),
};

fn check(ctx: Context<'_>, out: &mut Observed) {
    let groups = ctx.system.components().iter().filter_map(group);
    let kept: Vec<_> = groups.filter(|it| is_kept(*it, ctx)).collect();
    let mut blocks: Vec<Of<'_, LogGroup>> = Vec::new();
    for it in kept {
        if !blocks.iter().any(|other| other.component.origin == it.component.origin) {
            blocks.push(it);
        }
    }
    let excepted =
        |it: &Of<'_, LogGroup>| waiver(it.component, &["CKV_AWS_66", "CKV_AWS_338", "retention"]);
    let (waived, blocks): (Vec<_>, Vec<_>) =
        blocks.into_iter().partition(|it| excepted(it).is_some());
    if let Some(first) = blocks.first() {
        out.push(hazard(*first, &blocks, ctx));
    }
    for it in waived {
        out.push(hazard(it, &[it], ctx).waived(excepted(&it)));
    }
}

fn group(component: &Component) -> Option<Of<'_, LogGroup>> {
    match &component.facts {
        Facts::LogGroup(facts) => Some(Of { component, facts }),
        _ => None,
    }
}

/// A number that is written is a choice, and what is kept for those who ask years later is one too.
fn is_kept(group: Of<'_, LogGroup>, ctx: Context<'_>) -> bool {
    const ON_PURPOSE: &[&str] = &["audit", "cloudtrail", "compliance", "trail"];
    let mut words = near::words(&group.component.name);
    words.extend(group.facts.cloud_name.value().map(|it| near::words(it)).unwrap_or_default());
    let kept = group.facts.is_kept_for_ever.traced().filter(|it| it.value);
    near::is_production(group.component, ctx)
        && kept.is_some_and(|it| ctx.origins.role(it.origin) == Role::ProviderDefault)
        && !ON_PURPOSE.iter().any(|it| words.contains(*it))
}

fn hazard(first: Of<'_, LogGroup>, all: &[Of<'_, LogGroup>], ctx: Context<'_>) -> Hazard {
    let names: Vec<_> = all.iter().map(|it| near::address(it.component)).collect();
    let message = format!(
        "{} {} every line for ever: the bill grows by the month, and so does what a leak or a request for personal data is about",
        words::list(&names),
        if names.len() == 1 { "keeps" } else { "keep" },
    );
    let edits = all.iter().map(|it| {
        Block::of(it.component, ctx).and_then(|block| block.add("retention_in_days", "90"))
    });
    let fix: Option<Vec<_>> = edits.collect();
    let hazard = RULE
        .worsens(
            first.component.id,
            FailureMode::Misconfigured,
            Term::Frequency,
            "logs without an end",
            message,
        )
        .at(first.component.origin)
        .loses(LossClass::Toil)
        .searched("every log group that is declared for production")
        .shows_as("`TimedStorage-ByteHrs` on the bill")
        .recover("Set a retention; what is older goes within days, and cannot be had back")
        .remedy("Set `retention_in_days` to what an investigation needs, and archive the rest where it costs less")
        .fix(fix.map(|it| Fix::unsafely("Keep logs for 90 days", it.concat())))
        .verify("aws logs describe-log-groups --query 'logGroups[?!retentionInDays].logGroupName' # is empty");
    all.iter().skip(1).fold(hazard, |hazard, it| hazard.related(it.component.origin, "the same"))
}
