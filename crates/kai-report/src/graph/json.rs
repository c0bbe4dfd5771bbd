//! `kai.graph/v1`: every component and every dependency.

use kai_graph::{Strength, System};
use serde::Serialize;

use super::picture::Picture;

#[derive(Serialize)]
struct Graph<'a> {
    schema: &'static str,
    components: Vec<Component<'a>>,
    dependencies: Vec<Dependency>,
}

#[derive(Serialize)]
struct Component<'a> {
    kind: &'static str,
    native_kind: &'a str,
    namespace: &'a str,
    name: &'a str,
    root: &'a str,
    environment: &'static str,
}

/// `source` and `target` are positions in `components`, from 0.
#[derive(Serialize)]
struct Dependency {
    source: usize,
    target: usize,
    kind: &'static str,
    strength: &'static str,
}

/// The whole graph as JSON, ending in a line break.
#[must_use]
pub fn json(system: &System) -> String {
    let picture = Picture::whole(system);
    let components = picture.vertices.iter().map(|it| Component {
        kind: it.kind.as_str(),
        native_kind: &it.native_kind,
        namespace: &it.namespace,
        name: &it.name,
        root: system.root(it.root).path.as_str(),
        environment: system.environment(it).as_str(),
    });
    let dependencies = picture.arrows.iter().map(|it| Dependency {
        source: it.source,
        target: it.target,
        kind: it.dependency.kind.as_str(),
        strength: match it.dependency.strength {
            Strength::Hard => "hard",
            Strength::Soft => "soft",
        },
    });
    let graph = Graph {
        schema: "kai.graph/v1",
        components: components.collect(),
        dependencies: dependencies.collect(),
    };
    let mut text = serde_json::to_string_pretty(&graph)
        .expect("strings and numbers, and map keys that are strings, always serialize");
    text.push('\n');
    text
}
