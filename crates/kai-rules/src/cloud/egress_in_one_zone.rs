//! Subnets of several zones that leave through one gateway.

use std::collections::BTreeSet;

use kai_core::{FailureMode, Fix, Hazard, Level, LossClass, OriginId, Pillar, Term};
use kai_graph::{Component, Egress, Facts, Naming};

use super::near;
use crate::{Check, Context, Observed, Rule, words};

pub(super) static RULE: Rule = Rule {
    id: "egress-in-one-zone",
    pillar: Pillar::SinglePointsOfFailure,
    default_level: Level::Medium,
    since: "0.1.0",
    doc: include_str!("egress_in_one_zone.md"),
    check: Check::Component(check),
};

fn check(component: &Component, ctx: Context<'_>, out: &mut Observed) {
    if !near::is_production(component, ctx) {
        return;
    }
    match &component.facts {
        Facts::NatGateway(_) => {
            let mut all = ctx.system.held(component.root, &component.native_kind, "");
            let is_only = all.by_ref().all(|it| it.id == component.id);
            let subnets = subnets(component, ctx);
            let zones: Vec<_> = subnets.iter().map(|it| it.1).collect();
            if is_only && are_spread(&zones) {
                let names: Vec<_> = subnets.iter().map(|it| near::address(it.0)).collect();
                let message = format!(
                    "{} are in several zones and leave through `{}` in one of them: without that zone the others reach nothing \
                     outside either",
                    words::list(&names),
                    near::address(component),
                );
                out.push(hazard(component, message, component.origin));
            }
        }
        Facts::ZonedNetwork(facts) => {
            let single = facts.egress.traced().filter(|it| it.value == Egress::Single);
            let single = single.filter(|it| near::is_settled(component, it.origin, ctx));
            let zones = facts.zone_count.value().filter(|it| **it >= 2);
            if let (Some(single), Some(zones)) = (single, zones) {
                let message = format!(
                    "`{}` spans {zones} zones and has one NAT gateway, in one of them: without that zone the others reach \
                     nothing outside either",
                    near::address(component),
                );
                let fix = near::swap(single.origin, "true", "false", ctx);
                let fix = fix.map(|it| Fix::unsafely("Make a gateway for each subnet", it));
                out.push(hazard(component, message, single.origin).fix(fix));
            }
        }
        _ => {}
    }
}

/// The subnets whose table leads through the gateway, with their zones.
fn subnets<'a>(gateway: &Component, ctx: Context<'a>) -> Vec<(&'a Component, &'a Naming)> {
    let routes = ctx.system.components().iter().filter(|it| it.root == gateway.root);
    let mut seen = BTreeSet::new();
    let found = routes.filter_map(|route| {
        let Facts::SubnetRoute(facts) = &route.facts else { return None };
        let table = ctx.system.named_by(&facts.table, route.root)?;
        let Facts::RouteTable(routes) = &table.facts else { return None };
        let is_through =
            |it: &Naming| ctx.system.named_by(it, table.root).is_some_and(|it| it.id == gateway.id);
        let subnet = ctx.system.named_by(&facts.subnet, route.root)?;
        let Facts::Subnet(own) = &subnet.facts else { return None };
        let zone = own.zone.as_ref()?;
        routes.gateways.iter().any(is_through).then_some((subnet, zone))
    });
    found.filter(|it| seen.insert(it.0.id)).collect()
}

fn are_spread(zones: &[&Naming]) -> bool {
    zones.iter().enumerate().any(|(index, one)| {
        zones[..index].iter().any(|other| super::egress_crosses_zones::are_apart(one, other))
    })
}

fn hazard(component: &Component, message: String, at: OriginId) -> Hazard {
    RULE.worsens(
        component.id,
        FailureMode::ZoneLoss,
        Term::Impact,
        "one way out for several zones",
        message,
    )
    .at(at)
    .loses(LossClass::Outage)
    .shows_as("Connections out of healthy zones time out: registries, queues, everything that is called by its public name")
    .recover("Make a gateway in a healthy zone and point the default routes at it; images that are on the machines still start")
    .remedy("One gateway in each zone, each zone's table through its own; endpoints for the services of the cloud that are used most")
    .verify("aws ec2 describe-nat-gateways --query 'NatGateways[].[NatGatewayId,SubnetId,State]' # one for each zone")
}
