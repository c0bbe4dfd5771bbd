//! Addresses, disks, gateways and balancers that are paid for and that nothing declared uses.

use kai_core::{Environment, FailureMode, Hazard, Level, LossClass, Pillar, RootKind, Term};
use kai_graph::Component;

use super::near;
use crate::{Check, Context, Observed, Rule, words};

pub(super) static RULE: Rule = Rule {
    id: "allocation-unused",
    pillar: Pillar::Cost,
    default_level: Level::Low,
    since: "0.1.0",
    doc: include_str!("allocation_unused.md"),
    check: Check::System(check),
};

/// Further ones that are shown.
const SHOWN: usize = 6;

/// One finding for all of them: it is one habit.
fn check(ctx: Context<'_>, out: &mut Observed) {
    let mut found: Vec<&Component> = Vec::new();
    for component in ctx.system.components().iter().filter(|it| is_idle(it, ctx)) {
        if !found.iter().any(|it| it.origin == component.origin) {
            found.push(component);
        }
    }
    let Some((first, rest)) = found.split_first() else { return };
    out.hazards.extend(listing(&first.native_kind).map(|it| hazard(first, rest, it)));
}

fn is_idle(component: &Component, ctx: Context<'_>) -> bool {
    // Objects of a cluster name addresses and disks by their names or by what the cloud calls them.
    let is_named_by_objects = component.native_kind != "aws_nat_gateway";
    // Another configuration that looks one up may use it.
    let looked_up = format!("data.{}", component.native_kind);
    let is_looked_up =
        |it: &Component| it.native_kind.strip_suffix('s').unwrap_or(&it.native_kind) == looked_up;
    listing(&component.native_kind).is_some()
        && component.label_value("unused").is_some()
        && !ctx.system.components().iter().any(is_looked_up)
        && ctx.system.environment(component) < Environment::Example
        && !(is_named_by_objects
            && ctx.system.roots().iter().any(|it| it.kind != RootKind::Terraform))
}

/// The command that lists what of a kind nothing uses; none for what is not such a kind.
fn listing(kind: &str) -> Option<&'static str> {
    let command = match kind {
        "aws_alb" | "aws_lb" => {
            "aws elbv2 describe-load-balancers --query 'LoadBalancers[].LoadBalancerArn' # each has a listener"
        }
        "aws_ebs_volume" => "aws ec2 describe-volumes --filters Name=status,Values=available",
        "aws_eip" => {
            "aws ec2 describe-addresses --query 'Addresses[?AssociationId==null].PublicIp' # prints nothing"
        }
        "aws_nat_gateway" => {
            "aws ec2 describe-route-tables --query 'RouteTables[].Routes[].NatGatewayId' # each gateway is there"
        }
        "azurerm_managed_disk" => {
            "az disk list --query \"[?diskState=='Unattached'].name\" # prints nothing"
        }
        "azurerm_public_ip" => {
            "az network public-ip list --query '[?ipConfiguration==null].name' # prints those of NAT gateways alone"
        }
        "google_compute_address" => {
            "gcloud compute addresses list --filter='status=RESERVED' # prints nothing"
        }
        "google_compute_disk" => "gcloud compute disks list --filter='-users:*' # prints nothing",
        _ => return None,
    };
    Some(command)
}

fn hazard(first: &Component, rest: &[&Component], verify: &str) -> Hazard {
    let others = match rest.len() {
        0 => String::new(),
        many => format!(", and {} more like it", words::count(many, "block")),
    };
    let message = format!(
        "Nothing declared here uses `{}`{others}, and it is paid for, used or not; somebody may have attached it by hand",
        near::address(first),
    );
    let hazard = RULE
        .worsens(first.id, FailureMode::Misconfigured, Term::Frequency, "paid for and not used", message)
        .at(first.origin)
        .loses(LossClass::Toil)
        .searched("every expression of its module")
        .shows_as("A line on the bill with no traffic beside it")
        .recover("Take a last copy of a disk before it is deleted; an address that was given back is somebody else's")
        .remedy("Look whether something uses it; then use it by its address here, or delete the block")
        .verify(verify);
    let shown = rest.iter().take(SHOWN);
    shown.fold(hazard, |hazard, it| hazard.related(it.origin, format!("`{}`", near::address(it))))
}
