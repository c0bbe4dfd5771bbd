//! Patches: what they change, which objects they are for, and what they must not do.

use expect_test::expect;

use super::check;

#[test]
fn a_strategic_merge_patch_finds_its_object_by_name_and_its_container_too() {
    check(
        r#"
=== kustomization.yaml
resources:
- web.yaml
patches:
- path: patch.yaml
=== patch.yaml
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  template:
    spec:
      containers:
      - name: web
        image: web:2
=== web.yaml
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  template:
    spec:
      containers:
      - name: web
        image: web:1
        args: [serve]
      - name: proxy
        image: proxy:1
"#,
        expect![[r#"
            apiVersion: apps/v1
            kind: Deployment
            metadata:
              name: web
            spec:
              template:
                spec:
                  containers:
                  - args:
                    - serve
                    image: web:2
                    name: web
                  - image: proxy:1
                    name: proxy
        "#]],
    );
}

#[test]
fn an_inline_patch_with_a_target_is_for_every_object_that_matches() {
    check(
        r#"
=== kustomization.yaml
resources:
- all.yaml
patches:
- target:
    kind: Service
    name: a|ap.
    labelSelector: tier in (front, back)
  patch: |-
    kind: any
    metadata:
      name: any
    spec:
      type: NodePort
=== all.yaml
apiVersion: v1
kind: Service
metadata:
  name: api
  labels: {tier: back}
---
apiVersion: v1
kind: Service
metadata:
  name: a
  labels: {tier: none}
---
apiVersion: v1
kind: Service
metadata:
  name: apis
  labels: {tier: back}
"#,
        expect![[r#"
            apiVersion: v1
            kind: Service
            metadata:
              labels:
                tier: none
              name: a
            ---
            apiVersion: v1
            kind: Service
            metadata:
              labels:
                tier: back
              name: api
            spec:
              type: NodePort
            ---
            apiVersion: v1
            kind: Service
            metadata:
              labels:
                tier: back
              name: apis
        "#]],
    );
}

#[test]
fn operations_change_what_their_target_selects() {
    check(
        r#"
=== kustomization.yaml
resources:
- web.yaml
patches:
- target: {kind: Deployment}
  patch: |-
    - op: replace
      path: /spec/replicas
      value: 3
    - op: add
      path: /metadata/annotations/owner
      value: shop
    - op: remove
      path: /spec/paused
=== web.yaml
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  replicas: 1
  paused: true
"#,
        expect![[r#"
            apiVersion: apps/v1
            kind: Deployment
            metadata:
              annotations:
                owner: shop
              name: web
            spec:
              replicas: 3
        "#]],
    );
}

#[test]
fn a_patch_may_delete_an_object() {
    check(
        r#"
=== kustomization.yaml
resources:
- all.yaml
patches:
- patch: |-
    apiVersion: v1
    kind: Service
    metadata:
      name: old
    $patch: delete
=== all.yaml
apiVersion: v1
kind: Service
metadata:
  name: web
---
apiVersion: v1
kind: Service
metadata:
  name: old
"#,
        expect![[r#"
            apiVersion: v1
            kind: Service
            metadata:
              name: web
        "#]],
    );
}

#[test]
fn name_and_kind_stay_unless_the_patch_may_change_them() {
    check(
        r#"
=== kustomization.yaml
resources:
- all.yaml
patches:
- target: {name: one}
  patch: |-
    kind: StatefulSet
    metadata:
      name: other
- target: {name: two}
  options: {allowNameChange: true, allowKindChange: true}
  patch: |-
    kind: StatefulSet
    metadata:
      name: other
=== all.yaml
apiVersion: apps/v1
kind: Deployment
metadata:
  name: one
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: two
"#,
        expect![[r#"
            apiVersion: apps/v1
            kind: Deployment
            metadata:
              name: one
            ---
            apiVersion: apps/v1
            kind: StatefulSet
            metadata:
              name: other
        "#]],
    );
}

#[test]
fn an_object_is_found_by_the_name_it_had_in_its_base() {
    check(
        r#"
=== overlay/kustomization.yaml
resources:
- ../base
patches:
- patch: |-
    apiVersion: v1
    kind: Service
    metadata:
      name: web
    spec:
      type: NodePort
=== base/kustomization.yaml
namePrefix: live-
resources:
- service.yaml
=== base/service.yaml
apiVersion: v1
kind: Service
metadata:
  name: web
"#,
        expect![[r#"
            apiVersion: v1
            kind: Service
            metadata:
              name: live-web
            spec:
              type: NodePort
        "#]],
    );
}

#[test]
fn the_old_fields_for_patches_still_work() {
    check(
        r#"
=== kustomization.yaml
resources:
- service.yaml
patchesStrategicMerge:
- merge.yaml
- |-
  apiVersion: v1
  kind: Service
  metadata:
    name: web
    labels: {inline: "true"}
patchesJson6902:
- target: {version: v1, kind: Service, name: web}
  path: operations.json
=== merge.yaml
apiVersion: v1
kind: Service
metadata:
  name: web
spec:
  type: NodePort
=== operations.json
[{"op": "add", "path": "/spec/clusterIP", "value": "None"}]
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
              labels:
                inline: "true"
              name: web
            spec:
              clusterIP: None
              type: NodePort
        "#]],
    );
}

#[test]
fn a_patch_for_nothing_is_refused() {
    check(
        r#"
=== kustomization.yaml
resources:
- service.yaml
patches:
- path: patch.yaml
=== patch.yaml
apiVersion: v1
kind: Service
metadata:
  name: wep
=== service.yaml
apiVersion: v1
kind: Service
metadata:
  name: web
"#,
        expect![[r#"
            refused: no resource matches strategic merge patch `Service.v1.[noGrp]/wep.[noNs]` (patch.yaml:1)
        "#]],
    );
}

#[test]
fn a_target_that_selects_nothing_changes_nothing() {
    check(
        r#"
=== kustomization.yaml
resources:
- service.yaml
patches:
- target: {name: wep}
  patch: '[{"op": "remove", "path": "/spec"}]'
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
        "#]],
    );
}

#[test]
fn operations_without_a_target_are_refused() {
    check(
        r#"
=== kustomization.yaml
resources:
- service.yaml
patches:
- patch: '[{"op": "remove", "path": "/spec"}]'
=== service.yaml
apiVersion: v1
kind: Service
metadata:
  name: web
"#,
        expect![[r#"
            refused: must specify a target for JSON patch (kustomization.yaml:4)
        "#]],
    );
}

#[test]
fn a_patch_file_that_is_not_there_is_a_gap() {
    check(
        r#"
=== kustomization.yaml
resources:
- service.yaml
patches:
- path: secret-patch.yaml
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
            # gap: AbsentFile secret-patch.yaml (kustomization.yaml:4)
        "#]],
    );
}

#[test]
fn lists_of_custom_types_merge_by_the_keys_of_a_schema_of_ones_own() {
    check(
        r#"
=== kustomization.yaml
resources:
- shop.yaml
openapi:
  path: schema.json
patches:
- patch: |-
    apiVersion: example.com/v1
    kind: Shop
    metadata:
      name: web
    spec:
      shelves:
      - id: two
        width: 9
=== shop.yaml
apiVersion: example.com/v1
kind: Shop
metadata:
  name: web
spec:
  shelves:
  - id: one
    width: 1
  - id: two
    width: 2
=== schema.json
{
  "definitions": {
    "v1.Shop": {
      "properties": {
        "spec": {
          "properties": {
            "shelves": {
              "type": "array",
              "items": {"type": "object"},
              "x-kubernetes-patch-merge-key": "id",
              "x-kubernetes-patch-strategy": "merge"
            }
          }
        }
      },
      "x-kubernetes-group-version-kind": [
        {"group": "example.com", "kind": "Shop", "version": "v1"}
      ]
    }
  }
}
"#,
        expect![[r#"
            apiVersion: example.com/v1
            kind: Shop
            metadata:
              name: web
            spec:
              shelves:
              - id: two
                width: 9
              - id: one
                width: 1
        "#]],
    );
}

/// Kustomize reads only `$patch`; the other directives are fields to it.
#[test]
fn directives_that_only_the_api_server_reads_stay_as_fields_and_are_problems_at_their_lines() {
    check(
        r#"
=== kustomization.yaml
resources:
- web.yaml
patches:
- path: patch.yaml
- target: {kind: StatefulSet}
  patch: '{apiVersion: apps/v1, kind: StatefulSet, metadata: {name: x}, $retainKeys: [spec]}'
=== patch.yaml
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
  $deleteFromPrimitiveList/finalizers: [a]
spec:
  strategy:
    $retainKeys:
    - type
    type: Recreate
  template:
    spec:
      $setElementOrder/containers:
      - name: proxy
=== web.yaml
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
  finalizers: [a, b]
spec:
  strategy:
    rollingUpdate:
      maxSurge: 1
"#,
        expect![[r#"
            apiVersion: apps/v1
            kind: Deployment
            metadata:
              $deleteFromPrimitiveList/finalizers:
              - a
              finalizers:
              - a
              - b
              name: web
            spec:
              strategy:
                $retainKeys:
                - type
                rollingUpdate:
                  maxSurge: 1
                type: Recreate
              template:
                spec:
                  $setElementOrder/containers:
                  - name: proxy
            # problem: patch.yaml:5
            # problem: patch.yaml:8
            # problem: patch.yaml:13
        "#]],
    );
}
