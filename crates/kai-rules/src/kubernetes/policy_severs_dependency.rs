//! Network policies that together forbid what a workload is known to need.

use std::collections::BTreeMap;

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
    check: Check::System(check),
};

type Policies<'a> = BTreeMap<&'a SmolStr, Vec<Of<'a, NetworkPolicy>>>;

fn check(ctx: Context<'_>, out: &mut Observed) {
    let Some(policies) = policies(ctx) else { return };
    for source in ctx.system.workloads() {
        let severed = severed(source, &policies, ctx);
        if let Some((first, policy, side)) = severed.first() {
            let names: Vec<_> = severed.iter().map(|(it, ..)| it.label()).collect();
            out.push(cut(source, *policy, *side, first, &names));
        }
        if let Some(policy) = mute(source, &policies, ctx) {
            out.push(no_dns(source, policy));
        }
    }
}

/// Policies by namespace; none where one of another kind may allow or forbid something as well.
fn policies(ctx: Context<'_>) -> Option<Policies<'_>> {
    let mut policies = Policies::new();
    for component in ctx.system.components() {
        let Facts::NetworkPolicy(facts) = &component.facts else { continue };
        if facts.flavor != PolicyFlavor::Kubernetes || facts.is_cluster_wide {
            return None;
        }
        policies.entry(&component.namespace).or_default().push(Of { component, facts: &**facts });
    }
    (!policies.is_empty()).then_some(policies)
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

type Severed<'a> = (&'a Component, Of<'a, NetworkPolicy>, Side);

/// The workloads that the source needs and cannot reach, each with the policy that closes the way.
fn severed<'a>(
    source: Of<'a, Workload>,
    policies: &Policies<'a>,
    ctx: Context<'a>,
) -> Vec<Severed<'a>> {
    let mut severed = Vec::new();
    for target in needed(source, ctx) {
        let ways = [(Side::Ingress, target, source), (Side::Egress, source, target)];
        for (side, pods, peer) in ways {
            if let Some(policy) =
                closed(side, pods, policies, ctx, |rule| admits(rule, pods, peer, ctx))
            {
                severed.push((target.component, policy, side));
                break;
            }
        }
    }
    severed
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

/// The policy that isolates the pods on this side, where no policy lets the peer through.
fn closed<'a>(
    side: Side,
    pods: Of<'a, Workload>,
    policies: &Policies<'a>,
    _ctx: Context<'a>,
    admits: impl Fn(&PolicyRule) -> bool,
) -> Option<Of<'a, NetworkPolicy>> {
    // Pods of the machine's network are beyond the reach of policies.
    if pods.pod.host_network.value() == Some(&true) {
        return None;
    }
    let governing: Vec<_> = policies
        .get(&pods.component.namespace)?
        .iter()
        .filter(|it| it.selector.as_ref().is_some_and(|it| it.matches(&pods.pod_labels)))
        .filter(|it| side.rules(it.facts).is_some())
        .collect();
    let isolating = governing.iter().find(|it| it.component.root == pods.component.root)?;
    let is_open = governing.iter().any(|it| {
        !it.is_fully_read || side.rules(it.facts).is_some_and(|it| it.iter().any(&admits))
    });
    (!is_open).then_some(**isolating)
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
fn mute<'a>(
    source: Of<'a, Workload>,
    policies: &Policies<'a>,
    ctx: Context<'a>,
) -> Option<Of<'a, NetworkPolicy>> {
    let calls =
        ctx.system.needs(source.component.id).iter().any(|it| it.kind == DependencyKind::Calls);
    if !calls || source.component.namespace == "kube-system" {
        return None;
    }
    closed(Side::Egress, source, policies, ctx, |rule| {
        let to_port = rule.ports.is_empty() || rule.ports.iter().any(|it| covers_dns(it));
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

fn cut(
    source: Of<'_, Workload>,
    policy: Of<'_, NetworkPolicy>,
    side: Side,
    first: &Component,
    names: &[String],
) -> Hazard {
    let label = source.component.label();
    let (verb, closed) = match side {
        Side::Ingress => ("lets nobody in from", "incoming"),
        Side::Egress => ("lets nothing out of", "outgoing"),
    };
    let message = format!(
        "`{label}` needs {}, and `{}` {verb} `{label}` on that way; no other policy opens it",
        words::list(names),
        policy.component.name,
    );
    draft(source, policy, "cut off from what it needs", message)
        .related(first.origin, "what it needs")
        .remedy(format!(
            "Add an {closed} rule for this way: from `{label}` to {}",
            words::list(names)
        ))
}

fn no_dns(source: Of<'_, Workload>, policy: Of<'_, NetworkPolicy>) -> Hazard {
    let message = format!(
        "`{}` calls others by name, and `{}` lets it out without port 53 to the cluster's DNS; no \
         name resolves, so no call is made",
        source.component.label(),
        policy.component.name,
    );
    draft(source, policy, "cut off from DNS", message)
        .remedy("Allow UDP and TCP 53 to the pods of `kube-dns` in `kube-system`")
}

fn draft(
    source: Of<'_, Workload>,
    policy: Of<'_, NetworkPolicy>,
    title: &str,
    message: String,
) -> Hazard {
    let component = source.component;
    RULE.worsens(component.id, FailureMode::Misconfigured, Term::Impact, title, message)
        .at(policy.component.origin)
        .loses(LossClass::Outage)
        .searched(format!(
            "the network policies of `{}` that were read",
            policy.component.namespace
        ))
        .shows_as(format!(
            "Timeouts in the log of `{}` from the first request on",
            component.label()
        ))
        .recover(format!(
            "`{}` opens the way until the rule is there",
            kubectl(policy.component, format!("delete networkpolicy {}", policy.component.name)),
        ))
        .verify(kubectl(
            component,
            format!(
                "exec {} -- nslookup kubernetes.default # then the call itself",
                resource(component)
            ),
        ))
}
