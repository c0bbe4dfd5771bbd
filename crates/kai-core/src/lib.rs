//! The vocabulary that every other crate speaks.
//!
//! What must always hold: nothing here does I/O, reads a clock or draws chance; a value of the
//! effective tree always has an origin; nothing derives `Serialize`.
//!
//! Start with [`Node`] (the effective tree) and [`Origins`] (where every value came from), then
//! [`Hazard`] (what rules say) and [`Finding`] (what users read).

mod counted;
mod date;
mod document;
mod encrypted;
pub mod environment;
mod evidence;
mod finding;
mod fix;
mod hazard;
mod interval;
mod known;
mod lookup;
mod node;
mod origin;
mod problem;
mod root;
mod scalar;
mod span;
mod spans;
mod suppression;
mod tree;
mod watch;

pub use counted::all;
pub use date::{Date, NoDate};
pub use document::{Document, DocumentId, Embedding, Run, RunSource};
pub use encrypted::encrypted_with;
pub use evidence::{Evidence, EvidenceId, EvidenceKind, content_id};
pub use finding::{Finding, Location, LocationRole};
pub use fix::{Applicability, Edit, Fix};
pub use hazard::{
    ComponentId, FailureMode, Hazard, Level, LossClass, Pillar, Related, Term, Waiver,
};
pub use interval::{Interval, Measure, NumberSource, two_digits};
pub use known::{Known, Reason, Traced};
pub use lookup::Lookup;
pub use node::{Entry, Map, Node, Unknown, Value};
pub use origin::{Origin, OriginId, Origins, Role};
pub use problem::Problem;
pub use root::{Environment, Gap, GapKind, Healer, Root, RootId, RootKind};
pub use scalar::{Scalar, ScalarKind, ScalarStyle};
pub use smol_str::SmolStr;
pub use span::{Position, Span};
pub use spans::Spans;
pub use suppression::{Suppressed, Suppression, SuppressionKind};
pub use tree::{Tree, TreeEntry, TreeError, is_hidden, path_order};
pub use watch::{Part, Unwatched, Watch};
