//! Addresses of databases and caches in what a program is told, and in the secrets that it is given.

use kai_core::{OriginId, SmolStr};
use kai_graph::ResourceRef;
use kai_terraform::roots::Instance;
use kai_terraform::value::Value;

use super::super::fields::argument;
use super::super::naming::{label, means, naming, of_value};

/// A reference to a thing by an attribute that leads to it, and where it is written.
pub(super) type Address = (ResourceRef, OriginId);

/// Secrets of secrets, and members of clusters behind them.
const DEPTH_MAX: usize = 4;

/// Every address in a value. A secret that the same root fills stands for what is put into it.
pub(super) fn addresses(value: &Value, all: &[Instance], into: &mut Vec<Address>) {
    add(value, all, 0, into);
    into.sort_by(|one, other| one.0.cmp(&other.0));
    into.dedup_by(|one, other| one.0.is_same_thing(&other.0));
}

fn add(value: &Value, all: &[Instance], depth: usize, into: &mut Vec<Address>) {
    if value.as_unknown().is_none() && (value.elements().is_some() || value.entries().is_some()) {
        value.children().for_each(|it| add(it, all, depth, into));
        return;
    }
    let written = of_value(value);
    for resource in written.resources {
        if let Some(behind) = behind(&resource, all).filter(|_| depth < DEPTH_MAX) {
            behind.into_iter().for_each(|it| add(it, all, depth + 1, into));
        } else if leads_to(&resource) {
            into.push((resource, written.origin));
        }
    }
}

/// What a reference stands for, where that is not the thing itself: what is in a secret, the cluster of
/// a member, the target of a proxy.
fn behind<'a>(of: &ResourceRef, all: &'a [Instance]) -> Option<Vec<&'a Value>> {
    let is_it = |it: &&Instance| label(&it.address) == Some((of.kind.clone(), of.name.clone()));
    let own = || all.iter().find(is_it).filter(|_| of.root.is_empty());
    let argument = |name: &str| Some(argument(&own()?.values, name).into_iter().collect());
    let apart = |ty: &str, by: &str, names: &[&str]| {
        let it = own()?;
        let is_of = |other: &&Instance| {
            other.ty == ty
                && naming(&other.values, &[by]).is_some_and(|by| means(&by, it, &["name"]))
        };
        let values = all.iter().filter(is_of).map(|it| &it.values);
        let parts = |it: &'a Value| names.iter().filter_map(|name| self::argument(it, name));
        Some(values.flat_map(parts).collect())
    };
    match of.kind.as_str() {
        "aws_ssm_parameter" => argument("value"),
        "aws_secretsmanager_secret_version" => argument("secret_string"),
        "aws_secretsmanager_secret" => {
            apart("aws_secretsmanager_secret_version", "secret_id", &["secret_string"])
        }
        "aws_rds_cluster_instance" => argument("cluster_identifier"),
        "aws_db_proxy" => {
            let names = ["db_cluster_identifier", "db_instance_identifier"];
            apart("aws_db_proxy_target", "db_proxy_name", &names)
        }
        _ => None,
    }
}

/// True where whoever has the attribute can call the thing: an address, or the name that its API takes.
/// A cluster behind a member or a proxy is meant by its identifier.
fn leads_to(reference: &ResourceRef) -> bool {
    const IDENTIFIERS: &[&str] = &["arn", "cluster_identifier", "id", "identifier", "name"];
    const ADDRESSES: &[&str] = &[
        "address",
        "cluster_address",
        "configuration_endpoint",
        "configuration_endpoint_address",
        "endpoint",
        "primary_endpoint_address",
        "reader_endpoint",
        "reader_endpoint_address",
    ];
    let attribute = reference.attribute.rsplit('.').next().map(SmolStr::from).unwrap_or_default();
    let is_named = match reference.kind.as_str() {
        "aws_dynamodb_table" | "aws_rds_cluster" | "aws_db_instance" => {
            IDENTIFIERS.contains(&attribute.as_str())
        }
        _ => false,
    };
    is_named || ADDRESSES.contains(&attribute.as_str())
}
