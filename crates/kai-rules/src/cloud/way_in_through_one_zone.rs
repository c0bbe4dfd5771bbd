//! Clusters with a private API whose every declared way in ends in one subnet.

use std::collections::BTreeSet;

use kai_core::{FailureMode, Hazard, Level, LossClass, Pillar, Term};
use kai_graph::{Component, Facts, Of, RemoteAccess};

use super::near;
use crate::{Check, Context, Observed, Rule, words};

pub(super) static RULE: Rule = Rule {
    id: "way-in-through-one-zone",
    pillar: Pillar::Recovery,
    default_level: Level::Medium,
    since: "0.1.0",
    doc: include_str!("way_in_through_one_zone.md"),
    check: Check::Component(check),
};

fn check(cluster: &Component, ctx: Context<'_>, out: &mut Observed) {
    let Facts::ClusterApi(facts) = &cluster.facts else { return };
    let is_private = facts.is_public.value() == Some(&false);
    if !is_private || !near::is_production(cluster, ctx) {
        return;
    }
    let ways: Vec<_> = near::components(cluster, ctx).filter_map(way).collect();
    let subnets: Option<BTreeSet<_>> =
        ways.iter().flat_map(|it| &it.facts.subnets).map(key).collect();
    if subnets.is_some_and(|it| it.len() == 1) {
        out.push(hazard(cluster, &ways));
    }
}

fn way(component: &Component) -> Option<Of<'_, RemoteAccess>> {
    match &component.facts {
        Facts::RemoteAccess(facts) => Some(Of { component, facts }),
        _ => None,
    }
}

/// What tells one subnet from another, where that is known.
fn key(naming: &kai_graph::Naming) -> Option<String> {
    match (&naming.text, naming.resource()) {
        (Some(text), _) => Some(text.to_string()),
        (None, Some(it)) if !naming.is_open => Some(format!("{}:{}{}", it.root, it.kind, it.name)),
        _ => None,
    }
}

fn hazard(cluster: &Component, ways: &[Of<'_, RemoteAccess>]) -> Hazard {
    let names: Vec<_> = ways.iter().map(|it| near::address(it.component)).collect();
    let message = format!(
        "The API of `{}` answers inside of the network alone, and {}, the only declared {} in, end in one subnet; without its \
         zone people and pipelines that come that way cannot look, deploy or roll back until it is attached elsewhere",
        near::address(cluster),
        words::list(&names),
        if names.len() == 1 { "way" } else { "ways" },
    );
    let mut hazard = RULE
        .worsens(
            cluster.id,
            FailureMode::ZoneLoss,
            Term::TimeToRecover,
            "the declared ways to its API are in one zone",
            message,
        )
        .loses(LossClass::Outage)
        .shows_as("VPN sessions end, and pipelines cannot reach the API")
        .recover(
            "Attach the VPN to a subnet in a healthy zone (`aws ec2 associate-client-vpn-target-network`), or forward a port through a \
             node in one by Session Manager, where its role lets it",
        )
        .remedy("Give each VPN a subnet in a second zone, and write down the way in that needs none of them")
        .verify("aws ec2 describe-client-vpn-target-networks --client-vpn-endpoint-id ID --query 'ClientVpnTargetNetworks[].TargetNetworkId' # two or more");
    for (index, it) in ways.iter().enumerate() {
        hazard = match index {
            0 => hazard.at(it.facts.origin),
            _ => hazard.related(it.facts.origin, "another way in, through the same subnet"),
        };
    }
    hazard.related(cluster.origin, "the API that answers inside alone")
}
