//! Hazards written in Kubernetes objects.

mod autoscalers_collide;
mod claim_shared_by_pods;
mod configuration_missing;
mod daemons_all_at_once;
mod deadline_before_start;
mod grace_of_zero;
mod hpa_fights_replicas;
mod hpa_target_missing;
mod hpa_without_requests;
mod liveness_before_readiness;
mod pdb_above_floor;
mod pdb_blocks_drain;
mod pdb_selects_nothing;
mod pdbs_overlap;
mod policy_severs_dependency;
mod probe_on_closed_port;
mod rollback_impossible;
mod rollout_drops_capacity;
mod rollout_paused;
mod route_to_nowhere;
mod service_account_missing;
mod service_port_unknown;
mod service_selects_nothing;
mod spread_misses_pods;
mod spread_unsatisfiable;
mod ungraceful_termination;
mod webhook_fails_closed;

use crate::Rule;

/// The rules of this pack, by id.
pub(crate) static RULES: &[&Rule] = &[
    &autoscalers_collide::RULE,
    &claim_shared_by_pods::RULE,
    &configuration_missing::RULE,
    &daemons_all_at_once::RULE,
    &deadline_before_start::RULE,
    &grace_of_zero::RULE,
    &hpa_fights_replicas::RULE,
    &hpa_target_missing::RULE,
    &hpa_without_requests::RULE,
    &liveness_before_readiness::RULE,
    &pdb_above_floor::RULE,
    &pdb_blocks_drain::RULE,
    &pdb_selects_nothing::RULE,
    &pdbs_overlap::RULE,
    &policy_severs_dependency::RULE,
    &probe_on_closed_port::RULE,
    &rollback_impossible::RULE,
    &rollout_drops_capacity::RULE,
    &rollout_paused::RULE,
    &route_to_nowhere::RULE,
    &service_account_missing::RULE,
    &service_port_unknown::RULE,
    &service_selects_nothing::RULE,
    &spread_misses_pods::RULE,
    &spread_unsatisfiable::RULE,
    &ungraceful_termination::RULE,
    &webhook_fails_closed::RULE,
];
