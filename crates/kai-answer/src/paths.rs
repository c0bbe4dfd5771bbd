//! The paths that answers rest on, without the answers.
//!
//! An id tells nothing of what it names, so every path that an answer may cite is made until one has
//! the id: a few for each component, where there are as many in a graph as pairs of its components.

use kai_core::{ComponentId, Evidence};

use crate::case::Case;
use crate::part;

/// No answer cites more ways from a component, and more to it.
const FROM: usize = 6;
const TO: usize = 2;

/// The paths that answers about a component cite.
pub(crate) fn paths(case: Case<'_>, id: ComponentId) -> impl Iterator<Item = Evidence> {
    let radius = part::radius(case, id);
    let entry = radius.stops.first().map(|it| it.entry);
    let to = entry.into_iter().chain(radius.dependants.into_iter().take(TO));
    let behind = part::behind(case, id);
    let running = behind.iter().copied().find(|it| part::is_running(case, *it));
    let from = behind.into_iter().take(FROM).chain(running);
    let ways: Vec<_> = to.map(|it| (it, id)).chain(from.map(|it| (id, it))).collect();
    ways.into_iter().map(move |(from, to)| case.path(&case.way(from, to)))
}
