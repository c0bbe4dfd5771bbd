//! Load balancers of Amazon with what answers behind their target groups, and distributions of CloudFront.

use kai_core::{OriginId, SmolStr};
use kai_graph::{Balancer, BalancerTarget, ComponentKind, Facts, ResourceRef};
use kai_terraform::roots::Instance;
use kai_terraform::value::Value;

use super::super::fields::{argument, flag, text};
use super::super::naming::{is_mentioned, label, means, naming, of_value};

const LISTENERS: &[&str] = &["aws_lb_listener", "aws_alb_listener"];
const RULES: &[&str] = &["aws_lb_listener_rule", "aws_alb_listener_rule"];
const GROUPS: &[&str] = &["aws_lb_target_group", "aws_alb_target_group"];

/// `aws_lb`: users come in where it is not internal and something that is declared here answers behind it.
pub(super) fn balancer(instance: &Instance, all: &[Instance]) -> (ComponentKind, Facts) {
    let mut targets = Vec::new();
    for group in groups(instance, all) {
        members(group, all, &mut targets);
    }
    let is_internal = flag(&instance.values, &["internal"]).value() == Some(&true);
    facts(hosts(instance, all), targets, is_internal)
}

/// `aws_elb`, which names its machines itself.
pub(super) fn classic(instance: &Instance, all: &[Instance]) -> (ComponentKind, Facts) {
    let mut targets = Vec::new();
    if let Some(list) = argument(&instance.values, "instances").and_then(Value::elements) {
        targets.extend(list.iter().filter_map(named));
    }
    let names = |it: &&Instance| {
        let is_one = matches!(it.ty.as_str(), "aws_autoscaling_group" | "aws_ecs_service");
        is_one && is_mentioned(instance, it)
    };
    targets.extend(all.iter().filter(names).filter_map(|it| target(it, it.origin)));
    share(&mut targets);
    let is_internal = flag(&instance.values, &["internal"]).value() == Some(&true);
    facts(hosts(instance, all), targets, is_internal)
}

/// `aws_cloudfront_distribution`: it fetches from its origins; those of a group stand in for each other.
pub(super) fn distribution(instance: &Instance) -> (ComponentKind, Facts) {
    let values = &instance.values;
    let blocks = |name| argument(values, name).and_then(Value::elements);
    let origins = blocks("origin").into_iter().flat_map(|it| it.iter());
    let mut targets: Vec<_> =
        origins.filter_map(|it| argument(it, "domain_name")).filter_map(named).collect();
    if blocks("origin_group").is_some_and(|it| !it.is_empty()) {
        share(&mut targets);
    }
    let aliases = blocks("aliases").into_iter().flat_map(|it| it.iter());
    let hosts = aliases.filter_map(|it| it.as_str().map(SmolStr::from)).collect();
    facts(hosts, targets, false)
}

fn facts(
    hosts: Vec<SmolStr>,
    targets: Vec<BalancerTarget>,
    is_internal: bool,
) -> (ComponentKind, Facts) {
    let kind = match is_internal || targets.is_empty() {
        true => ComponentKind::NetworkPath,
        false => ComponentKind::EntryPoint,
    };
    (kind, Facts::Balancer(Box::new(Balancer { hosts, targets })))
}

/// The groups that its listeners and their rules forward to.
fn groups<'a>(balancer: &Instance, all: &'a [Instance]) -> Vec<&'a Instance> {
    let of = |kinds: &'static [&str]| all.iter().filter(|it| kinds.contains(&it.ty.as_str()));
    let belongs = |it: &Instance, field: &str, to: &Instance| {
        naming(&it.values, &[field]).is_some_and(|it| means(&it, to, &["arn"]))
    };
    let listeners: Vec<_> =
        of(LISTENERS).filter(|it| belongs(it, "load_balancer_arn", balancer)).collect();
    let is_its_rule =
        |rule: &&Instance| listeners.iter().any(|it| belongs(rule, "listener_arn", it));
    let forwards: Vec<_> = of(RULES).filter(is_its_rule).chain(listeners.iter().copied()).collect();
    of(GROUPS).filter(|group| forwards.iter().any(|it| is_mentioned(group, it))).collect()
}

/// What is put into a group: services and groups of machines by themselves, others by a resource apart.
fn members(group: &Instance, all: &[Instance], into: &mut Vec<BalancerTarget>) {
    let mut found: Vec<BalancerTarget> = Vec::new();
    for it in all {
        let apart = match it.ty.as_str() {
            "aws_ecs_service" | "aws_autoscaling_group" if is_mentioned(group, it) => {
                found.extend(target(it, it.origin));
                continue;
            }
            "aws_autoscaling_attachment" => "autoscaling_group_name",
            "aws_lb_target_group_attachment" | "aws_alb_target_group_attachment" => "target_id",
            _ => continue,
        };
        if is_mentioned(group, it) {
            found.extend(argument(&it.values, apart).and_then(named));
        }
    }
    share(&mut found);
    into.extend(found);
}

/// Several that answer for each other.
fn share(targets: &mut [BalancerTarget]) {
    let has_others = targets.len() > 1;
    targets.iter_mut().for_each(|it| it.has_others = has_others);
}

fn target(instance: &Instance, origin: OriginId) -> Option<BalancerTarget> {
    let (kind, name) = label(&instance.address)?;
    let to = ResourceRef { root: SmolStr::default(), kind, name, attribute: SmolStr::default() };
    Some(BalancerTarget { to, has_others: false, origin })
}

/// The thing that a text names first.
fn named(value: &Value) -> Option<BalancerTarget> {
    let to = of_value(value).resource()?.clone();
    Some(BalancerTarget { to, has_others: false, origin: value.origin })
}

/// The names that records of the same root give it.
fn hosts(balancer: &Instance, all: &[Instance]) -> Vec<SmolStr> {
    let records = all.iter().filter(|it| it.ty == "aws_route53_record");
    let its = records.filter(|it| is_mentioned(balancer, it));
    let names = its.filter_map(|it| text(&it.values, &["name"]).value().cloned());
    names.filter(|it| it.contains('.')).collect()
}
