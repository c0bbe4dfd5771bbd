//! Questions in, answers out: `kai ask` without a model.
//!
//! [`ask`] is the one entry: a question and a reviewed system → an [`Answer`]. What must always hold:
//! every statement of fact carries the [`kai_core::Evidence`] that it rests on; what nothing declares
//! is a marked blank, never an invention; a question that no intent answers gets the list of those that
//! there are; the same question gives the same bytes.
//!
//! Reading starts with [`ask()`]; how a question is understood is in `question`, each answer in one file
//! of `intent`, and what answers share (blast radius, state, detection …) in `part`.

mod answer;
mod ask;
mod ask_v1;
mod both;
mod case;
mod incident;
mod intent;
mod lines;
mod notes;
mod part;
mod paths;
mod question;
mod safe;
mod text;
mod words;

pub use answer::{Answer, Blank, Section, Statement, Step};
pub use ask::{
    Reply, Unanswered, answerable, ask, ask_about, evidence, evidence_id, has_unread_nodes, stated,
    wants_clusters,
};
pub use ask_v1::{json, refusal};
pub use case::Case;
pub use incident::Incident;
pub use notes::Notes;
pub use safe::safe_lines;
pub use text::{cited, text, unanswered};
