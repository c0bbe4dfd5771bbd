//! Alerts on what short jobs pushed, that fall silent with the gateway or with the job.

use kai_core::{FailureMode, Hazard, Level, Pillar, Term};
use kai_graph::{AlertRule, Component, Facts, MatchOperator, Matcher, Watch};

use super::near;
use crate::{Check, Context, Observed, Rule, words};

pub(super) static RULE: Rule = Rule {
    id: "pushed-metric-vanishes",
    pillar: Pillar::Observability,
    default_level: Level::Medium,
    since: "0.1.0",
    doc: include_str!("pushed_metric_vanishes.md"),
    check: Check::Component(check),
};

fn check(component: &Component, ctx: Context<'_>, out: &mut Observed) {
    let alerts = near::alerts(component);
    if alerts.is_empty() {
        return;
    }
    let near = near::components(component, ctx);
    let rules: Vec<&AlertRule> = near::all_alerts(&near);
    let asked_for = |it: &Pushes<'_>| rules.iter().any(|rule| may_ask_for(rule, it));
    let pushes: Vec<Pushes<'_>> =
        near.iter().filter_map(|it| Pushes::of(it)).filter(|it| !asked_for(it)).collect();
    let pusher = |alert: &AlertRule| pushes.iter().find(|it| it.feed(alert));
    let blind: Vec<&AlertRule> = alerts.iter().filter(|it| pusher(it).is_some()).collect();
    let found = blind.first().and_then(|it| pusher(it));
    if let Some(found) = found {
        out.push(hazard(component, &blind, found.component));
    }
}

/// What kube-state-metrics says of jobs, which does not go away with them.
const JOBS: &[&str] =
    &["kube_job_failed", "kube_job_status_failed", "kube_cronjob_status_last", "kube_job_complete"];

/// A component that pushes to a gateway, by its texts.
struct Pushes<'a> {
    component: &'a Component,
    texts: Vec<&'a str>,
}

impl<'a> Pushes<'a> {
    fn of(component: &'a Component) -> Option<Self> {
        let speaks = |it: &&str| it.to_ascii_lowercase().contains("pushgateway");
        let texts: Vec<&str> = match &component.facts {
            Facts::Configuration(facts) => {
                facts.settings.iter().map(|it| it.value.as_str()).filter(speaks).collect()
            }
            Facts::Workload(facts) => {
                let containers = facts.pod.containers.iter();
                let words = containers.flat_map(|it| it.command.iter().chain(&it.args));
                words.map(|it| it.value.as_str()).filter(speaks).collect()
            }
            _ => return None,
        };
        (!texts.is_empty()).then_some(Self { component, texts })
    }

    fn names(&self, watch: &Watch) -> bool {
        self.texts.iter().any(|it| it.contains(watch.metric.as_str()))
    }

    /// True where everything that the alert looks at is pushed by it.
    fn feed(&self, alert: &AlertRule) -> bool {
        let watches = alert.watches.value().map(Vec::as_slice).unwrap_or_default();
        !watches.is_empty() && watches.iter().all(|it| self.names(it))
    }
}

/// True where the alert asks for the series or for the job that pushes them, or cannot be read.
fn may_ask_for(alert: &AlertRule, pushes: &Pushes<'_>) -> bool {
    let Some(watches) = alert.watches.value() else { return true };
    watches
        .iter()
        .any(|it| (it.is_absence && pushes.names(it)) || asks_for_job(it, pushes.component))
}

/// True where it looks at jobs, and at no other one by name.
fn asks_for_job(watch: &Watch, pusher: &Component) -> bool {
    let is_other = |it: &Matcher| {
        let is_name = matches!(it.label.as_str(), "cronjob" | "job_name");
        is_name && it.operator == MatchOperator::Equal && !pusher.name.contains(it.value.as_str())
    };
    JOBS.iter().any(|it| watch.metric.starts_with(it)) && !watch.matchers.iter().any(is_other)
}

fn hazard(component: &Component, blind: &[&AlertRule], pusher: &Component) -> Hazard {
    let names: Vec<_> = blind.iter().map(|it| it.name.as_str()).collect();
    let metric = blind[0].watches.value().and_then(|it| it.first());
    let metric = metric.map(|it| it.metric.as_str()).unwrap_or_default();
    let message = format!(
        "{} of `{}` {} at `{metric}`, which `{}` pushes to a Pushgateway, and no rule asks whether the series \
         are there; a job that never ran, or a gateway that was restarted without its memory, leaves nothing \
         to compare, and nothing fires",
        words::list(&names),
        component.label(),
        if names.len() == 1 { "looks" } else { "look" },
        pusher.label(),
    );
    let hazard = RULE
        .worsens(
            component.id,
            FailureMode::Misconfigured,
            Term::TimeToDetect,
            "alerts vanish with what was pushed",
            message,
        )
        .at(blind[0].expression)
        .related(pusher.origin, "pushes what it looks at")
        .shows_as(format!("`absent({metric})` is 1 while every alert is green"))
        .recover("Run the job; its series come back with the next push")
        .remedy(format!(
            "Add an alert on `absent({metric})` for each job, or one on \
             `kube_cronjob_status_last_successful_time`, which the cluster keeps; give the gateway a volume \
             (`--persistence.file`)"
        ))
        .verify("promtool test rules tests.yaml # with no series at all an alert fires");
    blind[1..].iter().fold(hazard, |hazard, it| hazard.related(it.expression, "looks at the same"))
}
