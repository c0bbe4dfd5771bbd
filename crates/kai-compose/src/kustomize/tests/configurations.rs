//! Files that teach the transformers new fields, and notes about the build.

use expect_test::expect;

use super::check;

#[test]
fn a_configuration_adds_fields() {
    check(
        r#"
=== kustomization.yaml
resources: [all.yaml]
namePrefix: live-
commonLabels: {tier: front}
images:
- name: web
  newTag: v2
vars:
- name: NAME
  objref: {apiVersion: v1, kind: Service, name: web}
configurations: [fields.yaml]
=== fields.yaml
nameReference:
- kind: Service
  version: v1
  fieldSpecs:
  - kind: Shop
    path: spec/service
commonLabels:
- kind: Shop
  path: spec/selector
  create: true
images:
- kind: Shop
  path: spec/picture
varReference:
- kind: Shop
  path: spec/text
=== all.yaml
apiVersion: v1
kind: Service
metadata:
  name: web
---
apiVersion: example.com/v1
kind: Shop
metadata:
  name: shop
spec:
  service: web
  picture: web:v1
  text: $(NAME)
"#,
        expect![[r#"
            apiVersion: v1
            kind: Service
            metadata:
              labels:
                tier: front
              name: live-web
            spec:
              selector:
                tier: front
            ---
            apiVersion: example.com/v1
            kind: Shop
            metadata:
              labels:
                tier: front
              name: live-shop
            spec:
              picture: web:v2
              selector:
                tier: front
              service: live-web
              text: live-web
        "#]],
    );
}

#[test]
fn an_unknown_field_of_a_configuration_is_refused() {
    check(
        "=== kustomization.yaml\nconfigurations: [a.yaml]\n=== a.yaml\nnamereferences: []\n",
        expect![[r#"
            refused: unknown field `namereferences` in transformer configuration (a.yaml:1)
        "#]],
    );
}

#[test]
fn a_definition_of_a_custom_type_says_which_fields_are_names() {
    check(
        r#"
=== kustomization.yaml
resources: [all.yaml]
namePrefix: live-
crds: [types.json]
=== types.json
{
  "example.com/v1.Shop": {
    "Schema": {
      "properties": {
        "apiVersion": {"type": "string"},
        "kind": {"type": "string"},
        "metadata": {"type": "object"},
        "spec": {"$ref": "example.com/v1.ShopSpec"}
      }
    }
  },
  "example.com/v1.ShopSpec": {
    "Schema": {
      "properties": {
        "service": {
          "x-kubernetes-object-ref-api-version": "v1",
          "x-kubernetes-object-ref-kind": "Service",
          "type": "object"
        }
      }
    }
  }
}
=== all.yaml
apiVersion: v1
kind: Service
metadata:
  name: web
---
apiVersion: example.com/v1
kind: Shop
metadata:
  name: shop
spec:
  service: {name: web}
"#,
        expect![[r#"
            apiVersion: v1
            kind: Service
            metadata:
              name: live-web
            ---
            apiVersion: example.com/v1
            kind: Shop
            metadata:
              name: live-shop
            spec:
              service:
                name: live-web
        "#]],
    );
}

#[test]
fn a_build_may_note_where_objects_are_from_and_what_changed_them() {
    check(
        r#"
=== overlay/kustomization.yaml
resources: [../base]
namePrefix: live-
buildMetadata: [originAnnotations, transformerAnnotations, managedByLabel]
configMapGenerator:
- name: settings
  options: {disableNameSuffixHash: true}
  literals: [a=1]
=== base/kustomization.yaml
resources: [service.yaml]
=== base/service.yaml
apiVersion: v1
kind: Service
metadata:
  name: web
"#,
        expect![[r#"
            apiVersion: v1
            data:
              a: "1"
            kind: ConfigMap
            metadata:
              annotations:
                alpha.config.kubernetes.io/transformations: |
                  - configuredIn: kustomization.yaml
                    configuredBy:
                      apiVersion: builtin
                      kind: PrefixTransformer
                config.kubernetes.io/origin: |
                  configuredIn: kustomization.yaml
                  configuredBy:
                    apiVersion: builtin
                    kind: ConfigMapGenerator
              labels:
                app.kubernetes.io/managed-by: kustomize-v5.5.0
              name: live-settings
            ---
            apiVersion: v1
            kind: Service
            metadata:
              annotations:
                alpha.config.kubernetes.io/transformations: |
                  - configuredIn: kustomization.yaml
                    configuredBy:
                      apiVersion: builtin
                      kind: PrefixTransformer
                config.kubernetes.io/origin: |
                  path: ../base/service.yaml
              labels:
                app.kubernetes.io/managed-by: kustomize-v5.5.0
              name: live-web
        "#]],
    );
}
