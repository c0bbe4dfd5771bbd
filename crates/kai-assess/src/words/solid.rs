//! What is right, with its place and the command that proves it.

use kai_core::{LocationRole, Origins};
use kai_graph::{Solid, System};

use crate::SolidPoint;

/// Solid points for people, in the order in which they came.
pub(crate) fn solid_points(solid: &[Solid], system: &System, origins: &Origins) -> Vec<SolidPoint> {
    let locations = |it: &Solid| {
        let best = origins.location(it.at, LocationRole::Primary);
        let also = it.also.iter().filter_map(|at| origins.location(*at, LocationRole::Same));
        best.into_iter().chain(also).collect()
    };
    let point = |it: &Solid| SolidPoint {
        title: it.title.clone(),
        component: system.component(it.component).label(),
        locations: locations(it),
        verify: it.verify.clone(),
    };
    solid.iter().map(point).collect()
}
