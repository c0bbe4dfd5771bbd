//! Instances to components.

use kai_core::{Origins, RootId, SmolStr};
use kai_graph::{Component, ComponentKind, Facts};
use kai_terraform::roots::Instance;

use super::{database, modules, waiver};
use crate::Lowered;

/// Lowers what one root plans.
#[must_use]
pub fn lower(instances: &[Instance], root: RootId, origins: &Origins) -> Lowered {
    let components = instances.iter().filter_map(|it| component(it, root, origins));
    Lowered { components: components.collect(), problems: Vec::new() }
}

fn component(instance: &Instance, root: RootId, origins: &Origins) -> Option<Component> {
    let (kind, facts) = match instance.is_call {
        true => modules::facts(instance, origins)?,
        false => facts(instance, origins)?,
    };
    let (native_kind, name) = match instance.is_call {
        true => (SmolStr::new_static("module"), name(&instance.address, "module")),
        false => (instance.ty.clone(), name(&instance.address, &instance.ty)),
    };
    let mut component = Component::named(kind, native_kind, name, root, instance.origin);
    component.annotations = waiver::of(instance.origin, origins);
    component.facts = facts;
    Some(component)
}

fn facts(instance: &Instance, origins: &Origins) -> Option<(ComponentKind, Facts)> {
    match instance.ty.as_str() {
        "google_sql_database_instance" => database::cloud_sql(instance, origins),
        "aws_db_instance" => database::amazon(instance, origins, 0),
        "aws_rds_cluster" => database::amazon(instance, origins, 1),
        "aws_backup_plan" | "aws_backup_selection" => Some((ComponentKind::Backup, Facts::Named)),
        _ => None,
    }
}

/// The address without `module` and the type: `db.main[0]`.
fn name(address: &str, ty: &str) -> SmolStr {
    let plain = |it: &&str| !matches!(*it, "module") && *it != ty;
    let parts: Vec<_> = address.split('.').filter(plain).collect();
    parts.join(".").into()
}
