//! Instances to components.

use kai_core::{Known, Origins, Reason, RootId, SmolStr};
use kai_graph::{Component, ComponentKind, Facts, Labels, UnreadModule};
use kai_terraform::roots::Instance;

use super::fields::{may_be_there, text};
use super::naming::{label, mentions, texts_in};
use super::{
    aws, azure, cloudflare, firewall, google, handover, machines, state_store, unread, waiver,
};
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
        Instance { is_data: true, .. } => looked_up(instance)?,
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
    let region = match own_region(instance) {
        Known::Value(it) => Some(it.value),
        it if it.is_not_declared() => said(&instance.configured.region),
        Known::Unknown(_) => None,
    };
    let labels = [
        ("configured-by", said(&instance.configured.by)),
        ("home", home(instance)),
        ("provider", said(&instance.provider)),
        ("region", region),
        ("unused", is_unused(instance).then(|| SmolStr::new_static("true"))),
    ];
    labels.into_iter().filter_map(|(key, it)| Some((SmolStr::new_static(key), it?))).collect()
}

/// The region that is written at a resource. The location of Azure has two spellings of each: `West Europe` is
/// `westeurope`. At Google it may be that of a zone too, `us-central1-b` is in `us-central1`, or a continent, which is no
/// region.
fn own_region(instance: &Instance) -> Known<SmolStr> {
    let written = |name: &'static str| text(&instance.values, &[name]);
    let region = written("region");
    match instance.ty.split_once('_').map(|it| it.0) {
        Some("azurerm") => region
            .or(|| written("location").map(|it| it.replace(' ', "").to_ascii_lowercase().into())),
        Some("google") => region.or(|| match written("location").or(|| written("zone")) {
            Known::Value(it) => match region_of_place(&it.value) {
                Some(region) => Known::new(region, it.origin),
                None => Known::Unknown(Reason::Unreadable),
            },
            unknown => unknown,
        }),
        _ => region,
    }
}

fn region_of_place(place: &str) -> Option<SmolStr> {
    let place = place.to_ascii_lowercase();
    let (before, last) = place.rsplit_once('-')?;
    let is_zone = last.len() == 1 && before.contains('-');
    Some(if is_zone { before.into() } else { place.into() })
}

/// Types that are paid for while they wait for something to use them, and the arguments by which one names itself
/// what it is for.
const ALLOCATIONS: &[(&str, &[&str])] = &[
    ("aws_alb", &[]),
    ("aws_ebs_volume", &[]),
    ("aws_eip", &["associate_with_private_ip", "instance", "network_interface"]),
    ("aws_lb", &[]),
    ("aws_nat_gateway", &[]),
    ("azurerm_managed_disk", &[]),
    ("azurerm_public_ip", &[]),
    ("google_compute_address", &["purpose", "subnetwork"]),
    ("google_compute_disk", &[]),
];

/// True for one that nothing of its module mentions. Addresses inside of a network of Google cost nothing.
fn is_unused(instance: &Instance) -> bool {
    let Some((_, own)) = ALLOCATIONS.iter().find(|it| it.0 == instance.ty) else { return false };
    let ty = text(&instance.values, &["address_type"]);
    let is_inner = ty.value().is_some_and(|it| it == "INTERNAL");
    instance.is_unused
        && !instance.is_data
        && !is_inner
        && !own.iter().any(|it| may_be_there(&instance.values, &[it]))
}

/// What another configuration may have made and this one looks up: of what may wait for a user that alone.
fn looked_up(instance: &Instance) -> Option<(ComponentKind, Facts)> {
    let is_one = ALLOCATIONS
        .iter()
        .any(|it| instance.ty.trim_start_matches("data.").trim_end_matches('s') == it.0);
    is_one.then_some((ComponentKind::Control, Facts::Named))
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
    let facts = UnreadModule {
        source: without_credentials(&call.ty),
        version: call.version.clone(),
        mentions: mentioned,
        texts,
    };
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
        return state_store::state_store(instance, all, origins);
    }
    firewall::firewall(instance, all)
        .or_else(|| handover::handover(instance, all))
        .or_else(|| aws::of_resource(instance, all, origins))
        .or_else(|| google::of_resource(instance, &all[..count], origins))
        .or_else(|| azure::of_resource(instance, &all[..count], origins))
        .or_else(|| cloudflare::of_resource(instance, &all[..count], origins))
        .or_else(|| machines::machines(instance))
        .or_else(|| unread::unread(&instance.ty))
        .or_else(|| is_unused(instance).then_some((ComponentKind::Control, Facts::Named)))
}
