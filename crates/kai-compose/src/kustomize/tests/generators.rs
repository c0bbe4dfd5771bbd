//! ConfigMaps and Secrets that are made, named after their content, and referred to.

use expect_test::expect;

use super::check;

#[test]
fn references_follow_the_name_that_the_content_gives() {
    check(
        r#"
=== kustomization.yaml
resources:
- pod.yaml
configMapGenerator:
- name: settings
  literals:
  - color="light blue"
  - size=
  files:
  - page.html
  - motto=notes/motto.txt
  envs:
  - app.env
secretGenerator:
- name: key
  type: example.com/key
  literals:
  - password=not-a-real-one
=== page.html
<p>Open & ready</p>
=== notes/motto.txt
first
second
=== app.env
# a comment
LEVEL=info
  PADDED= kept 
EMPTY
=== pod.yaml
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  containers:
  - name: web
    envFrom:
    - configMapRef: {name: settings}
    - secretRef: {name: key}
    - configMapRef: {name: other}
  volumes:
  - name: settings
    configMap: {name: settings}
"#,
        expect![[r#"
            apiVersion: v1
            data:
              EMPTY: ""
              LEVEL: info
              PADDED: ' kept '
              color: light blue
              motto: |
                first
                second
              page.html: |
                <p>Open & ready</p>
              size: ""
            kind: ConfigMap
            metadata:
              name: settings-87htfgh7f9
            ---
            apiVersion: v1
            data:
              password: bm90LWEtcmVhbC1vbmU=
            kind: Secret
            metadata:
              name: key-6747hdtk6m
            type: example.com/key
            ---
            apiVersion: v1
            kind: Pod
            metadata:
              name: web
            spec:
              containers:
              - envFrom:
                - configMapRef:
                    name: settings-87htfgh7f9
                - secretRef:
                    name: key-6747hdtk6m
                - configMapRef:
                    name: other
                name: web
              volumes:
              - configMap:
                  name: settings-87htfgh7f9
                name: settings
        "#]],
    );
}

#[test]
fn options_label_what_is_made_and_leave_out_the_hash() {
    check(
        r#"
=== kustomization.yaml
generatorOptions:
  disableNameSuffixHash: true
  labels: {made: "true", tier: all}
configMapGenerator:
- name: settings
  namespace: shop
  options:
    labels: {tier: front}
    annotations: {note: mine}
    immutable: true
  literals: [a=b]
"#,
        expect![[r#"
            apiVersion: v1
            data:
              a: b
            immutable: true
            kind: ConfigMap
            metadata:
              annotations:
                note: mine
              labels:
                made: "true"
                tier: front
              name: settings
              namespace: shop
        "#]],
    );
}

#[test]
fn an_overlay_merges_into_what_its_base_has_made() {
    check(
        r#"
=== overlay/kustomization.yaml
resources: [../base]
namePrefix: live-
configMapGenerator:
- name: settings
  behavior: merge
  literals: [b=2, c=3]
- name: other
  behavior: replace
  literals: [z=26]
=== base/kustomization.yaml
configMapGenerator:
- name: settings
  literals: [a=1, b=1]
- name: other
  literals: [a=1]
"#,
        expect![[r#"
            apiVersion: v1
            data:
              z: "26"
            kind: ConfigMap
            metadata:
              name: live-other-9m94kf28mm
            ---
            apiVersion: v1
            data:
              a: "1"
              b: "2"
              c: "3"
            kind: ConfigMap
            metadata:
              name: live-settings-55f7kg2cf8
        "#]],
    );
}

#[test]
fn making_what_is_there_already_is_refused() {
    check(
        r#"
=== overlay/kustomization.yaml
resources: [../base]
configMapGenerator:
- name: settings
  literals: [b=2]
=== base/kustomization.yaml
configMapGenerator:
- name: settings
  literals: [a=1]
"#,
        expect![[r#"
            refused: ConfigMap.v1.[noGrp]/settings.[noNs] exists; behavior must be merge or replace (overlay/kustomization.yaml:3)
        "#]],
    );
}

#[test]
fn merging_into_nothing_is_refused() {
    check(
        r#"
=== kustomization.yaml
configMapGenerator:
- name: settings
  behavior: merge
  literals: [b=2]
"#,
        expect![[r#"
            refused: ConfigMap.v1.[noGrp]/settings.[noNs] does not exist; cannot merge or replace (kustomization.yaml:2)
        "#]],
    );
}

#[test]
fn a_key_given_twice_is_refused() {
    check(
        r#"
=== kustomization.yaml
configMapGenerator:
- name: settings
  literals: [a=1, a=2]
"#,
        expect![[r#"
            refused: `settings` illegally repeats the key `a` (kustomization.yaml:3)
        "#]],
    );
}

#[test]
fn a_literal_without_a_key_is_refused() {
    check(
        "=== kustomization.yaml\nconfigMapGenerator:\n- name: a\n  literals: [b]\n",
        expect![[r#"
        refused: invalid literal source, expected key=value (kustomization.yaml:3)
    "#]],
    );
}

#[test]
fn an_env_file_that_git_ignores_leaves_the_content_unknown_and_the_name_without_a_hash() {
    check(
        r#"
=== kustomization.yaml
resources: [pod.yaml]
secretGenerator:
- name: key
  envs: [secrets/.env]
=== pod.yaml
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  containers:
  - name: web
    envFrom:
    - secretRef: {name: key}
"#,
        expect![[r#"
            apiVersion: v1
            data: ""
            kind: Secret
            metadata:
              name: key
            type: Opaque
            ---
            apiVersion: v1
            kind: Pod
            metadata:
              name: web
            spec:
              containers:
              - envFrom:
                - secretRef:
                    name: key
                name: web
            # gap: AbsentFile secrets/.env (kustomization.yaml:4)
        "#]],
    );
}
