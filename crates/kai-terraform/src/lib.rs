//! What Terraform would plan, from text alone.
//!
//! A value carries its type, its marks and its origin; what nobody can know before an apply is a
//! value too, with the reason and with what is known of it. Reading starts at [`value::Value`] and
//! [`function::Function`].

pub mod function;
pub mod functions;
pub mod value;
