//! Subnets, the tables and gateways by which they reach the world, and VPNs into them.

use kai_core::{Known, OriginId, Origins, Reason, Role, SmolStr};
use kai_graph::{
    ComponentKind, Egress, Facts, Naming, NatGateway, RemoteAccess, RouteTable, Subnet,
    SubnetRoute, ZonedNetwork,
};
use kai_terraform::roots::Instance;
use kai_terraform::value::Value;

use super::super::fields::{at, flag, length, or_default, text};
use super::super::naming::{means, naming, namings};

pub(super) fn subnet(instance: &Instance) -> (ComponentKind, Facts) {
    let zone = naming(&instance.values, &["availability_zone"]);
    let zone = zone.or_else(|| naming(&instance.values, &["availability_zone_id"]));
    (ComponentKind::FailureDomain, Facts::Subnet(Box::new(Subnet { zone })))
}

pub(super) fn nat_gateway(instance: &Instance) -> Option<(ComponentKind, Facts)> {
    let subnet = naming(&instance.values, &["subnet_id"])?;
    Some((ComponentKind::NetworkPath, Facts::NatGateway(Box::new(NatGateway { subnet }))))
}

/// A table with its own routes and those that are declared apart.
pub(super) fn route_table(instance: &Instance, all: &[Instance]) -> (ComponentKind, Facts) {
    let routes = at(&instance.values, &["route"]).ok().flatten().and_then(Value::elements);
    let routes = routes.map_or(&[][..], |it| &it[..]);
    let apart = all.iter().filter(|it| {
        let table = naming(&it.values, &["route_table_id"]);
        it.ty == "aws_route" && table.is_some_and(|it| means(&it, instance, &["id"]))
    });
    let routes = routes.iter().chain(apart.map(|it| &it.values));
    let gateways = routes.filter_map(|it| naming(it, &["nat_gateway_id"])).collect();
    (ComponentKind::NetworkPath, Facts::RouteTable(Box::new(RouteTable { gateways })))
}

pub(super) fn subnet_route(instance: &Instance) -> Option<(ComponentKind, Facts)> {
    let values = &instance.values;
    let facts = SubnetRoute {
        subnet: naming(values, &["subnet_id"])?,
        table: naming(values, &["route_table_id"])?,
    };
    Some((ComponentKind::NetworkPath, Facts::SubnetRoute(Box::new(facts))))
}

pub(super) fn association(instance: &Instance) -> Option<(ComponentKind, Facts)> {
    let subnet = naming(&instance.values, &["subnet_id"])?;
    let origin = subnet.origin;
    Some(access(text(&instance.values, &["client_vpn_endpoint_id"]), vec![subnet], origin))
}

/// A module that makes a client VPN of the subnets that it is given, whoever wrote it.
pub(super) fn client_vpn(call: &Instance) -> Option<(ComponentKind, Facts)> {
    const NAMES: &[&str] = &["client_vpn", "client-vpn", "vpn"];
    let path = call.ty.split('?').next().unwrap_or_default();
    let is_one = path.rsplit('/').next().is_some_and(|it| NAMES.contains(&it));
    let list = at(&call.values, &["subnet_ids"]).ok().flatten().filter(|_| is_one)?;
    let subnets = namings(list)?;
    Some(access(text(&call.values, &["endpoint_name"]), subnets, list.origin))
}

/// A call of `terraform-aws-modules/vpc/aws`: without `enable_nat_gateway` there is none, with it one
/// for each private subnet, unless `single_nat_gateway` asks for one alone (`variables.tf` of the
/// module).
pub(super) fn network(call: &Instance, origins: &Origins) -> Option<(ComponentKind, Facts)> {
    let source = call.ty.strip_prefix("registry.terraform.io/").unwrap_or(&call.ty);
    if source != "terraform-aws-modules/vpc/aws" {
        return None;
    }
    let inputs = &call.values;
    let absent = || origins.defaulted(Role::ProviderDefault, call.origin);
    let has_any = or_default(flag(inputs, &["enable_nat_gateway"]), false, absent());
    let is_single = or_default(flag(inputs, &["single_nat_gateway"]), false, absent());
    let egress = match (has_any.value(), is_single) {
        (Some(false), _) => has_any.map(|_| Egress::None),
        (Some(true), it) => it.map(|it| if it { Egress::Single } else { Egress::EachZone }),
        (None, _) => Known::Unknown(Reason::Unreadable),
    };
    // Where nobody knows the zones, there is a private subnet for each.
    let zones = length(inputs, &["azs"]);
    let zone_count = match zones {
        Known::Unknown(_) => length(inputs, &["private_subnets"]),
        known => known,
    };
    let facts = ZonedNetwork { zone_count, egress };
    Some((ComponentKind::NetworkPath, Facts::ZonedNetwork(Box::new(facts))))
}

fn access(
    cloud_name: Known<SmolStr>,
    subnets: Vec<Naming>,
    origin: OriginId,
) -> (ComponentKind, Facts) {
    let facts = RemoteAccess { cloud_name, subnets, origin };
    (ComponentKind::NetworkPath, Facts::RemoteAccess(Box::new(facts)))
}
