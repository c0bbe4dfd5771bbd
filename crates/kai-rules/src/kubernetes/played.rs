//! What came of failures that were played on the nodes that `kai.yaml` declares.

use kai_graph::Component;

use crate::{Case, Context, Verdict};

/// What was played with a component. Nothing where nodes may be added: those that are declared are not
/// all that there will be.
pub(super) fn verdicts<'a>(
    component: &Component,
    ctx: Context<'a>,
) -> impl Iterator<Item = &'a Verdict> + use<'a> {
    let id = component.id;
    let adds_nodes = || ctx.system.components().iter().any(adds_nodes);
    let all = if ctx.verdicts.is_empty() || adds_nodes() { &[] } else { ctx.verdicts };
    all.iter().filter(move |it| it.component == id)
}

/// The same, of one kind of case.
pub(super) fn verdict<'a>(
    component: &Component,
    ctx: Context<'a>,
    is_meant: impl Fn(&Case) -> bool,
) -> Option<&'a Verdict> {
    verdicts(component, ctx).find(|it| is_meant(&it.case))
}

fn adds_nodes(component: &Component) -> bool {
    const NAMES: [&str; 2] = ["cluster-autoscaler", "karpenter"];
    const KINDS: [&str; 8] = [
        "MachineDeployment",
        "MachinePool",
        "NodePool",
        "Provisioner",
        "aws_autoscaling_group",
        "aws_eks_node_group",
        "azurerm_kubernetes_cluster_node_pool",
        "google_container_node_pool",
    ];
    KINDS.contains(&component.native_kind.as_str())
        || NAMES.iter().any(|it| component.name.contains(it))
}
