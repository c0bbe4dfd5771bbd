//! NAT gateways in every zone of what is not production.

use kai_core::{Environment, FailureMode, Hazard, Level, LossClass, OriginId, Pillar, Term};
use kai_graph::{Component, Egress, Facts};

use super::near;
use crate::{Check, Context, Observed, Rule};

pub(super) static RULE: Rule = Rule {
    id: "gateway-for-each-zone",
    pillar: Pillar::Cost,
    default_level: Level::Low,
    since: "0.1.0",
    doc: include_str!("gateway_for_each_zone.md"),
    check: Check::System(check),
};

fn check(ctx: Context<'_>, out: &mut Observed) {
    for root in ctx.system.roots() {
        let held = ctx.system.components().iter().filter(|it| it.root == root.id);
        let held: Vec<_> = held.filter(|it| is_beside_production(it, ctx)).collect();
        let gateways: Vec<_> =
            held.iter().copied().filter(|it| matches!(it.facts, Facts::NatGateway(_))).collect();
        if let [first, _, ..] = &gateways[..] {
            out.push(hazard(first, gateways.len(), first.origin, ctx));
        }
        for component in held {
            let Facts::ZonedNetwork(facts) = &component.facts else { continue };
            let each = facts.egress.traced().filter(|it| it.value == Egress::EachZone);
            let zones = facts.zone_count.value().filter(|it| **it >= 2);
            if let (Some(each), Some(zones)) = (each, zones) {
                out.push(hazard(component, *zones, ctx.shown(each.origin, component), ctx));
            }
        }
    }
}

fn is_beside_production(component: &Component, ctx: Context<'_>) -> bool {
    let environment = ctx.system.environment(component);
    matches!(environment, Environment::Staging | Environment::Development)
}

fn hazard(component: &Component, count: usize, at: OriginId, ctx: Context<'_>) -> Hazard {
    // Virginia and Ireland; each gateway also costs by the gigabyte (aws.amazon.com/vpc/pricing).
    const DOLLARS_A_MONTH: std::ops::RangeInclusive<usize> = 33..=35;
    let idle = count - 1;
    let environment = ctx.system.environment(component).as_str();
    let message = format!(
        "`{}` and what is beside it keep {count} NAT gateways for {environment}: {idle} of them save nobody from anything, at {} to \
         {} US dollars a month before a byte has passed",
        near::address(component),
        idle * DOLLARS_A_MONTH.start(),
        idle * DOLLARS_A_MONTH.end(),
    );
    RULE.worsens(
        component.id,
        FailureMode::ZoneLoss,
        Term::Frequency,
        format!("a gateway for each zone of {environment}"),
        message,
    )
    .at(at)
    .loses(LossClass::Toil)
    .shows_as("`NatGateway-Hours` on the bill of the account")
    .recover("Nothing to undo")
    .remedy("One gateway for all zones outside of production, by a variable; keep them where a loss of a zone is drilled there")
    .verify("aws ec2 describe-nat-gateways --filter Name=state,Values=available --query 'length(NatGateways)'")
}
