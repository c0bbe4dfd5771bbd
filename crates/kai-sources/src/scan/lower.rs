//! A document to the report that it is.

use kai_core::{ComponentId, Node, OriginId, Origins, Root};
use kai_graph::{Component, ComponentKind, Facts, ScanReport};

use super::{check, cyclonedx, gitlab, grype, sarif, spdx, trivy};
use crate::Lowered;

/// Turns documents into reports; SARIF holds one for each of its runs.
#[must_use]
pub(crate) fn lower(objects: &[Node], root: &Root, origins: &Origins) -> Lowered {
    let mut components = Vec::new();
    for object in objects {
        for report in reports(object) {
            let origin = report.subject.as_ref().map_or_else(|| first(object), |it| it.origin);
            // People know a report by its image, and one without by its file.
            let file = root.path.file_name().unwrap_or(root.path.as_str());
            let name = report.subject.as_ref().map_or(file, |it| it.name.as_str());
            let kind = ComponentKind::Configuration;
            let mut component = Component::named(kind, "report", name, root.id, origin);
            component.facts = Facts::ScanReport(Box::new(report));
            components.push(component);
        }
    }
    for (id, component) in (0..).zip(&mut components) {
        component.id = ComponentId(id);
    }
    let problems = objects.iter().flat_map(|it| check::problems(it, origins)).collect();
    Lowered { components, problems }
}

fn reports(object: &Node) -> Vec<ScanReport> {
    let has = |key: &str| object.get(key).is_some();
    if has("runs") {
        return sarif::reports(object);
    }
    let report = match object.str_at(&["bomFormat"]) {
        Some(_) => cyclonedx::report(object),
        None if has("ArtifactName") => trivy::report(object),
        None if has("scan") => gitlab::report(object),
        None if has("spdxVersion") => spdx::report(object),
        None => grype::report(object),
    };
    vec![report]
}

/// The first line of a mapping rather than all of it.
fn first(object: &Node) -> OriginId {
    let entry = object.as_map().and_then(|it| it.iter().next());
    entry.map_or(object.origin, |it| it.key_origin)
}
