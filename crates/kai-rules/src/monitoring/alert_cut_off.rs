//! Alerts whose expression ends too early.

use kai_core::{FailureMode, Level, Pillar, Term};
use kai_graph::Component;

use super::near;
use crate::{Check, Context, Observed, Rule};

pub(super) static RULE: Rule = Rule {
    id: "alert-cut-off",
    pillar: Pillar::Observability,
    default_level: Level::Medium,
    since: "0.1.0",
    doc: include_str!("alert_cut_off.md"),
    check: Check::Component(check),
};

fn check(component: &Component, _: Context<'_>, out: &mut Observed) {
    let alerts = near::alerts(component);
    for alert in alerts.iter().filter(|it| it.is_broken) {
        let (name, label) = (&alert.name, component.label());
        let others = match alerts.len() - 1 {
            0 => String::new(),
            1 => " and the alert beside it".to_string(),
            others => format!(" and the {others} alerts beside it"),
        };
        let message = format!(
            "The expression of `{name}` in `{label}` ends too early; Prometheus refuses all rules of one text \
             together, so `{name}`{others} never fire or stay as they were before"
        );
        out.push(
            RULE.worsens(
                component.id,
                FailureMode::Misconfigured,
                Term::TimeToDetect,
                "an expression that nobody can evaluate",
                message,
            )
            .at(alert.expression)
            .related(alert.origin, "the alert")
            .shows_as(
                "`prometheus_config_last_reload_successful` is 0, or the operator skips the object",
            )
            .recover("Close what is open; rules are taken with the next reload")
            .remedy("Close the bracket or quote, or write what the last operator compares with")
            .verify("promtool check rules rules.yaml"),
        );
    }
}
