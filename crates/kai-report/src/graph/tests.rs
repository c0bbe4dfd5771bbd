//! One small system in every format.

use expect_test::{Expect, expect};
use kai_core::{ComponentId, Environment, OriginId, Root, RootId, RootKind};
use kai_graph::{Component, ComponentKind, Dependency, DependencyKind, Facts, Strength, System};

use super::{dot, json, mermaid, text};

fn component(id: u32, kind: ComponentKind, native_kind: &str, name: &str) -> Component {
    Component {
        id: ComponentId(id),
        kind,
        native_kind: native_kind.into(),
        api_version: "v1".into(),
        namespace: "shop".into(),
        name: name.into(),
        labels: Vec::new(),
        annotations: Vec::new(),
        annotated: OriginId::NONE,
        root: RootId(0),
        origin: OriginId::NONE,
        makes: None,
        facts: Facts::Named,
    }
}

fn arrow(source: u32, target: u32, kind: DependencyKind, strength: Strength) -> Dependency {
    let (source, target) = (ComponentId(source), ComponentId(target));
    Dependency { source, target, kind, strength, origin: OriginId::NONE }
}

fn shop() -> System {
    let root = Root {
        id: RootId(0),
        path: "overlays/production".into(),
        release: None,
        kind: RootKind::Kustomization,
        reason: "no other kustomization includes it".to_owned(),
        environment: Environment::Production,
        environment_evidence: "the path says `production`".to_owned(),
        healer: None,
        files: Vec::new(),
        gaps: Vec::new(),
    };
    let components = vec![
        component(0, ComponentKind::Workload, "Deployment", "web"),
        component(1, ComponentKind::NetworkPath, "Service", "a\"b"),
        component(2, ComponentKind::Cache, "Deployment", "cache"),
        component(3, ComponentKind::Identity, "ServiceAccount", "alone"),
    ];
    let dependencies = vec![
        arrow(0, 2, DependencyKind::Calls, Strength::Soft),
        arrow(1, 0, DependencyKind::Routes, Strength::Hard),
    ];
    System::new(components, dependencies, vec![root], Vec::new())
}

#[track_caller]
fn check(draw: fn(&System) -> String, expected: Expect) {
    expected.assert_eq(&draw(&shop()));
}

#[test]
fn a_list_shows_what_everything_needs() {
    check(
        text,
        expect![[r#"
            overlays/production
              Deployment/cache (shop)
              Deployment/web (shop)
                calls Deployment/cache (shop), soft
              Service/a"b (shop)
                routes to Deployment/web (shop)
            1 more has no arrow
        "#]],
    );
}

#[test]
fn mermaid_draws_a_flowchart() {
    check(
        mermaid,
        expect![[r#"
        flowchart LR
          subgraph r0["overlays/production"]
            c0["Deployment/cache (shop)"]
            c1["Deployment/web (shop)"]
            c2["Service/a#quot;b (shop)"]
          end
          c1 -.->|calls| c0
          c2 -->|routes to| c1
    "#]],
    );
}

#[test]
fn graphviz_draws_a_cluster_a_root() {
    check(
        dot,
        expect![[r#"
        digraph kai {
          rankdir=LR;
          subgraph cluster_0 {
            label="overlays/production";
            c0 [label="Deployment/cache (shop)"];
            c1 [label="Deployment/web (shop)"];
            c2 [label="Service/a\"b (shop)"];
          }
          c1 -> c0 [label="calls", style=dashed];
          c2 -> c1 [label="routes to"];
        }
    "#]],
    );
}

#[test]
fn an_object_that_is_two_components_is_drawn_once_and_depends_on_itself_nowhere() {
    let path = component(0, ComponentKind::NetworkPath, "Service", "web");
    let way_in = component(1, ComponentKind::EntryPoint, "Service", "web");
    let workload = component(2, ComponentKind::Workload, "Deployment", "web");
    let dependencies = vec![
        arrow(1, 0, DependencyKind::Routes, Strength::Hard),
        arrow(0, 2, DependencyKind::Routes, Strength::Hard),
    ];
    let roots = shop().roots().to_vec();
    let system = System::new(vec![path, way_in, workload], dependencies, roots, Vec::new());
    expect![[r#"
        overlays/production
          Deployment/web (shop)
          Service/web (shop)
            routes to Deployment/web (shop)
        0 more have no arrow
    "#]]
    .assert_eq(&text(&system));
    let whole: serde_json::Value = serde_json::from_str(&json(&system)).expect("it is JSON");
    assert_eq!(whole["components"].as_array().map(Vec::len), Some(3));
}

#[test]
fn json_holds_every_component() {
    let graph: serde_json::Value = serde_json::from_str(&json(&shop())).expect("it is JSON");
    assert_eq!(graph["schema"], "kai.graph/v1");
    assert_eq!(graph["components"].as_array().map(Vec::len), Some(4));
    let first = &graph["dependencies"][0];
    let target = first["target"].as_u64().and_then(|it| usize::try_from(it).ok());
    let target = &graph["components"][target.expect("a position")];
    assert_eq!((&target["name"], &first["strength"]), (&"cache".into(), &"soft".into()));
}
