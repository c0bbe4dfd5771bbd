//! Systems to ask about.

use std::path::Path;

use kai_answer::{Answer, Case, Notes, Reply, ask};
use kai_assess::{Assessment, Keep, Options, Reviewed, assess_reviewed, read, settings};
use kai_core::{Origins, Tree, Unwatched};
use kai_graph::{ComponentKind, Facts};
use kai_testing::{Folder, Memory};

const PAYMENTS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../examples/payments");

/// One workload that something delivers.
pub(crate) const PAY: &str = "
== shop/pay.yaml
apiVersion: apps/v1
kind: Deployment
metadata: { name: pay, namespace: shop }
spec:
  selector: { matchLabels: { app: pay } }
  template:
    metadata: { labels: { app: pay } }
    spec:
      containers: [{ name: pay, image: registry.example/pay:1.4.0 }]
";

pub(crate) struct System {
    pub(crate) name: String,
    pub(crate) reviewed: Reviewed,
    pub(crate) assessment: Assessment,
}

impl System {
    /// The example, under other names.
    pub(crate) fn payments(names: &[(&str, &str)]) -> Self {
        Self::of(&payments(names), "payments", "")
    }

    /// The example, with a `kai.yaml`.
    pub(crate) fn payments_with(declared: &str) -> Self {
        Self::of(&payments(&[]), "payments", declared)
    }

    pub(crate) fn of_folder(name: &str, path: &Path) -> Self {
        Self::of(&Folder::read(path), name, "")
    }

    /// One workload, one alert, and somebody who is told.
    pub(crate) fn with_alerts() -> Self {
        Self::of(&Memory::of(ALERTS), "alerts", "")
    }

    /// Files as one text, with a `kai.yaml`.
    pub(crate) fn of_text(files: &str, declared: &str) -> Self {
        Self::of(&Memory::of(files), "text", declared)
    }

    fn of(tree: &dyn Tree, name: &str, declared: &str) -> Self {
        let origins = Origins::new();
        let settings = settings(&origins, "kai.yaml".into(), declared.to_owned());
        let settings = settings.expect("the settings can be read");
        let reviewed = read(tree, None, origins, settings, &Unwatched, Keep::Nothing);
        let assessment = assess_reviewed(&reviewed, &Options::default(), &Unwatched);
        Self { name: name.to_owned(), reviewed, assessment }
    }

    pub(crate) fn case<'a>(&'a self, notes: &'a Notes) -> Case<'a> {
        let (reviewed, assessment) = (&self.reviewed, &self.assessment);
        Case { reviewed, assessment, ground: reviewed, notes }
    }

    pub(crate) fn ask(&self, question: &str) -> Reply {
        ask(question, &self.reviewed, &self.assessment)
    }

    /// The question with names of this system, each time others; none where it has nothing of that kind.
    pub(crate) fn named(&self, question: &str, place: &mut usize) -> Option<String> {
        let mut question = question.to_owned();
        for (hole, names) in [
            ("{X}", self.running()),
            ("{S}", self.secrets()),
            ("{A}", self.accounts()),
            ("{Y}", self.alerts()),
        ] {
            if question.contains(hole) {
                *place += 1;
                let name = names.get(*place % names.len().max(1))?;
                question = question.replace(hole, name);
            }
        }
        Some(question)
    }

    fn running(&self) -> Vec<String> {
        self.names(|it| match &it.facts {
            Facts::Workload(facts) => facts.is_long_running(),
            Facts::Datastore(_) => true,
            _ => false,
        })
    }

    fn secrets(&self) -> Vec<String> {
        self.names(|it| it.kind == ComponentKind::Secret && matches!(it.facts, Facts::Secret(_)))
    }

    fn accounts(&self) -> Vec<String> {
        self.names(|it| it.native_kind == "ServiceAccount")
    }

    fn alerts(&self) -> Vec<String> {
        let rules = self.reviewed.system.components().iter().filter_map(|it| match &it.facts {
            Facts::AlertRules(rules) => Some(rules),
            _ => None,
        });
        rules.flat_map(|it| &it.alerts).map(|it| it.name.to_string()).collect()
    }

    fn names(&self, is_meant: impl Fn(&kai_graph::Component) -> bool) -> Vec<String> {
        let found = self.reviewed.system.components().iter().filter(|it| is_meant(it));
        let mut names: Vec<String> = found.map(|it| it.name.to_string()).collect();
        names.sort();
        names.dedup();
        names
    }
}

/// What is answered to a question about files.
#[track_caller]
pub(crate) fn asked(files: &[&str], question: &str) -> Answer {
    match System::of_text(&files.concat(), "").ask(question) {
        Reply::Answer(it) => *it,
        other => panic!("{question} is answered, not {other:?}"),
    }
}

#[track_caller]
pub(crate) fn says(answer: &Answer, wanted: &str) {
    let all: Vec<&str> = answer.statements().map(|it| it.text.as_str()).collect();
    assert!(all.iter().any(|it| it.contains(wanted)), "`{wanted}` is not in {all:#?}");
}

fn payments(names: &[(&str, &str)]) -> Memory {
    let folder = Folder::read(Path::new(PAYMENTS));
    Memory::new(folder.files().iter().map(|it| {
        let bytes = folder.bytes(&it.path).expect("the example can be read");
        let mut text = String::from_utf8(bytes).expect("the example is text");
        let mut path = it.path.to_string();
        for (from, to) in names {
            text = text.replace(from, to);
            path = path.replace(from, to);
        }
        (path, text)
    }))
}

const ALERTS: &str = r##"
== app.yaml
apiVersion: apps/v1
kind: Deployment
metadata: { name: shop, namespace: shop }
spec:
  replicas: 2
  selector: { matchLabels: { app: shop } }
  template:
    metadata: { labels: { app: shop } }
    spec:
      serviceAccountName: shop
      containers: [{ name: shop, image: "registry.example/shop:1.0" }]
---
apiVersion: v1
kind: ServiceAccount
metadata: { name: shop, namespace: shop }
---
apiVersion: monitoring.coreos.com/v1
kind: PrometheusRule
metadata: { name: shop, namespace: shop }
spec:
  groups:
    - name: shop
      rules:
        - alert: ShopDown
          expr: kube_deployment_status_replicas_available{deployment="shop"} == 0
          for: 5m
          labels: { severity: critical }
        - alert: ShopSlow
          expr: histogram_quantile(0.99, rate(http_seconds_bucket{app="shop"}[5m])) > 1
          labels: { severity: warning }
---
apiVersion: monitoring.coreos.com/v1alpha1
kind: AlertmanagerConfig
metadata: { name: shop, namespace: shop }
spec:
  route:
    receiver: people
    routes: [{ receiver: pager, matchers: [{ name: severity, value: critical }] }]
  receivers:
    - { name: people, slackConfigs: [{ channel: "#shop" }] }
    - { name: pager, pagerdutyConfigs: [{ routingKey: { name: pager, key: key } }] }
"##;
