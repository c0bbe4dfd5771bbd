//! Public incidents, cited where one is of the same kind; where none is, nothing is told.

mod kind;
mod table;

pub(crate) use kind::{of_component, of_finding};
pub(crate) use table::{Mode, of};

/// Something that happened to others, in own words, and the page that reports it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Incident {
    pub id: &'static str,
    pub organisation: &'static str,
    pub month: &'static str,
    /// What happened, as the end of a sentence.
    pub what: &'static str,
    pub url: &'static str,
    modes: Vec<&'static str>,
}
