//! Hazards of who may do what, who reaches what, and what is said in the clear.

mod account_reaches_cluster;
mod admin_surface_exposed;
mod binding_without_effect;
mod datastore_exposed;
mod datastore_without_login;
mod machine_in_reach;
mod power_for_everyone;
mod runtime_socket_mounted;

use crate::Rule;

/// The rules of this pack, by id.
pub(crate) static RULES: &[&Rule] = &[
    &account_reaches_cluster::RULE,
    &admin_surface_exposed::RULE,
    &binding_without_effect::RULE,
    &datastore_exposed::RULE,
    &datastore_without_login::RULE,
    &machine_in_reach::RULE,
    &power_for_everyone::RULE,
    &runtime_socket_mounted::RULE,
];
