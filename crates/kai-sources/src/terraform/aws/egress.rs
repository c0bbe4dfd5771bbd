//! Subnets, the tables and gateways by which they reach the world, and VPNs into them.

use kai_core::{OriginId, SmolStr};
use kai_graph::{
    ComponentKind, Facts, Naming, NatGateway, RemoteAccess, RouteTable, Subnet, SubnetRoute,
};
use kai_terraform::roots::Instance;
use kai_terraform::value::Value;

use super::super::fields::{at, text};
use super::super::naming::{naming, namings};

pub(super) fn subnet(instance: &Instance) -> (ComponentKind, Facts) {
    let zone = naming(&instance.values, &["availability_zone"]);
    let zone = zone.or_else(|| naming(&instance.values, &["availability_zone_id"]));
    (ComponentKind::FailureDomain, Facts::Subnet(Box::new(Subnet { zone })))
}

pub(super) fn nat_gateway(instance: &Instance) -> Option<(ComponentKind, Facts)> {
    let subnet = naming(&instance.values, &["subnet_id"])?;
    Some((ComponentKind::NetworkPath, Facts::NatGateway(Box::new(NatGateway { subnet }))))
}

pub(super) fn route_table(instance: &Instance) -> (ComponentKind, Facts) {
    let routes = at(&instance.values, &["route"]).ok().flatten().and_then(Value::elements);
    let routes = routes.map_or(&[][..], |it| &it[..]);
    let gateways = routes.iter().filter_map(|it| naming(it, &["nat_gateway_id"])).collect();
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

fn access(
    cloud_name: kai_core::Known<SmolStr>,
    subnets: Vec<Naming>,
    origin: OriginId,
) -> (ComponentKind, Facts) {
    let facts = RemoteAccess { cloud_name, subnets, origin };
    (ComponentKind::NetworkPath, Facts::RemoteAccess(Box::new(facts)))
}
