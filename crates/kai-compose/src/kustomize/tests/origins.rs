//! Where the values of rendered objects come from.

use std::fmt::Write as _;

use expect_test::{Expect, expect};
use kai_core::{LocationRole, Node, Origins, Value};

use super::{Files, build};
use crate::Project;

/// Prints every value with the text that a human would edit, or the links of its chain where
/// there is no such text.
#[track_caller]
fn check(files: &str, expected: Expect) {
    let files = Files::of(files);
    let origins = Origins::new();
    let project = Project::load(&files, &origins);
    let composition = build(&project, files.root()).unwrap();
    let mut text = String::new();
    for object in &composition.objects {
        describe(object, "", &origins, &mut text);
    }
    expected.assert_eq(&text);
}

fn describe(node: &Node, path: &str, origins: &Origins, text: &mut String) {
    match &node.value {
        Value::Map(map) => {
            for entry in map.iter() {
                describe(&entry.node, &format!("{path}/{}", entry.key), origins, text);
            }
        }
        Value::Seq(items) => {
            for (index, item) in items.iter().enumerate() {
                describe(item, &format!("{path}/{index}"), origins, text);
            }
        }
        _ => {
            let value = node.text().unwrap_or("null").replace('\n', "\\n");
            let _ = writeln!(text, "{path} = {value}");
            let _ = writeln!(text, "    {}", explain(node, origins));
        }
    }
}

fn explain(node: &Node, origins: &Origins) -> String {
    if let Some(span) = origins.editable(node.origin) {
        let source = &origins.document(span.document).text[span.start as usize..span.end as usize];
        let place = origins.location_of(span, LocationRole::Primary);
        let lines = source.replace('\n', "\\n");
        let role = origins.role(node.origin);
        return format!("{role:?}: edit `{lines}` at {}:{}", place.path, place.line);
    }
    let links = origins.chain(node.origin).into_iter().filter_map(|link| {
        let place = origins.location(link, LocationRole::Primary)?;
        Some(format!("{:?} {}:{}", origins.role(link), place.path, place.line))
    });
    links.collect::<Vec<_>>().join(" <- ")
}

#[test]
fn a_value_names_the_last_text_that_decides_it() {
    check(
        r#"
=== overlay/kustomization.yaml
resources: [../base]
namespace: live
namePrefix: a-
commonLabels:
  tier: front
images:
- name: web
  newTag: v2
- name: proxy
  newName: mirror/proxy
replicas:
- name: web
  count: 3
patches:
- path: patch.yaml
- target: {kind: Deployment}
  patch: |-
    - op: add
      path: /spec/paused
      value: true
=== overlay/patch.yaml
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  minReadySeconds: 10
=== base/kustomization.yaml
resources: [web.yaml]
=== base/web.yaml
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  minReadySeconds: 5
  template:
    spec:
      containers:
      - name: web
        image: web:v1
      - name: proxy
        image: proxy
"#,
        expect![[r#"
            /apiVersion = apps/v1
                Written: edit `apps/v1` at base/web.yaml:1
            /kind = Deployment
                Written: edit `Deployment` at base/web.yaml:2
            /metadata/name = a-web
                Transformed overlay/kustomization.yaml:3 <- Written overlay/kustomization.yaml:3 <- Written base/web.yaml:4
            /metadata/namespace = live
                Transformed: edit `live` at overlay/kustomization.yaml:2
            /metadata/labels/tier = front
                Transformed: edit `front` at overlay/kustomization.yaml:5
            /spec/minReadySeconds = 10
                Patched: edit `10` at overlay/patch.yaml:6
            /spec/template/spec/containers/0/name = web
                Written: edit `web` at base/web.yaml:10
            /spec/template/spec/containers/0/image = web:v2
                Transformed overlay/kustomization.yaml:8 <- Written overlay/kustomization.yaml:8 <- Written base/web.yaml:11
            /spec/template/spec/containers/1/name = proxy
                Written: edit `proxy` at base/web.yaml:12
            /spec/template/spec/containers/1/image = mirror/proxy
                Transformed: edit `mirror/proxy` at overlay/kustomization.yaml:10
            /spec/template/metadata/labels/tier = front
                Transformed: edit `front` at overlay/kustomization.yaml:5
            /spec/paused = true
                Patched: edit `true` at overlay/kustomization.yaml:20
            /spec/selector/matchLabels/tier = front
                Transformed: edit `front` at overlay/kustomization.yaml:5
            /spec/replicas = 3
                Transformed: edit `3` at overlay/kustomization.yaml:13
        "#]],
    );
}

#[test]
fn generated_data_names_its_literal_line_or_file() {
    check(
        r#"
=== kustomization.yaml
resources: [pod.yaml]
configMapGenerator:
- name: settings
  literals:
  - color="blue"
  files: [page.html]
  envs: [app.env]
secretGenerator:
- name: key
  options: {disableNameSuffixHash: true}
  literals:
  - password=not-a-real-one
=== page.html
<p>
=== app.env
# comment
LEVEL=info
=== pod.yaml
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  volumes:
  - configMap: {name: settings}
"#,
        expect![[r#"
            /apiVersion = v1
                Generated kustomization.yaml:3 <- Written kustomization.yaml:3
            /kind = ConfigMap
                Generated kustomization.yaml:3 <- Written kustomization.yaml:3
            /metadata/name = settings-b9b6tbt88t
                Generated kustomization.yaml:3 <- Generated kustomization.yaml:3 <- Generated app.env:2 <- Generated kustomization.yaml:5 <- Generated page.html:1 <- Written kustomization.yaml:3 <- Written app.env:2 <- Written kustomization.yaml:5 <- Written page.html:1
            /data/LEVEL = info
                Generated: edit `info` at app.env:2
            /data/color = blue
                Generated: edit `blue` at kustomization.yaml:5
            /data/page.html = <p>\n
                Generated: edit `<p>\n` at page.html:1
            /apiVersion = v1
                Generated kustomization.yaml:9 <- Written kustomization.yaml:9
            /kind = Secret
                Generated kustomization.yaml:9 <- Written kustomization.yaml:9
            /metadata/name = key
                Generated: edit `key` at kustomization.yaml:9
            /type = Opaque
                Generated kustomization.yaml:9 <- Written kustomization.yaml:9
            /data/password = bm90LWEtcmVhbC1vbmU=
                Generated kustomization.yaml:12 <- Generated kustomization.yaml:12 <- Written kustomization.yaml:12
            /apiVersion = v1
                Written: edit `v1` at pod.yaml:1
            /kind = Pod
                Written: edit `Pod` at pod.yaml:2
            /metadata/name = web
                Written: edit `web` at pod.yaml:4
            /spec/volumes/0/configMap/name = settings-b9b6tbt88t
                Transformed kustomization.yaml:3 <- Generated kustomization.yaml:3 <- Written pod.yaml:7 <- Generated kustomization.yaml:3 <- Generated app.env:2 <- Generated kustomization.yaml:5 <- Generated page.html:1 <- Written kustomization.yaml:3 <- Written app.env:2 <- Written kustomization.yaml:5 <- Written page.html:1
        "#]],
    );
}

#[test]
fn copied_values_name_what_they_were_copied_from() {
    check(
        r#"
=== kustomization.yaml
resources: [all.yaml]
replacements:
- source: {kind: Service, fieldPath: spec.host}
  targets:
  - select: {kind: Pod}
    fieldPaths: [spec.hostname]
vars:
- name: HOST
  objref: {apiVersion: v1, kind: Service, name: web}
  fieldref: {fieldPath: spec.host}
=== all.yaml
apiVersion: v1
kind: Service
metadata: {name: web}
spec:
  host: example.com
---
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  hostname: none
  containers:
  - args: ["$(HOST)", "http://$(HOST)/"]
"#,
        expect![[r#"
            /apiVersion = v1
                Written: edit `v1` at all.yaml:1
            /kind = Service
                Written: edit `Service` at all.yaml:2
            /metadata/name = web
                Written: edit `web` at all.yaml:3
            /spec/host = example.com
                Written: edit `example.com` at all.yaml:5
            /apiVersion = v1
                Written: edit `v1` at all.yaml:7
            /kind = Pod
                Written: edit `Pod` at all.yaml:8
            /metadata/name = web
                Written: edit `web` at all.yaml:9
            /spec/hostname = example.com
                Transformed: edit `example.com` at all.yaml:5
            /spec/containers/0/args/0 = example.com
                Transformed: edit `example.com` at all.yaml:5
            /spec/containers/0/args/1 = http://example.com/
                Transformed all.yaml:5 <- Written all.yaml:5 <- Written all.yaml:13
        "#]],
    );
}
