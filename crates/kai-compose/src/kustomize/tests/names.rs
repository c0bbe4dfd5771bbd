//! Prefixes, suffixes and namespaces, and what refers to renamed objects.

use expect_test::expect;

use super::check;

#[test]
fn references_follow_prefixes_and_suffixes() {
    check(
        r#"
=== kustomization.yaml
namePrefix: live-
nameSuffix: -v2
resources: [all.yaml]
=== all.yaml
apiVersion: apps/v1
kind: StatefulSet
metadata:
  name: db
spec:
  serviceName: db
  template:
    spec:
      serviceAccountName: db
      priorityClassName: high
---
apiVersion: v1
kind: Service
metadata:
  name: db
---
apiVersion: v1
kind: ServiceAccount
metadata:
  name: db
---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata:
  name: db
spec:
  scaleTargetRef:
    apiVersion: apps/v1
    kind: StatefulSet
    name: db
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: db
spec:
  rules:
  - http:
      paths:
      - backend:
          service: {name: db}
      - backend:
          service: {name: elsewhere}
"#,
        expect![[r#"
            apiVersion: v1
            kind: ServiceAccount
            metadata:
              name: live-db-v2
            ---
            apiVersion: v1
            kind: Service
            metadata:
              name: live-db-v2
            ---
            apiVersion: apps/v1
            kind: StatefulSet
            metadata:
              name: live-db-v2
            spec:
              serviceName: live-db-v2
              template:
                spec:
                  priorityClassName: high
                  serviceAccountName: live-db-v2
            ---
            apiVersion: autoscaling/v2
            kind: HorizontalPodAutoscaler
            metadata:
              name: live-db-v2
            spec:
              scaleTargetRef:
                apiVersion: apps/v1
                kind: StatefulSet
                name: live-db-v2
            ---
            apiVersion: networking.k8s.io/v1
            kind: Ingress
            metadata:
              name: live-db-v2
            spec:
              rules:
              - http:
                  paths:
                  - backend:
                      service:
                        name: live-db-v2
                  - backend:
                      service:
                        name: elsewhere
        "#]],
    );
}

#[test]
fn some_types_keep_their_names() {
    check(
        r#"
=== kustomization.yaml
namePrefix: live-
resources: [all.yaml]
=== all.yaml
apiVersion: v1
kind: Namespace
metadata:
  name: shop
---
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata:
  name: shops.example.com
---
apiVersion: apiregistration.k8s.io/v1
kind: APIService
metadata:
  name: v1.example.com
"#,
        expect![[r#"
            apiVersion: v1
            kind: Namespace
            metadata:
              name: shop
            ---
            apiVersion: apiextensions.k8s.io/v1
            kind: CustomResourceDefinition
            metadata:
              name: shops.example.com
            ---
            apiVersion: apiregistration.k8s.io/v1
            kind: APIService
            metadata:
              name: v1.example.com
        "#]],
    );
}

#[test]
fn a_namespace_is_set_where_an_object_can_have_one() {
    check(
        r#"
=== kustomization.yaml
namespace: live
resources: [all.yaml]
=== all.yaml
apiVersion: v1
kind: Namespace
metadata:
  name: shop
---
apiVersion: v1
kind: Service
metadata:
  name: web
  namespace: old
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata:
  name: reader
---
apiVersion: apiregistration.k8s.io/v1
kind: APIService
metadata:
  name: v1.example.com
spec:
  service:
    name: web
"#,
        expect![[r#"
            apiVersion: v1
            kind: Namespace
            metadata:
              name: live
            ---
            apiVersion: rbac.authorization.k8s.io/v1
            kind: ClusterRole
            metadata:
              name: reader
            ---
            apiVersion: v1
            kind: Service
            metadata:
              name: web
              namespace: live
            ---
            apiVersion: apiregistration.k8s.io/v1
            kind: APIService
            metadata:
              name: v1.example.com
            spec:
              service:
                name: web
                namespace: live
        "#]],
    );
}

#[test]
fn subjects_follow_the_accounts_they_name_and_the_default_account() {
    check(
        r#"
=== kustomization.yaml
namespace: live
resources: [all.yaml]
=== all.yaml
apiVersion: v1
kind: ServiceAccount
metadata:
  name: web
  namespace: shop
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata:
  name: web
roleRef:
  apiGroup: rbac.authorization.k8s.io
  kind: ClusterRole
  name: view
subjects:
- kind: ServiceAccount
  name: web
  namespace: shop
- kind: ServiceAccount
  name: default
- kind: ServiceAccount
  name: foreign
  namespace: other
"#,
        expect![[r#"
            apiVersion: v1
            kind: ServiceAccount
            metadata:
              name: web
              namespace: live
            ---
            apiVersion: rbac.authorization.k8s.io/v1
            kind: RoleBinding
            metadata:
              name: web
              namespace: live
            roleRef:
              apiGroup: rbac.authorization.k8s.io
              kind: ClusterRole
              name: view
            subjects:
            - kind: ServiceAccount
              name: web
              namespace: live
            - kind: ServiceAccount
              name: default
              namespace: live
            - kind: ServiceAccount
              name: foreign
              namespace: other
        "#]],
    );
}

#[test]
fn a_webhook_names_the_service_where_it_went() {
    check(
        r#"
=== kustomization.yaml
namespace: live
namePrefix: a-
resources: [all.yaml]
=== all.yaml
apiVersion: v1
kind: Service
metadata:
  name: hook
  namespace: system
---
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingWebhookConfiguration
metadata:
  name: hook
webhooks:
- name: hook.example.com
  clientConfig:
    service:
      name: hook
      namespace: system
"#,
        expect![[r#"
            apiVersion: v1
            kind: Service
            metadata:
              name: a-hook
              namespace: live
            ---
            apiVersion: admissionregistration.k8s.io/v1
            kind: ValidatingWebhookConfiguration
            metadata:
              name: a-hook
            webhooks:
            - clientConfig:
                service:
                  name: a-hook
                  namespace: live
              name: hook.example.com
        "#]],
    );
}

#[test]
fn one_base_under_two_prefixes_keeps_its_references_apart() {
    check(
        r#"
=== both/kustomization.yaml
resources: [../a, ../b]
=== a/kustomization.yaml
namePrefix: a-
resources: [../base]
=== b/kustomization.yaml
namePrefix: b-
resources: [../base]
=== base/kustomization.yaml
resources: [pod.yaml]
configMapGenerator:
- name: settings
  literals: [a=1]
=== base/pod.yaml
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  volumes:
  - name: settings
    configMap: {name: settings}
"#,
        expect![[r#"
            apiVersion: v1
            data:
              a: "1"
            kind: ConfigMap
            metadata:
              name: a-settings-h29d89cmmt
            ---
            apiVersion: v1
            data:
              a: "1"
            kind: ConfigMap
            metadata:
              name: b-settings-h29d89cmmt
            ---
            apiVersion: v1
            kind: Pod
            metadata:
              name: a-web
            spec:
              volumes:
              - configMap:
                  name: a-settings-h29d89cmmt
                name: settings
            ---
            apiVersion: v1
            kind: Pod
            metadata:
              name: b-web
            spec:
              volumes:
              - configMap:
                  name: b-settings-h29d89cmmt
                name: settings
        "#]],
    );
}

#[test]
fn two_objects_moved_into_one_namespace_are_refused() {
    check(
        r#"
=== kustomization.yaml
namespace: live
resources: [all.yaml]
=== all.yaml
apiVersion: v1
kind: Service
metadata: {name: web, namespace: a}
---
apiVersion: v1
kind: Service
metadata: {name: web, namespace: b}
"#,
        expect![[r#"
            refused: namespace transformation produces ID conflict: Service.v1.[noGrp]/web.live (kustomization.yaml:1)
        "#]],
    );
}
