//! What watches the system has a second pod itself.

use kai_graph::{Component, Facts, Solid};

use super::evidence::{Evidence, credit};
use crate::Context;

pub(super) fn solid(ctx: Context<'_>) -> Option<Solid> {
    let components = ctx.system.components().iter();
    credit(components.filter_map(evidence).collect(), "installation", ctx)
}

fn evidence(component: &Component) -> Option<Evidence<'_>> {
    let Facts::Reconciliation(order) = &component.facts else { return None };
    let values = order.alerting.as_ref().filter(|it| it.is_apart)?;
    let servers = values.prometheus.traced().filter(|it| it.value > 1)?;
    let tellers = values.alertmanager.value().filter(|it| **it > 1)?;
    Some(Evidence {
        component,
        at: servers.origin,
        title: format!(
            "`{}` runs Prometheus {} times and Alertmanager {tellers} times, each on a node of its own, so one lost \
             node blinds nobody",
            component.label(),
            servers.value,
        ),
        verify: "kubectl get pods -A -o wide -l 'app.kubernetes.io/name in (prometheus,alertmanager)' # no two of \
                 one kind on one node"
            .to_owned(),
    })
}
