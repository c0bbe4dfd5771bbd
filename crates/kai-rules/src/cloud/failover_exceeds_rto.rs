//! Failovers by name that take longer than what is allowed.

use std::time::Duration;

use kai_core::{FailureMode, Fix, Hazard, Known, Level, LossClass, Pillar, Role, Term, Traced};
use kai_graph::{Component, Facts, FailoverRecord, HealthProbe, NameService};
use kai_settings::Disruption;

use super::near;
use crate::{Check, Context, Observed, Rule, words};

pub(super) static RULE: Rule = Rule {
    id: "failover-exceeds-rto",
    pillar: Pillar::Recovery,
    default_level: Level::Medium,
    since: "0.1.0",
    doc: include_str!("failover_exceeds_rto.md"),
    check: Check::Component(check),
};

fn check(component: &Component, ctx: Context<'_>, out: &mut Observed) {
    let Facts::FailoverRecord(facts) = &component.facts else { return };
    // Whoever is sent to the second is sent there already; how long that answer is kept delays the way back alone.
    let is_second = facts.is_primary.value() == Some(&false);
    if is_second || facts.is_watched.value() != Some(&true) || !near::is_production(component, ctx)
    {
        return;
    }
    let Some(astray) = facts.leads_astray() else { return };
    let allowed = ctx.rto_after(component.id, Disruption::Region);
    if let Some(allowed) = allowed.filter(|it| astray > it.value) {
        out.push(hazard(component, facts, astray, &allowed, ctx));
    }
}

fn hazard(
    component: &Component,
    facts: &FailoverRecord,
    astray: Duration,
    allowed: &Traced<Duration>,
    ctx: Context<'_>,
) -> Hazard {
    let address = near::address(component);
    let probe = facts.probe.as_ref();
    let noticed = probe.and_then(HealthProbe::notices_within).unwrap_or_default();
    let kept = astray.saturating_sub(noticed);
    let message = format!(
        "`{address}` leads people to what is dead for up to {}: {}answers are kept for {}; {} are allowed after a lost region",
        words::time(astray),
        probe.map(|it| in_words(it, ctx)).unwrap_or_default(),
        words::time(kept),
        words::time(allowed.value),
    );
    // The line of what takes longer.
    let interval = probe.map(|it| &it.interval).filter(|_| noticed > kept);
    let at = interval.and_then(Known::traced).or(facts.ttl.traced()).map(|it| it.origin);
    let fix = forget_sooner(facts, noticed, allowed.value, ctx).filter(|_| interval.is_none());
    RULE.worsens(
        component.id,
        FailureMode::DependencyLoss,
        Term::TimeToRecover,
        "leads elsewhere too late",
        message,
    )
    .at(at.map_or(component.origin, |it| ctx.shown(it, component)))
    .related(allowed.origin, format!("{} are allowed", words::time(allowed.value)))
    .loses(LossClass::Outage)
    .shows_as("The first answers nobody, and caches still give its address")
    .recover("Change the record by hand as soon as it is noticed; what is kept by caches runs out by itself")
    .remedy(remedy(facts, allowed.value))
    .fix(fix)
    .verify(verify(facts))
}

/// `a probe every 30 s (the default, as none is written) is to fail 3 times in a row (90 s), `
fn in_words(probe: &HealthProbe, ctx: Context<'_>) -> String {
    let (Some(interval), Some(failures)) = (probe.interval.value(), probe.failures.value()) else {
        return String::new();
    };
    let noticed = Duration::from_secs(u64::from(*interval) * u64::from(*failures));
    let written = probe.interval.traced().map(|it| ctx.origins.role(it.origin));
    let source = match written {
        Some(Role::ProviderDefault) => " (the default, as none is written)",
        _ => "",
    };
    format!(
        "a probe every {interval} s{source} is to fail {} ({}), and ",
        if *failures == 1 { "once".to_owned() } else { format!("{failures} times in a row") },
        words::time(noticed)
    )
}

/// The TTL of the remedy in the place of what is written; a probe that looks more often is made anew.
fn forget_sooner(
    facts: &FailoverRecord,
    noticed: Duration,
    allowed: Duration,
    ctx: Context<'_>,
) -> Option<Fix> {
    let ttl = facts.ttl.traced()?;
    let room = allowed.saturating_sub(noticed).as_secs().min(60);
    let edits = near::swap(ttl.origin, &ttl.value.to_string(), &room.to_string(), ctx)?;
    let is_enough = room >= 10 && u64::from(ttl.value) > room;
    is_enough.then(|| Fix::unsafely(format!("Let answers be kept for {room} s"), edits))
}

/// A TTL that leaves room for what it takes to notice, where there is one.
fn remedy(facts: &FailoverRecord, allowed: Duration) -> String {
    let noticed = facts.probe.as_ref().and_then(HealthProbe::notices_within).unwrap_or_default();
    let room = allowed.saturating_sub(noticed).as_secs();
    let faster = match facts.answered_by {
        NameService::Route53 => "`request_interval = 10` and a `failure_threshold` of 2 or 3",
        NameService::CloudDns => "a smaller `check_interval_sec` and `unhealthy_threshold`",
        NameService::Cloudflare => "a smaller `interval` of the monitor and `consecutive_down`",
        NameService::TrafficManager => {
            "`interval_in_seconds = 10` and a smaller `tolerated_number_of_failures`"
        }
    };
    match room {
        0..10 => {
            format!("Notice it sooner ({faster}) and let answers be kept for less, or allow more")
        }
        room => format!(
            "Let answers be kept for {} s or less (`ttl`), or notice it sooner: {faster}",
            room.min(60)
        ),
    }
}

fn verify(facts: &FailoverRecord) -> String {
    let name = facts.cloud_name.value().map_or("NAME", |it| it.trim_end_matches('.'));
    match facts.answered_by {
        NameService::TrafficManager => {
            format!("dig +noall +answer {name}.trafficmanager.net # the number is the TTL")
        }
        NameService::CloudDns | NameService::Cloudflare | NameService::Route53 => {
            format!("dig +noall +answer {name} # the number is the TTL")
        }
    }
}
