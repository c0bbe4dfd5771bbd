//! A route to a Service, or a port of one, that does not exist.

use kai_core::{FailureMode, Fix, Hazard, Level, LossClass, Pillar, Scalar, SmolStr, Term};
use kai_graph::{
    Backend, Component, EntryPoint, EntryPointKind, Facts, Nearness, NetworkPath, Of, PortRef,
};

use crate::command::{kubectl, kubectl_in};
use crate::likeness::meant;
use crate::relabel::lead_to_pods;
use crate::{Check, Context, Observed, Rule, words};

pub(super) static RULE: Rule = Rule {
    id: "route-to-nowhere",
    pillar: Pillar::OperationalReadiness,
    default_level: Level::High,
    since: "0.1.0",
    doc: include_str!("route_to_nowhere.md"),
    check: Check::EntryPoint(check),
};

fn check(route: Of<'_, EntryPoint>, ctx: Context<'_>, out: &mut Observed) {
    if matches!(route.kind, EntryPointKind::LoadBalancer | EntryPointKind::PublishedPort) {
        return;
    }
    let mut said = Vec::new();
    let is_named = |it: &&Backend| it.kind == "Service" && !it.name.is_empty() && !is_action(it);
    let backends = route.backends.iter().filter(is_named);
    for backend in backends {
        let Some(end) = dead_end(route, backend, ctx) else { continue };
        // The same mistake under several paths is one mistake.
        let key = (&backend.name, backend.port.as_ref());
        if !said.contains(&key) {
            said.push(key);
            out.push(hazard(route, backend, &end).fix(fix(route, backend, &end, ctx)));
        }
    }
}

/// True where an annotation of the route says what is done (`alb.ingress.kubernetes.io/actions.NAME`; AWS Load Balancer
/// Controller, "Ingress annotations"): the name is the annotation's, and no Service need have it.
fn is_action(backend: &Backend) -> bool {
    matches!(&backend.port, Some(PortRef::Name(it)) if it == "use-annotation")
}

/// What a request to the backend finds.
enum DeadEnd<'a> {
    NoService { scope: String },
    NoPort { service: &'a Component, port: &'a PortRef, others: Vec<String> },
}

fn dead_end<'a>(
    route: Of<'a, EntryPoint>,
    backend: &'a Backend,
    ctx: Context<'a>,
) -> Option<DeadEnd<'a>> {
    let namespace = namespace(route, backend);
    let found = ctx.system.resolve("Service", namespace, &backend.name, route.component.root);
    let Some(service) = found else {
        let scope = ctx.missing(route.component, "Service", namespace, &backend.name)?;
        return Some(DeadEnd::NoService { scope });
    };
    // A Service of another environment or example is another one of that name.
    let is_apart = ctx.system.nearness(service.root, route.component.root) == Nearness::Apart;
    let Facts::NetworkPath(path) = &service.facts else { return None };
    if is_apart {
        return None;
    }
    let port = backend.port.as_ref()?;
    (!has_port(path, port)?).then(|| DeadEnd::NoPort {
        service,
        port,
        others: path.ports.iter().filter_map(|it| it.port.value().map(u16::to_string)).collect(),
    })
}

fn namespace<'a>(route: Of<'a, EntryPoint>, backend: &'a Backend) -> &'a SmolStr {
    if backend.namespace.is_empty() { &route.component.namespace } else { &backend.namespace }
}

/// Where one Service, or one port of it, can be meant; under every path of the same mistake.
fn fix(
    route: Of<'_, EntryPoint>,
    backend: &Backend,
    end: &DeadEnd<'_>,
    ctx: Context<'_>,
) -> Option<Fix> {
    const NAMES: [&[&str]; 3] = [&["service", "name"], &["serviceName"], &["name"]];
    const PORTS: [&[&str]; 4] =
        [&["service", "port", "number"], &["service", "port", "name"], &["servicePort"], &["port"]];
    let (keys, from, to, title): (&[&[&str]], _, _, _) = match end {
        DeadEnd::NoService { .. } => {
            let services =
                ctx.system.held(route.component.root, "Service", namespace(route, backend));
            let name = meant(&backend.name, services.map(|it| it.name.as_str()))?;
            (&NAMES, backend.name.clone(), Scalar::string(name), format!("Lead to `{name}`"))
        }
        DeadEnd::NoPort { service, port, .. } => {
            let Facts::NetworkPath(path) = &service.facts else { return None };
            let [only] = path.ports.as_slice() else { return None };
            let title = format!("Lead to the one port of `{}`", service.name);
            match port {
                PortRef::Number(from) => {
                    let number = i64::from(*only.port.value()?);
                    (&PORTS, from.to_string().into(), Scalar::int(number), title)
                }
                PortRef::Name(from) => {
                    (&PORTS, from.clone(), Scalar::string(only.name.as_deref()?), title)
                }
            }
        }
    };
    let same = |it: &&Backend| {
        (&it.name, &it.port, &it.namespace) == (&backend.name, &backend.port, &backend.namespace)
    };
    let edit = |it: &Backend| {
        let entry = keys.iter().find_map(|keys| ctx.entry(it.origin, keys))?;
        ctx.rewrite(&entry, &from, &to)
    };
    let edits: Option<Vec<_>> = route.facts.backends.iter().filter(same).map(edit).collect();
    Some(lead_to_pods(title, edits?))
}

/// None where a port of the Service is not known.
fn has_port(path: &NetworkPath, port: &PortRef) -> Option<bool> {
    let is_open = path.ports.is_empty() || path.ports.iter().any(|it| it.port.value().is_none());
    if path.external_name.is_some() || is_open {
        return None;
    }
    Some(path.ports.iter().any(|it| match port {
        PortRef::Number(number) => it.port.value() == Some(number),
        PortRef::Name(name) => it.name.as_ref() == Some(name),
    }))
}

fn hazard(route: Of<'_, EntryPoint>, backend: &Backend, end: &DeadEnd<'_>) -> Hazard {
    let component = route.component;
    let namespace = namespace(route, backend);
    let path = if backend.path.is_empty() { "/" } else { backend.path.as_str() };
    let host = route.hosts.first().map_or("", SmolStr::as_str);
    let address = format!("{host}{path}");
    let missing = match end {
        DeadEnd::NoService { .. } => {
            format!("Service `{}`, which `{namespace}` does not have", backend.name)
        }
        DeadEnd::NoPort { port, others, .. } => {
            format!("port {port} of Service `{}`, which has {}", backend.name, words::list(others))
        }
    };
    let message =
        format!("`{}` sends `{address}` to {missing}; every request gets 503", component.label());
    let hazard = RULE
        .worsens(
            component.id,
            FailureMode::Misconfigured,
            Term::Impact,
            "route to nowhere",
            message,
        )
        .at(backend.origin)
        .loses(LossClass::Outage)
        .shows_as(format!("503 or 404 at `{address}` from the first request on"))
        .recover(format!(
            "`{}`: name a Service and port that exist",
            kubectl(
                component,
                format!("edit {} {}", component.native_kind.to_lowercase(), component.name)
            ),
        ))
        .remedy("Correct the name or the port of the backend")
        .verify(match end {
            DeadEnd::NoService { .. } => kubectl_in(namespace, format!("get svc {}", backend.name)),
            DeadEnd::NoPort { .. } => kubectl(
                component,
                format!("describe {} {}", component.native_kind.to_lowercase(), component.name),
            ),
        });
    match end {
        DeadEnd::NoService { scope } => hazard.searched(scope.clone()),
        DeadEnd::NoPort { service, .. } => hazard.related(service.origin, "the Service"),
    }
}
