//! Databases and caches of production that take every change when it is applied.

use kai_core::{FailureMode, Fix, Hazard, Known, Level, LossClass, OriginId, Pillar, Term};
use kai_graph::{Component, Facts};

use super::near;
use crate::{Check, Context, Observed, Rule};

pub(super) static RULE: Rule = Rule {
    id: "change-at-once",
    pillar: Pillar::DeploymentSafety,
    default_level: Level::Medium,
    since: "0.1.0",
    doc: include_str!("change_at_once.md"),
    check: Check::Component(check),
};

fn check(component: &Component, ctx: Context<'_>, out: &mut Observed) {
    let (flag, standby) = match &component.facts {
        Facts::ManagedDatabase(it) => (&it.is_changed_at_once, &it.has_standby),
        Facts::ManagedCache(it) => (&it.is_changed_at_once, &it.has_standby),
        _ => return,
    };
    let Known::Value(flag) = flag else { return };
    if flag.value && near::is_production(component, ctx) {
        let fix = near::swap(flag.origin, "true", "false", ctx)
            .map(|it| Fix::unsafely("Let changes wait for the window", it));
        out.push(hazard(component, flag.origin, standby.value() == Some(&false)).fix(fix));
    }
}

fn hazard(component: &Component, at: OriginId, is_alone: bool) -> Hazard {
    let (effect, sign, recovery) = match is_alone {
        true => (
            "restarts it, and nothing takes over meanwhile,",
            "A restart in its events, minutes after a merge",
            "Wait until it is back; undo the change only if it does not come up, which restarts it again",
        ),
        false => (
            "restarts it, or makes another node the primary,",
            "A restart or a failover in its events, minutes after a merge",
            "Wait for the new primary; undo the change only if it does not come up, which restarts it again",
        ),
    };
    let message = format!(
        "`{}` takes a change when it is applied and not in its window: a merge that changes what needs a restart, \
         its size for one, {effect} at any hour",
        near::address(component),
    );
    RULE.worsens(
        component.id,
        FailureMode::Rollout,
        Term::Frequency,
        "changes wait for no window",
        message,
    )
    .at(at)
    .loses(LossClass::Degraded)
    .shows_as(sign)
    .recover(recovery)
    .remedy("Leave `apply_immediately` out for production, and turn it on for the one change that cannot wait")
    .verify(verify(component))
}

/// What waits for the window, once something does.
fn verify(component: &Component) -> &'static str {
    match component.native_kind.as_str() {
        "aws_db_instance" => {
            "aws rds describe-db-instances --query 'DBInstances[].PendingModifiedValues' # after a change: not empty until the window"
        }
        "aws_rds_cluster" => {
            "aws rds describe-db-clusters --query 'DBClusters[].PendingModifiedValues' # after a change: not empty until the window"
        }
        _ => {
            "aws elasticache describe-replication-groups --query 'ReplicationGroups[].PendingModifiedValues' # after a change: not empty until the window"
        }
    }
}
