//! A probe that asks for a port by a name that its container does not give to any.

use kai_core::{FailureMode, Fix, Hazard, Level, LossClass, OriginId, Pillar, SmolStr, Term};
use kai_graph::{Container, Of, PortRef, Probe, ProbeHandler, Workload};

use crate::command::{settled, undo};
use crate::{Check, Context, Observed, Rule, words};

pub(super) static RULE: Rule = Rule {
    id: "probe-on-closed-port",
    pillar: Pillar::OperationalReadiness,
    default_level: Level::High,
    since: "0.1.0",
    doc: include_str!("probe_on_closed_port.md"),
    check: Check::Workload(check),
};

/// What the kubelet does when a probe fails for ever.
#[derive(Clone, Copy)]
enum Role {
    Liveness,
    Readiness,
    Startup,
}

fn check(workload: Of<'_, Workload>, ctx: Context<'_>, out: &mut Observed) {
    if !workload.pod.is_fully_read {
        return;
    }
    for container in workload.pod.running_containers() {
        let probes = [
            (Role::Startup, &container.startup),
            (Role::Liveness, &container.liveness),
            (Role::Readiness, &container.readiness),
        ];
        for (role, probe) in probes {
            let Some((name, at)) = probe.as_ref().and_then(named_port) else { continue };
            if !container.opens(&PortRef::Name(name.clone())) {
                let hazard = hazard(workload, container, role, name, at, ctx);
                out.push(hazard.fix(ask_the_only_port(container, at, ctx)));
            }
        }
    }
}

/// A number needs no declaration: `ports` only documents what a container opens.
fn named_port(probe: &Probe) -> Option<(&SmolStr, OriginId)> {
    match &probe.handler {
        ProbeHandler::Http { port: PortRef::Name(name), port_origin, .. }
        | ProbeHandler::Tcp { port: PortRef::Name(name), port_origin } => {
            is_port_name(name).then_some((name, *port_origin))
        }
        _ => None,
    }
}

/// What the API takes as one; anything else stands for a text that somebody puts in its place.
fn is_port_name(name: &str) -> bool {
    name.bytes().all(|it| it.is_ascii_alphanumeric() || it == b'-')
}

fn hazard(
    workload: Of<'_, Workload>,
    container: &Container,
    role: Role,
    name: &SmolStr,
    at: OriginId,
    ctx: Context<'_>,
) -> Hazard {
    let component = workload.component;
    let (probe, consequence) = match role {
        Role::Liveness => ("liveness", "the kubelet restarts it for ever"),
        Role::Readiness => ("readiness", "no pod of it ever becomes ready"),
        Role::Startup => ("startup", "it is restarted before it has started, for ever"),
    };
    let names: Vec<_> = container.ports.iter().filter_map(|it| it.name.as_ref()).collect();
    let ports = if names.is_empty() {
        "no port by name".to_string()
    } else {
        format!("only {}", words::list(&names))
    };
    let message = format!(
        "The {probe} probe of `{}` in `{}` asks port `{name}`, and the container declares {ports}; \
         {consequence}",
        container.name,
        component.label(),
    );
    RULE.worsens(
        component.id,
        FailureMode::Misconfigured,
        Term::Impact,
        "probe on no port",
        message,
    )
    .at(at)
    .related(container.origin, "the container's ports")
    .loses(LossClass::Outage)
    .shows_as(format!(
        "Event `couldn't find port: \"{name}\"` at the pods of `{}`",
        component.label(),
    ))
    .recover(undo(component, ctx))
    .remedy(format!("Give the port the name `{name}`, or ask one that is declared"))
    .verify(settled(component))
}

/// Where one port has a name, no other can be meant.
fn ask_the_only_port(container: &Container, at: OriginId, ctx: Context<'_>) -> Option<Fix> {
    let names: Vec<_> = container.ports.iter().filter_map(|it| it.name.as_ref()).collect();
    let [name] = names.as_slice() else { return None };
    Some(Fix::unsafely("Ask the port that is declared", ctx.set_text(at, "port", name)?))
}
