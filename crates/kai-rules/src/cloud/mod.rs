//! Hazards of what a cloud runs beside workloads: alarms that reach nobody, networks and queues.

mod alarm_watches_another;
mod change_at_once;
mod cloud_name_taken_twice;
mod dead_targets_unseen;
mod egress_crosses_zones;
mod heartbeat_falls_silent;
mod near;
mod node_group_in_one_zone;
mod queue_cache_unsaved;
mod queue_without_dead_letters;
mod topic_key_refuses_publisher;
mod topic_refuses_publisher;
mod topic_without_subscriber;
mod way_in_through_one_zone;

use crate::Rule;

/// The rules of this pack, by id.
pub(crate) static RULES: &[&Rule] = &[
    &alarm_watches_another::RULE,
    &change_at_once::RULE,
    &cloud_name_taken_twice::RULE,
    &dead_targets_unseen::RULE,
    &egress_crosses_zones::RULE,
    &heartbeat_falls_silent::RULE,
    &node_group_in_one_zone::RULE,
    &queue_cache_unsaved::RULE,
    &queue_without_dead_letters::RULE,
    &topic_key_refuses_publisher::RULE,
    &topic_refuses_publisher::RULE,
    &topic_without_subscriber::RULE,
    &way_in_through_one_zone::RULE,
];
