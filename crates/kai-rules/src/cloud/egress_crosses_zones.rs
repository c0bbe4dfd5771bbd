//! Subnets whose packets leave through a gateway in another zone, while one stands in their own.

use std::collections::BTreeMap;

use kai_core::{FailureMode, Fix, Hazard, Level, LossClass, OriginId, Pillar, Term};
use kai_graph::{Component, Facts, Naming};

use super::near;
use crate::{Check, Context, Observed, Rule};

pub(super) static RULE: Rule = Rule {
    id: "egress-crosses-zones",
    pillar: Pillar::SinglePointsOfFailure,
    default_level: Level::High,
    since: "0.1.0",
    doc: include_str!("egress_crosses_zones.md"),
    check: Check::System(check),
};

fn check(ctx: Context<'_>, out: &mut Observed) {
    let mut crossings = BTreeMap::<_, Vec<Crossing<'_>>>::new();
    for it in ctx.system.components().iter().filter_map(|it| crossing(it, ctx)) {
        let block = (it.subnet.root, it.subnet.native_kind.clone(), near::block_name(it.subnet));
        crossings.entry(block).or_default().push(it);
    }
    for hazard in crossings.values().filter_map(|it| hazard(it, ctx)) {
        out.push(hazard);
    }
}

/// A subnet whose packets leave through another zone.
struct Crossing<'a> {
    subnet: &'a Component,
    zone: &'a Naming,
    table: &'a Component,
    gateway: &'a Component,
    /// Where the table is told of the gateway.
    route: OriginId,
}

fn crossing<'a>(route: &Component, ctx: Context<'a>) -> Option<Crossing<'a>> {
    let Facts::SubnetRoute(facts) = &route.facts else { return None };
    let subnet = ctx.system.named_by(&facts.subnet, route.root)?;
    let table = ctx.system.named_by(&facts.table, route.root)?;
    let (Facts::Subnet(own), Facts::RouteTable(routes)) = (&subnet.facts, &table.facts) else {
        return None;
    };
    let [route] = &routes.gateways[..] else { return None };
    let gateway = ctx.system.named_by(route, table.root)?;
    let (zone, other) = (own.zone.as_ref()?, zone_of(gateway, ctx)?);
    let crosses = are_apart(zone, other) && has_choice(gateway, other, ctx);
    crosses.then_some(Crossing { subnet, zone, table, gateway, route: route.origin })
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

/// The gateway that stands in the zone of the subnet.
fn own_gateway<'a>(crossing: &Crossing<'_>, ctx: Context<'a>) -> Option<&'a Component> {
    let Crossing { gateway, zone, .. } = crossing;
    let mut all = ctx.system.held(gateway.root, &gateway.native_kind, "");
    all.find(|it| zone_of(it, ctx).is_some_and(|it| is_same(it, zone)))
}

fn is_same(one: &Naming, other: &Naming) -> bool {
    let is_text = one.text.is_some() && one.text == other.text;
    let is_named = !one.resources.is_empty() && one.resources == other.resources;
    is_text || (is_named && !one.is_open && !other.is_open)
}

fn hazard(crossings: &[Crossing<'_>], ctx: Context<'_>) -> Option<Hazard> {
    let [first, others @ ..] = crossings else { return None };
    let (name, gateway) = (near::address(first.subnet), near::address(first.gateway));
    let which = match others.len() {
        0 => format!("`{name}` is"),
        more => format!("`{name}` and {more} more of its block are each"),
    };
    let message = format!(
        "{which} in another zone than the NAT gateway that its packets leave through (`{gateway}`): losing one zone takes the \
         way out of a second one, and every byte pays for crossing"
    );
    let own = own_gateway(first, ctx);
    let fix = own.filter(|_| others.is_empty()).and_then(|it| reroute(first, it, ctx));
    let own = match own {
        Some(it) => format!("`{}`", near::address(it)),
        None => "the gateway of its own zone".to_owned(),
    };
    let each = if others.is_empty() { "" } else { " and so on" };
    let hazard = RULE
        .worsens(
            first.subnet.id,
            FailureMode::ZoneLoss,
            Term::Impact,
            "packets leave through another zone",
            message,
        )
        .at(first.route)
        .loses(LossClass::Outage)
        .related(first.zone.origin, "the zone of the subnet")
        .related(first.gateway.origin, "the gateway that it uses")
        .related(first.table.origin, "its routes")
        .shows_as("Connections out of a healthy zone time out while another zone is down")
        .recover(format!(
            "Point the routes of `{}` at a gateway in a healthy zone",
            near::address(first.table)
        ))
        .remedy(format!(
            "Route `{}` to {own}{each}: a route changes in place, where a subnet or gateway of another zone is made anew \
             with all that is in it",
            near::address(first.table),
        ))
        .verify(
            "aws ec2 describe-route-tables --query 'RouteTables[].[Associations[].SubnetId,Routes[].NatGatewayId]' # each in one \
             zone, by `aws ec2 describe-nat-gateways` and `aws ec2 describe-subnets`",
        );
    Some(hazard.fix(fix))
}

/// The route by the name of the other gateway, where the table is that of this subnet alone.
fn reroute(crossing: &Crossing<'_>, own: &Component, ctx: Context<'_>) -> Option<Fix> {
    let Crossing { subnet, table, gateway, route, .. } = crossing;
    let uses = |it: &&Component| match &it.facts {
        Facts::SubnetRoute(facts) => {
            ctx.system.named_by(&facts.table, it.root).is_none_or(|it| it.id == table.id)
        }
        _ => false,
    };
    let held = ctx.system.components().iter().filter(|it| it.root == subnet.root);
    let is_alone = held.filter(uses).count() == 1;
    let edit = ctx.rename(*route, &near::address(gateway), &near::address(own))?;
    is_alone.then(|| Fix::unsafely("Leave through the gateway of the same zone", vec![edit]))
}
