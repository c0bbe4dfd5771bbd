//! Many small manifests: Services, ConfigMaps and Deployments, some 250 bytes each.

use std::fmt::Write as _;

/// A stream of `count` objects.
pub(crate) fn yaml(count: usize) -> String {
    let mut text = String::with_capacity(count * 260);
    for at in 0..count {
        let written = match at % 4 {
            0 | 1 => service(&mut text, at),
            2 => config(&mut text, at),
            _ => deployment(&mut text, at),
        };
        written.expect("a string takes everything");
    }
    text
}

fn service(text: &mut String, at: usize) -> std::fmt::Result {
    write!(
        text,
        "---
apiVersion: v1
kind: Service
metadata:
  name: service-{at}
  namespace: team-{}
  labels:
    app.kubernetes.io/name: service-{at}
spec:
  selector:
    app: service-{at}
  ports:
  - name: http
    port: 80
    targetPort: 8080
",
        at % 50
    )
}

fn config(text: &mut String, at: usize) -> std::fmt::Result {
    write!(
        text,
        "---
apiVersion: v1
kind: ConfigMap
metadata:
  name: config-{at}
data:
  LOG_LEVEL: info
  settings.properties: |
    cache.size={at}
    upstream=http://service-{at}:80
"
    )
}

fn deployment(text: &mut String, at: usize) -> std::fmt::Result {
    write!(
        text,
        "---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: app-{at} # the name
spec:
  replicas: {}
  selector:
    matchLabels: {{app: app-{at}}}
  template:
    metadata:
      labels: {{app: app-{at}}}
    spec:
      containers:
      - name: app
        image: \"registry.example/app:{at}\"
        args: ['--port', \"8080\"]
",
        at % 3 + 1
    )
}
