//! Alarms of CloudWatch and the metrics that it makes of logs.

use kai_core::{Known, Origins, Reason, Role, SmolStr};
use kai_graph::{Alarm, AlarmMetric, ComponentKind, Facts, LogMetric, MissingData, Naming};
use kai_terraform::roots::Instance;
use kai_terraform::value::Value;

use super::super::fields::{at, flag, may_be_there, or_default, text};
use super::super::naming::{is_mentioned, naming, namings, of_value};

/// `aws_cloudwatch_metric_alarm`: what it makes of missing data is `missing` where nothing is written
/// (registry.terraform.io/providers/hashicorp/aws).
pub(super) fn alarm(
    instance: &Instance,
    all: &[Instance],
    origins: &Origins,
) -> (ComponentKind, Facts) {
    let values = &instance.values;
    let missing = text(values, &["treat_missing_data"]).map(|it| match it.as_str() {
        "breaching" => MissingData::Breaching,
        "notBreaching" => MissingData::NotBreaching,
        "ignore" => MissingData::Ignored,
        _ => MissingData::Insufficient,
    });
    let absent = origins.defaulted(Role::ProviderDefault, instance.origin);
    let facts = Alarm {
        cloud_name: text(values, &["alarm_name"]),
        metrics: metrics(instance),
        watched: Vec::new(),
        condition: condition(values),
        actions: actions(instance, all),
        missing: or_default(missing, MissingData::Insufficient, absent),
    };
    (ComponentKind::Control, Facts::Alarm(Box::new(facts)))
}

/// One metric of its own, or those that it computes with.
fn metrics(instance: &Instance) -> Vec<AlarmMetric> {
    let values = &instance.values;
    let queries = at(values, &["metric_query"]).ok().flatten().and_then(Value::elements);
    let queries = queries.map_or(&[][..], |it| &it[..]);
    let asked = queries.iter().filter_map(|it| at(it, &["metric"]).ok().flatten());
    let asked = asked.filter_map(|it| match it.elements().map(|it| &it[..]) {
        Some([only]) => Some(only),
        _ => None,
    });
    std::iter::once(values).chain(asked).filter_map(|it| metric(it, instance)).collect()
}

fn metric(values: &Value, instance: &Instance) -> Option<AlarmMetric> {
    let name = naming(values, &["metric_name"])?;
    let namespace = naming(values, &["namespace"])?;
    let written = at(values, &["dimensions"]).ok().flatten();
    let entries = written.and_then(Value::entries);
    let dimensions = entries.into_iter().flat_map(|it| it.iter());
    let dimensions = dimensions.map(|(key, it)| (key.clone(), of_value(it))).collect();
    let origin = written.map_or(instance.origin, |it| it.origin);
    Some(AlarmMetric { namespace, name, dimensions, origin })
}

/// What is compared with what, over how long.
fn condition(values: &Value) -> SmolStr {
    const PARTS: &[&str] =
        &["comparison_operator", "statistic", "threshold", "period", "evaluation_periods"];
    let parts = PARTS.iter().map(|it| {
        let value = at(values, &[it]).ok().flatten();
        value.and_then(|it| it.convert(&kai_terraform::value::Type::String).ok())
    });
    let parts: Vec<_> = parts
        .map(|it| it.and_then(|it| it.as_str().map(ToOwned::to_owned)).unwrap_or_default())
        .collect();
    parts.join(" ").into()
}

/// Who is told; nobody where actions are turned off. Where something else asks for its state, that
/// may tell.
fn actions(instance: &Instance, all: &[Instance]) -> Known<Vec<Naming>> {
    const OTHERS: &[&str] = &["ok_actions", "insufficient_data_actions"];
    let values = &instance.values;
    let enabled = flag(values, &["actions_enabled"]);
    if let Some(it) = enabled.traced().filter(|it| !it.value) {
        return Known::new(Vec::new(), it.origin);
    }
    let told = match at(values, &["alarm_actions"]) {
        Ok(None) => Known::new(Vec::new(), instance.origin),
        Ok(Some(list)) => match namings(list) {
            Some(it) => Known::new(it, list.origin),
            None => Known::Unknown(Reason::Unreadable),
        },
        Err(reason) => Known::Unknown(reason),
    };
    let is_none = told.value().is_some_and(Vec::is_empty);
    let may_tell =
        || OTHERS.iter().any(|it| may_be_there(values, &[it])) || is_asked(instance, all);
    if is_none && may_tell() { Known::Unknown(Reason::NotInRepository) } else { told }
}

/// True where another resource of the root asks for the state of the alarm.
fn is_asked(alarm: &Instance, all: &[Instance]) -> bool {
    const ASKERS: &[&str] = &[
        "aws_appconfig_environment",
        "aws_cloudwatch_composite_alarm",
        "aws_cloudwatch_event_rule",
        "aws_codedeploy_deployment_group",
        "aws_ecs_service",
        "aws_route53_health_check",
        "aws_synthetics_canary",
    ];
    let name = text(&alarm.values, &["alarm_name"]);
    all.iter().filter(|it| ASKERS.contains(&it.ty.as_str())).any(|it| {
        let has_name = |name: &SmolStr| holds(&it.values, name);
        is_mentioned(alarm, it) || name.value().is_some_and(has_name)
    })
}

/// True where a text somewhere in a value holds another.
fn holds(value: &Value, text: &str) -> bool {
    if let Some(own) = value.as_str() {
        return own.contains(text);
    }
    value.children().any(|it| holds(it, text))
}

pub(super) fn log_metric(instance: &Instance) -> Option<(ComponentKind, Facts)> {
    let values = &instance.values;
    let group = naming(values, &["log_group_name"])?;
    let facts = LogMetric { group, pattern: text(values, &["pattern"]) };
    Some((ComponentKind::Control, Facts::LogMetric(Box::new(facts))))
}
