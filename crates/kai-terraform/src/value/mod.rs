//! What a configuration computes with: values with their types, marks and origins.

mod convert;
mod data;
mod decimal;
mod equal;
mod form;
mod mismatch;
mod number;
mod set;
mod tree;
mod ty;
mod unify;
mod unknown;

#[cfg(test)]
mod tests;

pub use convert::{ConversionError, can_convert};
pub(crate) use data::normal;
pub use data::{Data, Marks, Value};
pub use equal::equals;
pub use form::{Piece, Reference};
pub use num_bigint::BigInt;
pub use number::Number;
pub use ty::{ObjectType, Type};
pub use unify::unify;
pub use unknown::{Bound, Cause, Refinement, Unknown};
