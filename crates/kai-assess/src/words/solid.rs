//! What is right, with its place and the command that proves it.

use kai_core::{LocationRole, Origins};
use kai_graph::{Solid, System};

use crate::SolidPoint;

/// Solid points for people, in the order in which they came.
pub(crate) fn solid_points(solid: &[Solid], system: &System, origins: &Origins) -> Vec<SolidPoint> {
    let point = |it: &Solid| SolidPoint {
        title: it.title.clone(),
        component: system.component(it.component).label(),
        locations: origins.location(it.at, LocationRole::Primary).into_iter().collect(),
        verify: it.verify.clone(),
    };
    solid.iter().map(point).collect()
}
