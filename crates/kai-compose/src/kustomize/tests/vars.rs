//! Vars: `$(NAME)` in the fields that may hold it.

use expect_test::expect;

use super::check;

#[test]
fn vars_are_replaced_by_final_values() {
    check(
        r#"
=== kustomization.yaml
namePrefix: live-
resources: [all.yaml]
vars:
- name: SERVICE
  objref: {apiVersion: v1, kind: Service, name: web}
- name: PORT
  objref: {apiVersion: v1, kind: Service, name: web}
  fieldref: {fieldPath: "spec.ports[0].port"}
=== all.yaml
apiVersion: v1
kind: Service
metadata:
  name: web
spec:
  ports:
  - port: 80
---
apiVersion: v1
kind: Pod
metadata:
  name: client
  annotations:
    port: $(PORT)
spec:
  containers:
  - name: client
    image: $(SERVICE)
    args: ["http://$(SERVICE):$(PORT)", "$(UNKNOWN)", "$$(SERVICE)"]
    env:
    - name: PORT
      value: $(PORT)
"#,
        expect![[r#"
            apiVersion: v1
            kind: Service
            metadata:
              name: live-web
            spec:
              ports:
              - port: 80
            ---
            apiVersion: v1
            kind: Pod
            metadata:
              annotations:
                port: "80"
              name: live-client
            spec:
              containers:
              - args:
                - http://live-web:80
                - $(UNKNOWN)
                - $(SERVICE)
                env:
                - name: PORT
                  value: 80
                image: $(SERVICE)
                name: client
        "#]],
    );
}

#[test]
fn a_var_of_nothing_is_refused() {
    check(
        r#"
=== kustomization.yaml
vars:
- name: SERVICE
  objref: {apiVersion: v1, kind: Service, name: web}
"#,
        expect![[r#"
            refused: var `SERVICE` cannot be mapped to a field in the set of known resources (kustomization.yaml:2)
        "#]],
    );
}

#[test]
fn a_var_declared_twice_is_refused() {
    check(
        r#"
=== kustomization.yaml
resources: [service.yaml]
vars:
- name: SERVICE
  objref: {apiVersion: v1, kind: Service, name: web}
- name: SERVICE
  objref: {apiVersion: v1, kind: Service, name: web}
=== service.yaml
apiVersion: v1
kind: Service
metadata:
  name: web
"#,
        expect![[r#"
            refused: var `SERVICE` already encountered (kustomization.yaml:5)
        "#]],
    );
}
