//! Hazards of who may do what, who reaches what, and what is said in the clear.

mod account_reaches_cluster;
mod admin_surface_exposed;
mod binding_without_effect;
mod cloud_identity_shared;
mod console_without_login;
mod contact_expired;
mod datastore_exposed;
mod datastore_without_login;
mod entry_without_tls;
mod image_policy_unenforced;
mod machine_in_reach;
mod mesh_not_enforced;
mod namespace_admits_privileged;
mod policy_cannot_hold;
mod policy_opens_datastore;
mod power_for_everyone;
mod project_without_borders;
mod routes_collide;
mod runtime_socket_mounted;
mod snippet_in_route;
mod stage_reaches_production;
mod tls_floor_outdated;
mod unhardened_among_hardened;
mod verification_off;
mod vulnerable_image;
mod workload_outside_policies;

use crate::Rule;

/// The rules of this pack, by id.
pub(crate) static RULES: &[&Rule] = &[
    &account_reaches_cluster::RULE,
    &admin_surface_exposed::RULE,
    &binding_without_effect::RULE,
    &cloud_identity_shared::RULE,
    &console_without_login::RULE,
    &contact_expired::RULE,
    &datastore_exposed::RULE,
    &datastore_without_login::RULE,
    &entry_without_tls::RULE,
    &image_policy_unenforced::RULE,
    &machine_in_reach::RULE,
    &mesh_not_enforced::RULE,
    &namespace_admits_privileged::RULE,
    &policy_cannot_hold::RULE,
    &policy_opens_datastore::RULE,
    &power_for_everyone::RULE,
    &project_without_borders::RULE,
    &routes_collide::RULE,
    &runtime_socket_mounted::RULE,
    &snippet_in_route::RULE,
    &stage_reaches_production::RULE,
    &tls_floor_outdated::RULE,
    &unhardened_among_hardened::RULE,
    &verification_off::RULE,
    &vulnerable_image::RULE,
    &workload_outside_policies::RULE,
];
