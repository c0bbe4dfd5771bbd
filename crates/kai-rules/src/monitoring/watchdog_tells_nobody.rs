//! A dead man's switch that nobody holds.

use kai_core::{FailureMode, Level, OriginId, Pillar, SmolStr, Term};
use kai_graph::{Component, Delivery, LabelSet};

use super::near;
use crate::command::routes_test;
use crate::{Check, Context, Observed, Rule};

pub(super) static RULE: Rule = Rule {
    id: "watchdog-tells-nobody",
    pillar: Pillar::Observability,
    default_level: Level::Medium,
    since: "0.1.0",
    doc: include_str!("watchdog_tells_nobody.md"),
    check: Check::Component(check),
};

fn check(component: &Component, ctx: Context<'_>, out: &mut Observed) {
    let Some(facts) = near::notifications(component) else { return };
    let tells_anybody = facts.receivers.iter().any(|it| it.urgency().is_some());
    if facts.is_part || !tells_anybody {
        return;
    }
    let near = near::components(component, ctx);
    let mut parts = near.iter().filter_map(|it| near::notifications(it));
    if parts.any(|it| it.is_part) {
        return;
    }
    let Some(watchdog) = Watchdog::of(&near) else { return };
    let found = facts.deliveries(&watchdog.labels);
    let is_empty = |it: &Delivery<'_>| near::is_empty(facts, it.receiver);
    let Some(end) = found.iter().find(|it| it.is_certain && is_empty(it)) else { return };
    if !found.iter().all(is_empty) {
        return;
    }
    // Others end in the default too, so that it is the route that is missing.
    let is_default = end.origin == facts.route.origin;
    let receiver = facts.receiver(end.receiver).map_or(end.origin, |it| it.origin);
    let (label, name, alert) = (component.label(), end.receiver, &watchdog.name);
    // People who are called by the clock hear that nothing calls.
    let rules = near::all_alerts(&near).into_iter();
    let drill = rules.into_iter().find(|it| it.name.to_lowercase().contains("drill"));
    let (late, sign) = match drill {
        Some(it) => (
            format!("nobody outside notices before `{}` fails to come", it.name),
            format!(
                "`{}` does not come at its hour; at once only to who expects the watchdog outside",
                it.name
            ),
        ),
        None => (
            "nobody outside notices".to_owned(),
            "Nothing inside can show it: only who expects the watchdog outside".to_owned(),
        ),
    };
    let message = format!(
        "`{label}` sends `{alert}`, which always fires, to receiver `{name}`, which has no integration; \
         when Prometheus or Alertmanager stops, all alerts stop with it and {late}"
    );
    out.push(
        RULE.worsens(
            component.id,
            FailureMode::Misconfigured,
            Term::TimeToDetect,
            "the end of alerting is not noticed",
            message,
        )
        .at(if is_default { end.origin } else { receiver })
        .related(if is_default { receiver } else { end.origin }, "the other end of its route")
        .related(watchdog.origin, watchdog.why)
        .shows_as(sign)
        .recover("Start what has stopped; alerts come back with the next evaluation")
        .remedy(match is_default {
            true => format!(
                "Route `{alert}` to a receiver of its own, with a webhook to a service outside that \
                 expects a sign of life, and a short `repeat_interval`"
            ),
            false => format!(
                "Give receiver `{name}` a `webhook_configs` to a service outside that expects a sign of \
                 life, and a short `repeat_interval`"
            ),
        })
        .verify(format!(
            "{} # then stop Alertmanager: the service outside must call",
            routes_test(component, &format!("alertname={alert}")),
        )),
    );
}

/// The alert that always fires.
struct Watchdog {
    name: SmolStr,
    labels: LabelSet,
    /// The rule, or who installs the chart that has it.
    origin: OriginId,
    why: &'static str,
}

impl Watchdog {
    fn of(near: &[&Component]) -> Option<Self> {
        let given = near::given(near);
        let rules = near::all_alerts(near).into_iter();
        let own = rules.into_iter().find(|it| it.is_dead_mans_switch()).map(|it| Self {
            name: it.name.clone(),
            labels: it.labels_among(&given),
            origin: it.origin,
            why: "always fires",
        });
        own.or_else(|| {
            // kube-prometheus-stack, `templates/prometheus/rules-1.14/general.rules.yaml`.
            let pairs = [("alertname", "Watchdog"), ("severity", "none")];
            let labels = pairs.map(|(key, value)| (key.into(), value.into())).to_vec();
            near::brings_rules(near).map(|it| Self {
                name: "Watchdog".into(),
                labels: LabelSet::open(labels).without(&given),
                origin: it.origin,
                why: "installs the chart that has this alert",
            })
        })
    }
}
