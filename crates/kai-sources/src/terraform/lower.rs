//! Instances to components.

use kai_core::{Origins, RootId};
use kai_graph::{Component, ComponentKind, Facts};
use kai_terraform::roots::Instance;

use super::{database, google, reference, waiver};
use crate::Lowered;

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
    let (kind, facts) = match instance.is_call {
        true => google::of_call(instance, origins)?,
        false => facts(instance, all, origins)?,
    };
    let (native_kind, name) = reference::label(&instance.address)?;
    let mut component = Component::named(kind, native_kind, name, root, instance.origin);
    component.annotations = waiver::of(instance.origin, origins);
    component.facts = facts;
    Some(component)
}

fn facts(
    instance: &Instance,
    all: &[Instance],
    origins: &Origins,
) -> Option<(ComponentKind, Facts)> {
    match instance.ty.as_str() {
        "aws_db_instance" => database::amazon(instance, origins, 0),
        "aws_rds_cluster" => database::amazon(instance, origins, 1),
        "aws_backup_plan" | "aws_backup_selection" => Some((ComponentKind::Backup, Facts::Named)),
        _ => google::of_resource(instance, all, origins),
    }
}
