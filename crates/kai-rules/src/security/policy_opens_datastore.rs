//! Policies that name a datastore and let everybody in, or its data out.

use kai_core::{FailureMode, Hazard, Level, LossClass, Pillar, Term};
use kai_graph::{NetworkPolicy, Of, PolicyFlavor, PolicyPeer, PolicyRule, PortRef, Workload};

use crate::command::kubectl;
use crate::{Check, Context, Observed, Rule};

pub(super) static RULE: Rule = Rule {
    id: "policy-opens-datastore",
    pillar: Pillar::Security,
    default_level: Level::Low,
    since: "0.1.0",
    doc: include_str!("policy_opens_datastore.md"),
    check: Check::Workload(check),
};

fn check(workload: Of<'_, Workload>, ctx: Context<'_>, out: &mut Observed) {
    if workload.facts.engine.is_none() {
        return;
    }
    let policies = ctx.system.policies_of(workload);
    // Calico and Cilium put theirs in an order, and one for the whole namespace is not about the store.
    let is_about_it = |it: &&Of<'_, NetworkPolicy>| {
        it.facts.flavor == PolicyFlavor::Kubernetes
            && it.facts.is_fully_read
            && it.facts.selector.as_ref().is_some_and(|it| !it.is_empty())
    };
    for policy in policies.iter().filter(is_about_it) {
        if let Some((rule, side)) = opening(policy.facts, workload) {
            out.push(hazard(workload, *policy, rule, side));
            return;
        }
    }
}

#[derive(Clone, Copy)]
enum Side {
    In,
    Out,
}

fn opening<'a>(
    policy: &'a NetworkPolicy,
    workload: Of<'_, Workload>,
) -> Option<(&'a PolicyRule, Side)> {
    let ingress = policy.ingress.iter().flatten().find(|it| lets_all_in(it, workload));
    let egress = policy.egress.iter().flatten().find(|it| lets_all_out(it));
    let ingress = ingress.map(|it| (it, Side::In));
    ingress.or_else(|| egress.map(|it| (it, Side::Out)))
}

fn lets_all_in(rule: &PolicyRule, workload: Of<'_, Workload>) -> bool {
    let is_all = |peer: &PolicyPeer| match peer {
        PolicyPeer::Pods { namespaces: Some(namespaces), pods } => {
            namespaces.is_empty() && pods.as_ref().is_none_or(|it| it.is_empty())
        }
        _ => is_world(peer),
    };
    (rule.peers.is_empty() || rule.peers.iter().any(is_all)) && opens_store(rule, workload)
}

/// A rule about the port of an exporter opens the exporter.
fn opens_store(rule: &PolicyRule, workload: Of<'_, Workload>) -> bool {
    let Some(store) = workload.facts.pod.containers.first() else { return false };
    rule.ports.is_empty()
        || rule.ports.iter().any(|(_, port, end)| match port {
            None => true,
            Some(PortRef::Number(start)) => store.ports.iter().any(|it| {
                it.number.value().is_some_and(|it| (*start..=end.unwrap_or(*start)).contains(it))
            }),
            Some(name) => store.opens(name),
        })
}

/// Every port of every address; one port of the world may be a backup's or the API's.
fn lets_all_out(rule: &PolicyRule) -> bool {
    rule.ports.is_empty() && (rule.peers.is_empty() || rule.peers.iter().any(is_world))
}

fn is_world(peer: &PolicyPeer) -> bool {
    matches!(peer, PolicyPeer::Addresses { cidr, except }
        if except.is_empty() && matches!(cidr.as_str(), "0.0.0.0/0" | "::/0"))
}

fn hazard(
    workload: Of<'_, Workload>,
    policy: Of<'_, NetworkPolicy>,
    rule: &PolicyRule,
    side: Side,
) -> Hazard {
    let component = workload.component;
    let engine = workload.facts.engine.map_or("data", |it| it.name);
    let label = component.label();
    let policy = policy.component;
    let (title, follows) = match side {
        Side::In => (
            "a policy that lets everybody in",
            format!("lets every caller at the {engine} of `{label}`, as if it were not there"),
        ),
        Side::Out => (
            "a policy that lets data out",
            format!(
                "lets `{label}` call every address outside; whoever gets into it sends its \
                 {engine} data wherever he likes"
            ),
        ),
    };
    let message = format!("`{}` {follows}", policy.label());
    RULE.worsens(component.id, FailureMode::Compromise, Term::Impact, title, message)
        .at(rule.origin)
        .related(component.origin, "what it is about")
        .loses(LossClass::Degraded)
        .shows_as("Flow logs of the network plugin, where they are kept")
        .recover(format!(
            "`{}`, with the callers named",
            kubectl(policy, format!("edit networkpolicy {}", policy.name))
        ))
        .remedy(match side {
            Side::In => "Name its callers under `from`",
            Side::Out => "Name its peers, DNS and the place of its backups under `to`",
        })
        .verify(kubectl(policy, format!("describe networkpolicy {}", policy.name)))
}
