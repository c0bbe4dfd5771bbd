//! The one container of a service.

use camino::Utf8Path;
use kai_core::{Entry, Known, Node, OriginId, Origins, Reason, SmolStr, Traced, Value};
use kai_graph::{
    Container, EnvSource, EnvVar, Image, Material, Port, PreStop, Resources, Security,
};

use super::entry_point::is_one_address;
use super::probe;
use super::quantity::{bytes, processors};
use super::read::{at, boolean, default, entries, number, or, shown, text, texts, value};
use crate::fields::items;
use crate::material::{self, Place};

pub(super) fn lower(
    name: &SmolStr,
    origin: OriginId,
    service: &Node,
    origins: &Origins,
) -> Container {
    let mut material = Vec::new();
    let mut command = words(service, "entrypoint");
    material::mask_arguments(&mut command, &mut material);
    let mut args = words(service, "command");
    material::mask_arguments(&mut args, &mut material);
    let env = entries(service, "environment").map(|it| env_var(it, &mut material)).collect();
    Container {
        image: image(service),
        built_from: built_from(service),
        built_stage: text(service, &["build", "target"]),
        pull_policy: pull_policy(service, origins),
        command,
        args,
        ports: ports(service),
        env,
        requests: requests(service),
        limits: limits(service),
        readiness: probe::readiness(service, origins),
        pre_stop: items(service, &["pre_stop"])
            .first()
            .map(|it| PreStop { sleep: Known::default(), origin: it.origin }),
        security: security(service, origins),
        material,
        ..Container::new(name.clone(), origin)
    }
}

/// An image that is only built here has no name that anybody could look up.
fn image(service: &Node) -> Known<Image> {
    match at(service, &["image"], Image::parse) {
        Known::Unknown(Reason::NotDeclared) if service.get("build").is_some() => {
            Known::Unknown(Reason::ComputedAtApply)
        }
        image => image,
    }
}

/// A build begins in its context, a path from the top of the tree, and reads the `Dockerfile` there.
fn built_from(service: &Node) -> Option<Traced<SmolStr>> {
    let build = service.get("build")?;
    if build.get("dockerfile_inline").is_some() {
        return None;
    }
    let context = build.str_at(&["context"]).or_else(|| build.as_str())?;
    let file = build.str_at(&["dockerfile"]).unwrap_or("Dockerfile");
    let is_known = ![context, file].iter().any(|it| it.contains('$'));
    let value = crate::pipeline::within(Utf8Path::new(context), file).filter(|_| is_known)?;
    Some(Traced { value, origin: build.origin })
}

fn pull_policy(service: &Node, origins: &Origins) -> Known<SmolStr> {
    let policy = at(service, &["pull_policy"], |it| {
        Some(SmolStr::new_static(match it {
            "always" | "daily" | "weekly" => "Always",
            "missing" | "if_not_present" => "IfNotPresent",
            "never" | "build" => "Never",
            _ => return None,
        }))
    });
    or(policy, SmolStr::new_static("IfNotPresent"), service, origins)
}

fn words(service: &Node, key: &str) -> Vec<Traced<SmolStr>> {
    let words = texts(service, key).into_iter();
    words.map(|(value, origin)| Traced { value, origin }).collect()
}

/// Ports that are published on the host, and those that are only named.
fn ports(service: &Node) -> Vec<Port> {
    let published = items(service, &["ports"]).iter().map(|it| {
        let host_port = at(it, &["published"], number::<u16>);
        Port {
            name: text(it, &["name"]).value().cloned(),
            number: at(it, &["target"], number),
            host_port: host_port.traced().copied(),
            // One that a variable without a value names is not known.
            is_published: host_port.value().is_some() || it.get("published").is_none(),
            host_address: it.get("host_ip").map(shown).filter(|it| is_one_address(it)),
            protocol: protocol(&text(it, &["protocol"])),
            origin: it.origin,
        }
    });
    let exposed = items(service, &["expose"]).iter().map(|it| {
        let shown = shown(it);
        let (port, protocol) = shown.split_once('/').unwrap_or((&shown, "tcp"));
        Port {
            name: None,
            number: value(Some(it), |_| number(port)),
            host_port: None,
            is_published: false,
            host_address: None,
            protocol: protocol.to_ascii_uppercase().into(),
            origin: it.origin,
        }
    });
    published.chain(exposed).collect()
}

fn protocol(written: &Known<SmolStr>) -> SmolStr {
    written.value().map_or(SmolStr::new_static("TCP"), |it| it.to_ascii_uppercase().into())
}

fn env_var(entry: &Entry, material: &mut Vec<Material>) -> EnvVar {
    // `*` stands for everything in a file that could not be read.
    let name = if entry.key == "*" { SmolStr::default() } else { entry.key.clone() };
    let origin = entry.node.origin;
    let source = match &entry.node.value {
        Value::Scalar(scalar) => {
            let found = material::in_value(&name, &scalar.text, Place::Open);
            let masked = material::mask(&scalar.text, &found);
            material.extend(found.iter().map(|it| it.material(&name, &scalar.text, origin)));
            EnvSource::Literal(masked)
        }
        Value::Unknown(hole) => EnvSource::Unknown(hole.reason),
        Value::Map(_) | Value::Seq(_) => EnvSource::Unknown(Reason::Unreadable),
    };
    EnvVar { name, source, origin }
}

fn limits(service: &Node) -> Resources {
    let limits = ["deploy", "resources", "limits"];
    Resources {
        cpu: at(service, &[&limits[..], &["cpus"]].concat(), processors)
            .or(|| at(service, &["cpus"], processors)),
        memory: at(service, &[&limits[..], &["memory"]].concat(), bytes)
            .or(|| at(service, &["mem_limit"], bytes)),
        ephemeral_storage: Known::default(),
    }
}

fn requests(service: &Node) -> Resources {
    let reserved = ["deploy", "resources", "reservations"];
    Resources {
        cpu: at(service, &[&reserved[..], &["cpus"]].concat(), processors),
        memory: at(service, &[&reserved[..], &["memory"]].concat(), bytes)
            .or(|| at(service, &["mem_reservation"], bytes)),
        ephemeral_storage: Known::default(),
    }
}

fn security(service: &Node, origins: &Origins) -> Security {
    let user = at(service, &["user"], |it| it.split(':').next().and_then(number::<i64>));
    let no_new = items(service, &["security_opt"]).iter().find(|it| {
        let shown = shown(it);
        shown.starts_with("no-new-privileges") && !shown.ends_with("false")
    });
    Security {
        is_privileged: or(at(service, &["privileged"], boolean), false, service, origins),
        run_as_non_root: match &user {
            Known::Value(user) => Known::new(user.value != 0, user.origin),
            Known::Unknown(_) => Known::default(),
        },
        run_as_user: user,
        read_only_root: or(at(service, &["read_only"], boolean), false, service, origins),
        allow_privilege_escalation: match no_new {
            Some(node) => Known::new(false, node.origin),
            None => default(true, service, origins),
        },
        capabilities_added: texts(service, "cap_add"),
        capabilities_dropped: texts(service, "cap_drop"),
    }
}
