//! What must hold for the tree and no compiler checks.
//!
//! Every check takes the tracked files and returns its offences; the test prints them all before it
//! fails. Reading starts at `tests`.

mod documents;
mod files;
mod layers;
mod modules;
mod rules;
mod tests;
mod tracked;
