//! Zones of names that a plan may delete with every record in them.

use kai_core::{FailureMode, Fix, Hazard, Level, LossClass, OriginId, Pillar, Term};
use kai_graph::{Cloud, Component, DnsZone, Facts};

use super::near;
use crate::{Check, Context, Observed, Rule};

pub(super) static RULE: Rule = Rule {
    id: "zone-goes-with-records",
    pillar: Pillar::Recovery,
    default_level: Level::Medium,
    since: "0.1.0",
    doc: include_str!("zone_goes_with_records.md"),
    check: Check::Component(check),
};

fn check(component: &Component, ctx: Context<'_>, out: &mut Observed) {
    let Facts::DnsZone(facts) = &component.facts else { return };
    let Some(emptied) = facts.is_emptied.traced().filter(|it| it.value) else { return };
    if near::is_production(component, ctx) && near::is_settled(component, emptied.origin, ctx) {
        out.push(hazard(component, facts, emptied.origin, ctx));
    }
}

fn hazard(component: &Component, facts: &DnsZone, at: OriginId, ctx: Context<'_>) -> Hazard {
    let address = near::address(component);
    let after = match facts.is_private {
        true => "and everything that finds others by these names stands still",
        false => {
            "and a zone made anew has other name servers, so the names lead nowhere until the domain around it and \
             every cache know them"
        }
    };
    let message = format!(
        "`{address}` is emptied by a plan that deletes it: `force_destroy` takes every record along, those of controllers \
         and people too, {after}"
    );
    let fix = near::swap(at, "true", "false", ctx);
    RULE.worsens(component.id, FailureMode::ControlLoss, Term::Impact, "deleting the zone empties it", message)
        .at(at)
        .loses(LossClass::Outage)
        .shows_as("A plan that says `will be destroyed`; then `NXDOMAIN` or `SERVFAIL` for every name in the zone")
        .recover("Make the zone again, apply or import its records, and name the new name servers in the domain around it")
        .remedy(
            "Take `force_destroy` out, so that a zone with records cannot be deleted, and add `prevent_destroy` to its \
             `lifecycle`",
        )
        .fix(fix.map(|it| Fix::unsafely("Refuse to delete a zone that has records", it)))
        .verify(match facts.cloud {
            Cloud::Amazon => "terraform plan -destroy -target ADDRESS # then apply is refused: HostedZoneNotEmpty",
            Cloud::Azure | Cloud::Google => "terraform plan -destroy -target ADDRESS # then apply is refused: containerNotEmpty",
        })
}
