//! Network policies that together forbid what a workload is known to need.

use kai_core::{FailureMode, Hazard, Level, LossClass, Pillar, SmolStr, Term};
use kai_graph::{
    Component, DependencyKind, Facts, NetworkPolicy, Of, PolicyFlavor, PolicyPeer, PolicyRule,
    PortRef, Strength, Workload,
};

use crate::command::{kubectl, resource};
use crate::{Check, Context, Observed, Rule, words};

pub(super) static RULE: Rule = Rule {
    id: "policy-severs-dependency",
    pillar: Pillar::Security,
    default_level: Level::High,
    since: "0.1.0",
    doc: include_str!("policy_severs_dependency.md"),
    check: Check::Workload(check),
};

fn check(source: Of<'_, Workload>, ctx: Context<'_>, out: &mut Observed) {
    let severed = severed(source, ctx);
    if let Some(first) = severed.first() {
        let names: Vec<_> = severed.iter().map(|it| it.target.label()).collect();
        out.push(cut(source, first, &names));
    }
    if let Some(closed) = mute(source, ctx) {
        out.push(no_dns(source, &closed));
    }
}

/// Which half of a connection a policy speaks of.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Side {
    Ingress,
    Egress,
}

impl Side {
    fn rules(self, policy: &NetworkPolicy) -> Option<&[PolicyRule]> {
        match self {
            Self::Ingress => policy.ingress.as_deref(),
            Self::Egress => policy.egress.as_deref(),
        }
    }
}

/// Something that the source needs and cannot reach.
struct Severed<'a> {
    target: &'a Component,
    side: Side,
    closed: Closed<'a>,
}

/// The policy that isolates pods on one side, and where one that opens it was looked for.
struct Closed<'a> {
    policy: Of<'a, NetworkPolicy>,
    scope: String,
}

fn severed<'a>(source: Of<'a, Workload>, ctx: Context<'a>) -> Vec<Severed<'a>> {
    let way = |target: Of<'a, Workload>| {
        let ways = [(Side::Ingress, target, source), (Side::Egress, source, target)];
        ways.into_iter().find_map(|(side, pods, peer)| {
            let closed = closed(side, pods, ctx, |rule| admits(rule, pods, peer, ctx))?;
            Some(Severed { target: target.component, side, closed })
        })
    };
    needed(source, ctx).into_iter().filter_map(way).collect()
}

/// The workloads behind what the source calls or waits for.
fn needed<'a>(source: Of<'a, Workload>, ctx: Context<'a>) -> Vec<Of<'a, Workload>> {
    let mut needed = Vec::new();
    for arrow in ctx.system.needs(source.component.id) {
        let is_call = matches!(arrow.kind, DependencyKind::Calls | DependencyKind::WaitsFor);
        if !is_call || arrow.strength != Strength::Hard {
            continue;
        }
        let target = ctx.system.component(arrow.target);
        match &target.facts {
            Facts::NetworkPath(_) => needed.extend(
                ctx.targets(target.id, DependencyKind::Routes).filter_map(Component::workload),
            ),
            _ => needed.extend(target.workload()),
        }
    }
    needed.sort_by_key(|it| it.component.id);
    needed.dedup_by_key(|it| it.component.id);
    needed.retain(|it| it.component.id != source.component.id);
    needed
}

/// The policy that isolates the pods on this side, where none lets the peer through and none that was
/// not read could.
fn closed<'a>(
    side: Side,
    pods: Of<'a, Workload>,
    ctx: Context<'a>,
    admits: impl Fn(&PolicyRule) -> bool,
) -> Option<Closed<'a>> {
    // Pods in the machine's network are beyond the reach of policies.
    if pods.pod.host_network.value() == Some(&true) {
        return None;
    }
    let governing = ctx.system.policies_of(pods);
    // Those of Calico and Cilium are put in order by rules of their own.
    if governing.iter().any(|it| it.flavor != PolicyFlavor::Kubernetes || !it.is_fully_read) {
        return None;
    }
    let speaking: Vec<_> =
        governing.into_iter().filter(|it| side.rules(it.facts).is_some()).collect();
    let policy = *speaking.iter().find(|it| it.component.root == pods.component.root)?;
    let is_open =
        speaking.iter().any(|it| side.rules(it.facts).is_some_and(|it| it.iter().any(&admits)));
    if is_open {
        return None;
    }
    let namespace = &pods.component.namespace;
    let scope = ctx.missing(pods.component, "NetworkPolicy", namespace, "")?;
    Some(Closed { policy, scope })
}

/// Ports are left aside: an arrow does not know which one it uses.
fn admits(
    rule: &PolicyRule,
    pods: Of<'_, Workload>,
    peer: Of<'_, Workload>,
    ctx: Context<'_>,
) -> bool {
    rule.peers.is_empty() || rule.peers.iter().any(|it| admits_peer(it, pods, peer, ctx))
}

fn admits_peer(
    term: &PolicyPeer,
    pods: Of<'_, Workload>,
    peer: Of<'_, Workload>,
    ctx: Context<'_>,
) -> bool {
    let PolicyPeer::Pods { namespaces, pods: selector } = term else { return true };
    let component = peer.component;
    let in_namespace = match namespaces {
        None => component.namespace == pods.component.namespace,
        Some(selector) => {
            ctx.selects_namespace(selector, &component.namespace, component.root).unwrap_or(true)
        }
    };
    in_namespace && selector.as_ref().is_none_or(|it| it.matches(&peer.pod_labels))
}

/// The policy that leaves the source without name resolution, where it calls somebody by name.
fn mute<'a>(source: Of<'a, Workload>, ctx: Context<'a>) -> Option<Closed<'a>> {
    let calls =
        ctx.system.needs(source.component.id).iter().any(|it| it.kind == DependencyKind::Calls);
    if !calls || source.component.namespace == "kube-system" {
        return None;
    }
    closed(Side::Egress, source, ctx, |rule| {
        let to_port = rule.ports.is_empty() || rule.ports.iter().any(covers_dns);
        let to_peer =
            rule.peers.is_empty() || rule.peers.iter().any(|it| may_be_dns(it, ctx, source));
        to_port && to_peer
    })
}

fn covers_dns((_, port, end): &(SmolStr, Option<PortRef>, Option<u16>)) -> bool {
    match port {
        None => true,
        Some(PortRef::Number(start)) => (*start..=end.unwrap_or(*start)).contains(&53),
        Some(PortRef::Name(name)) => name.contains("dns"),
    }
}

/// Cluster DNS runs in `kube-system`; an address range may be the node's own cache.
fn may_be_dns(term: &PolicyPeer, ctx: Context<'_>, source: Of<'_, Workload>) -> bool {
    let PolicyPeer::Pods { namespaces: Some(selector), .. } = term else {
        return !matches!(term, PolicyPeer::Pods { .. });
    };
    let system = SmolStr::new_static("kube-system");
    ctx.selects_namespace(selector, &system, source.component.root).unwrap_or(true)
}

fn cut(source: Of<'_, Workload>, severed: &Severed<'_>, names: &[String]) -> Hazard {
    let label = source.component.label();
    let policy = &severed.closed.policy.component.name;
    let (closes, direction) = match severed.side {
        Side::Ingress => (format!("lets `{label}` in"), "incoming"),
        Side::Egress => (format!("lets `{label}` out there"), "outgoing"),
    };
    let message = format!(
        "`{label}` needs {}, and neither `{policy}` nor any other policy {closes}; every call times out",
        words::list(names),
    );
    draft(source, &severed.closed, "cut off from what it needs", message)
        .related(severed.target.origin, "what it needs")
        .remedy(format!("Add an {direction} rule from `{label}` to {}", words::list(names)))
}

fn no_dns(source: Of<'_, Workload>, closed: &Closed<'_>) -> Hazard {
    let message = format!(
        "`{}` calls others by name, and `{}` lets it out without port 53 to the cluster's DNS; no \
         name resolves, so no call is made",
        source.component.label(),
        closed.policy.component.name,
    );
    draft(source, closed, "cut off from DNS", message)
        .remedy("Allow UDP and TCP 53 to the pods of `kube-dns` in `kube-system`")
}

fn draft(source: Of<'_, Workload>, closed: &Closed<'_>, title: &str, message: String) -> Hazard {
    let component = source.component;
    let policy = closed.policy.component;
    RULE.worsens(component.id, FailureMode::Misconfigured, Term::Impact, title, message)
        .at(policy.origin)
        .loses(LossClass::Outage)
        .searched(closed.scope.clone())
        .shows_as(format!(
            "Timeouts in the log of `{}` from its first request on",
            component.label()
        ))
        .recover(format!(
            "`{}` opens the way at once",
            kubectl(policy, format!("delete networkpolicy {}", policy.name)),
        ))
        .verify(kubectl(
            component,
            format!("exec {} -- nslookup kubernetes.default # then the call", resource(component)),
        ))
}
