//! An assessment as text: the terminal's page, an HTML file, JSON, what CI servers read, and pictures
//! of the graph.
//!
//! Everything here is a pure function from values to a `String`. What must always hold: the page is
//! understandable without colour, no text of a reviewed file reaches a terminal with its control
//! characters, and a wire format is a versioned module of its own types, so that renaming a field of
//! the vocabulary never changes what users parse.
//!
//! Start with [`terminal::review`], then [`json::review`].

pub mod breaks;
pub mod diff;
pub mod doctor;
pub mod drift;
pub mod github;
pub mod gitlab;
pub mod graph;
pub mod html;
pub mod init;
pub mod json;
pub mod junit;
mod layered;
pub mod markdown;
pub mod patch;
mod places;
pub mod render;
pub mod rules;
#[cfg(test)]
mod sample;
pub mod sarif;
pub mod terminal;

pub use places::Places;
