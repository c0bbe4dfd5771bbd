//! Hazards of how a team hears of the others.

mod alert_delivers_nowhere;
mod watcher_unwatched;

use crate::Rule;

/// The rules of this pack, by id.
pub(crate) static RULES: &[&Rule] = &[&alert_delivers_nowhere::RULE, &watcher_unwatched::RULE];
