//! Helm charts, rendered as `helm template` does, every value with its origin.

mod absent;
mod blame;
mod chart;
mod fill;
mod functions;
mod glob;
mod holes;
mod manifests;
mod memo;
mod output;
mod reads;
mod reference;
mod release;
mod render;
mod run;
mod schema;
mod semver;
mod set;
mod source;
mod stack;
mod stand_in;
mod store;
mod template;
mod text_values;
mod trace;
mod unread;
mod value;

pub use absent::{AbsentValue, Needed};
pub(crate) use blame::{archive_of, place_of, unreadable};
pub use fill::release_name;
pub(crate) use fill::{Filling, fill, read_text};
pub(crate) use memo::Memo;
pub use reference::{ChartReference, references};
pub(crate) use reference::{
    is_chart_called, is_helmfile, of_argo_source, of_flux_release, of_helmfile_release,
};
pub use release::Release;
pub(crate) use semver::Constraint;
pub use semver::newest;
pub use set::{SetKind, files_of_set};
pub(crate) use source::ChartSource;
pub use stack::use_deep_threads;
pub(crate) use stand_in::{OPEN, STAND_IN, has_open_key, with_marks};
pub use store::{ChartStore, StoredChart, needed_by, packed};
pub use template::{Layer, Lost, Options, Rendered, RenderedDocument, template, template_text};
pub(crate) use template::{overlay, template_of};
pub use text_values::LostValue;
pub(crate) use text_values::{Overwritten, TextValues, values_in};
pub use unread::{UnreadDefault, UnreadValue};

#[cfg(test)]
mod tests;
