//! What Terraform would plan: values of variables, locals, resources and outputs in every instance
//! of every module. Reading starts at [`plan`].

mod absent;
mod address;
mod conditions;
mod expansion;
mod instance;
mod moves;
mod order;
mod planner;
mod provider;
mod reference;
mod remote_state;
mod request;
mod resources;
mod state;
mod surroundings;
mod terraform_data;
mod variables;

#[cfg(test)]
mod tests;

pub use planner::{plan, plan_out_of};
pub use provider::Configured;
pub use request::{Backend, Called, Change, Flag, Generated, Plan, Request};

pub(crate) use address::suffix;
pub(crate) use conditions::CHECK_FAILED;
pub(crate) use moves::moved_to;
pub(crate) use planner::on_deep_stack;
pub(crate) use surroundings::{Files, relative};
