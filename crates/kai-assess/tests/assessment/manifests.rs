//! Small manifests that several tests start from.

/// A Deployment and the Service in front of it.
pub(crate) fn service(namespace: &str, name: &str, replicas: u32, calls: Option<&str>) -> String {
    let env = calls.map(|it| {
        format!("          env:\n            - {{name: NEXT_URL, value: \"http://{it}:80\"}}\n")
    });
    format!(
        "---
apiVersion: apps/v1
kind: Deployment
metadata: {{name: {name}, namespace: {namespace}}}
spec:
  replicas: {replicas}
  selector:
    matchLabels: {{app: {name}}}
  template:
    metadata:
      labels: {{app: {name}}}
    spec:
      containers:
        - name: {name}
          image: registry.example.com/{name}:1.0.0
          ports: [{{containerPort: 8080}}]
{}---
apiVersion: v1
kind: Service
metadata: {{name: {name}, namespace: {namespace}}}
spec:
  selector: {{app: {name}}}
  ports: [{{port: 80, targetPort: 8080}}]
",
        env.unwrap_or_default()
    )
}

/// The way in from outside.
pub(crate) fn ingress(namespace: &str, host: &str, service: &str) -> String {
    format!(
        "---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {{name: {service}, namespace: {namespace}}}
spec:
  rules:
    - host: {host}
      http:
        paths:
          - path: /
            pathType: Prefix
            backend: {{service: {{name: {service}, port: {{number: 80}}}}}}
"
    )
}
