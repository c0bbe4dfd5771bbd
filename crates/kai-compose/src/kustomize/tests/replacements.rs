//! Fields copied from one object into others.

use expect_test::expect;

use super::check;

const OBJECTS: &str = r#"
=== all.yaml
apiVersion: v1
kind: ConfigMap
metadata:
  name: source
data:
  host: db.example.com:5432
  count: "3"
  image: nine
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  replicas: 1
  template:
    spec:
      containers:
      - name: one
        image: registry/one:v1
        env:
        - name: HOST
          value: none
      - name: two
        image: registry/two:v1
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: other
  labels: {keep: "true"}
spec:
  replicas: 1
"#;

#[test]
fn values_are_copied_whole_in_part_and_into_parts() {
    check(
        &format!(
            r#"
=== kustomization.yaml
resources: [all.yaml]
replacements:
- source:
    kind: ConfigMap
    name: source
    fieldPath: data.host
    options: {{delimiter: ":", index: 0}}
  targets:
  - select: {{kind: Deployment, name: web}}
    fieldPaths:
    - spec.template.spec.containers.[name=one].env.[name=HOST].value
- source: {{kind: ConfigMap, fieldPath: data.image}}
  targets:
  - select: {{kind: Deployment}}
    reject:
    - labelSelector: keep=true
    fieldPaths:
    - spec.template.spec.containers.*.image
    options: {{delimiter: /, index: 0}}
- path: more.yaml
=== more.yaml
source: {{kind: ConfigMap, fieldPath: data.count}}
targets:
- select: {{name: web}}
  fieldPaths: [spec.replicas]
- select: {{name: other}}
  fieldPaths:
  - metadata.annotations.[example.com/count]
  options: {{create: true}}
{OBJECTS}"#
        ),
        expect![[r#"
            apiVersion: v1
            data:
              count: "3"
              host: db.example.com:5432
              image: nine
            kind: ConfigMap
            metadata:
              name: source
            ---
            apiVersion: apps/v1
            kind: Deployment
            metadata:
              annotations:
                example.com/count: "3"
              labels:
                keep: "true"
              name: other
            spec:
              replicas: 1
            ---
            apiVersion: apps/v1
            kind: Deployment
            metadata:
              name: web
            spec:
              replicas: 3
              template:
                spec:
                  containers:
                  - env:
                    - name: HOST
                      value: db.example.com
                    image: nine/one:v1
                    name: one
                  - image: nine/two:v1
                    name: two
        "#]],
    );
}

#[test]
fn a_source_that_is_not_there_is_refused() {
    check(
        &format!(
            r#"
=== kustomization.yaml
resources: [all.yaml]
replacements:
- source: {{kind: Secret, name: source}}
  targets:
  - select: {{kind: Deployment}}
{OBJECTS}"#
        ),
        expect![[r#"
            refused: nothing selected by Secret.[noVer].[noGrp]/source.[noNs] (kustomization.yaml:3)
        "#]],
    );
}

#[test]
fn a_source_that_is_ambiguous_is_refused() {
    check(
        &format!(
            r#"
=== kustomization.yaml
resources: [all.yaml]
replacements:
- source: {{kind: Deployment}}
  targets:
  - select: {{kind: ConfigMap}}
{OBJECTS}"#
        ),
        expect![[r#"
            refused: multiple matches for selector Deployment.[noVer].[noGrp]/[noName].[noNs] (kustomization.yaml:3)
        "#]],
    );
}

#[test]
fn a_field_that_is_not_there_is_refused_unless_it_may_be_made() {
    check(
        &format!(
            r#"
=== kustomization.yaml
resources: [all.yaml]
replacements:
- source: {{kind: ConfigMap, fieldPath: data.host}}
  targets:
  - select: {{kind: Deployment}}
    fieldPaths: [spec.hostname]
{OBJECTS}"#
        ),
        expect![[r#"
            refused: unable to find field `spec.hostname` in replacement target (kustomization.yaml:6)
        "#]],
    );
}

#[test]
fn a_text_does_not_fit_a_number() {
    check(
        &format!(
            r#"
=== kustomization.yaml
resources: [all.yaml]
replacements:
- source: {{kind: ConfigMap, fieldPath: data.host}}
  targets:
  - select: {{name: web}}
    fieldPaths: [spec.replicas]
{OBJECTS}"#
        ),
        expect![[r#"
            refused: cannot decode `db.example.com:5432` as the type that stands there (kustomization.yaml:6)
        "#]],
    );
}
