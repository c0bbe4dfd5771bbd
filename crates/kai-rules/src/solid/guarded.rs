//! Datastores that only chosen callers reach.

use kai_core::SmolStr;
use kai_graph::{NetworkPolicy, Of, PolicyFlavor, PolicyPeer, Solid, Workload};

use super::evidence::{Evidence, credit};
use crate::Context;
use crate::command::kubectl_in;

pub(super) fn solid(ctx: Context<'_>) -> Option<Solid> {
    let evidence = ctx.system.workloads().filter_map(|it| evidence(it, ctx)).collect();
    credit(evidence, "datastore", ctx)
}

fn evidence<'a>(workload: Of<'a, Workload>, ctx: Context<'a>) -> Option<Evidence<'a>> {
    workload.facts.engine?;
    // Pods in the machine's network are beyond the reach of policies.
    if workload.facts.pod.host_network.value() == Some(&true) || !ctx.doors(workload).is_empty() {
        return None;
    }
    let policies = ctx.system.policies_of(workload);
    let speaking: Vec<_> = policies.iter().filter(|it| it.facts.ingress.is_some()).collect();
    let policy = speaking.iter().find(|it| has_callers(it.facts))?;
    let component = workload.component;
    let ports = workload.facts.pod.containers.iter().flat_map(|it| &it.ports);
    let port = ports.filter_map(|it| it.number.value()).next();
    let port = port.map_or_else(|| "PORT".to_owned(), ToString::to_string);
    let is_own = component.namespace == "default";
    let probe = SmolStr::new_static(if is_own { "kube-public" } else { "default" });
    speaking.iter().all(|it| is_narrow(it.facts)).then(|| Evidence {
        component,
        at: policy.component.origin,
        title: format!(
            "`{}` is reached only by the callers that a policy names",
            component.label()
        ),
        // From a namespace without rules for pods: its own may refuse the probe before the policy does.
        verify: format!(
            "{} -- nc -zvw 3 {}.{} {port} # must time out",
            kubectl_in(&probe, "run probe --rm -it --image=busybox:1.37 --restart=Never"),
            component.name,
            component.namespace,
        ),
    })
}

fn has_callers(policy: &NetworkPolicy) -> bool {
    policy.ingress.iter().flatten().any(|it| !it.peers.is_empty())
}

/// True where every rule names pods, or addresses that are not the world.
fn is_narrow(policy: &NetworkPolicy) -> bool {
    let is_chosen = |peer: &PolicyPeer| match peer {
        PolicyPeer::Pods { namespaces, pods } => {
            let is_some = pods.as_ref().is_some_and(|it| !it.is_empty());
            is_some || namespaces.as_ref().is_none_or(|it| !it.is_empty())
        }
        PolicyPeer::Addresses { cidr, .. } => !cidr.ends_with("/0"),
        PolicyPeer::Other(_) => false,
    };
    policy.flavor == PolicyFlavor::Kubernetes
        && policy.is_fully_read
        && policy
            .ingress
            .iter()
            .flatten()
            .all(|it| !it.peers.is_empty() && it.peers.iter().all(is_chosen))
}
