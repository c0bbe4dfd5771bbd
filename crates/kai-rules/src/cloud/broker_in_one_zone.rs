//! Brokers of messages that end with one zone, or with one machine.

use kai_core::{FailureMode, Hazard, Level, LossClass, OriginId, Pillar, Term};
use kai_graph::{Component, Facts, ManagedBroker, Of};

use super::near;
use crate::{Check, Context, Observed, Rule};

pub(super) static RULE: Rule = Rule {
    id: "broker-in-one-zone",
    pillar: Pillar::SinglePointsOfFailure,
    default_level: Level::Medium,
    since: "0.1.0",
    doc: include_str!("broker_in_one_zone.md"),
    check: Check::Component(check),
};

fn check(component: &Component, ctx: Context<'_>, out: &mut Observed) {
    let Facts::ManagedBroker(facts) = &component.facts else { return };
    if !near::is_production(component, ctx) {
        return;
    }
    let broker = Of { component, facts: &**facts };
    let alone = facts.count.traced().filter(|it| it.value == 1);
    if let Some(alone) = alone {
        out.push(hazard(broker, alone.origin, "is one machine", ctx));
    } else if let Some(at) = in_one_zone(broker, ctx) {
        out.push(hazard(broker, at, "has all of its machines in subnets of one zone", ctx));
    }
}

/// Where its subnets are named, if all of them are surely in one zone.
fn in_one_zone(broker: Of<'_, ManagedBroker>, ctx: Context<'_>) -> Option<OriginId> {
    let subnets = broker.facts.subnets.traced().filter(|it| it.value.len() > 1)?;
    let zones = ctx.system.zones_of(&subnets.value, broker.component.root)?;
    (zones.len() == 1).then_some(subnets.origin)
}

fn hazard(broker: Of<'_, ManagedBroker>, at: OriginId, what: &str, ctx: Context<'_>) -> Hazard {
    let component = broker.component;
    let engine = broker.facts.engine.value().map_or("broker", |it| it.as_str());
    let message = format!(
        "`{}` ({engine}) {what}: when that goes, nobody sends and nobody receives until it is back",
        near::address(component),
    );
    let is_kafka = component.native_kind == "aws_msk_cluster";
    RULE.worsens(component.id, FailureMode::ZoneLoss, Term::Impact, "messages wait for one zone", message)
        .at(ctx.shown(at, component))
        .loses(LossClass::Outage)
        .shows_as("Producers time out, and consumers have nothing to do")
        .recover("Wait for the zone, or make one elsewhere and send everybody there; what was not consumed stays behind")
        .remedy(match is_kafka {
            true => {
                "Make one with `client_subnets` in three zones and move topics to it: the subnets of a cluster cannot be \
                 changed; topics keep three copies there"
            }
            false => {
                "Make one with `deployment_mode = \"ACTIVE_STANDBY_MULTI_AZ\"`, of RabbitMQ `CLUSTER_MULTI_AZ`, in subnets of \
                 several zones, and send everybody there: the mode of a broker cannot be changed"
            }
        })
        .verify(match is_kafka {
            true => "aws kafka list-nodes --cluster-arn ARN --query 'NodeInfoList[].BrokerNodeInfo.ClientSubnet' # subnets of three zones",
            false => "aws mq describe-broker --broker-id ID --query '[DeploymentMode,SubnetIds]'",
        })
}
