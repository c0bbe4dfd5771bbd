//! A Service whose selector also matches pods that do not serve its port.

use kai_core::{FailureMode, Fix, Hazard, Level, LossClass, Pillar, SmolStr, Term};
use kai_graph::{NetworkPath, Of, PortRef, ServicePort, Workload};

use crate::command::kubectl;
use crate::written::quoted;
use crate::{Check, Context, Observed, Rule};

pub(super) static RULE: Rule = Rule {
    id: "service-selects-strangers",
    pillar: Pillar::OperationalReadiness,
    default_level: Level::High,
    since: "0.1.0",
    doc: include_str!("service_selects_strangers.md"),
    check: Check::Path(check),
};

fn check(path: Of<'_, NetworkPath>, ctx: Context<'_>, out: &mut Observed) {
    // Of a headless one the names of all pods are what it is for.
    let selector = path.facts.selector.as_ref().filter(|it| !it.is_empty());
    let Some(selector) = selector.filter(|_| !path.facts.is_headless) else { return };
    let component = path.component;
    let mut workloads = ctx.system.pods_of(selector, &component.namespace, component.root);
    // Of two stages of one workload (a canary) each declares what the other does. What is applied apart may never meet.
    workloads.retain(|it| {
        it.component.root == component.root && it.facts.pod.is_fully_read && declares_ports(it)
    });
    for port in &path.facts.ports {
        // Pods that have no port of a name are left out of its endpoints.
        let Some(target @ PortRef::Number(number)) = &port.target else { continue };
        let (servers, strangers): (Vec<Of<'_, Workload>>, Vec<_>) =
            workloads.iter().copied().partition(|it| opens(it, target));
        if let (Some(server), Some(stranger)) = (servers.first(), strangers.first()) {
            let fix = fix(path, &servers, &strangers, ctx);
            out.push(hazard(path, port, *number, *server, *stranger).fix(fix));
            return;
        }
    }
}

/// Without any declared port nothing says what a pod serves.
fn declares_ports(workload: &Workload) -> bool {
    workload.pod.running_containers().any(|it| !it.ports.is_empty())
}

fn opens(workload: &Workload, port: &PortRef) -> bool {
    workload.pod.running_containers().any(|it| it.opens(port))
}

/// A label that all of the wanted pods have and none of the others. A label of their own selectors, which
/// cannot change.
fn fix(
    path: Of<'_, NetworkPath>,
    servers: &[Of<'_, Workload>],
    strangers: &[Of<'_, Workload>],
    ctx: Context<'_>,
) -> Option<Fix> {
    let selector = path.facts.selector.as_ref()?;
    let (first, others) = servers.split_first()?;
    let own = first.facts.selector.as_ref()?;
    let is_apart = |label: &&(SmolStr, SmolStr)| {
        let has = |it: &Of<'_, Workload>| it.facts.pod_labels.contains(label);
        let is_free = !selector.labels.iter().any(|it| it.0 == label.0);
        is_free && others.iter().all(has) && !strangers.iter().any(has)
    };
    let (key, value) = own.labels.iter().find(is_apart)?;
    let edits = ctx.insert(selector.origin, key, &quoted(value))?;
    Some(Fix::unsafely(format!("Select by `{key}` as well"), edits))
}

fn hazard(
    path: Of<'_, NetworkPath>,
    port: &ServicePort,
    number: u16,
    server: Of<'_, Workload>,
    stranger: Of<'_, Workload>,
) -> Hazard {
    let component = path.component;
    let (label, wrong) = (component.label(), stranger.component.label());
    let share = share(server.facts, stranger.facts);
    let message = format!(
        "`{label}` leads to port {number} of `{}`, and its selector matches pods of `{wrong}` as well, \
         which declare other ports and not that one; their share of the connections is refused",
        server.component.label(),
    );
    RULE.worsens(
        component.id,
        FailureMode::Misconfigured,
        Term::Impact,
        "leads to pods of somebody else",
        message,
    )
    .at(path.facts.selector.as_ref().map_or(port.origin, |it| it.origin))
    .related(stranger.component.origin, "matched as well")
    .loses(LossClass::Degraded)
    .impact(share)
    .shows_as(format!("Connections to `{label}` are refused now and then, and a retry succeeds"))
    .recover(format!(
        "`{}`: select by a label that only the wanted pods have",
        kubectl(component, format!("edit svc {}", component.name))
    ))
    .remedy(format!("Add a label to the selector that `{wrong}` does not have"))
    .verify(kubectl(
        component,
        format!(
            "get endpointslices -l kubernetes.io/service-name={} \
             -o jsonpath='{{.items[*].endpoints[*].targetRef.name}}'",
            component.name
        ),
    ))
}

/// The share of connections that go astray.
fn share(server: &Workload, stranger: &Workload) -> f64 {
    let count = |it: &Workload| f64::from(it.replicas.value().copied().unwrap_or(1).max(1));
    count(stranger) / (count(server) + count(stranger))
}
