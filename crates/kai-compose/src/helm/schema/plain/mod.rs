//! Schemas of words that mean the same in all drafts: whether values fit them is told here, where
//! that is plain to see. `boon` decides the rest and says what does not fit: to check a schema, it
//! compiles the schemas of schemas first, which takes longer than everything else that a small
//! chart needs, and is not asked to where the schema surely is one.

mod fit;
mod form;
mod json;
mod known;
mod pattern;
mod schema;

pub(super) use schema::{Judged, judge};
