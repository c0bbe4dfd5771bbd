//! What a workload runs whose image is built in the tree, by the image that its build begins with.

use std::collections::BTreeMap;

use kai_core::SmolStr;
use kai_graph::{Component, Facts, Image};

use crate::engine;

/// Completes workloads of which neither the name of the image nor their habits say what they run.
pub(super) fn complete(components: &mut [Component]) {
    let mut bases: BTreeMap<SmolStr, Image> = BTreeMap::new();
    for component in components.iter() {
        if let Facts::ImageBuild(build) = &component.facts
            && let Some(base) = &build.base
        {
            bases.insert(component.name.clone(), base.clone());
        }
    }
    if bases.is_empty() {
        return;
    }
    for component in components {
        if let Facts::Workload(workload) = &mut component.facts
            && workload.engine.is_none()
        {
            workload.engine = engine::of_build(workload, |file| bases.get(file));
        }
    }
}
