//! A repository of one folder for each team: Deployments, Services, ConfigMaps, budgets, routes.

use std::fmt::Write as _;

use camino::Utf8PathBuf;

use kai_testing::Memory;

/// Objects of one application.
const OBJECTS: usize = 5;
/// Applications of one team, in one file.
const APPLICATIONS: usize = 20;

/// About `objects` objects; each container has `padding` more variables.
pub(crate) fn tree(objects: usize, padding: usize) -> Memory {
    let applications = objects / OBJECTS;
    let files = (0..applications.div_ceil(APPLICATIONS)).map(|team| {
        let first = team * APPLICATIONS;
        let last = (first + APPLICATIONS).min(applications);
        let mut text = String::new();
        for at in first..last {
            application(&mut text, team, at, padding).expect("a string takes everything");
        }
        (Utf8PathBuf::from(format!("teams/team-{team}/all.yaml")), text.into_bytes())
    });
    Memory::new(files)
}

fn application(text: &mut String, team: usize, at: usize, padding: usize) -> std::fmt::Result {
    let replicas = at % 3 + 1;
    write!(
        text,
        "---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: app-{at}
  namespace: team-{team}
spec:
  replicas: {replicas}
  selector:
    matchLabels: {{app: app-{at}}}
  template:
    metadata:
      labels: {{app: app-{at}}}
    spec:
      containers:
      - name: app
        image: registry.example.com/team-{team}/app-{at}:1.{at}.0
        ports:
        - containerPort: 8080
        envFrom:
        - configMapRef: {{name: app-{at}}}
"
    )?;
    if padding > 0 {
        text.push_str("        env:\n");
    }
    for number in 0..padding {
        write!(
            text,
            "        - name: SETTING_NUMBER_{number}\n          value: a value of some ordinary length {number}\n"
        )?;
    }
    write!(
        text,
        "---
apiVersion: v1
kind: Service
metadata:
  name: app-{at}
  namespace: team-{team}
spec:
  selector: {{app: app-{at}}}
  ports:
  - port: 80
    targetPort: 8080
---
apiVersion: v1
kind: ConfigMap
metadata:
  name: app-{at}
  namespace: team-{team}
data:
  NEXT_URL: http://app-{next}.team-{team}.svc:80
  LOG_LEVEL: info
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata:
  name: app-{at}
  namespace: team-{team}
spec:
  maxUnavailable: 1
  selector:
    matchLabels: {{app: app-{at}}}
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: app-{at}
  namespace: team-{team}
spec:
  rules:
  - host: app-{at}.example.com
    http:
      paths:
      - path: /
        pathType: Prefix
        backend: {{service: {{name: app-{at}, port: {{number: 80}}}}}}
",
        next = at / APPLICATIONS * APPLICATIONS + (at + 1) % APPLICATIONS,
    )
}
