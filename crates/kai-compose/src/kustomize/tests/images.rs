//! Images and replicas.

use expect_test::expect;

use super::check;

#[test]
fn images_are_rewritten_wherever_containers_are() {
    check(
        r#"
=== kustomization.yaml
resources: [all.yaml]
images:
- name: web
  newTag: v2
- name: registry.example.com:5000/db
  newName: mirror/db
- name: cache
  newName: other/cache
  digest: sha256:abc
=== all.yaml
apiVersion: v1
kind: Pod
metadata:
  name: all
spec:
  initContainers:
  - name: one
    image: web:v1@sha256:0123
  containers:
  - name: two
    image: registry.example.com:5000/db:v1
  - name: three
    image: cache
  - name: four
    image: web-extra:v1
---
apiVersion: example.com/v1
kind: Shop
metadata:
  name: custom
spec:
  deep:
  - containers:
    - image: web
"#,
        expect![[r#"
            apiVersion: example.com/v1
            kind: Shop
            metadata:
              name: custom
            spec:
              deep:
              - containers:
                - image: web:v2
            ---
            apiVersion: v1
            kind: Pod
            metadata:
              name: all
            spec:
              containers:
              - image: mirror/db:v1
                name: two
              - image: other/cache@sha256:abc
                name: three
              - image: web-extra:v1
                name: four
              initContainers:
              - image: web:v2
                name: one
        "#]],
    );
}

#[test]
fn replicas_are_set_by_name() {
    check(
        r#"
=== kustomization.yaml
namePrefix: live-
resources: [all.yaml]
replicas:
- name: web
  count: 4
=== all.yaml
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  replicas: 1
---
apiVersion: apps/v1
kind: StatefulSet
metadata:
  name: web
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: other
spec:
  replicas: 1
"#,
        expect![[r#"
            apiVersion: apps/v1
            kind: Deployment
            metadata:
              name: live-other
            spec:
              replicas: 1
            ---
            apiVersion: apps/v1
            kind: Deployment
            metadata:
              name: live-web
            spec:
              replicas: 4
            ---
            apiVersion: apps/v1
            kind: StatefulSet
            metadata:
              name: live-web
            spec:
              replicas: 4
        "#]],
    );
}

#[test]
fn replicas_of_nothing_are_refused() {
    check(
        "=== kustomization.yaml\nreplicas:\n- name: web\n  count: 4\n",
        expect![[r#"
        refused: resource with name web does not match a config with the following GVK [Deployment.[noVer].[noGrp] StatefulSet.[noVer].[noGrp] ReplicaSet.[noVer].[noGrp] ReplicationController.[noVer].[noGrp]] (kustomization.yaml:2)
    "#]],
    );
}
