//! Namespaces in which only what is named may talk, and names still resolve.

use kai_graph::{Facts, NetworkPolicy, Of, PolicyRule, PortRef, Solid};

use super::evidence::{Evidence, credit};
use crate::Context;
use crate::command::kubectl;

pub(super) fn solid(ctx: Context<'_>) -> Option<Solid> {
    let policies: Vec<_> = ctx
        .system
        .components()
        .iter()
        .filter_map(|component| match &component.facts {
            Facts::NetworkPolicy(facts) if !facts.is_cluster_wide => {
                Some(Of { component, facts: &**facts })
            }
            _ => None,
        })
        .collect();
    let evidence = policies.iter().filter_map(|it| evidence(*it, &policies)).collect();
    credit(evidence, "namespace", ctx)
}

fn evidence<'a>(
    policy: Of<'a, NetworkPolicy>,
    all: &[Of<'a, NetworkPolicy>],
) -> Option<Evidence<'a>> {
    let governs_all = policy.selector.as_ref().is_some_and(|it| it.is_empty());
    let denies = |rules: &Option<Vec<PolicyRule>>| rules.as_ref().is_some_and(Vec::is_empty);
    if !governs_all || !policy.is_fully_read || !(denies(&policy.ingress) || denies(&policy.egress))
    {
        return None;
    }
    let component = policy.component;
    let is_near = |it: &&Of<'_, NetworkPolicy>| {
        it.component.namespace == component.namespace && it.component.root == component.root
    };
    if denies(&policy.egress) && !all.iter().filter(is_near).any(|it| allows_dns(it.facts)) {
        return None;
    }
    let ways = match (denies(&policy.ingress), denies(&policy.egress)) {
        (true, true) => "in or out",
        (true, false) => "in",
        _ => "out",
    };
    Some(Evidence {
        component,
        at: component.origin,
        title: format!("`{}` lets nothing {ways} that is not named", component.namespace),
        verify: format!(
            "{} -- wget -T 3 -qO- http://SERVICE # must time out",
            kubectl(component, "run probe --rm -it --image=busybox:1.37 --restart=Never")
        ),
    })
}

fn allows_dns(policy: &NetworkPolicy) -> bool {
    policy.egress.iter().flatten().any(|rule| {
        rule.ports.is_empty()
            || rule.ports.iter().any(|(_, port, end)| match port {
                None => true,
                Some(PortRef::Number(start)) => (*start..=end.unwrap_or(*start)).contains(&53),
                Some(PortRef::Name(name)) => name.contains("dns"),
            })
    })
}
