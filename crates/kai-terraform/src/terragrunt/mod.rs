//! Terragrunt: units to what Terraform would be told in them.
//!
//! A unit is a folder with a `terragrunt.hcl` that no other includes. What a unit gets from commands,
//! secrets or the outputs of units that cannot be planned is unknown with its reason; mocks of outputs
//! are never values. Reading starts at [`units`].

mod composer;
mod function;
mod inputs;
mod scope;
mod source;
mod unit;

#[cfg(test)]
mod tests;

pub use composer::{is_unit, unit, units};
pub use unit::{Assumption, Backend, Dependency, Inputs, Source, Unit, Units};
