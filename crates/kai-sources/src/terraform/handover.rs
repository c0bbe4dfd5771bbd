//! What Terraform puts under a name for others to read: objects of Kubernetes, secrets and parameters.

use kai_core::SmolStr;
use kai_graph::{
    ComponentKind, Facts, GivenAddress, HandedOver, Handover, ResourceRef, SecretShelf,
};
use kai_terraform::roots::Instance;
use kai_terraform::value::Value;

use super::address::{addresses_by_key, addresses_under, contents};
use super::fields::{argument, text};
use super::kubernetes::is_applied;
use super::naming::{label, naming};

/// An object or an entry with addresses in it; none where there are none, or where nobody knows what it
/// is called.
pub(super) fn handover(instance: &Instance, all: &[Instance]) -> Option<(ComponentKind, Facts)> {
    match instance.ty.as_str() {
        "kubernetes_secret" | "kubernetes_secret_v1" | "kubernetes_secret_v1_data" => {
            object(instance, all, "Secret")
        }
        "kubernetes_config_map" | "kubernetes_config_map_v1" | "kubernetes_config_map_v1_data" => {
            object(instance, all, "ConfigMap")
        }
        "helm_release" => release(instance, all),
        "aws_secretsmanager_secret" => entry(instance, all, SecretShelf::AmazonSecrets, "name"),
        "aws_ssm_parameter" => entry(instance, all, SecretShelf::AmazonParameters, "name"),
        "google_secret_manager_secret" => {
            entry(instance, all, SecretShelf::GoogleSecrets, "secret_id")
        }
        _ if is_applied(instance) => values(instance, all),
        _ => None,
    }
}

/// Addresses in an object of a cluster, by the text that puts each there.
fn values(instance: &Instance, all: &[Instance]) -> Option<(ComponentKind, Facts)> {
    let mut given = Vec::new();
    addresses_by_key(&instance.values, all, &mut given);
    facts(ComponentKind::Configuration, HandedOver::Chart, given)
}

fn object(
    instance: &Instance,
    all: &[Instance],
    kind: &'static str,
) -> Option<(ComponentKind, Facts)> {
    let values = &instance.values;
    let name = text(values, &["metadata", "name"]).value()?.clone();
    let namespace = match naming(values, &["metadata", "namespace"]) {
        None => SmolStr::new_static("default"),
        Some(it) => it.text.clone().or_else(|| namespace(it.resource()?, all))?,
    };
    let mut given = Vec::new();
    for of in ["data", "data_wo", "string_data"] {
        let entries = argument(values, of).and_then(Value::entries);
        for (key, value) in entries.into_iter().flat_map(|it| it.iter()) {
            addresses_under(key, value, all, &mut given);
        }
    }
    let is_secret = kind == "Secret";
    let component = if is_secret { ComponentKind::Secret } else { ComponentKind::Configuration };
    facts(component, HandedOver::Object { kind, namespace, name }, given)
}

/// Single values of a chart; where its templates put them is told by where those came from.
fn release(instance: &Instance, all: &[Instance]) -> Option<(ComponentKind, Facts)> {
    let mut given = Vec::new();
    for of in ["set", "set_sensitive", "set_wo"] {
        let blocks = argument(&instance.values, of).and_then(Value::elements);
        for block in blocks.into_iter().flat_map(|it| it.iter()).filter_map(Value::entries) {
            let name = block.get("name").and_then(Value::as_str);
            if let (Some(name), Some(value)) = (name, block.get("value")) {
                addresses_under(&name.into(), value, all, &mut given);
            }
        }
    }
    facts(ComponentKind::Configuration, HandedOver::Chart, given)
}

/// What a namespace is called that another resource makes.
fn namespace(of: &ResourceRef, all: &[Instance]) -> Option<SmolStr> {
    let is_it = |it: &&Instance| label(&it.address) == Some((of.kind.clone(), of.name.clone()));
    let is_namespace = of.root.is_empty() && of.kind.starts_with("kubernetes_namespace");
    let made = all.iter().filter(|_| is_namespace).find(is_it)?;
    text(&made.values, &["metadata", "name"]).value().cloned()
}

fn entry(
    instance: &Instance,
    all: &[Instance],
    shelf: SecretShelf,
    argument: &str,
) -> Option<(ComponentKind, Facts)> {
    let name = text(&instance.values, &[argument]).value()?.clone();
    let mut given = Vec::new();
    for value in contents(instance, all) {
        addresses_by_key(value, all, &mut given);
    }
    facts(ComponentKind::Secret, HandedOver::Entry { shelf, name }, given)
}

fn facts(
    kind: ComponentKind,
    to: HandedOver,
    given: Vec<GivenAddress>,
) -> Option<(ComponentKind, Facts)> {
    let facts = Handover { to, given };
    (!facts.given.is_empty()).then(|| (kind, Facts::Handover(Box::new(facts))))
}
