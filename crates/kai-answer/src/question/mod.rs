//! How a question is understood.
//!
//! Words that name something in the system are found first and stand for it (`names`); what is left is
//! held against the patterns of every intent (`pattern`), and the most telling one wins (`recognise`);
//! what it does not speak of is left over, and then there is no answer (`leftover`).
//! What must always hold: a word of the question is never dropped to make it fit.

mod command;
mod halves;
mod leave;
mod leftover;
mod names;
mod pattern;
mod place;
mod recognise;
mod respelt;
mod subject;
mod tokens;

pub(crate) use command::placed;
pub(crate) use halves::halves;
pub(crate) use leave::{Deed, asks_leave, deed};
pub(crate) use leftover::{leftover, negated, turned};
pub(crate) use names::{Names, Target};
pub(crate) use place::{Place, is_place_name, is_zone_name, places};
pub(crate) use recognise::{Recognised, is_word, recognise};
pub(crate) use respelt::respelt;
pub(crate) use subject::{
    all_near, asked_environment, beside_subject, database_of, near_names, others, runs_instead,
    subject, there, unnamed_databases,
};
pub(crate) use tokens::{Token, multiple, tokens};
