//! Expressions to values, as Terraform evaluates them. Reading starts at [`Evaluator`].

mod access;
mod call;
mod conditional;
mod evaluator;
mod iteration;
mod operators;
mod scope;
mod splat;
mod suggestion;
mod template;
mod type_text;

pub use access::{attribute_of, element_of};
pub use evaluator::Evaluator;
pub use scope::{References, Scope};
pub use type_text::type_text;
