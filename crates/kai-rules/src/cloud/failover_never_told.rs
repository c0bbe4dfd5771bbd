//! Records that are to fail over, and that nothing tells when.

use kai_core::{FailureMode, Fix, Hazard, Level, LossClass, Pillar, Term};
use kai_graph::{Component, Facts};

use super::near;
use crate::{Check, Context, Observed, Rule};

pub(super) static RULE: Rule = Rule {
    id: "failover-never-told",
    pillar: Pillar::Recovery,
    default_level: Level::High,
    since: "0.1.0",
    doc: include_str!("failover_never_told.md"),
    check: Check::Component(check),
};

fn check(component: &Component, ctx: Context<'_>, out: &mut Observed) {
    let Facts::FailoverRecord(facts) = &component.facts else { return };
    let is_blind =
        facts.is_primary.value() == Some(&true) && facts.is_watched.value() == Some(&false);
    if is_blind && near::is_production(component, ctx) {
        let asked =
            facts.is_watched.traced().and_then(|it| near::swap(it.origin, "false", "true", ctx));
        let fix = asked.map(|it| Fix::unsafely("Ask the target whether it is healthy", it));
        out.push(hazard(component).fix(fix));
    }
}

fn hazard(component: &Component) -> Hazard {
    let address = near::address(component);
    let message = format!(
        "`{address}` is the first of a failover and nothing tells whether it is healthy, so Route 53 answers it always and \
         the second never: the failover does not happen"
    );
    RULE.worsens(component.id, FailureMode::DependencyLoss, Term::TimeToRecover, "no health check", message)
        .at(component.origin)
        .loses(LossClass::Outage)
        .shows_as("The first answers nobody, and `dig` still gives its address")
        .recover("Change the record by hand to what the second one says, and wait for its TTL")
        .remedy(
            "Set `health_check_id`, or `evaluate_target_health = true` on an alias, and play the failover once",
        )
        .verify("aws route53 list-resource-record-sets --hosted-zone-id ID --query \"ResourceRecordSets[?Failover=='PRIMARY']\"")
}
