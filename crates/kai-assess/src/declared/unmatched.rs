//! What `kai.yaml` says and nothing here answers to.

use camino::Utf8PathBuf;
use kai_core::{Location, LocationRole, OriginId, Origins};
use kai_graph::System;
use kai_settings::{At, ComponentPattern, Named, PathPattern, Settings};

use crate::LocatedProblem;

/// Patterns that match no path, no component and no way in. A file that speaks of a larger tree is not
/// held against a part of it.
pub(crate) fn unmatched(
    settings: &Settings,
    system: &System,
    paths: &[Utf8PathBuf],
    origins: &Origins,
) -> Vec<LocatedProblem> {
    let mut all = Unmatched { origins, problems: Vec::new() };
    if settings.is_from_above {
        return all.problems;
    }
    for (_, pattern) in settings.environments.all() {
        if !system.roots().iter().any(|it| pattern.value.matches(&it.path)) {
            all.add(pattern.origin, pattern.value.as_str(), "root", "`kai roots` lists them");
        }
    }
    for journey in &settings.journeys {
        if !system.journeys().iter().any(|it| it.name == journey.name.value) {
            let entry = &journey.entry;
            all.add(entry.origin, entry.value.as_str(), "way in", "`kai graph` lists them");
        }
    }
    for recovery in &settings.recovery {
        all.components(&recovery.components, system);
    }
    let scopes = settings.rules.iter().map(|it| (&it.paths, &it.components));
    for (in_paths, components) in
        scopes.chain(settings.allow.iter().map(|it| (&it.paths, &it.components)))
    {
        all.paths(in_paths, paths);
        all.components(components, system);
    }
    all.problems
}

struct Unmatched<'a> {
    origins: &'a Origins,
    problems: Vec<LocatedProblem>,
}

impl Unmatched<'_> {
    fn add(&mut self, origin: OriginId, pattern: &str, what: &str, remedy: &str) {
        let Some(place) = self.origins.location(origin, LocationRole::Primary) else { return };
        let message = format!("`{pattern}` matches no {what}");
        self.problems.push(problem(&place, message, remedy.to_owned()));
    }

    fn paths(&mut self, patterns: &[At<PathPattern>], paths: &[Utf8PathBuf]) {
        for pattern in patterns {
            if !paths.iter().any(|it| pattern.value.matches(it)) {
                let remedy = "paths begin where the review does";
                self.add(pattern.origin, pattern.value.as_str(), "file", remedy);
            }
        }
    }

    fn components(&mut self, patterns: &[At<ComponentPattern>], system: &System) {
        for pattern in patterns {
            let is_meant = |it: &kai_graph::Component| {
                let kind = &it.native_kind;
                pattern.value.matches(Named { namespace: &it.namespace, kind, name: &it.name })
            };
            if !system.components().iter().any(is_meant) {
                let remedy = "`kai graph` lists them";
                self.add(pattern.origin, pattern.value.as_str(), "component", remedy);
            }
        }
    }
}

pub(super) fn problem(place: &Location, message: String, remedy: String) -> LocatedProblem {
    LocatedProblem { path: place.path.clone(), line: place.line, message, remedy }
}
