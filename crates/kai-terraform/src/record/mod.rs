//! What Terraform and OpenTofu write down as JSON: plans and states. Reading starts at [`read`].
//!
//! What must always hold: a value that is sensitive by a mark of the document or by its name leaves
//! this module as [`Shown::Secret`].

mod attributes;
mod plan;
mod read;
mod sensitive;
mod state;

#[cfg(test)]
mod tests;

pub use attributes::{AttributeChange, Shown, shown};
pub use plan::{Action, PlanRecord, RecordedChange};
pub(crate) use read::kept;
pub use read::{Form, Record, form, read};
pub use sensitive::is_secret_name;
pub use state::{RecordedObject, StateRecord};
