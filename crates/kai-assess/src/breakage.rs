//! What the play of failures needs of a review, and what a review needs of the play.

use std::collections::BTreeSet;

use kai_break::{Choice, NodeGroup, Stage, Time, Times, Verdict, choose};
use kai_core::{Interval, Part, Watch};
use kai_graph::{Component, Facts, Of, System};

use crate::Reviewed;
use crate::priors::{Figures, Key};
use crate::register::started;

/// How long pods need to start, people to mend, and clouds to make nodes.
#[must_use]
pub fn times(reviewed: &Reviewed) -> Times {
    let figures = Figures::of(&reviewed.settings, &reviewed.origins);
    let figure = |key: Key| {
        let figure = figures.get(key);
        let source = match &figure.declared {
            Some(source) => format!("`{}`, {source}", key.as_str()),
            None => format!("`{}`", key.as_str()),
        };
        Time { minutes: figure.interval, source }
    };
    let of = |workload| {
        let (minutes, source) = started(workload, &figures);
        Time { minutes, source }
    };
    let starts = reviewed.system.workloads().map(|it| (it.component.id, of(Some(it))));
    Times {
        starts: starts.collect(),
        start: of(None),
        detach: Time {
            minutes: Interval::exactly(6.0),
            source: "the attach-detach controller waits 6 min before it takes a volume off".into(),
        },
        by_hand: figure(Key::NoAlertDay).plus(&figure(Key::RepairByHand)),
        provision: figure(Key::NodeProvision),
        zone: figure(Key::ZoneDuration),
    }
}

/// The chosen roots on the nodes of a dump, else on those that the user declares, else on those that node groups of
/// their environment keep at the least.
#[must_use]
pub fn stage<'r>(reviewed: &'r Reviewed, choice: &Choice, times: &'r Times) -> Stage<'r> {
    let declared = reviewed.settings.cluster.iter().flat_map(|it| &it.nodes);
    let mut groups: Vec<NodeGroup> = declared.map(NodeGroup::from).collect();
    if groups.is_empty() {
        groups = pools(&reviewed.system, choice).unwrap_or_default();
    }
    Stage::new(&reviewed.system, times, &reviewed.clusters, choice, &groups)
}

/// The node groups of the one cluster that Terraform declares for the environment of the roots; none where there are
/// several clusters, or where one of its groups does not say how many machines it keeps and in which zones, or where
/// it may have others. Groups that keep pods away are left out.
fn pools(system: &System, choice: &Choice) -> Option<Vec<NodeGroup>> {
    let environment = system.root(*choice.roots.first()?).environment;
    let all: Vec<_> =
        system.components().iter().filter(|it| system.environment(it) == environment).collect();
    if all.iter().any(|it| may_have_nodes(it)) {
        return None;
    }
    let groups: Vec<Of<'_, kai_graph::NodeGroup>> =
        all.iter().filter_map(|it| node_group(it)).collect();
    let clusters: BTreeSet<Option<&str>> = groups
        .iter()
        .map(|it| {
            let cluster = it.facts.cluster.as_ref()?;
            let resource = cluster.resource().map(|it| it.name.as_str());
            resource.or(cluster.text.as_deref())
        })
        .collect();
    if clusters.len() != 1 {
        return None;
    }
    let open = groups.iter().filter(|it| it.facts.taints.is_empty());
    let pools: Option<Vec<NodeGroup>> = open.map(|it| pool(it, system)).collect();
    pools.filter(|it| !it.is_empty())
}

fn node_group(component: &Component) -> Option<Of<'_, kai_graph::NodeGroup>> {
    const KINDS: &[&str] = &["aws_eks_node_group", "google_container_node_pool"];
    match &component.facts {
        Facts::NodeGroup(facts) if KINDS.contains(&component.native_kind.as_str()) => {
            Some(Of { component, facts })
        }
        _ => None,
    }
}

/// True for what brings nodes to a cluster that no group of it declares: machines that join by themselves, those that
/// Karpenter makes, and the groups of a module that is not here. A cluster of Azure always has a pool of its own.
fn may_have_nodes(component: &Component) -> bool {
    const OTHERS: &[&str] = &["NodePool", "aws_autoscaling_group", "azurerm_kubernetes_cluster"];
    match &component.facts {
        Facts::UnreadModule(module) => {
            ["eks", "kubernetes-engine"].iter().any(|it| module.source.contains(it))
        }
        _ => OTHERS.contains(&component.native_kind.as_str()),
    }
}

/// Where zones have no names yet, as many are made up as its subnets are in, or as there are subnets where nothing says
/// which zone each is in.
fn pool(group: &Of<'_, kai_graph::NodeGroup>, system: &System) -> Option<NodeGroup> {
    let facts = group.facts;
    let made_up = |count| ('a'..='z').take(count).map(|it| format!("zone-{it}")).collect();
    let of_subnets = || {
        let subnets = facts.subnets.value().filter(|it| !it.is_empty())?;
        system.zones_of(subnets, group.component.root)
    };
    let zones: Vec<String> = match (facts.zones.value(), of_subnets()) {
        (Some(zones), _) => zones.iter().map(ToString::to_string).collect(),
        // A name with a blank stands for one that is to come.
        (None, Some(zones)) if zones.iter().all(|it| !it.contains(' ')) => {
            zones.iter().map(ToString::to_string).collect()
        }
        (None, Some(zones)) => made_up(zones.len()),
        (None, None) => made_up(facts.zone_count()?.value),
    };
    // A group of Google says how many there are in each zone.
    let each =
        if group.component.native_kind == "google_container_node_pool" { zones.len() } else { 1 };
    let count = usize::try_from(*facts.count_min.value()?).ok()?.checked_mul(each)?;
    let name = facts.cloud_name.value().map_or(group.component.name.as_str(), |it| it.as_str());
    (count > 0 && count <= NODES_MAX)
        .then(|| NodeGroup::without_room(name.to_owned(), count, zones))
}

/// Larger groups are not played.
const NODES_MAX: usize = 1000;

/// What happens to workloads on the nodes that the user declares.
pub(crate) fn verdicts(reviewed: &Reviewed, watch: &dyn Watch) -> Vec<Verdict> {
    let Reviewed { system, settings, clusters, .. } = reviewed;
    let has_nodes = settings.cluster.iter().any(|it| !it.nodes.is_empty());
    if !has_nodes || clusters.is_empty() {
        return Vec::new();
    }
    watch.watched(Part::Play, || {
        let (choice, times) = (choose(system, clusters, None), times(reviewed));
        kai_break::verdicts(&stage(reviewed, &choice, &times))
    })
}
