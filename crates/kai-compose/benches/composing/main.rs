//! How fast folders are read and composed.
//!
//! `cargo bench -p kai-compose`; the allocation columns show what the shared trees weigh. The
//! repositories are found as the conformance test finds them, by `KAI_CORPUS_DATA`.

use camino::Utf8PathBuf;
use divan::counter::ItemsCount;
use divan::{AllocProfiler, Bencher};
use kai_compose::helm::{self, Layer, Options};
use kai_compose::{Project, kustomize};
use kai_core::{Origins, Tree as _};
use rayon::prelude::*;

use kai_testing::{Folder, Memory, corpus, recorded};

#[global_allocator]
static ALLOC: AllocProfiler = AllocProfiler::system();

/// 121 kustomizations; 5.5 MB of text that render to 29 MB.
const REPOSITORY: &str = "cybozu-go__neco-apps";

fn main() {
    divan::main();
}

/// The repository and its folders with a kustomization.
fn repository() -> Option<(Folder, Vec<Utf8PathBuf>)> {
    let folder = Folder::read(&corpus()?.join(REPOSITORY));
    let is_kustomization = |it: &&kai_core::TreeEntry| {
        matches!(it.path.file_name(), Some("kustomization.yaml" | "kustomization.yml"))
    };
    let files = folder.files().iter().filter(is_kustomization);
    let dirs = files.filter_map(|it| it.path.parent().map(ToOwned::to_owned)).collect();
    Some((folder, dirs))
}

#[divan::bench(sample_count = 20)]
fn read_every_file(bencher: Bencher<'_, '_>) {
    let Some((folder, _)) = repository() else { return };
    bencher.bench(|| {
        let origins = Origins::new();
        Project::load(&folder, &origins).files().count()
    });
}

#[divan::bench(sample_count = 20)]
fn compose_every_kustomization(bencher: Bencher<'_, '_>) {
    let Some((folder, dirs)) = repository() else { return };
    bencher.counter(ItemsCount::new(dirs.len())).bench(|| {
        let origins = Origins::new();
        let project = Project::load(&folder, &origins);
        let built: Vec<_> = dirs.par_iter().map(|it| kustomize::build(&project, it)).collect();
        built.iter().flatten().map(|it| it.objects.len()).sum::<usize>()
    });
}

/// Every one of 40 templates, but for a number in its name.
const TEMPLATE: &str = r#"
{{- if .Values.enabled }}
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ include "shop.name" . }}-NUMBER
  labels: {{- include "shop.labels" . | nindent 4 }}
spec:
  replicas: {{ .Values.replicas | default 2 }}
  selector:
    matchLabels: {{- include "shop.labels" . | nindent 6 }}
  template:
    metadata:
      labels: {{- include "shop.labels" . | nindent 8 }}
    spec:
      containers:
      - name: web
        image: "{{ .Values.image.name }}:{{ .Values.image.tag | default .Chart.AppVersion }}"
        {{- with .Values.resources }}
        resources: {{- toYaml . | nindent 10 }}
        {{- end }}
        env:
        {{- range $name, $value := .Values.env }}
        - name: {{ $name | upper | quote }}
          value: {{ $value | quote }}
        {{- end }}
{{- end }}
"#;

const PARTS: &str = r#"
{{- define "shop.name" -}}{{ printf "%s-%s" .Release.Name .Chart.Name | trunc 63 }}{{- end -}}
{{- define "shop.labels" -}}
app.kubernetes.io/name: {{ .Chart.Name }}
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{- end -}}
"#;

const VALUES: &str = "\
enabled: true
replicas: 3
image: {name: registry.example/web, tag: \"1.4\"}
resources: {requests: {cpu: 100m, memory: 64Mi}, limits: {memory: 128Mi}}
env: {zone: a, level: info, port: 8080, host: db.example, mode: fast}
";

fn forty_templates() -> Memory {
    let mut files = vec![
        (
            Utf8PathBuf::from("shop/Chart.yaml"),
            "apiVersion: v2\nname: shop\nversion: 1.0.0\nappVersion: \"2\"\n".to_owned(),
        ),
        ("shop/values.yaml".into(), VALUES.to_owned()),
        ("shop/templates/_parts.tpl".into(), PARTS.to_owned()),
    ];
    for number in 0..40 {
        let text = TEMPLATE.replace("NUMBER", &number.to_string());
        files.push((format!("shop/templates/web-{number}.yaml").into(), text));
    }
    Memory::new(files)
}

#[divan::bench]
fn load_and_render_a_chart_of_40_templates(bencher: Bencher<'_, '_>) {
    let tree = forty_templates();
    bencher.bench(|| {
        let origins = Origins::new();
        let project = Project::load(&tree, &origins);
        helm::template(&project, "shop".into(), &Options::default()).map(|it| it.documents.len())
    });
}

#[divan::bench]
fn render_a_loaded_chart_of_40_templates(bencher: Bencher<'_, '_>) {
    let tree = forty_templates();
    let origins = Origins::new();
    let project = Project::load(&tree, &origins);
    bencher.bench(|| {
        helm::template(&project, "shop".into(), &Options::default()).map(|it| it.documents.len())
    });
}

/// Every render of the recorded charts that Helm does not refuse, all in one project.
#[divan::bench(sample_count = 3)]
fn render_every_recorded_chart(bencher: Bencher<'_, '_>) {
    let Some(data) = recorded("KAI_HELM_DATA", "conformance/helm") else { return };
    let folder = Folder::read(&data);
    let Ok(cases) = folder.bytes("cases.jsonl".into()) else { return };
    let cases = String::from_utf8_lossy(&cases);
    let cases: Vec<serde_json::Value> =
        cases.lines().filter_map(|it| serde_json::from_str(it).ok()).collect();
    let cases: Vec<_> = cases.iter().filter(|it| it["exit"] == 0).collect();
    bencher.counter(ItemsCount::new(cases.len())).bench(|| {
        let origins = Origins::new();
        let project = Project::load(&folder, &origins);
        let rendered = cases.par_iter().map(|case| {
            let files = case["values"].as_array().into_iter().flatten();
            let files = files.filter_map(serde_json::Value::as_str);
            let values = files.map(|it| Layer::File(it.into())).collect();
            let options = Options { values, ..Options::default() };
            let path = case["chart"].as_str().unwrap_or_default();
            helm::template(&project, path.into(), &options).map_or(0, |it| it.documents.len())
        });
        rendered.sum::<usize>()
    });
}
