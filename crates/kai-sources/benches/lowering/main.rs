//! How fast objects become components, and components answer.
//!
//! `cargo bench -p kai-sources`; the allocation columns show what a graph weighs.

use std::fmt::Write as _;

use divan::counter::ItemsCount;
use divan::{AllocProfiler, Bencher};
use kai_core::{Environment, Node, Origins, Root, RootId, RootKind};
use kai_graph::System;

#[global_allocator]
static ALLOC: AllocProfiler = AllocProfiler::system();

const COUNT: usize = 10_000;

fn main() {
    divan::main();
}

/// A Deployment, its Service, its budget and its settings, over and over.
fn objects(origins: &Origins) -> Vec<Node> {
    let mut text = String::new();
    for index in 0..COUNT / 4 {
        let namespace = index % 50;
        write!(
            text,
            "---
apiVersion: apps/v1
kind: Deployment
metadata: {{name: app-{index}, namespace: team-{namespace}, labels: {{app: app-{index}}}}}
spec:
  replicas: 2
  selector: {{matchLabels: {{app: app-{index}}}}}
  template:
    metadata: {{labels: {{app: app-{index}, part-of: shop}}}}
    spec:
      containers:
      - name: app
        image: registry.test/app:1.{index}
        envFrom: [{{configMapRef: {{name: app-{index}}}}}]
        ports: [{{containerPort: 8080}}]
        readinessProbe: {{httpGet: {{path: /ready, port: 8080}}}}
---
apiVersion: v1
kind: Service
metadata: {{name: app-{index}, namespace: team-{namespace}}}
spec: {{selector: {{app: app-{index}, part-of: shop}}, ports: [{{port: 80, targetPort: 8080}}]}}
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {{name: app-{index}, namespace: team-{namespace}}}
spec: {{minAvailable: 1, selector: {{matchLabels: {{part-of: shop, app: app-{index}}}}}}}
---
apiVersion: v1
kind: ConfigMap
metadata: {{name: app-{index}, namespace: team-{namespace}}}
data: {{DATABASE_URL: \"postgresql://db.team-{namespace}:5432/app\", LOG_LEVEL: info}}
"
        )
        .expect("a string takes what is written");
    }
    let id = origins.add_document("objects.yaml".into(), text);
    let id = id.expect("a few megabytes fit into a run");
    kai_syntax::yaml::parse(origins, id).documents.into_iter().map(|it| it.node).collect()
}

fn root() -> Root {
    Root {
        id: RootId(0),
        path: ".".into(),
        release: None,
        kind: RootKind::Manifests,
        reason: String::new(),
        environment: Environment::Production,
        environment_evidence: String::new(),
        healer: None,
        files: Vec::new(),
        gaps: Vec::new(),
    }
}

#[divan::bench(sample_count = 20)]
fn lower(bencher: Bencher<'_, '_>) {
    let origins = Origins::new();
    let objects = objects(&origins);
    let root = root();
    bencher
        .counter(ItemsCount::new(objects.len()))
        .bench_local(|| kai_sources::lower(divan::black_box(&objects), &root, &origins));
}

#[divan::bench(sample_count = 20)]
fn index(bencher: Bencher<'_, '_>) {
    let origins = Origins::new();
    let lowered = kai_sources::lower(&objects(&origins), &root(), &origins);
    bencher.with_inputs(|| lowered.components.clone()).bench_local_values(|components| {
        System::new(components, Vec::new(), vec![root()], Vec::new())
    });
}

/// Who guards each workload, which paths lead to it, and which objects its names mean.
#[divan::bench(sample_count = 20)]
fn ask(bencher: Bencher<'_, '_>) {
    let origins = Origins::new();
    let lowered = kai_sources::lower(&objects(&origins), &root(), &origins);
    let system = System::new(lowered.components, Vec::new(), vec![root()], Vec::new());
    bencher.bench_local(|| {
        let answers = system.workloads().map(|it| {
            let component = it.component;
            let (namespace, name) = (&component.namespace, &component.name);
            let settings = system.resolve("ConfigMap", namespace, name, component.root);
            system.guards(it).len() + system.paths_to(it).len() + usize::from(settings.is_some())
        });
        answers.sum::<usize>()
    });
}
