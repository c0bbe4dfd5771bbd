//! Zones and records of Route 53.

use kai_core::{Known, Origins, Role};
use kai_graph::{
    Cloud, ComponentKind, DnsRecord, DnsZone, Facts, FailoverRecord, HealthProbe, NameService,
    Naming,
};
use kai_terraform::roots::Instance;

use super::super::fields::{
    argument, flag, is_emptied, may_be_there, number, or_default, parsed, text,
};
use super::super::naming::{means, mentions, naming, of_value};

pub(super) fn zone(instance: &Instance) -> (ComponentKind, Facts) {
    let facts = DnsZone {
        cloud: Cloud::Amazon,
        cloud_name: text(&instance.values, &["name"]),
        is_emptied: is_emptied(instance),
        is_private: may_be_there(&instance.values, &["vpc"]),
    };
    (ComponentKind::NetworkPath, Facts::DnsZone(Box::new(facts)))
}

/// A record: one of two that stand in for each other, or one that is answered whatever happens.
pub(super) fn record(
    instance: &Instance,
    all: &[Instance],
    origins: &Origins,
) -> (ComponentKind, Facts) {
    failover(instance, all, origins).unwrap_or_else(|| plain(instance))
}

fn plain(instance: &Instance) -> (ComponentKind, Facts) {
    let values = &instance.values;
    let mut targets = Vec::new();
    for name in ["records", "alias"] {
        argument(values, name).into_iter().for_each(|it| mentions(it, &mut targets));
    }
    targets.sort();
    targets.dedup_by(|one, other| one.is_same_thing(other));
    let facts = DnsRecord {
        cloud_name: text(values, &["name"]),
        zone: naming(values, &["zone_id"]),
        ty: text(values, &["type"]),
        is_one_of_many: may_be_there(values, &["set_identifier"])
            || flag(values, &["allow_overwrite"]).value() == Some(&true),
        targets,
    };
    (ComponentKind::Control, Facts::DnsRecord(Box::new(facts)))
}

/// Policies under which several records of one name are answered, and such left out whose health check fails
/// (docs.aws.amazon.com/Route53, "Choosing a routing policy").
const OTHERS: &[&str] = &[
    "geolocation_routing_policy",
    "geoproximity_routing_policy",
    "latency_routing_policy",
    "multivalue_answer_routing_policy",
    "weighted_routing_policy",
];

/// None for a record that is answered whatever happens. A health check tells, or an alias that asks its
/// target (registry.terraform.io/providers/hashicorp/aws, `route53_record`).
fn failover(
    instance: &Instance,
    all: &[Instance],
    origins: &Origins,
) -> Option<(ComponentKind, Facts)> {
    const POLICY: &str = "failover_routing_policy";
    let values = &instance.values;
    let health_check = argument(values, "health_check_id");
    let is_left_out = || {
        let is_one_of_many = OTHERS.iter().any(|it| may_be_there(values, &[it]));
        health_check.is_some() && is_one_of_many && has_other(instance, all)
    };
    if !may_be_there(values, &[POLICY]) && !is_left_out() {
        return None;
    }
    let is_watched = match health_check {
        Some(it) => Known::new(true, it.origin),
        None => {
            let absent = origins.defaulted(Role::ProviderDefault, instance.origin);
            or_default(flag(values, &["alias", "evaluate_target_health"]), false, absent)
        }
    };
    let facts = FailoverRecord {
        answered_by: NameService::Route53,
        cloud_name: text(values, &["name"]),
        is_primary: parsed(values, &[POLICY, "type"], |it| Some(it == "PRIMARY")),
        is_watched,
        ttl: number(values, &["ttl"]),
        probe: health_check.and_then(|it| probe(&of_value(it), all, origins)),
    };
    Some((ComponentKind::NetworkPath, Facts::FailoverRecord(Box::new(facts))))
}

/// True where another record of the same configuration answers the name: where none is healthy, all are answered
/// (docs.aws.amazon.com/Route53, "How Amazon Route 53 chooses records when health checking is configured").
fn has_other(record: &Instance, all: &[Instance]) -> bool {
    let name = |it: &Instance| text(&it.values, &["name"]).value().cloned();
    let Some(own) = name(record) else { return false };
    let mut records = all.iter().filter(|it| it.ty == record.ty && it.address != record.address);
    records.any(|it| name(it).as_ref() == Some(&own))
}

/// Checks that look at an endpoint themselves; others follow alarms or each other.
const LOOKING: &[&str] = &["HTTP", "HTTPS", "HTTP_STR_MATCH", "HTTPS_STR_MATCH", "TCP"];

/// How soon a check notices. Unless something else is written an endpoint is looked at every 30 seconds, and three in a
/// row must fail (docs.aws.amazon.com, `HealthCheckConfig`).
fn probe(naming: &Naming, all: &[Instance], origins: &Origins) -> Option<HealthProbe> {
    let mut checks = all.iter().filter(|it| it.ty == "aws_route53_health_check");
    let check = checks.find(|it| means(naming, it, &["id"]))?;
    let absent = || origins.defaulted(Role::ProviderDefault, check.origin);
    let looks = text(&check.values, &["type"]).value().is_some_and(|it| LOOKING.contains(&&**it));
    let interval = number(&check.values, &["request_interval"]);
    Some(HealthProbe {
        interval: if looks { or_default(interval, 30, absent()) } else { interval },
        failures: or_default(number(&check.values, &["failure_threshold"]), 3, absent()),
    })
}
