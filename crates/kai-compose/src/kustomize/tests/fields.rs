//! How a kustomization file is read.

use expect_test::expect;

use super::check;

#[test]
fn an_unknown_field_is_refused() {
    check(
        "=== kustomization.yaml\nresource:\n- a.yaml\n",
        expect![[r#"
        refused: unknown field `resource` in kustomization (kustomization.yaml:1)
    "#]],
    );
}

#[test]
fn an_unknown_field_of_an_image_is_refused() {
    check(
        "=== kustomization.yaml\nimages:\n- name: web\n  tag: v1\n",
        expect![[r#"
        refused: unknown field `tag` in images (kustomization.yaml:3)
    "#]],
    );
}

#[test]
fn names_of_fields_match_in_any_case() {
    check(
        r#"
=== kustomization.yaml
Resources:
- service.yaml
NAMEPREFIX: live-
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
              name: live-web
        "#]],
    );
}

#[test]
fn a_number_is_no_tag() {
    check(
        "=== kustomization.yaml\nimages:\n- name: web\n  newTag: 1.10\n",
        expect![[r#"
        refused: `newTag` is a string, but this is the number `1.10` (kustomization.yaml:3)
    "#]],
    );
}

#[test]
fn an_empty_kustomization_is_refused() {
    check(
        "=== kustomization.yaml\nkind: Kustomization\nnamePrefix: \"\"\n",
        expect![[r#"
            refused: the kustomization of `.` is empty (kustomization.yaml:1)
        "#]],
    );
}

#[test]
fn a_kustomization_of_another_kind_is_refused() {
    check(
        "=== kustomization.yaml\nkind: Deployment\nnamePrefix: a-\n",
        expect![[r#"
        refused: kind should be Kustomization or Component (kustomization.yaml:1)
    "#]],
    );
}

#[test]
fn a_kustomization_of_another_version_is_refused() {
    check(
        "=== kustomization.yaml\napiVersion: kustomize.config.k8s.io/v1\nnamePrefix: a-\n",
        expect![[r#"
            refused: apiVersion for Kustomization should be kustomize.config.k8s.io/v1beta1 (kustomization.yaml:1)
        "#]],
    );
}

#[test]
fn two_kustomization_files_in_one_folder_are_refused() {
    check(
        "=== a/kustomization.yaml\nnamePrefix: a-\n=== a/Kustomization\nnamePrefix: b-\n",
        expect![[r#"
            refused: `a` has more than one kustomization file
        "#]],
    );
}

#[test]
fn a_base_must_not_be_a_component() {
    check(
        r#"
=== a/kustomization.yaml
resources:
- ../b
=== b/kustomization.yaml
kind: Component
namePrefix: b-
"#,
        expect![[r#"
            refused: `../b` is a component, not a base (a/kustomization.yaml:2)
        "#]],
    );
}
