//! What a service mounts.

use kai_core::{Node, Reason, SmolStr, Value};
use kai_graph::{Mount, Volume, VolumeSource};

use super::read::{is, shown, text};
use crate::fields::items;

/// The volumes of a service, and where its container sees them.
pub(super) fn lower(service: &Node, model: &Node) -> Vec<(Volume, Mount)> {
    let mounts = items(service, &["volumes"]).iter().map(|it| mounted(it, model));
    let configs = items(service, &["configs"]).iter().map(|it| taken(it, "/", configuration));
    let secrets = items(service, &["secrets"]).iter().map(|it| taken(it, "/run/secrets/", secret));
    mounts.chain(configs).chain(secrets).collect()
}

fn mounted(mount: &Node, model: &Node) -> (Volume, Mount) {
    let target = mount.get("target").map(shown).unwrap_or_default();
    let origin = mount.get("target").map_or(mount.origin, |it| it.origin);
    let volume = Volume {
        // The target is the one thing that every mount has and no two share.
        name: mount.get("source").map_or_else(|| target.clone(), shown),
        source: source(mount, model),
        origin: mount.get("source").map_or(origin, |it| it.origin),
    };
    let mount = Mount {
        volume: volume.name.clone(),
        path: trimmed(&target),
        sub_path: text(mount, &["volume", "subpath"]).value().cloned(),
        is_read_only: is(mount, &["read_only"]),
        origin,
    };
    (volume, mount)
}

/// `/data/` is `/data`.
fn trimmed(path: &str) -> SmolStr {
    match path.trim_end_matches('/') {
        "" => path.into(),
        trimmed => trimmed.into(),
    }
}

fn source(mount: &Node, model: &Node) -> VolumeSource {
    let name = mount.get("source").map(shown);
    let Some(kind) = mount.get("type").filter(|it| !matches!(it.value, Value::Unknown(_))) else {
        return VolumeSource::Other(name.unwrap_or_default());
    };
    match (shown(kind).as_str(), name) {
        ("tmpfs", _) => VolumeSource::EmptyDir { is_memory: true },
        ("bind", Some(path)) if mount.get("files").is_some() => configuration(file_name(&path)),
        ("bind", Some(path)) => VolumeSource::HostPath { path },
        ("volume", Some(name)) => named(name, model),
        // Nobody finds it again once the container is removed.
        ("volume", None) => VolumeSource::EmptyDir { is_memory: false },
        (other, _) => VolumeSource::Other(other.into()),
    }
}

/// A named volume; its driver says where it is.
fn named(name: SmolStr, model: &Node) -> VolumeSource {
    let Some(volume) = model.at(&["volumes", &name]) else {
        return VolumeSource::Named { name };
    };
    let driver = text(volume, &["driver"]).value().cloned().unwrap_or("local".into());
    let kind = text(volume, &["driver_opts", "type"]).value().cloned().unwrap_or_default();
    match (driver.as_str(), kind.as_str()) {
        ("local", "tmpfs") => VolumeSource::EmptyDir { is_memory: true },
        ("local", "nfs" | "nfs4" | "cifs") => VolumeSource::Network(kind),
        ("local", _) => VolumeSource::Named { name },
        _ => VolumeSource::Network(driver),
    }
}

/// A config or secret that a service takes.
fn taken(node: &Node, folder: &str, source: impl Fn(SmolStr) -> VolumeSource) -> (Volume, Mount) {
    let name = node.get("source").map(shown).unwrap_or_default();
    let target = node.get("target").map_or_else(|| name.clone(), shown);
    let path = if target.starts_with('/') { target } else { format!("{folder}{target}").into() };
    let origin = node.get("source").map_or(node.origin, |it| it.origin);
    let volume = Volume { name: name.clone(), source: source(name.clone()), origin };
    let mount = Mount { volume: name, path, sub_path: None, is_read_only: true, origin };
    (volume, mount)
}

fn configuration(name: SmolStr) -> VolumeSource {
    VolumeSource::Configuration { name, is_optional: false, keys: Vec::new() }
}

fn secret(name: SmolStr) -> VolumeSource {
    VolumeSource::Secret { name, is_optional: false, keys: Vec::new() }
}

/// What a file of the tree is called as a configuration: its path.
pub(super) fn file_name(source: &str) -> SmolStr {
    source.strip_prefix("./").unwrap_or(source).into()
}

/// True where a list of the service is not known.
pub(super) fn has_holes(service: &Node) -> bool {
    let lists = ["volumes", "ports", "environment", "configs", "secrets"];
    lists.iter().any(|key| {
        service.get(key).is_some_and(
            |it| matches!(&it.value, Value::Unknown(hole) if hole.reason != Reason::NotDeclared),
        )
    })
}
