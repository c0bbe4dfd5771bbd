//! What firewalls of each cloud let in from anywhere.

use kai_core::OriginId;
use kai_graph::{ComponentKind, Facts, Firewall, Guarded, Opening};
use kai_terraform::roots::Instance;
use kai_terraform::value::Value;

use super::fields::{at, flag, may_be, text};
use super::naming::{is_mentioned, means, naming};

/// Rules of a firewall that let in everybody; none where there are none of those.
pub(super) fn firewall(instance: &Instance, all: &[Instance]) -> Option<(ComponentKind, Facts)> {
    let values = &instance.values;
    let openings: Vec<_> = match instance.ty.as_str() {
        "aws_security_group" => blocks(values, "ingress").iter().flat_map(amazon).collect(),
        "aws_security_group_rule" => {
            let is_in = text(values, &["type"]).value().is_some_and(|it| it == "ingress");
            if is_in { amazon(values) } else { Vec::new() }
        }
        "aws_vpc_security_group_ingress_rule" => amazon(values),
        "google_compute_firewall" => google(values),
        "azurerm_network_security_rule" => azure(values),
        "azurerm_mssql_firewall_rule" => range_of_azure(values, 1433),
        "azurerm_mysql_flexible_server_firewall_rule" => range_of_azure(values, 3306),
        "azurerm_postgresql_flexible_server_firewall_rule" => range_of_azure(values, 5432),
        "linode_firewall" => blocks(values, "inbound").iter().flat_map(linode).collect(),
        "digitalocean_firewall" => {
            blocks(values, "inbound_rule").iter().flat_map(digital_ocean).collect()
        }
        _ => return None,
    };
    if openings.is_empty() || is_loose(instance, all) {
        return None;
    }
    let guarded = guarded(instance, all);
    let facts = Firewall { openings, guarded };
    Some((ComponentKind::Control, Facts::Firewall(Box::new(facts))))
}

/// True for a firewall that names no machine, and that nothing here gives one.
fn is_loose(instance: &Instance, all: &[Instance]) -> bool {
    let (fields, apart): (&[&str], &str) = match instance.ty.as_str() {
        "digitalocean_firewall" => (&["droplet_ids", "tags"], ""),
        "linode_firewall" => {
            (&["linodes", "nodebalancers", "interfaces"], "linode_firewall_device")
        }
        _ => return false,
    };
    let is_named = |field: &&str| match at(&instance.values, &[field]) {
        Ok(None) => false,
        Ok(Some(it)) => !it.is_null() && it.elements().is_none_or(|it| !it.is_empty()),
        Err(_) => true,
    };
    !fields.iter().any(is_named) && !all.iter().any(|it| it.ty == apart)
}

fn blocks<'a>(values: &'a Value, name: &str) -> &'a [Value] {
    let found = at(values, &[name]).ok().flatten().and_then(Value::elements);
    found.map_or(&[][..], |it| &it[..])
}

fn is_all(range: &Value) -> bool {
    const ALL: &[&str] = &["0.0.0.0/0", "::/0", "*", "Internet", "any"];
    range.as_str().is_some_and(|it| ALL.contains(&it))
}

/// True where one of the ranges of a list is the whole internet.
pub(super) fn is_world(ranges: &Value) -> bool {
    ranges.elements().is_some_and(|it| it.iter().any(is_all)) || is_all(ranges)
}

/// Where a list, or a single text, says that it is for the whole internet.
fn world(values: &Value, names: &[&str]) -> Option<OriginId> {
    names.iter().find_map(|name| {
        let found = at(values, &[name]).ok().flatten()?;
        let element = found.elements().and_then(|them| them.iter().find(|it| is_all(it)));
        let origin =
            element.map(|it| it.origin).or_else(|| is_all(found).then_some(found.origin))?;
        Some(if origin == OriginId::NONE { found.origin } else { origin })
    })
}

fn whole(value: &Value, name: &str) -> Option<i64> {
    let found = at(value, &[name]).ok().flatten()?;
    let written = found.as_str().map(ToOwned::to_owned);
    written.or_else(|| found.as_number().map(ToString::to_string))?.parse().ok()
}

fn amazon(rule: &Value) -> Vec<Opening> {
    const SOURCES: &[&str] = &["cidr_blocks", "ipv6_cidr_blocks", "cidr_ipv4", "cidr_ipv6"];
    let Some(origin) = world(rule, SOURCES) else { return Vec::new() };
    let protocol = text(rule, &["protocol"]).or(|| text(rule, &["ip_protocol"]));
    let opening = match protocol.value().map(|it| it.to_ascii_lowercase()).as_deref() {
        Some("-1" | "all") => Some((0, i64::from(u16::MAX))),
        Some("tcp" | "6") => whole(rule, "from_port").zip(whole(rule, "to_port")),
        _ => None,
    };
    opening.and_then(|(first, last)| self::opening(first, last, origin)).into_iter().collect()
}

fn opening(first: i64, last: i64, origin: OriginId) -> Option<Opening> {
    let (first, last) = (u16::try_from(first).ok()?, u16::try_from(last).ok()?);
    Some(Opening { first, last, origin })
}

/// `22`, `8000-8100`, `*`, `all`
fn range(text: &str) -> Option<(i64, i64)> {
    match text.trim() {
        "*" | "all" | "0" => Some((0, i64::from(u16::MAX))),
        text => match text.split_once('-') {
            Some((first, last)) => Some((first.trim().parse().ok()?, last.trim().parse().ok()?)),
            None => text.parse().ok().map(|it| (it, it)),
        },
    }
}

fn ranges(texts: &[&str], origin: OriginId) -> Vec<Opening> {
    let ranges = texts.iter().filter_map(|it| range(it));
    ranges.filter_map(|(first, last)| opening(first, last, origin)).collect()
}

fn google(values: &Value) -> Vec<Opening> {
    let is_out = text(values, &["direction"]).value().is_some_and(|it| it == "EGRESS");
    let is_off = flag(values, &["disabled"]).value() == Some(&true);
    let Some(origin) = world(values, &["source_ranges"]).filter(|_| !is_out && !is_off) else {
        return Vec::new();
    };
    let allowed = blocks(values, "allow").iter().flat_map(|it| {
        let protocol = text(it, &["protocol"]);
        match protocol.value().map(|it| it.to_ascii_lowercase()).as_deref() {
            Some("all") => ranges(&["*"], origin),
            Some("tcp" | "6") => match at(it, &["ports"]) {
                Ok(None) => ranges(&["*"], origin),
                Ok(Some(ports)) => {
                    let ports = ports.elements().map_or(&[][..], |it| &it[..]);
                    let ports: Vec<_> = ports.iter().filter_map(Value::as_str).collect();
                    ranges(&ports, origin)
                }
                Err(_) => Vec::new(),
            },
            _ => Vec::new(),
        }
    });
    allowed.collect()
}

fn azure(values: &Value) -> Vec<Opening> {
    let is = |name: &str, wanted: &str| {
        text(values, &[name]).value().is_some_and(|it| it.eq_ignore_ascii_case(wanted))
    };
    let origin = world(values, &["source_address_prefix", "source_address_prefixes"]);
    let is_one = is("access", "Allow") && is("direction", "Inbound");
    let is_tcp = is("protocol", "Tcp") || is("protocol", "*");
    let Some(origin) = origin.filter(|_| is_one && is_tcp) else { return Vec::new() };
    let many = blocks(values, "destination_port_ranges").iter().filter_map(Value::as_str);
    let one = at(values, &["destination_port_range"]).ok().flatten().and_then(Value::as_str);
    ranges(&many.chain(one).collect::<Vec<_>>(), origin)
}

/// A rule of a database's own firewall; from `0.0.0.0` to the same is only what Azure runs itself
/// (learn.microsoft.com/azure/azure-sql/database/firewall-configure).
fn range_of_azure(values: &Value, port: u16) -> Vec<Opening> {
    let end = at(values, &["end_ip_address"]).ok().flatten();
    let is_all = text(values, &["start_ip_address"]).value().is_some_and(|it| it == "0.0.0.0")
        && end.and_then(Value::as_str) == Some("255.255.255.255");
    let origin = end.filter(|_| is_all).map(|it| it.origin);
    origin.map(|origin| Opening { first: port, last: port, origin }).into_iter().collect()
}

fn linode(rule: &Value) -> Vec<Opening> {
    let is = |name: &str, wanted: &str| {
        text(rule, &[name]).value().is_some_and(|it| it.eq_ignore_ascii_case(wanted))
    };
    let origin = world(rule, &["ipv4", "ipv6"]);
    let Some(origin) = origin.filter(|_| is("action", "ACCEPT") && is("protocol", "TCP")) else {
        return Vec::new();
    };
    match at(rule, &["ports"]) {
        Ok(Some(ports)) => {
            let ports: Vec<_> = ports.as_str().into_iter().flat_map(|it| it.split(',')).collect();
            ranges(&ports, origin)
        }
        Ok(None) => ranges(&["*"], origin),
        Err(_) => Vec::new(),
    }
}

fn digital_ocean(rule: &Value) -> Vec<Opening> {
    let is_tcp = text(rule, &["protocol"]).value().is_some_and(|it| it == "tcp");
    let Some(origin) = world(rule, &["source_addresses"]).filter(|_| is_tcp) else {
        return Vec::new();
    };
    let ports = at(rule, &["port_range"]).ok().flatten().and_then(Value::as_str);
    ranges(&ports.into_iter().collect::<Vec<_>>(), origin)
}

/// What stands behind it: what names the group, or what the firewall of a machine names.
fn guarded(instance: &Instance, all: &[Instance]) -> Vec<Guarded> {
    let group = naming(&instance.values, &["security_group_id"]);
    let group = match &group {
        Some(group) => {
            all.iter().find(|it| it.ty == "aws_security_group" && means(group, it, &["id"]))
        }
        None => Some(instance),
    };
    let Some(group) = group else { return Vec::new() };
    let server = ["server_id", "server_name"].iter().find_map(|it| {
        naming(&instance.values, &[it]).filter(|_| instance.ty.ends_with("_firewall_rule"))
    });
    if let Some(server) = server {
        let servers = all.iter().filter(|it| !it.is_data && means(&server, it, &["id", "name"]));
        let guarded =
            |it: &Instance| Guarded { address: it.address.clone(), is_private: is_private(it) };
        return servers.map(guarded).collect();
    }
    let things = all.iter().filter(|it| !it.is_data && has_address(&it.ty));
    let behind = things.filter(|it| is_mentioned(group, it) || is_mentioned(it, group));
    behind.map(|it| Guarded { address: it.address.clone(), is_private: is_private(it) }).collect()
}

/// True for what may have an address that the internet reaches.
fn has_address(ty: &str) -> bool {
    const TYPES: &[&str] = &[
        "aws_alb",
        "aws_db_instance",
        "aws_ecs_service",
        "aws_elb",
        "aws_instance",
        "aws_launch_configuration",
        "aws_launch_template",
        "aws_lb",
        "aws_mq_broker",
        "aws_network_interface",
        "aws_rds_cluster_instance",
        "aws_redshift_cluster",
        "aws_spot_instance_request",
        "digitalocean_droplet",
        "linode_instance",
    ];
    TYPES.contains(&ty)
}

/// True where the cloud gives it no address outside of the network, or where nobody knows whether it does.
fn is_private(instance: &Instance) -> bool {
    let values = &instance.values;
    let is = |path: &[&str], wanted: bool| may_be(&flag(values, path), |it| *it == wanted);
    let is_written = |path: &[&str]| super::fields::may_be_there(values, path);
    let is_left_out = |path: &[&str]| flag(values, path).is_not_declared();
    match instance.ty.as_str() {
        "aws_db_instance" | "aws_mq_broker" | "aws_rds_cluster_instance" => {
            let path = ["publicly_accessible"];
            is(&path, false) || is_left_out(&path)
        }
        "azurerm_mssql_server"
        | "azurerm_mysql_flexible_server"
        | "azurerm_postgresql_flexible_server" => {
            is(&["public_network_access_enabled"], false) || is_written(&["delegated_subnet_id"])
        }
        "aws_alb" | "aws_elb" | "aws_lb" => is(&["internal"], true),
        "aws_instance" => is(&["associate_public_ip_address"], false),
        "aws_launch_template" => is(&["network_interfaces", "associate_public_ip_address"], false),
        "aws_ecs_service" => {
            let path = ["network_configuration", "assign_public_ip"];
            is(&path, false) || is_left_out(&path)
        }
        _ => false,
    }
}
