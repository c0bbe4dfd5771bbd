//! Hazards of what a cloud runs beside workloads: alarms that reach nobody, networks and queues.

mod alarm_tells_nobody;
mod alarm_watches_another;
mod allocation_unused;
mod broker_in_one_zone;
mod bucket_open_to_all;
mod bucket_without_way_back;
mod change_at_once;
mod cloud_datastore_alone;
mod cloud_name_taken_twice;
mod copies_in_one_place;
mod copy_fails_unheard;
mod dead_targets_unseen;
mod deploy_stops_service;
mod egress_crosses_zones;
mod egress_in_one_zone;
mod failover_exceeds_rto;
mod function_runtime_ended;
mod function_switched_off;
mod gateway_for_each_zone;
mod heartbeat_falls_silent;
mod logs_kept_for_ever;
mod lone_task;
mod near;
mod node_group_in_one_zone;
mod port_open_to_world;
mod program_holds_account;
mod queue_cache_unsaved;
mod queue_without_dead_letters;
mod role_open_to_strangers;
mod state_in_repository;
mod state_read_by_many;
mod state_without_lock;
mod topic_key_refuses_publisher;
mod topic_refuses_publisher;
mod topic_without_subscriber;
mod way_in_through_one_zone;
mod zone_goes_with_records;

use crate::Rule;

/// The rules of this pack, by id.
pub(crate) static RULES: &[&Rule] = &[
    &alarm_tells_nobody::RULE,
    &alarm_watches_another::RULE,
    &allocation_unused::RULE,
    &broker_in_one_zone::RULE,
    &bucket_open_to_all::RULE,
    &bucket_without_way_back::RULE,
    &change_at_once::RULE,
    &cloud_datastore_alone::RULE,
    &cloud_name_taken_twice::RULE,
    &copies_in_one_place::RULE,
    &copy_fails_unheard::RULE,
    &dead_targets_unseen::RULE,
    &deploy_stops_service::RULE,
    &egress_crosses_zones::RULE,
    &egress_in_one_zone::RULE,
    &failover_exceeds_rto::RULE,
    &function_runtime_ended::RULE,
    &function_switched_off::RULE,
    &gateway_for_each_zone::RULE,
    &heartbeat_falls_silent::RULE,
    &logs_kept_for_ever::RULE,
    &lone_task::RULE,
    &node_group_in_one_zone::RULE,
    &port_open_to_world::RULE,
    &program_holds_account::RULE,
    &queue_cache_unsaved::RULE,
    &queue_without_dead_letters::RULE,
    &role_open_to_strangers::RULE,
    &state_in_repository::RULE,
    &state_read_by_many::RULE,
    &state_without_lock::RULE,
    &topic_key_refuses_publisher::RULE,
    &topic_refuses_publisher::RULE,
    &topic_without_subscriber::RULE,
    &way_in_through_one_zone::RULE,
    &zone_goes_with_records::RULE,
];
