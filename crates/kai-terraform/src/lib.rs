//! What Terraform would plan, from text alone.
//!
//! A value carries its type, its marks and its origin; what nobody can know before an apply is a
//! value too, with the reason and with what is known of it. Reading starts at [`plan::plan`], for the roots of
//! a tree at [`roots::discover`], for plans and states that the tool wrote down at [`record::read`], and for what it computes with at [`value::Value`] and
//! [`function::Function`].

pub mod config;
mod diagnostic;
pub mod eval;
pub mod function;
pub mod functions;
pub mod plan;
pub mod record;
pub mod roots;
pub mod syntax;
pub mod terragrunt;
pub mod value;

pub use diagnostic::{Diagnostic, Outcome};
