//! One thing from outside, and every place that takes it.

use std::collections::BTreeMap;

use kai_core::{Environment, Hazard, LocationRole, OriginId, SmolStr};
use kai_graph::Component;

use crate::Context;

/// Where it is taken.
pub(super) struct Place<'a> {
    pub(super) component: &'a Component,
    pub(super) at: OriginId,
    /// The file, which others may call.
    pub(super) file: String,
}

/// The places by environment and by what is taken.
#[derive(Default)]
pub(super) struct Places<'a>(BTreeMap<(Environment, &'a SmolStr), Vec<Place<'a>>>);

impl<'a> Places<'a> {
    /// Adds a place, once: a workflow that others call is part of each of them.
    pub(super) fn add(
        &mut self,
        what: &'a SmolStr,
        component: &'a Component,
        at: OriginId,
        ctx: Context<'_>,
    ) {
        let place = |at| ctx.origins.location(at, LocationRole::Primary);
        let environment = ctx.system.environment(component);
        let known = self.0.entry((environment, what)).or_default();
        if !known.iter().any(|it| place(it.at) == place(at)) {
            let file = place(at).map_or_else(|| component.name.to_string(), |it| it.path.into());
            known.push(Place { component, at, file });
        }
    }

    /// What is taken, with the places that take it; none is empty.
    pub(super) fn each(&self) -> impl Iterator<Item = (&'a SmolStr, &[Place<'a>])> {
        self.0.iter().map(|((_, what), places)| (*what, places.as_slice()))
    }
}

/// The files of places, each once.
pub(super) fn files<'a>(places: &'a [Place<'_>]) -> Vec<&'a str> {
    let mut files: Vec<_> = places.iter().map(|it| it.file.as_str()).collect();
    files.dedup();
    files
}

/// Shows the first of the other places beside the hazard.
pub(super) fn beside(hazard: Hazard, places: &[Place<'_>], does: &str) -> Hazard {
    const SHOWN: usize = 6;
    places.iter().skip(1).take(SHOWN - 1).fold(hazard, |hazard, it| {
        hazard.related(it.at, format!("`{}` {does} it as well", it.file))
    })
}
