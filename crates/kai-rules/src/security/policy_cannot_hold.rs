//! Policies for pods that stand in the network of their machine.

use kai_core::{FailureMode, Hazard, Level, LossClass, Pillar, Term};
use kai_graph::{Container, NetworkPolicy, Of, PolicyFlavor, Workload};

use crate::{Check, Context, Observed, Rule};

pub(super) static RULE: Rule = Rule {
    id: "policy-cannot-hold",
    pillar: Pillar::Security,
    default_level: Level::Low,
    since: "0.1.0",
    doc: include_str!("policy_cannot_hold.md"),
    check: Check::Workload(check),
};

fn check(workload: Of<'_, Workload>, ctx: Context<'_>, out: &mut Observed) {
    let Some(host) = workload.facts.pod.host_network.traced().filter(|it| it.value) else { return };
    let policies = ctx.system.policies_of(workload);
    // One for the whole namespace holds for the others; one that names the pods was meant for them.
    let meant = policies.into_iter().find(|it| {
        it.facts.flavor == PolicyFlavor::Kubernetes
            && it.facts.selector.as_ref().is_some_and(|it| !it.is_empty())
    });
    if let Some(policy) = meant {
        out.push(hazard(workload, policy).related(host.origin, "it shares the machine's network"));
    }
}

/// A call from where nobody should get in.
fn verify(workload: Of<'_, Workload>) -> String {
    let ports = workload.facts.pod.containers.iter().flat_map(|it| &it.ports);
    let port = ports.filter_map(|it| it.number.value()).next();
    let port = port.map_or_else(|| "PORT".to_owned(), u16::to_string);
    format!("nc -zvw3 NODE {port} # from outside of the cluster: it must time out")
}

/// What still asks who calls, once the policy does not.
fn asked(workload: &Workload) -> String {
    let is_proxy =
        |it: &&Container| it.image.value().is_some_and(|it| it.name() == "kube-rbac-proxy");
    match workload.pod.containers.iter().find(is_proxy) {
        Some(it) => format!(", and only `{}` asks who calls", it.name),
        None => String::new(),
    }
}

fn hazard(workload: Of<'_, Workload>, policy: Of<'_, NetworkPolicy>) -> Hazard {
    let component = workload.component;
    let label = component.label();
    let message = format!(
        "`{}` names the pods of `{label}`, which stand in their machine's network, where most network \
         plugins do not apply policies; whoever reaches the machine reaches them{}",
        policy.component.label(),
        asked(workload.facts),
    );
    RULE.worsens(
        component.id,
        FailureMode::Compromise,
        Term::Impact,
        "a policy that cannot hold",
        message,
    )
    .at(policy.component.origin)
    .loses(LossClass::Degraded)
    .shows_as("Calls from where the policy lets nobody in")
    .recover("Close the port with a rule of the machine's or the cloud's own firewall")
    .remedy(
        "Guard the machines: a host policy of the network plugin, or a firewall around them; leave the machine's \
         network only if the pods can do without it",
    )
    .verify(verify(workload))
}
