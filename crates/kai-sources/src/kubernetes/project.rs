//! Projects of Argo CD.

use kai_core::SmolStr;
use kai_graph::{ComponentKind, Destination, Facts, Project, SyncWindow, WindowKind};

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
        windows: spec.list("syncWindows").map(window).collect(),
        origin: spec.origin,
    };
    (ComponentKind::Control, Facts::Project(Box::new(project)))
}

fn destination(destination: Fields<'_>) -> Destination {
    Destination { namespace: destination.text("namespace"), origin: destination.origin }
}

/// Nobody syncs in a window that denies, unless it says `manualSync` (argo-cd, `pkg/apis/application/v1alpha1/types.go`).
fn window(window: Fields<'_>) -> SyncWindow {
    let zone = window.text("timeZone");
    SyncWindow {
        kind: match window.text("kind").as_str() {
            "allow" => WindowKind::Allows,
            "deny" => WindowKind::Denies,
            other => WindowKind::Other(other.into()),
        },
        schedule: window.text("schedule"),
        duration: window.text("duration"),
        zone: if zone.is_empty() { "UTC".into() } else { zone },
        applications: window.texts("applications"),
        namespaces: window.texts("namespaces"),
        clusters: window.texts("clusters"),
        needs_all: window.is("andOperator"),
        lets_people: window.is("manualSync"),
        origin: window.origin,
    }
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
