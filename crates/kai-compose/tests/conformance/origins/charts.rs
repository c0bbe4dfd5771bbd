//! The origins of values in charts and in what objects install.

use camino::Utf8PathBuf;
use kai_compose::Project;
use kai_compose::helm::{self, Layer};
use kai_compose::roots::{RootPlan, compose, discover};
use kai_core::{Node, Origins, RootId, SmolStr};
use kai_testing::{Folder, Memory, corpus, say};
use rayon::prelude::*;

use super::lines::astray;
use super::sampling::{Subject, report, try_samples};

/// Repositories that hold charts.
const REPOSITORIES: &[&str] = &["alphagov__govuk-helm-charts", "freeCodeCamp__infra"];

#[test]
fn changing_the_text_that_a_value_of_a_chart_names_changes_what_depends_on_it_and_nothing_else() {
    let Some(corpus) = corpus() else { return };
    let mut all_hold = true;
    for name in REPOSITORIES {
        let tree = Folder::read(&corpus.join(name));
        let origins = Origins::new();
        let project = Project::load(&tree, &origins);
        let rendered = charts(&project).into_par_iter().filter_map(|it| {
            let objects = it.render(&project).ok()?;
            Some((it, objects))
        });
        all_hold &= report(name, &try_samples(&project, rendered.collect()));
    }
    assert!(all_hold, "fewer than 99 % of the changed texts changed exactly their own values");
}

#[test]
fn every_scalar_of_a_chart_stands_on_a_line_that_says_it_or_in_the_action_that_printed_it() {
    let Some(corpus) = corpus() else { return };
    let mut all_hold = true;
    for name in REPOSITORIES {
        let tree = Folder::read(&corpus.join(name));
        let origins = Origins::new();
        let project = Project::load(&tree, &origins);
        let rendered = charts(&project).into_par_iter().filter_map(|it| it.render(&project).ok());
        let objects: Vec<Node> = rendered.flatten().collect();
        let (scalars, astray) = astray(&origins, &objects);
        say(&format!("lines of scalars {name}: {}/{scalars}", scalars - astray.len()));
        astray.iter().take(20).for_each(|it| say(&format!("  {it}")));
        all_hold &= scalars > 0 && astray.is_empty();
    }
    assert!(all_hold, "some scalars lead to lines that have nothing to do with them");
}

#[test]
fn values_that_came_through_an_object_lead_to_the_text_that_a_person_wrote() {
    let tree = Memory::of(APPLICATIONS);
    let origins = Origins::new();
    let project = Project::load(&tree, &origins);
    let plans = discover(&project);
    let rendered: Vec<_> = plans
        .iter()
        .map(|it| (Installation::of(it), compose(&project, it, RootId(0)).1.objects))
        .collect();
    assert_eq!(rendered.len(), 3, "{:?}", plans);
    let holds = report("applications of a chart", &try_samples(&project, rendered));
    assert!(holds, "fewer than 99 % of the changed texts changed exactly their own values");
}

/// A chart that has another one installed, with values that stand in its own as a mapping.
const APPLICATIONS: &str = r#"== charts/apps/Chart.yaml
apiVersion: v2
name: apps
version: 1.0.0
== charts/apps/values-production.yaml
domain: shop.example
applications:
- name: web
  values:
    replicas: 3
    image: {repository: registry.example/web, tag: v1.2.3}
    settings: {LOG_LEVEL: info, "TIMEOUT": "30"}
    arguments: [--port, "8080"]
- name: api
  values:
    replicas: 2
    image: {repository: registry.example/api, tag: v4.5.6}
    settings: {LOG_LEVEL: debug}
    arguments: [--quiet]
== charts/apps/templates/applications.yaml
{{- range .Values.applications }}
---
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata:
  name: {{ .name }}
spec:
  destination: {namespace: shop}
  source:
    repoURL: https://git.example/acme/shop
    path: charts/service
    helm:
      values: |
        domain: {{ $.Values.domain }}
        {{- toYaml .values | nindent 8 }}
{{- end }}
== charts/service/Chart.yaml
apiVersion: v2
name: service
version: 1.0.0
== charts/service/values.yaml
replicas: 1
port: 8080
settings: {}
arguments: []
== charts/service/templates/_names.tpl
{{- define "service.labels" }}
app.kubernetes.io/part-of: shop
app.kubernetes.io/version: {{ .Values.image.tag | quote }}
{{- end }}
== charts/service/templates/deployment.yaml
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ .Release.Name }}
  labels: {{- include "service.labels" . | nindent 4 }}
spec:
  replicas: {{ .Values.replicas }}
  selector: {matchLabels: {app: {{ .Release.Name }}}}
  template:
    metadata: {labels: {app: {{ .Release.Name }}}}
    spec:
      containers:
      - name: app
        image: "{{ .Values.image.repository }}:{{ .Values.image.tag }}"
        args: {{- toYaml .Values.arguments | nindent 8 }}
        ports: [{containerPort: {{ .Values.port }}}]
        env:
        {{- range $name, $value := .Values.settings }}
        - name: {{ $name }}
          value: {{ $value | quote }}
        {{- end }}
        - {name: DOMAIN, value: "https://{{ .Values.domain }}/"}
"#;

/// A chart of the tree with a file of values beside it.
struct Chart {
    path: Utf8PathBuf,
    values: Option<Utf8PathBuf>,
}

/// Every chart, with its defaults and with each file of values in its folder.
fn charts(project: &Project<'_>) -> Vec<Chart> {
    let mut charts = Vec::new();
    for file in project.files().filter(|it| it.path.file_name() == Some("Chart.yaml")) {
        let Some(path) = file.path.parent() else { continue };
        let is_values = |it: &str| it.starts_with("values") && it != "values.yaml";
        let beside = project.files().filter(|it| {
            it.path.parent() == Some(path)
                && it.path.extension() == Some("yaml")
                && it.path.file_name().is_some_and(is_values)
        });
        let files = beside.map(|it| Some(it.path.clone()));
        charts.extend(
            std::iter::once(None)
                .chain(files)
                .map(|values| Chart { path: path.to_owned(), values }),
        );
    }
    charts
}

impl Subject for Chart {
    fn name(&self) -> String {
        self.values.as_ref().unwrap_or(&self.path).to_string()
    }

    fn render(&self, project: &Project<'_>) -> Result<Vec<Node>, String> {
        let values = self.values.iter().cloned().map(Layer::File).collect();
        let options = helm::Options { values, keep_going: true, ..helm::Options::default() };
        let rendered = helm::template(project, &self.path, &options);
        rendered.map(|it| it.objects()).map_err(|it| it.message)
    }

    fn is_identity(&self, field: &str) -> bool {
        field == "kind"
    }
}

/// What tells one installation of a chart from the others.
#[derive(PartialEq)]
struct Installation {
    path: Utf8PathBuf,
    release: Option<SmolStr>,
}

impl Installation {
    fn of(plan: &RootPlan) -> Self {
        Self { path: plan.path.clone(), release: plan.release.clone() }
    }
}

impl Subject for Installation {
    fn name(&self) -> String {
        format!("{} {}", self.path, self.release.as_deref().unwrap_or_default())
    }

    fn render(&self, project: &Project<'_>) -> Result<Vec<Node>, String> {
        let plans = discover(project);
        let plan = plans.iter().find(|it| Self::of(it) == *self).ok_or("it is not there")?;
        Ok(compose(project, plan, RootId(0)).1.objects)
    }

    /// What says which chart is installed, and under which name.
    fn is_identity(&self, field: &str) -> bool {
        matches!(field, "kind" | "metadata/name" | "spec/source/path" | "spec/source/helm/values")
    }
}
