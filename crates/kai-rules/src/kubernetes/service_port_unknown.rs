//! A Service that asks its pods for a port by a name that they do not give.

use kai_core::{FailureMode, Fix, Hazard, Level, LossClass, Pillar, Scalar, SmolStr, Term};
use kai_graph::{NetworkPath, Of, PortRef, ServicePort, Workload};

use crate::command::kubectl;
use crate::relabel::lead_to_pods;
use crate::{Check, Context, Observed, Rule, words};

pub(super) static RULE: Rule = Rule {
    id: "service-port-unknown",
    pillar: Pillar::OperationalReadiness,
    default_level: Level::High,
    since: "0.1.0",
    doc: include_str!("service_port_unknown.md"),
    check: Check::Path(check),
};

fn check(path: Of<'_, NetworkPath>, ctx: Context<'_>, out: &mut Observed) {
    let Some(selector) = path.selector.as_ref().filter(|it| !it.is_empty()) else { return };
    let component = path.component;
    let workloads = ctx.system.pods_of(selector, &component.namespace, component.root);
    if workloads.is_empty() || !workloads.iter().all(|it| it.pod.is_fully_read) {
        return;
    }
    for port in &path.facts.ports {
        // By number nothing has to be declared: a container may open more than it documents.
        let Some(PortRef::Name(name)) = &port.target else { continue };
        if is_name(name) && !workloads.iter().any(|it| opens(it, name)) {
            let is_only = path.facts.ports.len() == 1;
            let fix = fix(port, name, &workloads, ctx);
            out.push(hazard(path, port, name, &workloads, is_only).fix(fix));
        }
    }
}

/// False for what somebody fills in before it is applied (`$PORT`): the API takes lower-case letters, digits and dashes.
fn is_name(name: &str) -> bool {
    name.bytes().all(|it| it.is_ascii_lowercase() || it.is_ascii_digit() || it == b'-')
}

fn opens(workload: &Workload, name: &SmolStr) -> bool {
    workload.pod.running_containers().any(|it| it.opens(&PortRef::Name(name.clone())))
}

/// Where the pods declare one port, no other can be meant.
fn fix(
    port: &ServicePort,
    name: &SmolStr,
    workloads: &[Of<'_, Workload>],
    ctx: Context<'_>,
) -> Option<Fix> {
    let mut ports = Vec::new();
    for workload in workloads {
        ports.extend(workload.facts.pod.running_containers().flat_map(|it| &it.ports));
    }
    let [only] = ports.as_slice() else { return None };
    let (to, title) = match &only.name {
        Some(name) => (Scalar::string(&**name), format!("Lead to port `{name}`")),
        None => {
            let number = only.number.value()?;
            (Scalar::int(i64::from(*number)), format!("Lead to port {number}"))
        }
    };
    let entry = ctx.entry(port.origin, &["targetPort"])?;
    Some(lead_to_pods(title, vec![ctx.rewrite(&entry, name, &to)?]))
}

fn hazard(
    path: Of<'_, NetworkPath>,
    port: &ServicePort,
    name: &SmolStr,
    workloads: &[Of<'_, Workload>],
    is_only: bool,
) -> Hazard {
    let component = path.component;
    let number = port.port.value().map_or_else(String::new, |it| format!(" {it}"));
    let labels: Vec<_> = workloads.iter().map(|it| it.component.label()).collect();
    let message = format!(
        "Port{number} of `{}` leads to port `{name}` of {}, which declares none of that name; \
         connections to it are refused",
        component.label(),
        words::list(&labels),
    );
    let endpoints = kubectl(
        component,
        format!(
            "get endpointslices -l kubernetes.io/service-name={} -o jsonpath='{{.items[*].ports}}'",
            component.name
        ),
    );
    let hazard = RULE
        .worsens(
            component.id,
            FailureMode::Misconfigured,
            Term::Impact,
            "leads to no port",
            message,
        )
        .at(port.origin)
        .loses(if is_only { LossClass::Outage } else { LossClass::Degraded })
        .shows_as(format!("The port is not among the endpoints: `{endpoints}`"))
        .recover(format!(
            "`{}`: lead to the port by number; endpoints follow within seconds",
            kubectl(component, format!("edit svc {}", component.name)),
        ))
        .remedy(format!("Name a port of the pods `{name}`, or lead to one that has a name"))
        .verify(endpoints);
    workloads
        .iter()
        .fold(hazard, |hazard, it| hazard.related(it.component.origin, "the pods behind it"))
}
