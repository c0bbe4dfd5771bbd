//! Objects in, arrows and journeys out.

use std::fmt::Write as _;

use camino::Utf8PathBuf;
use expect_test::{Expect, expect};
use kai_core::{
    ComponentId, Environment, LocationRole, Node, OriginId, Origins, Root, RootId, RootKind,
};
use kai_graph::{DependencyKind, Strength, System};

/// `== path` lines start roots; a root `path@staging` runs there.
fn system(text: &str, origins: &Origins) -> System {
    let mut roots = Vec::new();
    let mut components = Vec::new();
    for (id, part) in (0..).zip(format!("\n{text}").split("\n== ").skip(1)) {
        let (path, text) = part.split_once('\n').unwrap_or((part, ""));
        let root = root(RootId(id), path);
        let document = origins.add_document(root.path.join("app.yaml"), text.into()).unwrap();
        let parsed = kai_syntax::yaml::parse(origins, document);
        let objects: Vec<Node> = parsed.documents.into_iter().map(|it| it.node).collect();
        components.push(crate::lower(&objects, &root, origins).components);
        roots.push(root);
    }
    super::link(roots, crate::number(components), &[], origins)
}

fn root(id: RootId, path: &str) -> Root {
    let (path, environment) = match path.split_once('@') {
        Some((path, "staging")) => (path, Environment::Staging),
        Some((path, "example")) => (path, Environment::Example),
        Some((path, _)) => (path, Environment::Production),
        None => (path, Environment::Production),
    };
    Root {
        id,
        path: Utf8PathBuf::from(path),
        release: None,
        kind: RootKind::Manifests,
        reason: String::new(),
        environment,
        environment_evidence: "the path says so".to_owned(),
        healer: None,
        files: Vec::new(),
        gaps: Vec::new(),
    }
}

fn label(system: &System, id: ComponentId) -> String {
    let component = system.component(id);
    let root = &system.root(component.root).path;
    if system.roots().len() > 1 {
        format!("{root}:{}", component.label())
    } else {
        component.label()
    }
}

fn place(origins: &Origins, origin: OriginId) -> String {
    let location = origins.location(origin, LocationRole::Primary);
    location.map_or("nowhere".to_owned(), |it| it.line.to_string())
}

/// Every arrow but those to registries, one a line, with the line that shows it.
fn arrows(system: &System, origins: &Origins) -> String {
    let mut text = String::new();
    for component in system.components() {
        for it in system.needs(component.id) {
            if it.kind == DependencyKind::PullsFrom {
                continue;
            }
            let strength = if it.strength == Strength::Soft { " soft" } else { "" };
            let (source, target) = (label(system, it.source), label(system, it.target));
            let line = place(origins, it.origin);
            writeln!(text, "{source} -> {target} {:?}{strength} :{line}", it.kind).unwrap();
        }
    }
    text
}

#[track_caller]
fn check(text: &str, expected: Expect) {
    let origins = Origins::new();
    let system = system(&format!("== .\n{text}"), &origins);
    expected.assert_eq(&arrows(&system, &origins));
}

#[track_caller]
fn check_roots(text: &str, expected: Expect) {
    let origins = Origins::new();
    expected.assert_eq(&arrows(&system(text, &origins), &origins));
}

/// A Deployment with one container and further lines for that container.
fn deployment(name: &str, container: &str) -> String {
    let container = container.replace('\n', "\n          ");
    format!(
        "apiVersion: apps/v1
kind: Deployment
metadata: {{name: {name}}}
spec:
  selector: {{matchLabels: {{app: {name}}}}}
  template:
    metadata: {{labels: {{app: {name}}}}}
    spec:
      containers:
        - name: main
          {container}
---
"
    )
}

fn service(name: &str) -> String {
    format!(
        "apiVersion: v1
kind: Service
metadata: {{name: {name}}}
spec: {{selector: {{app: {name}}}, ports: [{{port: 80}}]}}
---
"
    )
}

#[test]
fn a_route_leads_to_a_service_and_the_service_to_its_pods() {
    let text = "apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: shop}
spec:
  rules:
    - host: shop.example.com
      http:
        paths:
          - path: /
            backend: {service: {name: web, port: {number: 80}}}
          - path: /gone
            backend: {service: {name: gone, port: {number: 80}}}
---
";
    let text = format!("{text}{}{}", service("web"), deployment("web", "image: web:1"));
    check(
        &text,
        expect![[r#"
        Ingress/shop -> Service/web Routes :10
        Service/web -> Deployment/web Routes :17
    "#]],
    );
}

#[test]
fn addresses_in_variables_and_arguments_are_calls() {
    let web = "env:
  - {name: REDIS_HOST, value: redis}
  - {name: DB_URL, value: 'jdbc:postgresql://db:5432/shop'}
  - {name: SELF_URL, value: 'http://web'}
  - {name: CACHE_NAME, value: redis}
  - {name: GONE_HOST, value: gone}
  - {name: OTEL_EXPORTER_OTLP_ENDPOINT, value: 'http://otel:4317'}
  - {name: HOST, value: mq}
  - {name: STRIPE_API, value: 'https://api.stripe.com/v1'}
  - {name: DOCS_URL, value: 'https://docs.stripe.com/v1'}
args: ['--broker=amqp://$(HOST).default.svc.cluster.local:5672', --upstream, api]";
    let text = [
        deployment("web", web),
        service("web"),
        service("redis"),
        service("db"),
        service("otel"),
        service("mq"),
        service("api"),
    ];
    check(
        &text.concat(),
        expect![[r#"
        Deployment/web -> Service/redis Calls :12
        Deployment/web -> Service/db Calls :13
        Deployment/web -> Service/otel Calls soft :17
        Deployment/web -> Service/mq Calls :18
        Deployment/web -> Service/api Calls :21
        Deployment/web -> host/api.stripe.com Calls :19
        Service/web -> Deployment/web Routes :26
    "#]],
    );
}

#[test]
fn a_job_that_copies_a_database_elsewhere_calls_it() {
    let text = "apiVersion: batch/v1
kind: CronJob
metadata: {name: copy}
spec:
  schedule: '0 3 * * *'
  jobTemplate:
    spec:
      template:
        spec:
          containers:
            - name: main
              command: [pg_dump, $(DATABASE_URL)]
              env: [{name: DATABASE_URL, value: 'postgres://db.elsewhere.com/shop'}]
";
    check(
        text,
        expect![[r#"
        CronJob/copy -> host/db.elsewhere.com Calls :13
    "#]],
    );
}

#[test]
fn an_init_container_that_waits_is_a_dependency_at_start() {
    let text = "apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  template:
    spec:
      initContainers:
        - name: wait
          command: [sh, -c, 'until nc -z redis 6379; do sleep 1; done']
      containers: [{name: main}]
---
";
    check(
        &format!("{text}{}", service("redis")),
        expect![[r#"
        Deployment/web -> Service/redis WaitsFor :9
    "#]],
    );
}

#[test]
fn a_service_before_several_workloads_goes_on_without_one() {
    let text = "apiVersion: v1
kind: Service
metadata: {name: db}
spec: {selector: {tier: db}}
---
apiVersion: v1
kind: Pod
metadata: {name: a, labels: {tier: db}}
spec: {containers: [{name: a}]}
---
apiVersion: v1
kind: Pod
metadata: {name: b, labels: {tier: db}}
spec: {containers: [{name: b}]}
";
    check(
        text,
        expect![[r#"
        Service/db -> Pod/a Routes soft :4
        Service/db -> Pod/b Routes soft :4
    "#]],
    );
}

#[test]
fn files_in_configurations_show_the_line() {
    let text = "apiVersion: v1
kind: ConfigMap
metadata: {name: config}
data:
  app.yaml: |
    # see http://db:80
    cache:
      host: redis
    docs: https://example.com/docs
  plain: http://db
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  template:
    spec:
      containers: [{name: main}]
      volumes:
        - {name: config, configMap: {name: config}}
---
";
    check(
        &format!("{text}{}{}", service("redis"), service("db")),
        expect![[r#"
        Deployment/web -> ConfigMap/config ReadsConfiguration :20
        Deployment/web -> Service/redis Calls :8
        Deployment/web -> Service/db Calls :10
    "#]],
    );
}

#[test]
fn pods_take_configuration_secrets_volumes_and_identities() {
    let text = "apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  template:
    spec:
      serviceAccountName: web
      containers:
        - name: main
          envFrom: [{configMapRef: {name: config, optional: true}}]
          env: [{name: A, valueFrom: {secretKeyRef: {name: secret, key: a}}}]
      volumes:
        - {name: data, persistentVolumeClaim: {claimName: data}}
---
{apiVersion: v1, kind: ConfigMap, metadata: {name: config}, data: {a: b}}
---
{apiVersion: v1, kind: Secret, metadata: {name: secret}}
---
{apiVersion: v1, kind: ServiceAccount, metadata: {name: web}}
---
{apiVersion: v1, kind: PersistentVolumeClaim, metadata: {name: data}, spec: {storageClassName: fast}}
---
{apiVersion: storage.k8s.io/v1, kind: StorageClass, metadata: {name: fast}, provisioner: x}
";
    check(
        text,
        expect![[r#"
        Deployment/web -> ConfigMap/config ReadsConfiguration soft :10
        Deployment/web -> Secret/secret ReadsSecret :11
        Deployment/web -> ServiceAccount/web ActsAs :7
        Deployment/web -> PersistentVolumeClaim/data Mounts :13
        PersistentVolumeClaim/data -> StorageClass/fast Mounts :21
    "#]],
    );
}

#[test]
fn controls_act_on_what_they_select() {
    let text = "apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {name: web}
spec: {minAvailable: 1, selector: {matchLabels: {app: web}}}
---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: web}
spec: {maxReplicas: 3, scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: all}
spec: {podSelector: {}}
---
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingWebhookConfiguration
metadata: {name: hook}
webhooks:
  - name: a.b.c
    failurePolicy: Fail
    clientConfig: {service: {name: web, namespace: default}}
---
";
    let text = format!("{text}{}{}", service("web"), deployment("web", "image: web:1"));
    check(
        &text,
        expect![[r#"
            PodDisruptionBudget/web -> Deployment/web Controls :4
            HorizontalPodAutoscaler/web -> Deployment/web Controls :9
            NetworkPolicy/all -> Deployment/web Controls :14
            ValidatingWebhookConfiguration/hook -> Service/web AskedBy :22
            Service/web -> Deployment/web Routes :27
        "#]],
    );
}

#[test]
fn who_asks_another_whether_it_lives_is_restarted_without() {
    let probe = "livenessProbe: {exec: {command: [pg_isready, -h, db]}}";
    let own = "livenessProbe: {exec: {command: [pg_isready, -h, localhost]}}";
    let text = format!(
        "{}{}{}",
        service("db"),
        deployment("db", &format!("image: postgres:17\n{own}")),
        deployment("web", &format!("image: web:1\n{probe}")),
    );
    check(
        &text,
        expect![[r#"
        Service/db -> Deployment/db Routes :4
        Deployment/web -> Service/db LivesBy :30
    "#]],
    );
}

#[test]
fn names_are_looked_up_nearby() {
    let web = deployment("web", "env: [{name: DB_HOST, value: db}]");
    let text = format!(
        "== apps/web\n{web}\n== db/overlays/a\n{}\n== db/overlays/b\n{}\n== web/overlays/b\n{web}\n\
         == stage/web@staging\n{web}\n== samples/web@example\n{web}\n",
        service("db"),
        service("db"),
    );
    check_roots(
        &text,
        expect![[r#"
        apps/web:Deployment/web -> db/overlays/a:Service/db Calls :11
        web/overlays/b:Deployment/web -> db/overlays/b:Service/db Calls :11
    "#]],
    );
}

#[test]
fn a_journey_holds_everything_behind_its_way_in() {
    let web =
        "env:\n  - {name: API_URL, value: 'http://api'}\n  - {name: TRACING_HOST, value: jaeger}";
    let ingress = "apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: shop}
spec:
  rules:
    - host: shop.example.com
      http: {paths: [{path: /shop, backend: {service: {name: web, port: {number: 80}}}}]}
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {name: web}
spec: {minAvailable: 1, selector: {matchLabels: {app: web}}}
---
";
    let parts = [
        deployment("web", web),
        service("web"),
        deployment("api", "env: [{name: WEB_URL, value: 'http://web'}]"),
        service("api"),
        deployment("jaeger", "command: [x]"),
        service("jaeger"),
    ];
    let origins = Origins::new();
    let system = system(&format!("== .\n{ingress}{}", parts.concat()), &origins);
    let mut text = String::new();
    for journey in system.journeys() {
        writeln!(text, "{}", journey.name).unwrap();
        for need in &journey.needs {
            writeln!(text, "  {} {:?}", label(&system, need.component), need.strength).unwrap();
        }
    }
    expect![[r#"
        shop.example.com/shop
          Ingress/shop Hard
          Deployment/web Hard
          Service/web Hard
          Deployment/api Hard
          Service/api Hard
          Deployment/jaeger Soft
          Service/jaeger Soft
    "#]]
    .assert_eq(&text);
}

#[test]
fn who_is_in_a_list_of_addresses_is_not_known_to_call_all_of_it() {
    let list = "apiVersion: v1
kind: ConfigMap
metadata: {name: addresses}
data: {LEDGER_ADDR: 'ledger:80', USERS_ADDR: 'users:80'}
---
";
    let reads = "image: web:1\nenvFrom: [{configMapRef: {name: addresses}}]";
    let text = format!(
        "{list}{}{}{}{}{}",
        service("ledger"),
        service("users"),
        deployment("ledger", reads),
        deployment("users", "image: users:1"),
        deployment("web", reads),
    );
    check(
        &text,
        expect![[r#"
        Service/ledger -> Deployment/ledger Routes :9
        Service/users -> Deployment/users Routes :14
        Deployment/ledger -> ConfigMap/addresses ReadsConfiguration :27
        Deployment/ledger -> Service/users Calls soft :4
        Deployment/web -> ConfigMap/addresses ReadsConfiguration :52
        Deployment/web -> Service/ledger Calls :4
        Deployment/web -> Service/users Calls :4
    "#]],
    );
}

#[test]
fn grafana_goes_on_without_one_of_its_sources() {
    let sources = "apiVersion: v1
kind: ConfigMap
metadata: {name: sources}
data:
  sources.yaml: |
    datasources:
      - url: http://ledger:80
---
";
    let grafana = deployment("grafana", "image: grafana/grafana:11.1").replace(
        "      containers:",
        "      volumes: [{name: sources, configMap: {name: sources}}]\n      containers:",
    );
    let ledger = deployment("ledger", "image: ledger:1");
    check(
        &format!("{sources}{}{ledger}{grafana}", service("ledger")),
        expect![[r#"
        Service/ledger -> Deployment/ledger Routes :12
        Deployment/grafana -> ConfigMap/sources ReadsConfiguration :34
        Deployment/grafana -> Service/ledger Calls soft :7
    "#]],
    );
}

#[test]
fn a_router_loses_a_share_with_one_of_its_many_backends() {
    let backends = ["cart", "login", "pay", "search", "shop"];
    let variable = |it: &&str| format!("{{name: BACKEND_URL_{it}, value: 'http://{it}:80'}}");
    let env: Vec<_> = backends.iter().map(variable).collect();
    let front = deployment(
        "front",
        &format!("env: [{}, {{name: AUTH_URL, value: 'http://login'}}]", env[..4].join(", ")),
    );
    let router = deployment("router", &format!("env: [{}]", env.join(", ")));
    let service = |it: &&str| {
        format!(
            "apiVersion: v1\nkind: Service\nmetadata: {{name: {it}}}\nspec: {{ports: [{{port: 80}}]}}\n---\n"
        )
    };
    let services: String = backends.iter().map(service).collect();
    let origins = Origins::new();
    let system = system(&format!("== .\n{front}{router}{services}"), &origins);
    let strengths = |name: &str| {
        let caller = system.components().iter().find(|it| it.name == name).unwrap();
        let calls = system.needs(caller.id).iter().filter(|it| it.kind == DependencyKind::Calls);
        let mut strengths: Vec<_> = calls.map(|it| it.strength).collect();
        strengths.dedup();
        strengths
    };
    assert_eq!(strengths("router"), [Strength::Soft]);
    assert_eq!(strengths("front"), [Strength::Hard]);
}
