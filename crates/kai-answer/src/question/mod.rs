//! How a question is understood.
//!
//! Words that name something in the system are found first and stand for it (`names`); what is left is
//! held against the patterns of every intent (`pattern`), and the most telling one wins (`recognise`).
//! What must always hold: a word of the question is never dropped to make it fit.

mod names;
mod pattern;
mod place;
mod recognise;
mod subject;
mod tokens;

pub(crate) use names::{Names, Target};
pub(crate) use place::{Place, places};
pub(crate) use recognise::{Recognised, is_word, recognise};
pub(crate) use subject::{near_names, subject};
pub(crate) use tokens::{Token, multiple, tokens};
