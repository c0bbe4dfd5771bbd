//! Instances to components.

use kai_core::{Origins, RootId, SmolStr};
use kai_graph::{Component, ComponentKind, Facts, Labels, UnreadModule};
use kai_terraform::roots::Instance;

use super::fields::text;
use super::naming::{label, mentions, texts_in};
use super::{aws, azure, firewall, google, handover, machines, state_store, unread, waiver};
use crate::Lowered;
use crate::address::without_credentials;

/// Lowers what one root plans.
#[must_use]
pub fn lower(instances: &[Instance], root: RootId, origins: &Origins) -> Lowered {
    let components = instances.iter().filter_map(|it| component(it, instances, root, origins));
    Lowered { components: components.collect(), problems: Vec::new() }
}

fn component(
    instance: &Instance,
    all: &[Instance],
    root: RootId,
    origins: &Origins,
) -> Option<Component> {
    let (kind, facts) = match instance {
        Instance { is_data: true, .. } => return None,
        Instance { is_call: true, .. } => {
            let known =
                google::of_call(instance, origins).or_else(|| aws::of_call(instance, origins));
            known.unwrap_or_else(|| unread(instance))
        }
        _ => facts(instance, all, origins)?,
    };
    let (native_kind, name) = label(&instance.address)?;
    let mut component = Component::named(kind, native_kind, name, root, instance.origin);
    component.annotations = waiver::of(instance.origin, origins);
    component.facts = facts;
    component.labels = place(instance);
    Some(component)
}

/// The provider, the region, and the project or group that tell it from another one of its name, and what
/// configures that provider; a region of its own counts more than the provider's (hashicorp/aws 6).
fn place(instance: &Instance) -> Labels {
    let said = |text: &SmolStr| Some(text.clone()).filter(|it| !it.is_empty());
    let region = text(&instance.values, &["region"]).value().cloned();
    let labels = [
        ("configured-by", said(&instance.configured.by)),
        ("home", home(instance)),
        ("provider", said(&instance.provider)),
        ("region", region.or_else(|| said(&instance.configured.region))),
    ];
    labels.into_iter().filter_map(|(key, it)| Some((SmolStr::new_static(key), it?))).collect()
}

/// The project of Google or the resource group of Azure that it says; one that is not known is another one than
/// every other.
fn home(instance: &Instance) -> Option<SmolStr> {
    let field = match instance.ty.split_once('_')?.0 {
        "google" => "project",
        "azurerm" => "resource_group_name",
        _ => return None,
    };
    let said = text(&instance.values, &[field]);
    if said.is_not_declared() {
        return None;
    }
    Some(said.value().cloned().unwrap_or_else(|| instance.address.as_str().into()))
}

/// A module whose text is not here, with what it is told of.
fn unread(call: &Instance) -> (ComponentKind, Facts) {
    let mut mentioned = Vec::new();
    mentions(&call.values, &mut mentioned);
    mentioned.sort();
    mentioned.dedup();
    let mut texts = Vec::new();
    texts_in(&call.values, &mut texts);
    let facts = UnreadModule { source: without_credentials(&call.ty), mentions: mentioned, texts };
    (ComponentKind::Control, Facts::UnreadModule(Box::new(facts)))
}

fn facts(
    instance: &Instance,
    all: &[Instance],
    origins: &Origins,
) -> Option<(ComponentKind, Facts)> {
    // What is only read comes last.
    let count = all.iter().position(|it| it.is_data).unwrap_or(all.len());
    // Amazon Q subscribes to the topics that it is told of, and writes to a channel of people.
    if instance.ty.starts_with("aws_chatbot_") && !instance.is_data {
        return Some(unread(instance));
    }
    if instance.ty == "backend" {
        return state_store::state_store(instance, origins);
    }
    firewall::firewall(instance, all)
        .or_else(|| handover::handover(instance, all))
        .or_else(|| aws::of_resource(instance, all, origins))
        .or_else(|| google::of_resource(instance, &all[..count], origins))
        .or_else(|| azure::of_resource(instance, &all[..count], origins))
        .or_else(|| machines::machines(instance))
        .or_else(|| unread::unread(&instance.ty))
}
