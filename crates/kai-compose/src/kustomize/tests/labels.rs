//! Labels and annotations for everything.

use expect_test::expect;

use super::check;

const WEB: &str = r#"
=== web.yaml
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  selector:
    matchLabels: {app: web}
  template:
    metadata:
      labels: {app: web}
    spec:
      affinity:
        podAntiAffinity:
          requiredDuringSchedulingIgnoredDuringExecution:
          - labelSelector:
              matchLabels: {app: web}
---
apiVersion: v1
kind: Service
metadata:
  name: web
"#;

#[test]
fn common_labels_reach_selectors_and_templates() {
    check(
        &format!(
            r#"
=== kustomization.yaml
resources: [web.yaml]
commonLabels:
  tier: front
{WEB}"#
        ),
        expect![[r#"
            apiVersion: v1
            kind: Service
            metadata:
              labels:
                tier: front
              name: web
            spec:
              selector:
                tier: front
            ---
            apiVersion: apps/v1
            kind: Deployment
            metadata:
              labels:
                tier: front
              name: web
            spec:
              selector:
                matchLabels:
                  app: web
                  tier: front
              template:
                metadata:
                  labels:
                    app: web
                    tier: front
                spec:
                  affinity:
                    podAntiAffinity:
                      requiredDuringSchedulingIgnoredDuringExecution:
                      - labelSelector:
                          matchLabels:
                            app: web
                            tier: front
        "#]],
    );
}

#[test]
fn labels_reach_what_they_say() {
    check(
        &format!(
            r#"
=== kustomization.yaml
resources: [web.yaml]
labels:
- pairs: {{plain: "1"}}
- pairs: {{template: "2"}}
  includeTemplates: true
- pairs: {{selector: "3"}}
  includeSelectors: true
- pairs: {{own: "4"}}
  fields:
  - kind: Service
    path: spec/externalLabels
    create: true
{WEB}"#
        ),
        expect![[r#"
            apiVersion: v1
            kind: Service
            metadata:
              labels:
                own: "4"
                plain: "1"
                selector: "3"
                template: "2"
              name: web
            spec:
              externalLabels:
                own: "4"
              selector:
                selector: "3"
            ---
            apiVersion: apps/v1
            kind: Deployment
            metadata:
              labels:
                own: "4"
                plain: "1"
                selector: "3"
                template: "2"
              name: web
            spec:
              selector:
                matchLabels:
                  app: web
                  selector: "3"
              template:
                metadata:
                  labels:
                    app: web
                    selector: "3"
                    template: "2"
                spec:
                  affinity:
                    podAntiAffinity:
                      requiredDuringSchedulingIgnoredDuringExecution:
                      - labelSelector:
                          matchLabels:
                            app: web
                            selector: "3"
        "#]],
    );
}

#[test]
fn common_annotations_reach_templates() {
    check(
        &format!(
            r#"
=== kustomization.yaml
resources: [web.yaml]
commonAnnotations:
  owner: shop
{WEB}"#
        ),
        expect![[r#"
            apiVersion: v1
            kind: Service
            metadata:
              annotations:
                owner: shop
              name: web
            ---
            apiVersion: apps/v1
            kind: Deployment
            metadata:
              annotations:
                owner: shop
              name: web
            spec:
              selector:
                matchLabels:
                  app: web
              template:
                metadata:
                  annotations:
                    owner: shop
                  labels:
                    app: web
                spec:
                  affinity:
                    podAntiAffinity:
                      requiredDuringSchedulingIgnoredDuringExecution:
                      - labelSelector:
                          matchLabels:
                            app: web
        "#]],
    );
}
