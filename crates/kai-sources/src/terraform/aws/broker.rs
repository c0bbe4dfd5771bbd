//! Brokers of messages: MSK, Amazon MQ.

use kai_core::{Known, Origins, Reason, Role, SmolStr};
use kai_graph::{ComponentKind, Facts, ManagedBroker, Naming};
use kai_terraform::roots::Instance;

use super::super::fields::{at, number, or_default, text};
use super::super::naming::namings;

/// `aws_msk_cluster`: its brokers are spread evenly over `client_subnets`
/// (registry.terraform.io/providers/hashicorp/aws).
pub(super) fn kafka(instance: &Instance) -> (ComponentKind, Facts) {
    let values = &instance.values;
    facts(ManagedBroker {
        cloud_name: text(values, &["cluster_name"]),
        engine: Known::new(SmolStr::new_static("Kafka"), instance.origin),
        count: number(values, &["number_of_broker_nodes"]),
        subnets: subnets(instance, &["broker_node_group_info", "client_subnets"]),
    })
}

/// `aws_mq_broker`: one machine unless `deployment_mode` says otherwise
/// (registry.terraform.io/providers/hashicorp/aws).
pub(super) fn queues(instance: &Instance, origins: &Origins) -> (ComponentKind, Facts) {
    let values = &instance.values;
    let absent = origins.defaulted(Role::ProviderDefault, instance.origin);
    let mode = text(values, &["deployment_mode"]).map(|it| match it.as_str() {
        "SINGLE_INSTANCE" => 1,
        "ACTIVE_STANDBY_MULTI_AZ" => 2,
        _ => 3,
    });
    facts(ManagedBroker {
        cloud_name: text(values, &["broker_name"]),
        engine: text(values, &["engine_type"]),
        count: or_default(mode, 1, absent),
        subnets: subnets(instance, &["subnet_ids"]),
    })
}

fn subnets(instance: &Instance, path: &[&str]) -> Known<Vec<Naming>> {
    match at(&instance.values, path) {
        Ok(Some(list)) => match namings(list) {
            Some(it) => Known::new(it, list.origin),
            None => Known::Unknown(Reason::Unreadable),
        },
        Ok(None) => Known::Unknown(Reason::NotDeclared),
        Err(reason) => Known::Unknown(reason),
    }
}

fn facts(facts: ManagedBroker) -> (ComponentKind, Facts) {
    (ComponentKind::Queue, Facts::ManagedBroker(Box::new(facts)))
}
