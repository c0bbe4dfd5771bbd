//! Alerts that fall silent with what measures for them.

use kai_core::{FailureMode, Hazard, Level, Pillar, Term};
use kai_graph::{Absence, AlertRule, AlertRules, Component, Facts};

use crate::{Check, Context, Observed, Rule, words};

pub(super) static RULE: Rule = Rule {
    id: "watcher-unwatched",
    pillar: Pillar::Observability,
    default_level: Level::Medium,
    since: "0.1.0",
    doc: include_str!("watcher_unwatched.md"),
    check: Check::Component(check),
};

/// The result of a probe, written by an exporter that can be away itself.
const PROBE: &str = "probe_success";

fn check(component: &Component, ctx: Context<'_>, out: &mut Observed) {
    let Facts::AlertRules(rules) = &component.facts else { return };
    let blind: Vec<_> = rules.alerts.iter().filter(|it| falls_silent(it)).collect();
    let Some(first) = blind.first() else { return };
    let environment = ctx.system.environment(component);
    let near =
        ctx.system.components().iter().filter(|it| ctx.system.environment(it) == environment);
    let mut all = near.filter_map(|it| match &it.facts {
        Facts::AlertRules(facts) => Some(&**facts),
        _ => None,
    });
    if all.any(may_watch_the_watcher) {
        return;
    }
    let Component { namespace, native_kind, .. } = component;
    let absence = ctx.system.absence(component, native_kind, namespace, "");
    let Absence::Certain { scope } = absence else { return };
    out.push(hazard(component, rules, &blind, first, scope));
}

/// True where the alert only asks whether a probe failed.
fn falls_silent(alert: &AlertRule) -> bool {
    let Some(watches) = alert.watches.value() else { return false };
    let fails = |it: &kai_graph::Watch| it.metric == PROBE && it.is_zero && !it.is_absence;
    !watches.is_empty() && watches.iter().all(fails)
}

/// True where one of the rules asks whether series are there or targets are up, or cannot be read.
fn may_watch_the_watcher(rules: &AlertRules) -> bool {
    rules.alerts.iter().any(|it| match it.watches.value() {
        Some(watches) => watches.iter().any(|it| it.is_absence || it.metric == "up"),
        None => true,
    })
}

fn hazard(
    component: &Component,
    rules: &AlertRules,
    blind: &[&AlertRule],
    first: &AlertRule,
    scope: String,
) -> Hazard {
    let label = component.label();
    let names: Vec<_> = blind.iter().map(|it| it.name.as_str()).collect();
    let all = if blind.len() == rules.alerts.len() { "all of" } else { "" };
    let message = format!(
        "`{label}` asks for `{PROBE} == 0` in {} ({all}{}), and no rule asks whether the series are \
         there; with the exporter or its scrape away the expressions give nothing, and nothing fires",
        words::count(blind.len(), "alert"),
        if all.is_empty() {
            words::list(&names)
        } else {
            format!(" them: {}", words::list(&names))
        },
    );
    RULE.worsens(
        component.id,
        FailureMode::Misconfigured,
        Term::TimeToDetect,
        "alerts fall silent with their prober",
        message,
    )
    .at(first.watches.traced().map_or(first.origin, |it| it.origin))
    .searched(scope)
    .shows_as(format!("`absent({PROBE})` is 1 while every alert is green"))
    .recover("Start the exporter again; alerts come back with the next scrape")
    .remedy(format!("Add an alert on `absent({PROBE}{{job=\"…\"}})` or `up == 0` for each job"))
    .verify("promtool check rules rules.yaml # then scale the exporter to 0: an alert must fire")
}
