//! Production clusters that end with one zone.

use std::collections::BTreeSet;

use kai_core::{Environment, FailureMode, Hazard, Level, LossClass, OriginId, Pillar, Term};
use kai_graph::{Cloud, Component, Facts, ManagedCluster, NodeGroup, Of};

use crate::{Check, Context, Observed, Rule};

pub(super) static RULE: Rule = Rule {
    id: "cluster-in-one-zone",
    pillar: Pillar::SinglePointsOfFailure,
    default_level: Level::Medium,
    since: "0.1.0",
    doc: include_str!("cluster_in_one_zone.md"),
    check: Check::Component(check),
};

fn check(component: &Component, ctx: Context<'_>, out: &mut Observed) {
    if ctx.system.environment(component) != Environment::Production {
        return;
    }
    if let Facts::ClusterApi(_) = &component.facts {
        out.hazards.extend(of_groups(component, ctx));
    }
    let Facts::ManagedCluster(facts) = &component.facts else { return };
    let nodes = facts.node_zone_count.traced().filter(|it| it.value == 1);
    let nodes =
        nodes.filter(|_| facts.cloud != Cloud::Azure || !has_pools_elsewhere(component, ctx));
    let control = facts.is_regional.traced().filter(|it| !it.value);
    let (origin, message) = match (nodes, control) {
        (Some(it), Some(_)) => (
            it.origin,
            "has its control plane and its nodes in one zone: when that zone goes, everything on it stops, and each \
             upgrade of the control plane takes the API away for minutes",
        ),
        (Some(it), None) => (
            it.origin,
            "has all of its nodes in one zone: when that zone goes, everything on it stops, although its control \
             plane goes on",
        ),
        (None, Some(it)) => (
            it.origin,
            "has its control plane in one zone: when that zone goes, or while the control plane is upgraded, nothing \
             is rescheduled, scaled or rolled out",
        ),
        (None, None) => return,
    };
    out.push(hazard(Of { component, facts: &**facts }, nodes.is_some(), origin, message, ctx));
}

/// A cluster of EKS whose every group of machines is in subnets of one zone. Its control plane is in several.
fn of_groups(cluster: &Component, ctx: Context<'_>) -> Option<Hazard> {
    let groups = groups(cluster, ctx)?;
    let mut zones = BTreeSet::new();
    for group in &groups {
        let subnets = group.facts.subnets.value().filter(|it| !it.is_empty())?;
        zones.extend(ctx.system.zones_of(subnets, group.component.root)?);
    }
    let (first, zone) = (groups.first()?, zones.first()?);
    let at = first.facts.subnets.traced()?.origin;
    let Facts::ClusterApi(api) = &cluster.facts else { return None };
    let name = api.cloud_name.value().map_or("CLUSTER", |it| it.as_str());
    // Another name of a zone that is to come says nothing.
    let zone = if zone.contains(' ') { String::new() } else { format!(", `{zone}`") };
    let message = format!(
        "`{}` has all of its nodes in one zone{zone}: when that zone goes, everything on it stops, although its control plane \
         goes on",
        cluster.label(),
    );
    let hazard = RULE
        .worsens(cluster.id, FailureMode::ZoneLoss, Term::Impact, "all nodes in one zone", message)
        .at(ctx.shown(at, first.component))
        .loses(LossClass::Outage)
        .shows_as("Every node of the cluster is `NotReady` at once")
        .recover("A group in subnets of another zone; pods come there by themselves, and volumes of the zone wait for it")
        .remedy("Give the groups of machines subnets in three zones; the subnets of a group cannot be changed, so a new group takes over")
        .verify(format!(
            "aws eks describe-nodegroup --cluster-name {name} --nodegroup-name GROUP --query nodegroup.subnets # in three zones"
        ));
    (zones.len() == 1).then_some(hazard)
}

/// Every group of the cluster; none where there may be others, or nodes that no group makes.
fn groups<'a>(cluster: &Component, ctx: Context<'a>) -> Option<Vec<Of<'a, NodeGroup>>> {
    const MAKERS: &[&str] = &[
        "aws_autoscaling_group",
        "aws_ec2_fleet",
        "aws_eks_fargate_profile",
        "aws_instance",
        "aws_spot_fleet_request",
        "aws_spot_instance_request",
    ];
    let environment = ctx.system.environment(cluster);
    let mut found = Vec::new();
    for component in ctx.system.components() {
        if ctx.system.environment(component) != environment {
            continue;
        }
        if MAKERS.contains(&component.native_kind.as_str()) {
            return None;
        }
        let Facts::NodeGroup(facts) = &component.facts else { continue };
        let named = facts.cluster.as_ref()?;
        let by_name = || {
            let own = cluster.facts.cloud_name().and_then(kai_core::Known::value);
            named.text.is_some() && named.text.as_ref() == own
        };
        match ctx.system.named_by(named, component.root) {
            Some(it) if it.id == cluster.id => found.push(Of { component, facts: &**facts }),
            Some(_) => {}
            None if by_name() => found.push(Of { component, facts: &**facts }),
            // It may be one of this cluster.
            None if named.text.is_none() => return None,
            None => {}
        }
    }
    let Facts::ClusterApi(api) = &cluster.facts else { return None };
    let may_have_others = api.may_grow.value() != Some(&false) || ctx.system.adds_machines_itself();
    (!may_have_others).then_some(found)
}

/// Another root may add pools to a cluster that it finds by its name.
fn has_pools_elsewhere(cluster: &Component, ctx: Context<'_>) -> bool {
    let mut all = ctx.system.components().iter();
    all.any(|it| {
        it.native_kind == "azurerm_kubernetes_cluster_node_pool" && it.root != cluster.root
    })
}

fn hazard(
    cluster: Of<'_, ManagedCluster>,
    stops: bool,
    origin: OriginId,
    message: &str,
    ctx: Context<'_>,
) -> Hazard {
    let component = cluster.component;
    let name = cluster.cloud_name.value().map_or("CLUSTER", |it| it.as_str());
    let title = if stops { "all nodes in one zone" } else { "its control plane is in one zone" };
    RULE.worsens(
        component.id,
        FailureMode::ZoneLoss,
        Term::Impact,
        title,
        format!("`{}` {message}", component.label()),
    )
    .at(ctx.shown(origin, component))
    .loses(if stops { LossClass::Outage } else { LossClass::Degraded })
    .shows_as("Every node of the cluster is `NotReady` at once, or its API does not answer")
    .recover(format!("A cluster in another zone, and all of `{name}` applied to it; state comes from backups"))
    .remedy(match cluster.cloud {
        Cloud::Azure => {
            "Add a pool whose `zones` are three, move to it, and take the first away: the zones of a pool cannot be \
             changed; that of `default_node_pool` is made anew under `temporary_name_for_rotation`"
        }
        Cloud::Amazon | Cloud::Google => {
            "Make the cluster regional with nodes in three zones; the location of a control plane cannot be changed, \
             so a new cluster takes over from this one"
        }
    })
    .verify(match cluster.cloud {
        Cloud::Azure => format!(
            "az aks nodepool list --cluster-name {name} --resource-group GROUP --query '[].[name,availabilityZones]'"
        ),
        Cloud::Amazon | Cloud::Google => format!(
            "gcloud container clusters list --filter='name={name}' --format='value(location,locations)'"
        ),
    })
}
