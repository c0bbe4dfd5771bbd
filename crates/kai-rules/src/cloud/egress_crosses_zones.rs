//! Subnets whose packets leave through a gateway in another zone, while one stands in their own.

use kai_core::{FailureMode, Hazard, Level, LossClass, Pillar, Term};
use kai_graph::{Component, Facts, Naming};

use super::near;
use crate::{Check, Context, Observed, Rule};

pub(super) static RULE: Rule = Rule {
    id: "egress-crosses-zones",
    pillar: Pillar::SinglePointsOfFailure,
    default_level: Level::High,
    since: "0.1.0",
    doc: include_str!("egress_crosses_zones.md"),
    check: Check::Component(check),
};

fn check(route: &Component, ctx: Context<'_>, out: &mut Observed) {
    let Facts::SubnetRoute(facts) = &route.facts else { return };
    let subnet = ctx.system.named_by(&facts.subnet, route.root);
    let table = ctx.system.named_by(&facts.table, route.root);
    let (Some(subnet), Some(table)) = (subnet, table) else { return };
    let (Facts::Subnet(own), Facts::RouteTable(routes)) = (&subnet.facts, &table.facts) else {
        return;
    };
    let [gateway] = &routes.gateways[..] else { return };
    let Some(gateway) = ctx.system.named_by(gateway, table.root) else { return };
    let (Some(zone), Some(other)) = (&own.zone, zone_of(gateway, ctx)) else { return };
    if are_apart(zone, other) && has_choice(gateway, other, ctx) {
        out.push(hazard(subnet, gateway, zone, table));
    }
}

/// The zone of a gateway is that of its subnet.
fn zone_of<'a>(gateway: &Component, ctx: Context<'a>) -> Option<&'a Naming> {
    let Facts::NatGateway(facts) = &gateway.facts else { return None };
    match &ctx.system.named_by(&facts.subnet, gateway.root)?.facts {
        Facts::Subnet(subnet) => subnet.zone.as_ref(),
        _ => None,
    }
}

/// True where there are gateways in several zones, so that the crossing is no saving.
fn has_choice(gateway: &Component, zone: &Naming, ctx: Context<'_>) -> bool {
    let mut others = ctx.system.held(gateway.root, &gateway.native_kind, "");
    others.any(|it| zone_of(it, ctx).is_some_and(|it| are_apart(it, zone)))
}

/// Whether two zones are certainly not one: other names, or neighbours in one list of zones, of which
/// a region has two or more.
pub(super) fn are_apart(one: &Naming, other: &Naming) -> bool {
    if let (Some(one), Some(other)) = (&one.text, &other.text) {
        return one != other;
    }
    match (&one.resources[..], &other.resources[..]) {
        ([a], [b]) if a.is_same_thing(b) && !one.is_open && !other.is_open => {
            let (Some(a), Some(b)) = (place(&a.attribute), place(&b.attribute)) else {
                return false;
            };
            a.0 == b.0 && a.1.abs_diff(b.1) == 1
        }
        _ => false,
    }
}

/// `.names[2]`: the list, and the place in it.
fn place(attribute: &str) -> Option<(&str, usize)> {
    let (list, index) = attribute.strip_suffix(']')?.rsplit_once('[')?;
    Some((list, index.parse().ok()?))
}

fn hazard(subnet: &Component, gateway: &Component, zone: &Naming, table: &Component) -> Hazard {
    let message = format!(
        "`{}` is in another zone than `{}`, through which it leaves; losing one zone takes the way out of a second one, and \
         every byte pays for crossing",
        near::address(subnet),
        near::address(gateway),
    );
    RULE.worsens(
        subnet.id,
        FailureMode::ZoneLoss,
        Term::Impact,
        "packets leave through another zone",
        message,
    )
    .at(zone.origin)
    .loses(LossClass::Outage)
    .related(gateway.origin, "the gateway that it uses")
    .related(table.origin, "its routes")
    .shows_as("Connections out of a healthy zone time out while another zone is down")
    .recover(format!("Point the routes of `{}` at a gateway in a healthy zone", near::address(table)))
    .remedy("Give the subnet, its table and its gateway the same place in the list of zones")
    .verify("aws ec2 describe-nat-gateways --query 'NatGateways[].[NatGatewayId,SubnetId]' # compare with the zones of `aws ec2 describe-subnets`")
}
