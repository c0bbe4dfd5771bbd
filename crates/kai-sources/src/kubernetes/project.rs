//! Projects of Argo CD.

use kai_core::SmolStr;
use kai_graph::{ComponentKind, Destination, Facts, Project};

use crate::fields::Fields;
use crate::kubernetes::object::Object;

pub(super) fn lower(object: &Object<'_>) -> (ComponentKind, Facts) {
    let spec = object.spec;
    let kinds = |key| spec.list(key).map(|it: Fields<'_>| it.text("kind")).collect();
    let project = Project {
        sources: spec.texts("sourceRepos"),
        destinations: spec.list("destinations").map(destination).collect(),
        allowed_kinds: kinds("namespaceResourceWhitelist"),
        denied_kinds: kinds("namespaceResourceBlacklist"),
        managers: spec.list("roles").filter(manages).flat_map(|it| it.texts("groups")).collect(),
    };
    (ComponentKind::Control, Facts::Project(Box::new(project)))
}

fn destination(destination: Fields<'_>) -> Destination {
    Destination { namespace: destination.text("namespace"), origin: destination.origin }
}

/// True where a line of the role's policy lets it create or change applications:
/// `p, proj:x:y, applications, *, x/*, allow`.
fn manages(role: &Fields<'_>) -> bool {
    let gives = |line: &SmolStr| {
        let words: Vec<_> = line.split(',').map(str::trim).collect();
        matches!(words[..], [_, _, "applications", "*" | "create" | "update", _, "allow", ..])
    };
    role.texts("policies").iter().any(gives)
}
