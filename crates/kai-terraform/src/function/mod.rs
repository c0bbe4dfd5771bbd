//! What a function of the language is, and how it is called.
//!
//! Functions are plain: unless a parameter says otherwise, a function sees neither null nor values
//! to come, marks or types that are open. [`Function::call`] deals with all of these as the
//! function framework of Terraform does.

mod call;
mod parameter;
mod surroundings;

pub use call::{Function, FunctionError};
pub use parameter::Parameter;
pub use surroundings::{FileError, Surroundings};
