//! How long it takes to play what breaks, from what a control plane would have to what comes of it.
//!
//! `cargo bench -p kai-break`. Of 10,000 objects (a Deployment, a Service, a budget and a ConfigMap of each
//! application) those that the play reads, on the stand-in of three zones: 5,000 pods, placed 24 times.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use divan::{Bencher, black_box};
use kai_break::{Choice, Pattern, Player, Source, Stage, Time, Times};
use kai_core::{Interval, Origins, RootId};
use kai_graph::System;
use kai_syntax::yaml;

fn main() {
    match std::env::args().skip_while(|it| it != "--once").nth(1) {
        Some(scenario) => once(&scenario),
        None => divan::main(),
    }
}

const APPLICATIONS: usize = 2_500;

#[divan::bench(args = ["workload=ns-0/app-0", "node=*", "zone=*", "drain=*"], sample_count = 10)]
fn played(bencher: Bencher<'_, '_>, scenario: &str) {
    let (system, times, sources) = (System::default(), times(), sources());
    bencher.bench(|| play(&system, &times, &sources, scenario));
}

#[divan::bench(sample_count = 10)]
fn staged(bencher: Bencher<'_, '_>) {
    let (system, times, sources) = (System::default(), times(), sources());
    bencher.bench(|| Stage::new(&system, &times, black_box(&sources), &choice(), &[]).runs.len());
}

fn play(system: &System, times: &Times, sources: &[Source], scenario: &str) -> usize {
    let stage = Stage::new(system, times, sources, &choice(), &[]);
    let mut player = Player::new(&stage);
    let pattern = Pattern::parse(scenario).expect("it is a scenario");
    let scenarios = player.find(&pattern).expect("everything that it names is there");
    player.play_all(&scenarios).len()
}

/// For a profiler.
#[expect(clippy::print_stdout, reason = "a benchmark is a binary")]
fn once(scenario: &str) {
    let (system, times, sources) = (System::default(), times(), sources());
    for _ in 0..5 {
        println!("{}", play(&system, &times, &sources, scenario));
    }
}

fn choice() -> Choice {
    Choice { roots: vec![RootId(0)], ..Choice::default() }
}

fn times() -> Times {
    let time = |minutes| Time { minutes: Interval::exactly(minutes), source: "assumed".to_owned() };
    Times {
        starts: BTreeMap::new(),
        start: time(1.0),
        detach: time(6.0),
        by_hand: time(60.0),
        provision: time(5.0),
        zone: time(120.0),
    }
}

fn sources() -> Vec<Source> {
    let mut text = String::new();
    for at in 0..APPLICATIONS {
        application(&mut text, at).expect("a string takes everything");
    }
    let origins = Origins::new();
    let id = origins.add_document("all.yaml".into(), text).expect("it is not too large");
    let parsed = yaml::parse(&origins, id);
    let objects = parsed.documents.into_iter().map(|it| it.node).collect();
    vec![(RootId(0), kai_sim::read::cluster(objects))]
}

fn application(text: &mut String, at: usize) -> std::fmt::Result {
    let (namespace, replicas) = (at / 20, at % 3 + 1);
    write!(
        text,
        "---
apiVersion: apps/v1
kind: Deployment
metadata: {{name: app-{at}, namespace: ns-{namespace}}}
spec:
  replicas: {replicas}
  selector: {{matchLabels: {{app: app-{at}}}}}
  template:
    metadata: {{labels: {{app: app-{at}}}}}
    spec:
      containers:
      - name: main
        image: example.com/app:{at}
        ports: [{{containerPort: 8080}}]
        resources: {{requests: {{cpu: 100m, memory: 64Mi}}}}
---
apiVersion: v1
kind: Service
metadata: {{name: app-{at}, namespace: ns-{namespace}}}
spec:
  selector: {{app: app-{at}}}
  ports: [{{port: 80, targetPort: 8080}}]
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {{name: app-{at}, namespace: ns-{namespace}}}
spec:
  maxUnavailable: 1
  selector: {{matchLabels: {{app: app-{at}}}}}
"
    )
}
