//! Groups of rules.

use std::time::Duration;

use kai_core::{Known, Reason, Traced};
use kai_graph::{AlertRule, AlertRules};

use super::duration::{duration_or, written};
use super::expression;
use crate::fields::Fields;

/// The alerts of the groups below; rules that only record are left out.
pub(crate) fn rules(fields: Fields<'_>) -> AlertRules {
    let of_group = |group: Fields<'_>| {
        let interval = written(group, "interval").traced().copied();
        let alerts = group.list("rules").filter_map(move |it| alert(it, interval));
        alerts.collect::<Vec<_>>()
    };
    AlertRules { alerts: fields.list("groups").flat_map(of_group).collect() }
}

fn alert(rule: Fields<'_>, interval: Option<Traced<Duration>>) -> Option<AlertRule> {
    let (name, origin) = rule.name("alert")?;
    let mut labels = rule.labels("labels");
    labels.retain(|(_, value)| !value.contains("{{"));
    let runbook = rule.at("annotations").entries().find(|(key, _)| key.starts_with("runbook"));
    let expression = rule.node("expr").map(|it| (it.origin, it.text()));
    let expression = expression
        .map(|(origin, text)| (origin, text.ok_or(Reason::Unreadable).and_then(expression::read)));
    let text = rule.node("expr").and_then(|it| it.as_str());
    let is_unreadable = matches!(&expression, Some((_, Err(Reason::Unreadable))));
    let has_quantile_of_one = matches!(&expression, Some((_, Ok(it))) if it.has_quantile_of_one);
    Some(AlertRule {
        name,
        origin,
        hold: duration_or(rule, "for", Duration::ZERO),
        interval,
        labels,
        runbook: runbook.and_then(|(_, node)| node.text()).map(Into::into),
        expression: expression.as_ref().map_or(origin, |it| it.0),
        watches: match expression {
            None => Known::default(),
            Some((origin, Ok(found))) => Known::new(found.watches, origin),
            Some((_, Err(reason))) => Known::Unknown(reason),
        },
        has_quantile_of_one,
        is_broken: is_unreadable && text.is_some_and(expression::is_cut_off),
    })
}
