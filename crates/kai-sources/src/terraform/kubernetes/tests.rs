use expect_test::{Expect, expect};
use kai_core::Origins;
use kai_syntax::yaml::emit;
use kai_terraform::config::Library;
use kai_terraform::roots::{compose, discover};
use kai_testing::Memory;

use super::{Applied, applied};

/// The objects that a configuration applies, as YAML.
#[track_caller]
fn check(text: &str, expected: Expect) {
    let tree = Memory::of(&format!("== main.tf\n{text}"));
    let origins = Origins::new();
    let composed = compose(&Library::new(&tree, &origins), &discover(&tree)[0]);
    let all = &composed[0].instances;
    let shown = all.iter().filter_map(|it| applied(it, all, &origins)).map(|it| match it {
        Applied::Object(node) => emit(&node),
        Applied::Text { text, .. } => text,
        Applied::Unread { argument, .. } => format!("unread: {argument}\n"),
    });
    expected.assert_eq(&shown.collect::<Vec<_>>().join("---\n"));
}

#[test]
fn blocks_become_mappings_and_blocks_that_repeat_become_lists() {
    check(
        r#"
resource "kubernetes_stateful_set_v1" "a" {
  metadata {
    name   = "a"
    labels = { "app.kubernetes.io/part_of" = "shop" }
  }
  spec {
    replicas     = "3"
    service_name = "a"
    selector {
      match_labels = { app = "a" }
    }
    template {
      metadata {
        labels = { app = "a" }
      }
      spec {
        automount_service_account_token  = "false"
        termination_grace_period_seconds = 40
        node_selector                    = { disk_type = 1 }
        security_context {
          run_as_user = "1000"
        }
        affinity {
          pod_anti_affinity {
            required_during_scheduling_ignored_during_execution {
              topology_key = "kubernetes.io/hostname"
              label_selector {
                match_expressions {
                  key      = "app"
                  operator = "In"
                  values   = ["a"]
                }
              }
            }
          }
          node_affinity {
            required_during_scheduling_ignored_during_execution {
              node_selector_term {
                match_expressions {
                  key      = "disk"
                  operator = "Exists"
                }
              }
            }
          }
        }
        toleration {
          key      = "spot"
          operator = "Exists"
        }
        container {
          name    = "a"
          image   = "example.com/a:1"
          command = ["a", "1"]
          port {
            container_port = 8080
          }
          dynamic "env" {
            for_each = { A = 1, B = true }
            content {
              name  = env.key
              value = env.value
            }
          }
          env {
            name = "C"
            value_from {
              secret_key_ref {
                name = "a"
                key  = "c"
              }
            }
          }
          resources {
            limits = { memory = "1Gi", cpu = 2 }
          }
          volume_mount {
            name       = "data"
            mount_path = "/data"
          }
          liveness_probe {
            http_get {
              path = "/"
              port = "8080"
              http_header {
                name  = "Host"
                value = "a"
              }
            }
          }
        }
        volume {
          name = "secret"
          secret {
            secret_name = "a"
            items {
              key  = "c"
              path = "c"
            }
          }
        }
        volume {
          name = "both"
          projected {
            sources {
              secret {
                name = "a"
              }
              config_map {
                name = "b"
              }
            }
          }
        }
        volume {
          name = "empty"
          empty_dir {}
        }
      }
    }
    volume_claim_template {
      metadata {
        name = "data"
      }
      spec {
        access_modes = ["ReadWriteOnce"]
        resources {
          requests = { storage = "1Gi" }
        }
      }
    }
  }
}
"#,
        expect![[r#"
            apiVersion: apps/v1
            kind: StatefulSet
            metadata:
              labels:
                app.kubernetes.io/part_of: shop
              name: a
            spec:
              replicas: 3
              selector:
                matchLabels:
                  app: a
              serviceName: a
              template:
                metadata:
                  labels:
                    app: a
                spec:
                  affinity:
                    nodeAffinity:
                      requiredDuringSchedulingIgnoredDuringExecution:
                        nodeSelectorTerms:
                        - matchExpressions:
                          - key: disk
                            operator: Exists
                    podAntiAffinity:
                      requiredDuringSchedulingIgnoredDuringExecution:
                      - labelSelector:
                          matchExpressions:
                          - key: app
                            operator: In
                            values:
                            - a
                        topologyKey: kubernetes.io/hostname
                  automountServiceAccountToken: false
                  containers:
                  - command:
                    - a
                    - "1"
                    env:
                    - name: A
                      value: "1"
                    - name: B
                      value: "true"
                    - name: C
                      valueFrom:
                        secretKeyRef:
                          key: c
                          name: a
                    image: example.com/a:1
                    livenessProbe:
                      httpGet:
                        httpHeaders:
                        - name: Host
                          value: a
                        path: /
                        port: 8080
                    name: a
                    ports:
                    - containerPort: 8080
                    resources:
                      limits:
                        cpu: "2"
                        memory: 1Gi
                    volumeMounts:
                    - mountPath: /data
                      name: data
                  nodeSelector:
                    disk_type: "1"
                  securityContext:
                    runAsUser: 1000
                  terminationGracePeriodSeconds: 40
                  tolerations:
                  - key: spot
                    operator: Exists
                  volumes:
                  - name: secret
                    secret:
                      items:
                      - key: c
                        path: c
                      secretName: a
                  - name: both
                    projected:
                      sources:
                      - configMap:
                          name: b
                      - secret:
                          name: a
                  - emptyDir: {}
                    name: empty
              volumeClaimTemplates:
              - metadata:
                  name: data
                spec:
                  accessModes:
                  - ReadWriteOnce
                  resources:
                    requests:
                      storage: 1Gi
        "#]],
    );
}

#[test]
fn names_of_the_api_and_defaults_of_the_provider_are_kept() {
    check(
        r#"
resource "kubernetes_ingress_v1" "a" {
  metadata {
    name = "a"
  }
  spec {
    ingress_class_name = "nginx"
    tls {
      hosts = ["a.example.com"]
    }
    rule {
      host = "a.example.com"
      http {
        path {
          path = "/"
          backend {
            service {
              name = "a"
              port {
                number = 80
              }
            }
          }
        }
      }
    }
  }
}
resource "kubernetes_horizontal_pod_autoscaler" "a" {
  metadata {
    name = "a"
  }
  spec {
    max_replicas = 9
    scale_target_ref {
      kind = "Deployment"
      name = "a"
    }
    metric {
      type = "Pods"
      pods {
        metric {
          name = "requests"
        }
        target {
          type          = "AverageValue"
          average_value = 10
        }
      }
    }
    behavior {
      scale_down {
        policy {
          type           = "Pods"
          value          = 1
          period_seconds = 60
        }
      }
    }
  }
}
resource "kubernetes_cron_job_v1" "a" {
  metadata {
    name = "a"
  }
  spec {
    schedule = "0 3 * * *"
    job_template {
      metadata {}
      spec {
        template {
          metadata {}
          spec {
            container {
              name = "a"
            }
          }
        }
      }
    }
  }
}
resource "kubernetes_storage_class" "a" {
  metadata {
    name = "a"
  }
  storage_provisioner = "ebs.csi.aws.com"
}
resource "kubernetes_secret" "a" {
  metadata {
    name = "a"
  }
  data        = { word = "a" }
  binary_data = { more = "YQ==" }
}
resource "kubernetes_network_policy" "a" {
  metadata {
    name = "a"
  }
  spec {
    pod_selector {}
    policy_types = ["Ingress"]
    ingress {
      from {
        ip_block {
          cidr = "10.0.0.0/8"
        }
      }
      ports {
        port = "80"
      }
    }
  }
}
resource "kubernetes_priority_class" "a" {
  metadata {
    name = "a"
  }
  value = 10
}
resource "kubernetes_persistent_volume" "a" {
  metadata {
    name = "a"
  }
  spec {
    capacity = { storage = "1Gi" }
    persistent_volume_source {
      host_path {
        path = "/a"
      }
    }
  }
}
"#,
        expect![[r#"
            apiVersion: batch/v1
            kind: CronJob
            metadata:
              name: a
            spec:
              jobTemplate:
                metadata: {}
                spec:
                  template:
                    metadata: {}
                    spec:
                      containers:
                      - name: a
                      restartPolicy: Never
              schedule: 0 3 * * *
            ---
            apiVersion: autoscaling/v2beta2
            kind: HorizontalPodAutoscaler
            metadata:
              name: a
            spec:
              behavior:
                scaleDown:
                  policies:
                  - periodSeconds: 60
                    type: Pods
                    value: 1
              maxReplicas: 9
              metrics:
              - pods:
                  metric:
                    name: requests
                  target:
                    averageValue: "10"
                    type: AverageValue
                type: Pods
              scaleTargetRef:
                kind: Deployment
                name: a
            ---
            apiVersion: networking.k8s.io/v1
            kind: Ingress
            metadata:
              name: a
            spec:
              ingressClassName: nginx
              rules:
              - host: a.example.com
                http:
                  paths:
                  - backend:
                      service:
                        name: a
                        port:
                          number: 80
                    path: /
              tls:
              - hosts:
                - a.example.com
            ---
            apiVersion: networking.k8s.io/v1
            kind: NetworkPolicy
            metadata:
              name: a
            spec:
              ingress:
              - from:
                - ipBlock:
                    cidr: 10.0.0.0/8
                ports:
                - port: 80
              podSelector: {}
              policyTypes:
              - Ingress
            ---
            apiVersion: v1
            kind: PersistentVolume
            metadata:
              name: a
            spec:
              capacity:
                storage: 1Gi
              hostPath:
                path: /a
            ---
            apiVersion: scheduling.k8s.io/v1
            kind: PriorityClass
            metadata:
              name: a
            value: 10
            ---
            apiVersion: v1
            data:
              more: YQ==
            kind: Secret
            metadata:
              name: a
            stringData:
              word: a
            ---
            allowVolumeExpansion: true
            apiVersion: storage.k8s.io/v1
            kind: StorageClass
            metadata:
              name: a
            provisioner: ebs.csi.aws.com
        "#]],
    );
}

#[test]
fn what_other_objects_say_is_known_and_the_rest_says_what_it_waits_for() {
    check(
        r#"
variable "tag" {}
variable "extra" {}
variable "word" {
  sensitive = true
  default   = "word"
}
resource "kubernetes_namespace" "a" {
  metadata {
    name = "shop"
  }
}
resource "kubernetes_config_map" "a" {
  metadata {
    name      = "a-${var.tag}"
    namespace = kubernetes_namespace.a.metadata.0.name
  }
  data = {
    url  = "http://a.${kubernetes_namespace.a.id}.svc"
    host = "${kubernetes_namespace.a.metadata[0].name}/${aws_db_instance.a.address}"
    word = var.word
  }
}
resource "aws_db_instance" "a" {}
resource "kubernetes_pod" "a" {
  metadata {
    name = var.tag
  }
  spec {
    container {
      image = "a:${var.tag}"
      dynamic "volume_mount" {
        for_each = var.extra
        content {}
      }
      dynamic "resources" {
        for_each = []
        content {}
      }
    }
  }
  lifecycle {
    ignore_changes = [metadata[0].annotations, spec[0].container[0].image]
  }
}
resource "kubectl_manifest" "a" {
  yaml_body = "kind: Pod\nmetadata:\n  name: ${var.tag}\n"
}
resource "kubectl_manifest" "b" {
  yaml_body = var.tag
}
resource "kubernetes_manifest" "a" {
  manifest = jsondecode(var.tag)
}
resource "kubernetes_config_map_v1_data" "a" {
  metadata {
    name = "a"
  }
  data = {}
}
"#,
        expect![[r#"
            kind: Pod
            metadata:
              name: ${var.tag}
            ---
            unread: yaml_body
            ---
            apiVersion: v1
            data:
              host: shop/${aws_db_instance.a.address}
              url: http://a.shop.svc
              word: ${a sensitive value}
            kind: ConfigMap
            metadata:
              name: a-${var.tag}
              namespace: shop
            ---
            unread: manifest
            ---
            apiVersion: v1
            kind: Namespace
            metadata:
              name: shop
            ---
            apiVersion: v1
            kind: Pod
            metadata:
              name: ${var.tag}
            spec:
              containers:
              - image: ${ignore_changes}
                volumeMounts: ${var.extra}
        "#]],
    );
}

#[test]
fn a_port_or_a_path_that_is_to_come_is_one() {
    check(
        r#"
variable "x" {}
resource "kubernetes_service_v1" "a" {
  metadata {
    name = "a"
  }
  spec {
    session_affinity_config {
      client_ip {
        timeout_seconds = 3
      }
    }
    port {
      port = var.x
    }
  }
}
resource "kubernetes_pod" "a" {
  metadata {
    name = "a"
  }
  spec {
    container {
      port = var.x
      liveness_probe {
        http_get {
          path = var.x
          port = var.x
        }
      }
    }
  }
}
"#,
        expect![[r#"
            apiVersion: v1
            kind: Pod
            metadata:
              name: a
            spec:
              containers:
              - livenessProbe:
                  httpGet:
                    path: ${var.x}
                    port: ${var.x}
                ports: ${var.x}
            ---
            apiVersion: v1
            kind: Service
            metadata:
              name: a
            spec:
              ports:
              - port: ${var.x}
              sessionAffinityConfig:
                clientIP:
                  timeoutSeconds: 3
        "#]],
    );
}
