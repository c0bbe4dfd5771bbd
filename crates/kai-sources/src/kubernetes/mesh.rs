//! Routes of other projects: Istio, Contour, Traefik, OpenShift.

use kai_core::{Known, OriginId, SmolStr};
use kai_graph::{
    Backend, ComponentKind, EntryPoint, EntryPointKind, Facts, PortRef, Subset, TrafficPolicy,
};

use crate::fields::Fields;
use crate::kubernetes::gateway::face;
use crate::kubernetes::ingress::hosts;
use crate::kubernetes::object::Object;

/// Istio. One that names no gateway, or the mesh alone, steers traffic inside.
pub(super) fn virtual_service(object: &Object<'_>) -> (ComponentKind, Facts) {
    let spec = object.spec;
    let mut backends = Vec::new();
    for protocol in ["http", "tls", "tcp"] {
        for route in spec.list(protocol) {
            let path = route.list("match").map(|it| uri(it.at("uri"))).next().unwrap_or_default();
            let targets = route.list("route").map(|it| it.at("destination"));
            backends.extend(targets.map(|it| destination(path.clone(), it)));
        }
    }
    let gateways = spec.texts("gateways");
    let is_inside = gateways.iter().all(|it| it == "mesh");
    let (kind, hosts) = (EntryPointKind::VirtualService, spec.texts("hosts"));
    done(kind, hosts, Known::default(), backends, gateways, is_inside)
}

/// Istio.
pub(super) fn destination_rule(object: &Object<'_>) -> (ComponentKind, Facts) {
    let spec = object.spec;
    let outliers = spec.at("trafficPolicy").find("outlierDetection");
    let percent = |key, default| outliers.map_or_else(Known::default, |it| it.or(key, default));
    let subset = |it: Fields<'_>| Subset {
        name: it.text("name"),
        labels: it.labels("labels"),
        origin: it.origin,
    };
    let policy = TrafficPolicy {
        host: spec.name("host").unwrap_or((SmolStr::default(), spec.origin)),
        ejected_max: percent("maxEjectionPercent", 10),
        healthy_min: percent("minHealthPercent", 0),
        subsets: spec.list("subsets").map(subset).collect(),
    };
    (ComponentKind::Control, Facts::TrafficPolicy(Box::new(policy)))
}

fn uri(uri: Fields<'_>) -> SmolStr {
    let name = |key| uri.opt::<SmolStr>(key);
    name("prefix").or_else(|| name("exact")).or_else(|| name("regex")).unwrap_or_default()
}

/// A host is a Service by its short name or its name in DNS; any other name with dots is a host
/// that a ServiceEntry declares.
fn destination(path: SmolStr, destination: Fields<'_>) -> Backend {
    let (host, origin) =
        destination.name("host").unwrap_or((SmolStr::default(), destination.origin));
    let (name, rest) = host.split_once('.').unwrap_or((&host, ""));
    let namespace = rest.split_once('.').filter(|it| it.1.starts_with("svc")).map(|it| it.0);
    let (kind, namespace, name) = match namespace {
        Some(namespace) => ("Service", namespace, name),
        None if rest.is_empty() => ("Service", "", name),
        None => ("Host", "", host.as_str()),
    };
    Backend {
        host: SmolStr::default(),
        path,
        kind: SmolStr::new_static(kind),
        namespace: namespace.into(),
        name: name.into(),
        port: destination.at("port").opt::<PortRef>("number"),
        origin,
    }
}

/// Contour. One without a virtual host is a part that another one includes.
pub(super) fn http_proxy(object: &Object<'_>) -> (ComponentKind, Facts) {
    let spec = object.spec;
    let host = spec.at("virtualhost");
    let mut backends = Vec::new();
    for route in spec.list("routes") {
        let path = route.list("conditions").map(|it| it.text("prefix")).next().unwrap_or_default();
        let targets = route.list("services");
        backends.extend(targets.map(|it| backend(path.clone(), it, "Service", it.origin)));
    }
    let tcp = spec.at("tcpproxy");
    backends.extend(
        tcp.list("services").map(|it| backend(SmolStr::default(), it, "Service", it.origin)),
    );
    for include in spec.list("includes") {
        let path =
            include.list("conditions").map(|it| it.text("prefix")).next().unwrap_or_default();
        backends.push(backend(path, include, "HTTPProxy", include.origin));
    }
    let has_tls = match host.node("tls") {
        Some(tls) => Known::new(true, tls.origin),
        None => host.default(false),
    };
    let class = spec.opt("ingressClassName");
    let class = class.or_else(|| object.annotation("kubernetes.io/ingress.class").map(|it| it.0));
    let parents = class.into_iter().collect();
    let names = hosts(std::iter::once(host.text("fqdn")));
    let is_inside = !spec.has("virtualhost");
    done(EntryPointKind::HttpProxy, names, has_tls, backends, parents, is_inside)
}

/// Traefik: hosts and paths stand in a rule of its own language.
pub(super) fn ingress_route(object: &Object<'_>) -> (ComponentKind, Facts) {
    let spec = object.spec;
    let (mut backends, mut names) = (Vec::new(), Vec::new());
    for route in spec.list("routes") {
        let rule = route.text("match");
        names.extend(
            arguments(&rule, "Host(").chain(arguments(&rule, "HostSNI(")).filter(|it| it != "*"),
        );
        let path = arguments(&rule, "PathPrefix(").chain(arguments(&rule, "Path(")).next();
        for target in route.list("services") {
            let kind = target.opt("kind").unwrap_or(SmolStr::new_static("Service"));
            backends.push(backend(path.clone().unwrap_or_default(), target, &kind, target.origin));
        }
    }
    let has_tls = match spec.node("tls") {
        Some(tls) => Known::new(true, tls.origin),
        None => spec.default(false),
    };
    let names = hosts(names.into_iter());
    done(EntryPointKind::IngressRoute, names, has_tls, backends, spec.texts("entryPoints"), false)
}

/// The first argument of every call of a function, in backticks or quotes.
fn arguments(rule: &str, function: &str) -> impl Iterator<Item = SmolStr> {
    rule.match_indices(function).filter_map(move |(at, _)| {
        let is_part_of_name = rule[..at].ends_with(|it: char| it.is_ascii_alphanumeric());
        let rest = rule[at + function.len()..].trim_start();
        let quote = rest.chars().next().filter(|it| matches!(it, '`' | '"' | '\''))?;
        let text = rest[1..].split(quote).next()?;
        (!is_part_of_name).then(|| text.into())
    })
}

/// OpenShift.
pub(super) fn open_shift_route(object: &Object<'_>) -> (ComponentKind, Facts) {
    let spec = object.spec;
    let targets = spec.find("to").into_iter().chain(spec.list("alternateBackends"));
    // A number is a port of the pods, a name one of the Service (OpenShift, RoutePort).
    let port = spec.at("port").opt::<PortRef>("targetPort");
    let port = port.filter(|it| matches!(it, PortRef::Name(_)));
    let backends = targets.map(|it| {
        let kind = it.opt("kind").unwrap_or(SmolStr::new_static("Service"));
        Backend { port: port.clone(), ..backend(spec.text("path"), it, &kind, it.origin) }
    });
    let has_tls = match spec.node("tls") {
        Some(tls) => Known::new(true, tls.origin),
        None => spec.default(false),
    };
    let names = hosts(std::iter::once(spec.text("host")));
    done(EntryPointKind::Ingress, names, has_tls, backends.collect(), Vec::new(), false)
}

fn backend(path: SmolStr, target: Fields<'_>, kind: &str, origin: OriginId) -> Backend {
    Backend {
        host: SmolStr::default(),
        path,
        kind: kind.into(),
        namespace: target.text("namespace"),
        name: target.text("name"),
        port: target.opt::<PortRef>("port"),
        origin,
    }
}

fn done(
    kind: EntryPointKind,
    hosts: Vec<SmolStr>,
    has_tls: Known<bool>,
    backends: Vec<Backend>,
    parents: Vec<SmolStr>,
    is_inside: bool,
) -> (ComponentKind, Facts) {
    let entry = EntryPoint { kind, hosts, has_tls, backends, parents };
    (face(is_inside), Facts::EntryPoint(Box::new(entry)))
}
