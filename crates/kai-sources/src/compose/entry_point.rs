//! Published ports: where users come in.

use kai_core::{Entry, Known, Node, SmolStr};
use kai_graph::{Backend, EntryPoint, EntryPointKind, PortRef};

use super::read::{at, number, shown};
use crate::fields::items;

/// One port of the host that leads to a service.
pub(super) struct Published {
    /// `service:port`, with the protocol where it is not TCP.
    pub(super) name: SmolStr,
    pub(super) facts: EntryPoint,
    pub(super) origin: kai_core::OriginId,
}

/// The ports that a service publishes under a number that is known beforehand.
pub(super) fn lower(service: &Entry) -> Vec<Published> {
    let ports = items(&service.node, &["ports"]).iter();
    ports.filter_map(|it| published(&service.key, it)).collect()
}

fn published(service: &SmolStr, port: &Node) -> Option<Published> {
    let published = port.get("published")?;
    let target = at(port, &["target"], number::<u16>);
    let hosts = port.get("host_ip").map(shown).filter(|it| is_one_address(it));
    let backend = Backend {
        host: SmolStr::default(),
        path: SmolStr::default(),
        kind: SmolStr::new_static("service"),
        namespace: SmolStr::default(),
        name: service.clone(),
        port: target.value().map(|it| PortRef::Number(*it)),
        origin: port.get("target").map_or(port.origin, |it| it.origin),
    };
    let protocol = port.get("protocol").map(shown).filter(|it| it != "tcp");
    let protocol = protocol.map(|it| format!("/{it}")).unwrap_or_default();
    Some(Published {
        name: format!("{service}:{}{protocol}", shown(published)).into(),
        facts: EntryPoint {
            kind: EntryPointKind::PublishedPort,
            hosts: hosts.into_iter().collect(),
            has_tls: Known::default(),
            backends: vec![backend],
            parents: Vec::new(),
        },
        origin: published.origin,
    })
}

/// `0.0.0.0` and `::` are every address of the host.
pub(super) fn is_one_address(address: &str) -> bool {
    !matches!(address, "" | "0.0.0.0" | "::")
}
