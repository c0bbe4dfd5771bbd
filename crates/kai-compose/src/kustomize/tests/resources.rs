//! What is gathered, from where, and in which order it is printed.

use std::collections::BTreeMap;

use expect_test::expect;
use kai_core::Origins;

use super::{Files, build, check, printed};
use crate::Project;

#[test]
fn objects_are_printed_by_kind_and_then_by_name() {
    check(
        r#"
=== kustomization.yaml
resources:
- all.yaml
=== all.yaml
apiVersion: v1
kind: Service
metadata:
  name: web
---
apiVersion: v1
kind: Service
metadata:
  name: api
---
apiVersion: v1
kind: Namespace
metadata:
  name: shop
"#,
        expect![[r#"
            apiVersion: v1
            kind: Namespace
            metadata:
              name: shop
            ---
            apiVersion: v1
            kind: Service
            metadata:
              name: api
            ---
            apiVersion: v1
            kind: Service
            metadata:
              name: web
        "#]],
    );
}

#[test]
fn a_base_is_included_with_what_it_changes() {
    check(
        r#"
=== overlay/kustomization.yaml
resources:
- ../base
namePrefix: live-
=== base/kustomization.yaml
resources:
- service.yaml
nameSuffix: -v1
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
              name: live-web-v1
        "#]],
    );
}

#[test]
fn the_old_field_for_bases_still_works() {
    check(
        r#"
=== overlay/kustomization.yaml
bases:
- ../base
=== base/kustomization.yaml
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
              name: web
        "#]],
    );
}

#[test]
fn a_component_changes_what_its_parent_has_gathered() {
    check(
        r#"
=== overlay/kustomization.yaml
resources:
- service.yaml
components:
- ../component
=== overlay/service.yaml
apiVersion: v1
kind: Service
metadata:
  name: web
=== component/kustomization.yaml
apiVersion: kustomize.config.k8s.io/v1alpha1
kind: Component
resources:
- account.yaml
commonAnnotations:
  team: shop
=== component/account.yaml
apiVersion: v1
kind: ServiceAccount
metadata:
  name: web
"#,
        expect![[r#"
            apiVersion: v1
            kind: ServiceAccount
            metadata:
              annotations:
                team: shop
              name: web
            ---
            apiVersion: v1
            kind: Service
            metadata:
              annotations:
                team: shop
              name: web
        "#]],
    );
}

#[test]
fn lists_become_their_items() {
    check(
        r#"
=== kustomization.yaml
resources:
- list.yaml
=== list.yaml
apiVersion: v1
kind: ServiceList
items:
- apiVersion: v1
  kind: Service
  metadata:
    name: web
- apiVersion: v1
  kind: Service
  metadata:
    name: api
"#,
        expect![[r#"
            apiVersion: v1
            kind: Service
            metadata:
              name: api
            ---
            apiVersion: v1
            kind: Service
            metadata:
              name: web
        "#]],
    );
}

#[test]
fn objects_for_tools_are_left_out() {
    check(
        r#"
=== kustomization.yaml
resources:
- all.yaml
=== all.yaml
apiVersion: v1
kind: Service
metadata:
  name: web
---
apiVersion: example.com/v1
kind: Settings
metadata:
  name: local
  annotations:
    config.kubernetes.io/local-config: "true"
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
fn words_that_kustomize_reads_as_texts_stay_texts() {
    check(
        r#"
=== kustomization.yaml
resources:
- map.yaml
=== map.yaml
apiVersion: v1
kind: ConfigMap
metadata:
  name: words
  annotations:
    empty:
    number: 1
data:
  yes: no
  on: "off"
spec:
  enabled: yes
  really: true
  date: 2001-12-14
  mode: 0644
"#,
        expect![[r#"
            apiVersion: v1
            data:
              "on": "off"
              "yes": "no"
            kind: ConfigMap
            metadata:
              annotations:
                empty: ""
                number: "1"
              name: words
            spec:
              date: "2001-12-14T00:00:00Z"
              enabled: "yes"
              mode: 420
              really: true
        "#]],
    );
}

#[test]
fn a_folded_text_gains_a_line_before_an_indented_one() {
    check(
        r#"
=== kustomization.yaml
resources:
- map.yaml
=== map.yaml
apiVersion: v1
kind: ConfigMap
metadata:
  name: text
data:
  folded: >
    first
      indented
    last

    end
"#,
        expect![[r#"
            apiVersion: v1
            data:
              folded: |
                first

                  indented
                last
                end
            kind: ConfigMap
            metadata:
              name: text
        "#]],
    );
}

#[test]
fn the_same_object_twice_is_refused() {
    check(
        r#"
=== kustomization.yaml
resources:
- one.yaml
- two.yaml
=== one.yaml
apiVersion: v1
kind: Service
metadata:
  name: web
=== two.yaml
apiVersion: v1
kind: Service
metadata:
  name: web
  namespace: default
"#,
        expect![[r#"
            refused: may not add resource with an already registered id: Service.v1.[noGrp]/web.default (two.yaml:1)
        "#]],
    );
}

#[test]
fn a_folder_that_includes_itself_is_refused() {
    check(
        r#"
=== one/kustomization.yaml
resources:
- ../two
=== two/kustomization.yaml
resources:
- ../one
"#,
        expect![[r#"
            refused: cycle detected: `../one` contains `one`, which includes it (two/kustomization.yaml:2)
        "#]],
    );
}

#[test]
fn who_is_built_first_does_not_change_what_is_refused() {
    let files = Files::of(
        r#"
=== top/inner/kustomization.yaml
resources:
- ../../beside
=== top/kustomization.yaml
namePrefix: a-
resources:
- service.yaml
=== top/service.yaml
apiVersion: v1
kind: Service
metadata:
  name: web
=== beside/kustomization.yaml
resources:
- ../top
"#,
    );
    let in_order = |first: &str, second: &str| {
        let origins = Origins::new();
        let project = Project::load(&files, &origins);
        let first = (first.to_owned(), printed(&build(&project, first.into()), &origins));
        let second = (second.to_owned(), printed(&build(&project, second.into()), &origins));
        BTreeMap::from([first, second])
    };
    assert_eq!(in_order("beside", "top/inner"), in_order("top/inner", "beside"));
}

#[test]
fn a_folder_above_is_refused() {
    check(
        r#"
=== base/overlay/kustomization.yaml
resources:
- ..
=== base/kustomization.yaml
namePrefix: a-
"#,
        expect![[r#"
            refused: cycle detected: `..` contains `base/overlay`, which includes it (base/overlay/kustomization.yaml:2)
        "#]],
    );
}

#[test]
fn what_is_elsewhere_or_absent_is_a_gap_and_the_rest_is_there() {
    check(
        r#"
=== kustomization.yaml
resources:
- https://github.com/example/shop//deploy?ref=v1
- git@github.com:example/shop.git
- oci://registry.example.com/shop/deploy:v1
- secret.yaml
- service.yaml
helmCharts:
- name: redis
  repo: https://charts.example.com
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
            # gap: RemoteBase https://github.com/example/shop//deploy?ref=v1 (kustomization.yaml:2)
            # gap: RemoteBase git@github.com:example/shop.git (kustomization.yaml:3)
            # gap: RemoteBase oci://registry.example.com/shop/deploy:v1 (kustomization.yaml:4)
            # gap: AbsentFile secret.yaml (kustomization.yaml:5)
            # gap: Chart redis (kustomization.yaml:8)
        "#]],
    );
}

#[test]
fn charts_in_the_tree_are_installed_with_the_values_of_the_kustomization() {
    check(
        r#"
=== kustomization.yaml
namePrefix: eu-
helmGlobals:
  chartHome: ../charts
helmCharts:
- name: till
  releaseName: shop
  namespace: tills
  valuesFile: values-production.yaml
  valuesInline:
    replicas: 4
=== values-production.yaml
replicas: 3
image: till:2
=== ../charts/till/Chart.yaml
apiVersion: v2
name: till
version: 1.0.0
=== ../charts/till/values.yaml
replicas: 1
image: till:1
=== ../charts/till/templates/till.yaml
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ .Release.Name }}
  namespace: {{ .Release.Namespace }}
spec:
  replicas: {{ .Values.replicas }}
  template: { spec: { containers: [{ name: till, image: {{ .Values.image }} }] } }
"#,
        expect![[r#"
            apiVersion: apps/v1
            kind: Deployment
            metadata:
              name: eu-shop
              namespace: tills
            spec:
              replicas: 4
              template:
                spec:
                  containers:
                  - image: till:2
                    name: till
        "#]],
    );
}

#[test]
fn a_broken_document_is_a_gap_and_the_other_documents_are_there() {
    check(
        r#"
=== kustomization.yaml
resources:
- all.yaml
=== all.yaml
apiVersion: v1
kind: Service
metadata:
  name: web
---
apiVersion: v1
 kind: [
"#,
        expect![[r#"
            apiVersion: v1
            kind: Service
            metadata:
              name: web
            # gap: Broken all.yaml (kustomization.yaml:2)
            # problem: all.yaml:7
        "#]],
    );
}

#[test]
fn a_key_written_twice_is_refused() {
    check(
        r#"
=== kustomization.yaml
resources:
- service.yaml
=== service.yaml
apiVersion: v1
kind: Service
metadata:
  name: web
  name: api
"#,
        expect![[r#"
            refused: the key `name` is written twice in one mapping, and the last one counts: what line 4 says is lost (service.yaml:5)
        "#]],
    );
}

#[test]
fn an_object_without_a_name_is_refused() {
    check(
        r#"
=== kustomization.yaml
resources:
- service.yaml
=== service.yaml
apiVersion: v1
kind: Service
metadata: {}
"#,
        expect![[r#"
            refused: missing metadata.name in Service (service.yaml:1)
        "#]],
    );
}

#[test]
fn order_may_be_that_of_the_files() {
    check(
        r#"
=== kustomization.yaml
resources:
- all.yaml
sortOptions:
  order: fifo
=== all.yaml
apiVersion: v1
kind: Service
metadata:
  name: web
---
apiVersion: v1
kind: Namespace
metadata:
  name: shop
"#,
        expect![[r#"
            apiVersion: v1
            kind: Service
            metadata:
              name: web
            ---
            apiVersion: v1
            kind: Namespace
            metadata:
              name: shop
        "#]],
    );
}

#[test]
fn order_may_be_by_kinds_of_ones_own() {
    check(
        r#"
=== kustomization.yaml
resources:
- all.yaml
sortOptions:
  order: legacy
  legacySortOptions:
    orderFirst: [Service]
    orderLast: [Namespace]
=== all.yaml
apiVersion: v1
kind: Namespace
metadata:
  name: shop
---
apiVersion: v1
kind: Secret
metadata:
  name: key
---
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
            ---
            apiVersion: v1
            kind: Secret
            metadata:
              name: key
            ---
            apiVersion: v1
            kind: Namespace
            metadata:
              name: shop
        "#]],
    );
}

const TILL: &str = "\
=== charts/till/Chart.yaml
apiVersion: v2
name: till
version: 1.0.0
dependencies: [{name: redis, version: 1.x, repository: https://charts.example}]
=== charts/till/values.yaml
a: 1
b: {c: 1, d: 1}
=== charts/till/crds/shop.yaml
kind: CustomResourceDefinition
apiVersion: apiextensions.k8s.io/v1
metadata: {name: shops.example}
---
kind: CustomResourceDefinition
apiVersion: apiextensions.k8s.io/v1
metadata: {name: tills.example}
=== charts/till/templates/a.yaml
apiVersion: v1
kind: ConfigMap
metadata: {name: {{ .Release.Name }}}
data: {all: {{ omit .Values \"redis\" | toJson | quote }}}
";

#[test]
fn values_are_made_one_before_helm_sees_them() {
    let chart = |name: &str, rest: &str| format!("- name: till\n  releaseName: {name}\n{rest}");
    let inline = "  valuesInline: {a: null, b: {c: 5, e: 5}}\n";
    let charts = [
        chart("override", inline),
        chart("merge", &format!("{inline}  valuesMerge: merge\n")),
        chart("file", &format!("{inline}  valuesFile: v.yaml\n")),
        chart("replace", &format!("{inline}  valuesFile: v.yaml\n  valuesMerge: replace\n")),
        chart("more", "  valuesFile: v.yaml\n  additionalValuesFiles: [w.yaml]\n"),
        "- name: till\n  nameTemplate: '{{ \"TEMPLATE\" | lower }}'\n".into(),
    ];
    let text = format!(
        "=== kustomization.yaml\nhelmCharts:\n{}=== v.yaml\nb: {{c: 7, d: null}}\n\
         === w.yaml\na: 8\n{TILL}",
        charts.concat()
    );
    check(
        &text,
        expect![[r#"
            apiVersion: v1
            data:
              all: '{"a":1,"b":{"c":5,"e":5}}'
            kind: ConfigMap
            metadata:
              name: file
            ---
            apiVersion: v1
            data:
              all: '{"a":1,"b":{"c":1,"d":1,"e":5}}'
            kind: ConfigMap
            metadata:
              name: merge
            ---
            apiVersion: v1
            data:
              all: '{"a":8,"b":{"c":7}}'
            kind: ConfigMap
            metadata:
              name: more
            ---
            apiVersion: v1
            data:
              all: '{"a":1,"b":{"c":5,"d":1,"e":5}}'
            kind: ConfigMap
            metadata:
              name: override
            ---
            apiVersion: v1
            data:
              all: '{"b":{"c":5,"d":1,"e":5}}'
            kind: ConfigMap
            metadata:
              name: replace
            ---
            apiVersion: v1
            data:
              all: '{"a":1,"b":{"c":1,"d":1}}'
            kind: ConfigMap
            metadata:
              name: template
            # gap: Chart redis of `till` (kustomization.yaml:2)
            # gap: Chart redis of `till` (kustomization.yaml:5)
            # gap: Chart redis of `till` (kustomization.yaml:9)
            # gap: Chart redis of `till` (kustomization.yaml:13)
            # gap: Chart redis of `till` (kustomization.yaml:18)
            # gap: Chart redis of `till` (kustomization.yaml:22)
        "#]],
    );
}

#[test]
fn a_chart_of_a_generator_brings_its_definitions_and_refuses_what_is_there() {
    let generator = "apiVersion: builtin\nkind: HelmChartInflationGenerator\nmetadata: {name: x}\n\
        name: till\nreleaseName: till\nincludeCRDs: true\n";
    let text =
        format!("=== kustomization.yaml\ngenerators: [g.yaml]\n=== g.yaml\n{generator}{TILL}");
    check(
        &text,
        expect![[r#"
            apiVersion: apiextensions.k8s.io/v1
            kind: CustomResourceDefinition
            metadata:
              name: shops.example
            ---
            apiVersion: apiextensions.k8s.io/v1
            kind: CustomResourceDefinition
            metadata:
              name: tills.example
            ---
            apiVersion: v1
            data:
              all: '{"a":1,"b":{"c":1,"d":1}}'
            kind: ConfigMap
            metadata:
              name: till
            # gap: Chart redis of `till` (g.yaml:1)
        "#]],
    );
    let twice = "helmCharts:\n- {name: till, releaseName: a}\n- {name: till, releaseName: a}\n";
    check(
        &format!("=== kustomization.yaml\n{twice}{TILL}"),
        expect![[r#"
            refused: ConfigMap.v1.[noGrp]/a.[noNs] exists; behavior must be merge or replace (kustomization.yaml:3)
        "#]],
    );
    let version = "helmCharts:\n- {name: till, version: 2.0.0, repo: 'https://charts.example'}\n";
    check(
        &format!("=== kustomization.yaml\n{version}{TILL}"),
        expect![[r#"
            # gap: Chart till (kustomization.yaml:2)
        "#]],
    );
}
