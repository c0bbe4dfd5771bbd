//! Built-in plugins that objects configure.

use expect_test::expect;

use super::check;

#[test]
fn transformers_are_configured_in_files_and_inline() {
    check(
        r#"
=== kustomization.yaml
resources: [all.yaml]
transformers:
- plugins.yaml
- |-
  apiVersion: builtin
  kind: AnnotationsTransformer
  metadata: {name: any}
  annotations: {inline: "true"}
  fieldSpecs:
  - {path: metadata/annotations, create: true}
=== plugins.yaml
apiVersion: builtin
kind: PrefixSuffixTransformer
metadata: {name: affix}
prefix: a-
suffix: -z
fieldSpecs:
- {kind: Service, path: metadata/name}
---
apiVersion: builtin
kind: NamespaceTransformer
metadata: {name: place, namespace: live}
unsetOnly: true
---
apiVersion: builtin
kind: PatchTransformer
metadata: {name: patch}
target: {kind: Service}
patch: '[{"op": "add", "path": "/spec", "value": {"type": "NodePort"}}]'
---
apiVersion: builtin
kind: ImageTagTransformer
metadata: {name: image}
imageTag: {name: web, newTag: v2}
---
apiVersion: builtin
kind: ReplicaCountTransformer
metadata: {name: replicas}
replica: {name: web, count: 2}
fieldSpecs:
- {kind: Deployment, path: spec/replicas, create: true}
---
apiVersion: builtin
kind: ValueAddTransformer
metadata: {name: value}
value: shop
targets:
- selector: {kind: Deployment}
  fieldPath: metadata/labels/project
- fieldPath: spec/home
  filePathPosition: 2
  selector: {kind: Deployment}
=== all.yaml
apiVersion: v1
kind: Service
metadata:
  name: web
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
  namespace: own
spec:
  home: /var/data
  template:
    spec:
      containers:
      - image: web:v1
"#,
        expect![[r#"
            apiVersion: v1
            kind: Service
            metadata:
              annotations:
                inline: "true"
              name: a-web-z
              namespace: live
            spec:
              type: NodePort
            ---
            apiVersion: apps/v1
            kind: Deployment
            metadata:
              annotations:
                inline: "true"
              labels:
                project: shop
              name: web
              namespace: own
            spec:
              home: /var/shop/data
              replicas: 2
              template:
                spec:
                  containers:
                  - image: web:v2
        "#]],
    );
}

#[test]
fn generators_are_configured_in_files() {
    check(
        r#"
=== kustomization.yaml
generators: [plugins.yaml]
=== plugins.yaml
apiVersion: builtin
kind: ConfigMapGenerator
metadata: {name: settings, namespace: live}
literals: [a=1]
---
apiVersion: builtin
kind: SecretGenerator
metadata: {name: any}
name: key
literals: [a=1]
options: {disableNameSuffixHash: true}
"#,
        expect![[r#"
            apiVersion: v1
            data:
              a: "1"
            kind: ConfigMap
            metadata:
              name: settings-h29d89cmmt
              namespace: live
            ---
            apiVersion: v1
            data:
              a: MQ==
            kind: Secret
            metadata:
              name: key
            type: Opaque
        "#]],
    );
}

#[test]
fn plugins_may_come_from_another_kustomization() {
    check(
        r#"
=== a/kustomization.yaml
resources: [service.yaml]
transformers: [../plugins]
=== a/service.yaml
apiVersion: v1
kind: Service
metadata:
  name: web
=== plugins/kustomization.yaml
resources: [label.yaml]
namePrefix: any-
=== plugins/label.yaml
apiVersion: builtin
kind: LabelTransformer
metadata: {name: label}
labels: {tier: front}
fieldSpecs:
- {path: metadata/labels, create: true}
"#,
        expect![[r#"
            apiVersion: v1
            kind: Service
            metadata:
              labels:
                tier: front
              name: web
        "#]],
    );
}

#[test]
fn a_program_that_would_have_to_run_is_a_gap() {
    check(
        r#"
=== kustomization.yaml
resources: [service.yaml]
generators: [program.yaml]
=== program.yaml
apiVersion: example.com/v1
kind: Decrypter
metadata:
  name: secrets
=== service.yaml
apiVersion: v1
kind: Service
metadata:
  name: web
"#,
        expect![[r#"
            apiVersion: v1
            kind: Service
            metadata:
              name: web
            # gap: Template Decrypter `secrets` (program.yaml:1)
        "#]],
    );
}

#[test]
fn an_unknown_built_in_is_refused() {
    check(
        r#"
=== kustomization.yaml
transformers: [plugin.yaml]
=== plugin.yaml
apiVersion: builtin
kind: ShuffleTransformer
metadata: {name: any}
"#,
        expect![[r#"
            refused: unable to load builtin `ShuffleTransformer` (plugin.yaml:1)
        "#]],
    );
}

#[test]
fn a_validator_that_changes_something_is_refused() {
    check(
        r#"
=== kustomization.yaml
resources: [service.yaml]
validators: [plugin.yaml]
=== plugin.yaml
apiVersion: builtin
kind: PrefixTransformer
metadata: {name: any}
prefix: a-
fieldSpecs:
- {path: metadata/name}
=== service.yaml
apiVersion: v1
kind: Service
metadata:
  name: web
"#,
        expect![[r#"
            refused: a validator must not change the objects (plugin.yaml:1)
        "#]],
    );
}
