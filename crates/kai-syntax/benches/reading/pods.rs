//! What `kubectl get pods -A -o json` prints of a large cluster: some 11.5 kB a pod.

use std::fmt::Write as _;

/// A list of `count` pods, indented by four spaces as kubectl does.
pub(crate) fn dump(count: usize) -> String {
    let mut text = String::with_capacity(count * 11_600 + 200);
    text.push_str("{\n    \"apiVersion\": \"v1\",\n    \"items\": [");
    for at in 0..count {
        text.push_str(if at == 0 { "\n" } else { ",\n" });
        pod(&mut text, at);
    }
    text.push_str("\n    ],\n    \"kind\": \"List\",\n    \"metadata\": {\n        \"resourceVersion\": \"\"\n    }\n}\n");
    text
}

/// Writes lines at a depth of indentation.
struct Lines<'a> {
    text: &'a mut String,
    depth: usize,
}

impl Lines<'_> {
    fn line(&mut self, line: &str) {
        let closes = line.starts_with(['}', ']']);
        let opens = line.ends_with(['{', '[']);
        self.depth -= usize::from(closes);
        let indent = self.depth * 4;
        writeln!(self.text, "{:indent$}{line}", "").expect("a string takes everything");
        self.depth += usize::from(opens);
    }

    fn lines(&mut self, lines: &str) {
        lines.lines().map(str::trim).filter(|it| !it.is_empty()).for_each(|it| self.line(it));
    }
}

fn pod(text: &mut String, at: usize) {
    let mut out = Lines { text, depth: 2 };
    out.line("{");
    out.lines(&metadata(at));
    out.line("\"spec\": {");
    out.line("\"affinity\": {},");
    out.line("\"containers\": [");
    container(&mut out, at, "app", "},");
    container(&mut out, at, "proxy", "}");
    out.line("],");
    out.lines(&rest_of_spec(at));
    out.line("},");
    status(&mut out, at);
    out.line("}");
    // The caller writes the line break or comma after the pod.
    text.truncate(text.trim_end().len());
}

fn metadata(at: usize) -> String {
    format!(
        r#""apiVersion": "v1",
        "kind": "Pod",
        "metadata": {{
        "annotations": {{
        "checksum/config": "{at:064x}",
        "cluster-autoscaler.kubernetes.io/safe-to-evict": "true",
        "prometheus.io/scrape": "true"
        }},
        "creationTimestamp": "2026-03-01T10:00:00Z",
        "generateName": "app-{app}-7c9d8f6b5-",
        "labels": {{
        "app": "app-{app}",
        "app.kubernetes.io/instance": "production",
        "app.kubernetes.io/managed-by": "Helm",
        "app.kubernetes.io/name": "app-{app}",
        "pod-template-hash": "7c9d8f6b5"
        }},
        "name": "app-{app}-7c9d8f6b5-{at:05}",
        "namespace": "team-{team}",
        "ownerReferences": [
        {{
        "apiVersion": "apps/v1",
        "blockOwnerDeletion": true,
        "controller": true,
        "kind": "ReplicaSet",
        "name": "app-{app}-7c9d8f6b5",
        "uid": "00000000-0000-4000-8000-{app:012x}"
        }}
        ],
        "resourceVersion": "{at}",
        "uid": "10000000-0000-4000-8000-{at:012x}"
        }},"#,
        app = at / 10,
        team = at % 50,
    )
}

fn container(out: &mut Lines<'_>, at: usize, name: &str, close: &str) {
    out.line("{");
    out.line("\"env\": [");
    out.lines("{\n\"name\": \"LOG_LEVEL\",\n\"value\": \"info\"\n},");
    out.lines(
        r#"{
        "name": "POD_IP",
        "valueFrom": {
        "fieldRef": {
        "apiVersion": "v1",
        "fieldPath": "status.podIP"
        }
        }
        }
        ],"#,
    );
    out.lines(&format!(
        r#""image": "registry.example/team/{name}:1.{}.0",
        "imagePullPolicy": "IfNotPresent","#,
        at % 20
    ));
    out.lines(
        r#""readinessProbe": {
        "failureThreshold": 3,
        "httpGet": {
        "path": "/healthz",
        "port": "http",
        "scheme": "HTTP"
        },
        "periodSeconds": 10,
        "successThreshold": 1,
        "timeoutSeconds": 1
        },"#,
    );
    out.lines(&format!(
        r#""name": "{name}",
        "ports": [
        {{
        "containerPort": 8080,
        "name": "http",
        "protocol": "TCP"
        }}
        ],
        "resources": {{
        "limits": {{
        "memory": "256Mi"
        }},
        "requests": {{
        "cpu": "100m",
        "memory": "256Mi"
        }}
        }},
        "terminationMessagePath": "/dev/termination-log",
        "terminationMessagePolicy": "File",
        "volumeMounts": [
        {{
        "mountPath": "/var/run/secrets/kubernetes.io/serviceaccount",
        "name": "kube-api-access",
        "readOnly": true
        }}
        ]"#
    ));
    out.line(close);
}

fn rest_of_spec(at: usize) -> String {
    format!(
        r#""dnsPolicy": "ClusterFirst",
        "enableServiceLinks": true,
        "nodeName": "node-{}.zone-a.example.internal",
        "preemptionPolicy": "PreemptLowerPriority",
        "priority": 0,
        "restartPolicy": "Always",
        "schedulerName": "default-scheduler",
        "securityContext": {{}},
        "serviceAccount": "default",
        "serviceAccountName": "default",
        "terminationGracePeriodSeconds": 30,
        "tolerations": [
        {{
        "effect": "NoExecute",
        "key": "node.kubernetes.io/not-ready",
        "operator": "Exists",
        "tolerationSeconds": 300
        }},
        {{
        "effect": "NoExecute",
        "key": "node.kubernetes.io/unreachable",
        "operator": "Exists",
        "tolerationSeconds": 300
        }}
        ],
        "volumes": [
        {{
        "name": "kube-api-access",
        "projected": {{
        "defaultMode": 420,
        "sources": [
        {{
        "serviceAccountToken": {{
        "expirationSeconds": 3607,
        "path": "token"
        }}
        }},
        {{
        "configMap": {{
        "items": [
        {{
        "key": "ca.crt",
        "path": "ca.crt"
        }}
        ],
        "name": "kube-root-ca.crt"
        }}
        }}
        ]
        }}
        }}
        ]"#,
        at % 200
    )
}

fn status(out: &mut Lines<'_>, at: usize) {
    out.line("\"status\": {");
    out.line("\"conditions\": [");
    for (index, kind) in
        ["PodReadyToStartContainers", "Initialized", "Ready", "ContainersReady", "PodScheduled"]
            .iter()
            .enumerate()
    {
        let comma = if index == 4 { "" } else { "," };
        out.lines(&format!(
            r#"{{
            "lastProbeTime": null,
            "lastTransitionTime": "2026-03-01T10:00:{:02}Z",
            "status": "True",
            "type": "{kind}"
            }}{comma}"#,
            at % 60
        ));
    }
    out.line("],");
    out.line("\"containerStatuses\": [");
    for (name, comma) in [("app", ","), ("proxy", "")] {
        out.lines(&format!(
            r#"{{
            "containerID": "containerd://{at:064x}",
            "image": "registry.example/team/{name}:1.{}.0",
            "imageID": "registry.example/team/{name}@sha256:{at:064x}",
            "lastState": {{}},
            "name": "{name}",
            "ready": true,
            "restartCount": 0,
            "started": true,
            "state": {{
            "running": {{
            "startedAt": "2026-03-01T10:00:05Z"
            }}
            }}
            }}{comma}"#,
            at % 20
        ));
    }
    out.lines(&format!(
        r#"],
        "hostIP": "10.0.0.{host}",
        "phase": "Running",
        "podIP": "10.{a}.{b}.{host}",
        "qosClass": "Burstable",
        "startTime": "2026-03-01T10:00:00Z"
        }}"#,
        host = at % 250,
        a = at / 250 % 250,
        b = at % 250,
    ));
}
