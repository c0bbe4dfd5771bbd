//! From a name in a text to the component that answers under it.

use kai_core::ComponentId;
use kai_graph::{Component, Facts};

use super::index::Index;

/// A host name, taken apart as the cluster's DNS does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Name<'a> {
    pub(super) whole: &'a str,
    /// The labels before `.svc`, or all of them.
    labels: &'a str,
    /// True where `.svc` says that the name is one of the cluster.
    is_cluster: bool,
}

impl<'a> Name<'a> {
    pub(super) fn parse(whole: &'a str) -> Self {
        let whole = whole.trim_end_matches('.');
        let cluster = whole.find(".svc").filter(|at| {
            let rest = &whole[at + 4..];
            rest.is_empty() || rest.starts_with('.')
        });
        Self {
            whole,
            labels: cluster.map_or(whole, |at| &whole[..at]),
            is_cluster: cluster.is_some(),
        }
    }
}

/// The service of a name as seen from a component's namespace: `service`, `service.namespace`,
/// `pod.service`, `pod.service.namespace`, each with `.svc` and the cluster's domain or without.
pub(super) fn service(index: &Index<'_>, from: &Component, name: &Name<'_>) -> Option<ComponentId> {
    let mut labels = name.labels.split('.');
    let (first, second, third) = (labels.next()?, labels.next(), labels.next());
    match (second, third, labels.next()) {
        (None, ..) => index.address(from, &from.namespace, first),
        (Some(namespace), None, _) => index
            .address(from, namespace, first)
            .or_else(|| pod_of(index, first, index.address(from, &from.namespace, namespace))),
        (Some(service), Some(namespace), None) => {
            pod_of(index, first, index.address(from, namespace, service))
        }
        _ => None,
    }
}

/// `redis-0.redis` is a pod of the headless service `redis`.
fn pod_of(index: &Index<'_>, pod: &str, service: Option<ComponentId>) -> Option<ComponentId> {
    let service = service?;
    let Facts::NetworkPath(path) = &index.get(service).facts else { return None };
    let is_ordinal = pod.rsplit_once('-').is_some_and(|(_, it)| it.parse::<u32>().is_ok());
    (path.is_headless && is_ordinal).then_some(service)
}

/// Endings of names in the public DNS that are longer than a country's two letters.
const PUBLIC: &[&str] = &[
    "app", "biz", "cloud", "com", "dev", "edu", "example", "gov", "info", "int", "mil", "mobi",
    "net", "online", "org", "systems", "tech", "xyz",
];

/// Endings that organisations use inside.
const INTERNAL: &[&str] = &["corp", "internal", "intra", "intranet", "lan", "private"];

/// Two letters that end files rather than hosts.
const NOT_COUNTRIES: &[&str] = &["db", "go", "js", "md", "py", "rb", "rs", "sh", "so", "ts"];

/// True where a name that nobody here answers to is surely a host outside of the cluster.
pub(super) fn is_outside(name: &Name<'_>) -> bool {
    if name.is_cluster || name.whole.ends_with(".cluster.local") || !name.whole.contains('.') {
        return false;
    }
    if let Some(address) = ip(name.whole) {
        return !is_own(address);
    }
    let ending = name.whole.rsplit('.').next().unwrap_or_default().to_ascii_lowercase();
    let is_country = ending.len() == 2
        && ending.bytes().all(|it| it.is_ascii_alphabetic())
        && !NOT_COUNTRIES.contains(&ending.as_str());
    (is_country || PUBLIC.contains(&ending.as_str()) || INTERNAL.contains(&ending.as_str()))
        && name.whole.split('.').all(|it| !it.is_empty())
}

fn ip(name: &str) -> Option<std::net::Ipv4Addr> {
    name.parse().ok()
}

/// The machine itself, everybody, or the cloud's own metadata service.
fn is_own(address: std::net::Ipv4Addr) -> bool {
    address.is_loopback()
        || address.is_unspecified()
        || address.is_link_local()
        || address.is_multicast()
        || address.is_broadcast()
}
