//! What a question may say besides what an answer speaks of, and what comes of it.

use kai_answer::{Reply, text};
use kai_report::terminal::Options;

use crate::system::System;

/// A question, and the beginning of what is said: of a refusal behind `!`.
const SAID: &[(&str, &str)] = &[
    (
        "is shop-api ready for production?",
        "No, I would not put `Deployment/shop-api` into production: 2 findings stand against it, the worst being that it reads `Secret/orders-db-credentials`: ",
    ),
    ("is shop-api redundant?", "Yes: there are 2 of `Deployment/shop-api`, so one may go."),
    ("is shop-api a single point of failure?", "No: there are 2 of `Deployment/shop-api`"),
    ("is orders-db redundant?", "No: `StatefulSet/orders-db` runs only once, and 1 journey stops"),
    (
        "what breaks if shop-api and orders-db fail?",
        "If all of `Deployment/shop-api` fails, `shop.example` stops. If `StatefulSet/orders-db` fails, `shop.example` stops.",
    ),
    (
        "single points of failure in staging?",
        "!There is no staging in what I read, only production",
    ),
    (
        "is shop-api redundant in staging?",
        "!I know no `Deployment/shop-api` in staging, only in production",
    ),
    (
        "what breaks if shop-api does not fail?",
        "!I have no answer to what is so if something does `not fail`",
    ),
    ("is shop-api exposed to the internet?", "Yes: `shop.example` leads to `Deployment/shop-api`."),
    (
        "is orders-db exposed to the internet?",
        "Not itself, as far as I read: `shop.example` needs it",
    ),
    (
        "is shop-api ready for production and what does it cost?",
        "!I would have to leave `cost` out of that question",
    ),
    ("how many copies of orders-db are there?", "`StatefulSet/orders-db` is one pod."),
    (
        "what would it cost to run shop-api twice?",
        "!I would have to leave `cost` out of that question",
    ),
    ("how do I scale orders-db to 5?", "!I would have to leave `5` out of that question"),
    ("when was the last drill?", "!No file that I read says when a drill was held"),
    (
        "who gets woken when orders-db dies?",
        "Alert `OrdersDbDown` shows it once it has lasted 2 min",
    ),
    (
        "are backups encrypted?",
        "!`encrypted` names nothing here, and no answer of mine speaks of it",
    ),
    ("what breaks if the database fails?", "!I need the name of a component for that"),
    ("what if eu-west-1 goes?", "As far as I can see, all 2 components go with it"),
    (
        "what happens if the secret orders-db-credentials leaks?",
        "`Secret/orders-db-credentials` is used by ",
    ),
    (
        "what is the runbook for ShopApiDown",
        "The runbook of `ShopApiDown` is https://runbooks.example/shop-api-down.",
    ),
];

#[test]
fn a_question_is_answered_in_full_or_not_at_all() {
    let system = System::of_text(SHOP, "");
    let mut wrong = Vec::new();
    for (question, said) in SAID {
        let reply = match system.ask(question) {
            Reply::Answer(it) => {
                it.direct.iter().map(|it| it.text.as_str()).collect::<Vec<_>>().join(" ")
            }
            Reply::Unanswered(it) => format!("!{}", it.reason),
            Reply::Compare { base, .. } => base,
        };
        if !reply.starts_with(said) {
            wrong.push(format!("{question}\n  {reply}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_database_without_a_name_may_be_one_of_these() {
    let system = System::of_text(SHOP, "");
    let Reply::Unanswered(it) = system.ask("what breaks if the database fails?") else {
        panic!("it names nothing");
    };
    assert_eq!(it.suggestions, ["StatefulSet/orders-db"]);
}

#[test]
fn a_name_beside_the_subject_is_said_to_be_left_out() {
    let system = System::of_text(SHOP, "");
    let Reply::Answer(it) = system.ask("are shop-api and orders-db redundant?") else {
        panic!("it is answered");
    };
    let said = "I speak of `Deployment/shop-api` alone, and not of `StatefulSet/orders-db`";
    assert_eq!(it.reading.as_deref(), Some(said));
}

#[test]
fn what_is_not_copied_is_to_be_copied_and_not_doubled() {
    let system = System::of_text(SHOP, "");
    let Reply::Answer(it) = system.ask("is orders-db backed up?") else { panic!("it is answered") };
    let text = text(&it, &Options::default());
    assert!(
        text.contains("1. Copy `StatefulSet/orders-db` away: a CronJob that runs `pg_dump`"),
        "{text}"
    );
    assert!(!text.contains("Run postgresql with a replica"), "{text}");
}

#[test]
fn a_log_that_is_archived_loses_minutes_and_is_restored_as_a_new_cluster() {
    let system = System::payments(&[]);
    for question in ["what is the RPO of ledger-db", "how do we recover ledger-db?"] {
        let Reply::Answer(it) = system.ask(question) else { panic!("it is answered") };
        let has = |part: &str| it.statements().any(|it| it.text.contains(part));
        assert!(has("about 5 minutes of data are lost with it"), "{question}");
        assert!(has("From that copy alone up to 24 h of data are lost"), "{question}");
        assert!(has("`bootstrap.recovery.source: ledger-db`"), "{question}");
    }
}

#[test]
fn a_drain_that_nothing_holds_back_is_no_drain_that_is_blocked() {
    let system = System::of_text(SHOP, "");
    let Reply::Answer(it) = system.ask("is shop-api redundant?") else { panic!("it is answered") };
    assert_eq!(it.incident.map(|it| it.id), Some("openpanel-upgrade"));
}

const SHOP: &str = r#"
== overlays/production/kustomization.yaml
resources: [../../base]
namespace: shop
== base/kustomization.yaml
resources: [all.yaml]
== base/all.yaml
apiVersion: apps/v1
kind: Deployment
metadata: {name: shop-api, labels: {app: shop-api}}
spec:
  replicas: 2
  selector: {matchLabels: {app: shop-api}}
  template:
    metadata: {labels: {app: shop-api}}
    spec:
      containers:
        - name: api
          image: registry.example/shop-api:1.2.3
          ports: [{containerPort: 8080}]
          env:
            - {name: DATABASE_HOST, value: orders-db}
            - name: DB_PASSWORD
              valueFrom: {secretKeyRef: {name: orders-db-credentials, key: password}}
          resources: {requests: {cpu: 100m, memory: 128Mi}, limits: {memory: 128Mi}}
          readinessProbe: {httpGet: {path: /health, port: 8080}}
---
apiVersion: v1
kind: Service
metadata: {name: shop-api}
spec: {selector: {app: shop-api}, ports: [{port: 80, targetPort: 8080}]}
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: shop}
spec:
  rules:
    - host: shop.example
      http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: shop-api, port: {number: 80}}}}]}
---
apiVersion: v1
kind: Secret
metadata: {name: orders-db-credentials}
stringData: {password: "fake-Zq9xhunter2"}
---
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: orders-db}
spec:
  serviceName: orders-db
  replicas: 1
  selector: {matchLabels: {app: orders-db}}
  template:
    metadata: {labels: {app: orders-db}}
    spec:
      containers:
        - name: postgres
          image: postgres:16
          ports: [{containerPort: 5432}]
          env: [{name: POSTGRES_PASSWORD, valueFrom: {secretKeyRef: {name: orders-db-credentials, key: password}}}]
          volumeMounts: [{name: data, mountPath: /var/lib/postgresql/data}]
  volumeClaimTemplates:
    - metadata: {name: data}
      spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 10Gi}}}
---
apiVersion: v1
kind: Service
metadata: {name: orders-db}
spec: {clusterIP: None, selector: {app: orders-db}, ports: [{port: 5432}]}
---
apiVersion: monitoring.coreos.com/v1
kind: PrometheusRule
metadata: {name: shop}
spec:
  groups:
    - name: shop
      rules:
        - alert: ShopApiDown
          expr: absent(up{job="shop-api"} ==1)
          for: 5m
          labels: {severity: critical}
          annotations: {runbook_url: "https://runbooks.example/shop-api-down"}
        - alert: OrdersDbDown
          expr: kube_statefulset_status_replicas_ready{statefulset="orders-db"} ==0
          for: 2m
          labels: {severity: warning}
"#;
