//! Hazards written in Kubernetes objects.

mod aggregated_api_alone;
mod autoscaler_beyond_nodes;
mod autoscalers_collide;
mod bare_pod;
mod capacity_cliff;
mod claim_shared_by_pods;
mod configuration_missing;
mod cpu_limit_throttles;
mod crash_takes_every_pod;
mod daemons_all_at_once;
mod datastore_overcommitted;
mod deadline_before_start;
mod drain_unbounded;
mod drain_waits_for_room;
mod grace_of_zero;
mod host_network_without_dns;
mod host_port_blocks_rollout;
mod hpa_fights_replicas;
mod hpa_target_missing;
mod hpa_without_requests;
mod liveness_before_readiness;
mod liveness_calls_dependency;
mod liveness_kills_start;
mod lone_platform_service;
mod majority_in_one_place;
mod node_loss_unsurvivable;
mod nodes_overcommitted;
mod operator_refuses_alone;
mod pdb_above_floor;
mod pdb_blocks_drain;
mod pdb_selects_nothing;
mod pdbs_overlap;
mod pinned_to_place;
mod pods_exceed_nodes;
mod policy_severs_dependency;
mod priority_inverted;
mod probe_on_closed_port;
mod quota_below_peak;
mod quota_refuses_pods;
mod readiness_missing;
mod replicas_in_one_place;
mod requests_missing;
mod rollback_impossible;
mod rollout_drops_capacity;
mod rollout_paused;
mod rollout_surge_no_room;
mod route_to_nowhere;
mod scales_to_zero;
mod service_account_missing;
mod service_port_unknown;
mod service_selects_nothing;
mod service_selects_strangers;
mod service_serves_unready;
mod sidecar_stops_first;
mod sizers_collide;
mod spot_only;
mod spread_misses_pods;
mod spread_unsatisfiable;
mod ungraceful_termination;
mod volume_waits_for_zone;
mod webhook_fails_closed;
mod webhook_to_nowhere;
mod webhook_waits_long;
mod zone_loss_unsurvivable;

use crate::Rule;

/// The rules of this pack, by id.
pub(crate) static RULES: &[&Rule] = &[
    &aggregated_api_alone::RULE,
    &autoscaler_beyond_nodes::RULE,
    &autoscalers_collide::RULE,
    &bare_pod::RULE,
    &capacity_cliff::RULE,
    &claim_shared_by_pods::RULE,
    &configuration_missing::RULE,
    &cpu_limit_throttles::RULE,
    &crash_takes_every_pod::RULE,
    &daemons_all_at_once::RULE,
    &datastore_overcommitted::RULE,
    &deadline_before_start::RULE,
    &drain_unbounded::RULE,
    &drain_waits_for_room::RULE,
    &grace_of_zero::RULE,
    &host_network_without_dns::RULE,
    &host_port_blocks_rollout::RULE,
    &hpa_fights_replicas::RULE,
    &hpa_target_missing::RULE,
    &hpa_without_requests::RULE,
    &liveness_before_readiness::RULE,
    &liveness_calls_dependency::RULE,
    &liveness_kills_start::RULE,
    &lone_platform_service::RULE,
    &majority_in_one_place::RULE,
    &node_loss_unsurvivable::RULE,
    &nodes_overcommitted::RULE,
    &operator_refuses_alone::RULE,
    &pdb_above_floor::RULE,
    &pdb_blocks_drain::RULE,
    &pdb_selects_nothing::RULE,
    &pdbs_overlap::RULE,
    &pinned_to_place::RULE,
    &pods_exceed_nodes::RULE,
    &policy_severs_dependency::RULE,
    &priority_inverted::RULE,
    &probe_on_closed_port::RULE,
    &quota_below_peak::RULE,
    &quota_refuses_pods::RULE,
    &readiness_missing::RULE,
    &replicas_in_one_place::RULE,
    &requests_missing::RULE,
    &rollback_impossible::RULE,
    &rollout_drops_capacity::RULE,
    &rollout_paused::RULE,
    &rollout_surge_no_room::RULE,
    &route_to_nowhere::RULE,
    &scales_to_zero::RULE,
    &service_account_missing::RULE,
    &service_port_unknown::RULE,
    &service_selects_nothing::RULE,
    &service_selects_strangers::RULE,
    &service_serves_unready::RULE,
    &sidecar_stops_first::RULE,
    &sizers_collide::RULE,
    &spot_only::RULE,
    &spread_misses_pods::RULE,
    &spread_unsatisfiable::RULE,
    &ungraceful_termination::RULE,
    &volume_waits_for_zone::RULE,
    &webhook_fails_closed::RULE,
    &webhook_to_nowhere::RULE,
    &webhook_waits_long::RULE,
    &zone_loss_unsurvivable::RULE,
];
