//! Tests: Terraform and Kubernetes in, arrows between them out.

use expect_test::{Expect, expect};
use kai_compose::Project;
use kai_core::{LocationRole, Origins, RootId, RootKind};
use kai_graph::{Dependency, DependencyKind, Strength, System};
use kai_terraform::config::Library;
use kai_testing::Memory;

fn linked(files: &str, origins: &Origins) -> System {
    let tree = Memory::of(files);
    let project = Project::load(&tree, origins);
    let (mut roots, mut components) = (Vec::new(), Vec::new());
    for (id, plan) in (0..).map(RootId).zip(kai_compose::roots::discover(&project)) {
        let (root, composition) = kai_compose::roots::compose(&project, &plan, id);
        components.push(crate::lower(&composition.objects, &root, origins).components);
        roots.push(root);
    }
    let library = Library::new(&tree, origins);
    let plans = kai_terraform::roots::discover(&tree);
    let composed = plans.iter().flat_map(|it| kai_terraform::roots::compose(&library, it));
    for mut it in composed {
        it.root.id = RootId(u32::try_from(roots.len()).unwrap());
        components.push(crate::terraform::lower(&it.instances, it.root.id, origins).components);
        roots.push(it.root);
    }
    super::link(roots, crate::number(components), &[], origins)
}

/// Arrows, one a line, with the line that says so.
fn shown(system: &System, origins: &Origins, is_wanted: impl Fn(&Dependency) -> bool) -> String {
    let arrows = system.components().iter().flat_map(|it| system.needs(it.id));
    let shown = arrows.filter(|it| is_wanted(it)).map(|it| {
        let place = origins.location(it.origin, LocationRole::Primary).unwrap();
        let label = |id| system.component(id).label();
        let (source, target) = (label(it.source), label(it.target));
        let is_soft = it.strength == Strength::Soft && it.kind != DependencyKind::BuiltBy;
        let soft = if is_soft { " softly" } else { "" };
        format!("{source} {}{soft} {target} {}:{}\n", it.kind.as_str(), place.path, place.line)
    });
    shown.collect()
}

/// What leads from a cluster into Terraform.
fn joined(files: &str) -> String {
    let origins = Origins::new();
    let system = linked(files, &origins);
    let is_planned = |id| {
        let root = system.component(id).root;
        system.root(root).kind == RootKind::Terraform
    };
    shown(&system, &origins, |it| !is_planned(it.source) && is_planned(it.target))
}

#[track_caller]
fn check_built(files: &str, expected: Expect) {
    let origins = Origins::new();
    let system = linked(files, &origins);
    expected.assert_eq(&shown(&system, &origins, |it| it.kind == DependencyKind::BuiltBy));
}

#[track_caller]
fn check(files: &str, expected: Expect) {
    expected.assert_eq(&joined(files));
}

const DATABASE: &str = r#"== infra/main.tf
resource "aws_db_instance" "ledger" {}
resource "aws_elasticache_replication_group" "sessions" {}
resource "aws_sqs_queue" "jobs" {}
"#;

/// A Deployment `web` of the namespace `shop` with variables.
fn web(variables: &str) -> String {
    format!(
        "== k8s/web.yaml\napiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: web, namespace: shop}}\n\
         spec:\n  template:\n    spec:\n      containers:\n      - name: web\n        image: web:1\n{variables}"
    )
}

#[test]
fn a_workload_calls_what_the_key_that_it_reads_leads_to() {
    let secret = r#"resource "kubernetes_namespace" "shop" {
  metadata { name = "shop" }
}
resource "kubernetes_secret" "stores" {
  metadata {
    name      = "stores"
    namespace = kubernetes_namespace.shop.metadata[0].name
  }
  data = {
    database = aws_db_instance.ledger.address
    password = aws_db_instance.ledger.password
    sessions = "redis://${aws_elasticache_replication_group.sessions.primary_endpoint_address}"
  }
}
"#;
    let one = "        env:\n        - {name: A, valueFrom: {secretKeyRef: {name: stores, key: database}}}\n";
    check(
        &format!("{DATABASE}{secret}{}", web(one)),
        expect![[r#"
            Deployment/web calls aws_db_instance/ledger infra/main.tf:13
        "#]],
    );
    let all = "        envFrom: [{secretRef: {name: stores, optional: true}}]\n";
    check(
        &format!("{DATABASE}{secret}{}", web(all)),
        expect![[r#"
            Deployment/web calls softly aws_db_instance/ledger infra/main.tf:13
            Deployment/web calls softly aws_elasticache_replication_group/sessions infra/main.tf:15
        "#]],
    );
    let password = "        env:\n        - {name: A, valueFrom: {secretKeyRef: {name: stores, key: password}}}\n";
    check(&format!("{DATABASE}{secret}{}", web(password)), expect![[""]]);
}

#[test]
fn a_configuration_of_another_namespace_or_environment_is_another_one() {
    let map = |namespace: &str| {
        format!(
            "resource \"kubernetes_config_map_v1\" \"a\" {{\n  metadata {{\n    name = \"a\"\n    namespace = \"{namespace}\"\n  }}\n\
             \x20 data = {{ HOST = aws_db_instance.ledger.address }}\n}}\n"
        )
    };
    let variables = "        envFrom: [{configMapRef: {name: a}}]\n";
    let files = |namespace| format!("{DATABASE}{}{}", map(namespace), web(variables));
    check(
        &files("shop"),
        expect![[r#"
            Deployment/web calls aws_db_instance/ledger infra/main.tf:9
        "#]],
    );
    check(&files("till"), expect![[""]]);
    let staging = files("shop").replace("infra/", "staging/");
    let production = staging.replace("k8s/", "production/");
    check(&production, expect![[""]]);
    // Which of two is meant, nobody can say.
    let twice = files("shop").replace(&web(variables), "");
    let twice = format!("{twice}{}{}", twice.replace("infra/", "other/"), web(variables));
    check(&twice, expect![[""]]);
}

const SECRET: &str = r#"resource "aws_secretsmanager_secret" "stores" {
  name = "prod/stores"
}
resource "aws_secretsmanager_secret_version" "stores" {
  secret_id     = aws_secretsmanager_secret.stores.id
  secret_string = jsonencode({
    url  = "postgres://app@${aws_db_instance.ledger.address}:5432/bills"
    jobs = aws_sqs_queue.jobs.url
  })
}
"#;

fn external(store: &str, spec: &str) -> String {
    format!(
        "---\napiVersion: external-secrets.io/v1\nkind: ClusterSecretStore\nmetadata: {{name: it}}\nspec: {{provider: {store}}}\n\
         ---\napiVersion: external-secrets.io/v1\nkind: ExternalSecret\nmetadata: {{name: stores, namespace: shop}}\n\
         spec:\n  secretStoreRef: {{kind: ClusterSecretStore, name: it}}\n{spec}"
    )
}

#[test]
fn an_external_secret_brings_addresses_of_the_entry_that_it_names() {
    let variables = |key: &str| {
        let read = format!("{{name: stores, key: {key}}}");
        web(&format!("        env:\n        - {{name: A, valueFrom: {{secretKeyRef: {read}}}}}\n"))
    };
    let part = "  data:\n  - {secretKey: queue, remoteRef: {key: prod/stores, property: jobs}}\n";
    let whole = "  dataFrom:\n  - extract: {key: prod/stores}\n";
    let made = "  target: {template: {data: {dsn: \"{{ .url }}?ssl=1\"}}}\n  dataFrom:\n  - extract: {key: prod/stores}\n";
    let amazon = "{aws: {service: SecretsManager, region: eu-west-1}}";
    let files =
        |key, store, spec| format!("{DATABASE}{SECRET}{}{}", variables(key), external(store, spec));
    check(
        &files("queue", amazon, part),
        expect![[r#"
            Deployment/web calls aws_sqs_queue/jobs infra/main.tf:9
        "#]],
    );
    check(
        &files("url", amazon, whole),
        expect![[r#"
            Deployment/web calls aws_db_instance/ledger infra/main.tf:9
        "#]],
    );
    check(
        &files("dsn", amazon, made),
        expect![[r#"
            Deployment/web calls aws_db_instance/ledger infra/main.tf:9
        "#]],
    );
    for (key, store, spec) in [
        ("other", amazon, part),
        // A template leaves out what it does not make.
        ("url", amazon, made),
        ("queue", "{vault: {server: http://vault:8200}}", part),
        ("queue", "{aws: {service: ParameterStore}}", part),
    ] {
        check(&files(key, store, spec), expect![[""]]);
    }
}

#[test]
fn a_driver_mounts_parameters_and_secrets_by_their_names() {
    let parameter = "resource \"aws_ssm_parameter\" \"url\" {\n  name  = \"/prod/url\"\n  value = aws_db_instance.ledger.endpoint\n}\n";
    let class = |object: &str| {
        format!(
            "---\napiVersion: secrets-store.csi.x-k8s.io/v1\nkind: SecretProviderClass\nmetadata: {{name: it, namespace: shop}}\n\
             spec:\n  provider: aws\n  parameters:\n    objects: |\n      - {object}\n"
        )
    };
    let volume = "      volumes:\n      - {name: a, csi: {driver: secrets-store.csi.k8s.io, volumeAttributes: {secretProviderClass: it}}}\n";
    let files = |object| format!("{DATABASE}{SECRET}{parameter}{}{}", web(volume), class(object));
    check(
        &files("{objectName: /prod/url, objectType: ssmparameter}"),
        expect![[r#"
            Deployment/web calls aws_db_instance/ledger infra/main.tf:16
        "#]],
    );
    check(
        &files("{objectName: \"arn:aws:secretsmanager:eu-west-1:1:secret:prod/stores-a1B2c3\"}"),
        expect![[r#"
            Deployment/web calls aws_db_instance/ledger infra/main.tf:9
            Deployment/web calls aws_sqs_queue/jobs infra/main.tf:9
        "#]],
    );
    check(&files("{objectName: /prod/url, objectType: secretsmanager}"), expect![[""]]);
}

#[test]
fn an_instance_of_cloud_sql_is_the_one_of_that_project_region_and_name() {
    let instance = |project: &str| {
        format!(
            "== infra/main.tf\nresource \"google_sql_database_instance\" \"ledger\" {{\n  name = \"ledger\"\n  region = \"europe-west1\"\n{project}}}\n"
        )
    };
    let variable = |key: &str, name: &str| {
        web(&format!("        env: [{{name: {key}, value: \"{name}\"}}]\n"))
    };
    let name = "shop-prod:europe-west1:ledger";
    let own = "  project = \"shop-prod\"\n";
    let expected = || {
        expect![[r#"
            Deployment/web calls google_sql_database_instance/ledger k8s/web.yaml:10
        "#]]
    };
    check(&format!("{}{}", instance(own), variable("INSTANCE_CONNECTION_NAME", name)), expected());
    // The project may be the provider's.
    check(&format!("{}{}", instance(""), variable("INSTANCE_CONNECTION_NAME", name)), expected());
    for (project, key, name) in [
        ("  project = \"till-prod\"\n", "INSTANCE_CONNECTION_NAME", name),
        (own, "INSTANCE_CONNECTION_NAME", "shop-prod:europe-west2:ledger"),
        (own, "TITLE", name),
    ] {
        check(&format!("{}{}", instance(project), variable(key, name)), expect![[""]]);
    }
}

/// A Deployment that runs an image.
fn running(image: &str) -> String {
    web("").replace("image: web:1", &format!("image: {image}"))
}

const WORKFLOW: &str = "== .github/workflows/release.yaml
on: push
env: {REGISTRY: ghcr.io/acme}
jobs:
  push:
    strategy:
      matrix:
        app: [web, till]
    steps:
    - uses: docker/build-push-action@v6
      with:
        context: src/${{ matrix.app }}
        push: true
        tags: ${{ env.REGISTRY }}/${{ matrix.app }}:${{ github.sha }}
== src/web/Dockerfile
FROM a:1
== src/till/Dockerfile
FROM b:1
";

#[test]
fn a_workload_runs_what_a_pipeline_builds_under_its_name() {
    check_built(
        &format!("{WORKFLOW}{}", running("ghcr.io/acme/web:1.2")),
        expect![[r#"
            Deployment/web is built by workflow/.github/workflows/release.yaml k8s/web.yaml:9
            Deployment/web is built by image/src/web/Dockerfile k8s/web.yaml:9
        "#]],
    );
    for image in ["ghcr.io/other/web:1.2", "quay.io/acme/web:1.2", "ghcr.io/acme/web-admin:1"] {
        check_built(&format!("{WORKFLOW}{}", running(image)), expect![[""]]);
    }
    // What is only built for a test goes nowhere.
    let test = WORKFLOW.replace("push: true", "push: false");
    check_built(&format!("{test}{}", running("ghcr.io/acme/web:1.2")), expect![[""]]);
}

#[test]
fn one_name_of_several_files_is_told_by_tags_that_nobody_reads() {
    let one = WORKFLOW.replace("/${{ matrix.app }}:${{ github.sha }}", "/shop:${{ matrix.app }}");
    check_built(
        &format!("{one}{}", running("ghcr.io/acme/shop:web")),
        expect![[r#"
            Deployment/web is built by workflow/.github/workflows/release.yaml k8s/web.yaml:9
        "#]],
    );
}

#[test]
fn builds_of_cloud_build_skaffold_and_compose_are_joined_too() {
    let cloud = "== cloudbuild.yaml\nsteps:\n- name: gcr.io/cloud-builders/docker\n  args: [build, -t, 'gcr.io/$PROJECT_ID/web:$SHORT_SHA', src/web]\n\
         images: ['gcr.io/$PROJECT_ID/web:$SHORT_SHA']\n== src/web/Dockerfile\nFROM a:1\n";
    check_built(
        &format!("{cloud}{}", running("gcr.io/acme-prod/web:1")),
        expect![[r#"
            Deployment/web is built by build/cloudbuild.yaml k8s/web.yaml:9
            Deployment/web is built by image/src/web/Dockerfile k8s/web.yaml:9
        "#]],
    );
    let skaffold = "== src/skaffold.yaml\napiVersion: skaffold/v4beta1\nkind: Config\nbuild:\n  artifacts:\n  - {image: web, context: web}\n  - {image: till, jib: {}}\n\
         == src/web/Dockerfile\nFROM a:1\n";
    check_built(
        &format!("{skaffold}{}", running("web")),
        expect![[r#"
            Deployment/web is built by skaffold/src/skaffold.yaml k8s/web.yaml:9
            Deployment/web is built by image/src/web/Dockerfile k8s/web.yaml:9
        "#]],
    );
    let compose = "== compose.yaml\nservices:\n  web:\n    image: web\n    build: ./src/web\n== src/web/Dockerfile\nFROM a:1\n";
    check_built(
        compose,
        expect![[r#"
            service/web is built by image/src/web/Dockerfile compose.yaml:4
        "#]],
    );
}

#[test]
fn tasks_and_functions_run_images_of_a_repository_that_terraform_declares() {
    let terraform = "== infra/main.tf\nresource \"aws_ecr_repository\" \"web\" {\n  name = \"shop/web\"\n}\n\
         resource \"aws_lambda_function\" \"web\" {\n  image_uri = \"${aws_ecr_repository.web.repository_url}:1\"\n}\n\
         resource \"aws_ecs_task_definition\" \"web\" {\n  family = \"web\"\n\
         \x20 container_definitions = jsonencode([{ name = \"web\", image = \"${aws_ecr_repository.web.repository_url}:1\" }])\n}\n\
         resource \"aws_ecs_service\" \"web\" {\n  task_definition = aws_ecs_task_definition.web.arn\n}\n";
    let workflow = "== .github/workflows/push.yaml\non: push\njobs:\n  a:\n    steps:\n    - run: |\n        docker build -t $ECR/shop/web:1 src/web\n\
         \x20       docker push $ECR/shop/web:1\n== src/web/Dockerfile\nFROM a:1\n";
    check_built(
        &format!("{terraform}{workflow}"),
        expect![[r#"
            aws_ecs_service/web is built by workflow/.github/workflows/push.yaml infra/main.tf:9
            aws_ecs_service/web is built by image/src/web/Dockerfile infra/main.tf:9
            aws_lambda_function/web is built by workflow/.github/workflows/push.yaml infra/main.tf:5
            aws_lambda_function/web is built by image/src/web/Dockerfile infra/main.tf:5
        "#]],
    );
}

#[test]
fn a_build_of_its_own_runs_what_it_begins_with() {
    let engine = |service: &str, base: &str| {
        let origins = Origins::new();
        let files = format!(
            "== compose.yaml\nname: shop\nservices:\n  search: {service}\n== search/Dockerfile\nFROM {base}\n"
        );
        let system = linked(&files, &origins);
        let mut workloads = system.workloads();
        workloads.next().unwrap().facts.engine.map(|it| it.name)
    };
    let open = "{ image: shop/search, build: search, ports: ['9200'] }";
    assert_eq!(engine(open, "opensearchproject/opensearch:3"), Some("opensearch"));
    assert_eq!(engine(open, "python:3"), None);
    let stage = "{ build: { context: search, target: gate }, ports: ['9200:9200'] }";
    assert_eq!(engine(stage, "opensearchproject/opensearch:3"), None);
    let copies = "{ image: shop/search, build: search }";
    assert_eq!(engine(copies, "opensearchproject/opensearch:3"), None);
}

#[test]
fn programs_of_azure_call_what_their_settings_lead_to() {
    let files = r#"== main.tf
resource "azurerm_postgresql_flexible_server" "orders" {
  name = "orders"
}
resource "azurerm_redis_cache" "sessions" {
  name = "sessions"
}
resource "azurerm_key_vault_secret" "redis" {
  name         = "redis"
  value        = azurerm_redis_cache.sessions.primary_connection_string
  key_vault_id = "vault"
}
resource "azurerm_container_app" "api" {
  name = "api"
  secret {
    name  = "redis"
    value = azurerm_key_vault_secret.redis.value
  }
  template {
    container {
      name  = "api"
      image = "shop/api:1"
      env {
        name  = "DB_HOST"
        value = azurerm_postgresql_flexible_server.orders.fqdn
      }
    }
  }
}
"#;
    let origins = Origins::new();
    let system = linked(files, &origins);
    expect![[r#"
        azurerm_container_app/api calls azurerm_postgresql_flexible_server/orders main.tf:24
        azurerm_container_app/api calls azurerm_redis_cache/sessions main.tf:16
    "#]]
    .assert_eq(&shown(&system, &origins, |it| it.kind == DependencyKind::Calls));
}

#[test]
fn balancers_lead_to_what_answers_behind_their_groups() {
    let balancer = r#"== main.tf
resource "aws_lb" "shop" {}
resource "aws_lb_target_group" "web" {}
resource "aws_lb_listener" "http" {
  load_balancer_arn = aws_lb.shop.arn
  default_action {
    type             = "forward"
    target_group_arn = aws_lb_target_group.web.arn
  }
}
resource "aws_cloudfront_distribution" "cdn" {
  aliases = ["shop.example"]
  origin {
    domain_name = aws_lb.shop.dns_name
    origin_id   = "shop"
  }
}
"#;
    let service = r#"resource "aws_ecs_service" "web" {
  load_balancer {
    target_group_arn = aws_lb_target_group.web.arn
    container_name   = "web"
    container_port   = 80
  }
}
"#;
    let machines = r#"resource "aws_instance" "one" {}
resource "aws_instance" "two" {}
resource "aws_lb_target_group_attachment" "one" {
  target_group_arn = aws_lb_target_group.web.arn
  target_id        = aws_instance.one.id
}
resource "aws_lb_target_group_attachment" "two" {
  target_group_arn = aws_lb_target_group.web.arn
  target_id        = aws_instance.two.id
}
"#;
    let routes = |files: &str| {
        let origins = Origins::new();
        let system = linked(files, &origins);
        let names: Vec<_> = system.journeys().iter().map(|it| it.name.clone()).collect();
        format!(
            "{}{}",
            shown(&system, &origins, |it| it.kind == DependencyKind::Routes),
            names.join(" ")
        )
    };
    expect![[r#"
        aws_cloudfront_distribution/cdn routes to aws_lb/shop main.tf:13
        aws_lb/shop routes to aws_ecs_service/web main.tf:17
        shop.example shop"#]]
    .assert_eq(&routes(&format!("{balancer}{service}")));
    expect![[r#"
        aws_cloudfront_distribution/cdn routes to aws_lb/shop main.tf:13
        aws_lb/shop routes to softly aws_instance/one main.tf:21
        aws_lb/shop routes to softly aws_instance/two main.tf:25
        shop.example shop"#]]
    .assert_eq(&routes(&format!("{balancer}{machines}")));
    // Nobody knows what answers, so that it is no way in of its own.
    let none = routes(&balancer[..balancer.find("resource \"aws_cloudfront").unwrap()]);
    expect![[""]].assert_eq(&none);
}

#[test]
fn balancers_of_google_lead_through_their_maps_to_backends() {
    let files = r#"== main.tf
resource "google_compute_region_instance_group_manager" "web" {
  name = "web"
}
resource "google_compute_backend_service" "web" {
  name = "web"
  backend {
    group = google_compute_region_instance_group_manager.web.instance_group
  }
}
resource "google_compute_url_map" "shop" {
  name            = "shop"
  default_service = google_compute_backend_service.web.id
}
resource "google_compute_target_https_proxy" "shop" {
  name    = "shop"
  url_map = google_compute_url_map.shop.id
}
resource "google_compute_global_forwarding_rule" "shop" {
  name   = "shop"
  target = google_compute_target_https_proxy.shop.id
}
"#;
    let origins = Origins::new();
    let system = linked(files, &origins);
    let routes = shown(&system, &origins, |it| it.kind == DependencyKind::Routes);
    expect![[r#"
        google_compute_backend_service/web routes to google_compute_region_instance_group_manager/web main.tf:7
        google_compute_global_forwarding_rule/shop routes to google_compute_backend_service/web main.tf:10
    "#]].assert_eq(&routes);
}

#[test]
fn a_host_of_the_cloud_is_the_database_of_that_name_and_region() {
    let database = |region: &str| {
        format!(
            "== infra/main.tf\nprovider \"aws\" {{\n  region = \"{region}\"\n}}\nresource \"aws_db_instance\" \"ledger\" {{\n  identifier = \"orders\"\n}}\n"
        )
    };
    let variable = |host: &str| web(&format!("        env: [{{name: DB_HOST, value: {host}}}]\n"));
    let host = "orders.c1a2.eu-west-1.rds.amazonaws.com";
    check(
        &format!("{}{}", database("eu-west-1"), variable(host)),
        expect![[r#"
            Deployment/web calls aws_db_instance/ledger k8s/web.yaml:10
        "#]],
    );
    check(&format!("{}{}", database("eu-west-2"), variable(host)), expect![[""]]);
    let cluster = "orders.cluster-c1a2.eu-west-1.rds.amazonaws.com";
    check(&format!("{}{}", database("eu-west-1"), variable(cluster)), expect![[""]]);
    // Which of two is meant, nobody can say.
    let other = database("eu-west-1").replace("infra/", "other/");
    check(&format!("{}{other}{}", database("eu-west-1"), variable(host)), expect![[""]]);
    let record = "resource \"aws_route53_record\" \"db\" {\n  zone_id = \"Z\"\n  name = \"db.shop.example\"\n  type = \"CNAME\"\n  records = [aws_db_instance.ledger.address]\n}\n";
    check(
        &format!("{}{record}{}", database("eu-west-1"), variable("db.shop.example")),
        expect![[r#"
            Deployment/web calls aws_db_instance/ledger k8s/web.yaml:10
        "#]],
    );
}

#[test]
fn a_service_account_acts_as_the_role_that_its_annotation_names() {
    let role =
        "== infra/main.tf\nresource \"aws_iam_role\" \"web\" {\n  name = \"web-uploads\"\n}\n";
    let account = |arn: &str| {
        format!(
            "== k8s/account.yaml\napiVersion: v1\nkind: ServiceAccount\nmetadata:\n  name: web\n  namespace: shop\n  annotations:\n    eks.amazonaws.com/role-arn: {arn}\n"
        )
    };
    check(
        &format!("{role}{}", account("arn:aws:iam::111122223333:role/apps/web-uploads")),
        expect![[r#"
            ServiceAccount/web acts as softly aws_iam_role/web k8s/account.yaml:7
        "#]],
    );
    check(&format!("{role}{}", account("arn:aws:iam::111122223333:role/web")), expect![[""]]);
    // Who may become it decides, where the role says so.
    let trusting = |subject: &str| {
        let trust = format!(
            "jsonencode({{ Statement = [{{ Effect = \"Allow\", Action = \"sts:AssumeRoleWithWebIdentity\", Principal = {{ Federated = \"arn:aws:iam::111122223333:oidc-provider/oidc.eks.eu-west-1.amazonaws.com/id/A\" }}, Condition = {{ StringLike = {{ \"oidc.eks.eu-west-1.amazonaws.com/id/A:sub\" = \"{subject}\" }} }} }}] }})"
        );
        role.replace("\n}\n", &format!("\n  assume_role_policy = {trust}\n}}\n"))
    };
    let named = account("arn:aws:iam::111122223333:role/web-uploads");
    check(
        &format!("{}{named}", trusting("system:serviceaccount:shop:*")),
        expect![[r#"
            ServiceAccount/web acts as softly aws_iam_role/web k8s/account.yaml:7
        "#]],
    );
    check(&format!("{}{named}", trusting("system:serviceaccount:bills:*")), expect![[""]]);
    let elsewhere = account("arn:aws:iam::444455556666:role/web-uploads");
    check(&format!("{}{elsewhere}", trusting("system:serviceaccount:shop:web")), expect![[""]]);
}

/// A service account `shop/web` with an annotation, if any.
fn account_of(annotation: &str) -> String {
    format!(
        "== k8s/account.yaml\napiVersion: v1\nkind: ServiceAccount\nmetadata:\n  name: web\n  namespace: shop\n{annotation}"
    )
}

#[test]
fn a_service_account_is_the_account_of_google_that_is_lent_to_it() {
    let terraform = |member: &str| {
        format!(
            "== infra/main.tf\nvariable \"project\" {{}}\nresource \"google_service_account\" \"web\" {{\n  account_id = \"web-prod\"\n}}\n\
             resource \"google_service_account_iam_member\" \"web\" {{\n  service_account_id = google_service_account.web.name\n\
             \x20 role = \"roles/iam.workloadIdentityUser\"\n  member = \"serviceAccount:${{var.project}}.svc.id.goog[{member}]\"\n}}\n"
        )
    };
    let named = |name: &str| {
        account_of(&format!(
            "  annotations:\n    iam.gke.io/gcp-service-account: {name}@acme-prod.iam.gserviceaccount.com\n"
        ))
    };
    let files = |member: &str, name: &str| format!("{}{}", terraform(member), named(name));
    check(
        &files("shop/web", "web-prod"),
        expect![[r#"
            ServiceAccount/web acts as softly google_service_account/web k8s/account.yaml:7
        "#]],
    );
    check(&files("shop/till", "web-prod"), expect![[""]]);
    check(&files("shop/web", "till-prod"), expect![[""]]);
    let elsewhere = files("shop/web", "web-prod")
        .replace("account_id = ", "project = \"acme-test\"\n  account_id = ");
    check(&elsewhere, expect![[""]]);
    check(&format!("{}{}", terraform("shop/web"), account_of("")), expect![[""]]);
}

#[test]
fn an_association_or_a_federation_needs_no_annotation() {
    let amazon = "== infra/main.tf\nresource \"aws_iam_role\" \"web\" {\n  name = \"web\"\n}\n\
                  resource \"aws_eks_pod_identity_association\" \"web\" {\n  cluster_name = \"shop\"\n  namespace = \"shop\"\n\
                  \x20 service_account = \"web\"\n  role_arn = aws_iam_role.web.arn\n}\n";
    check(
        &format!("{amazon}{}", account_of("")),
        expect![[r#"
            ServiceAccount/web acts as softly aws_iam_role/web infra/main.tf:4
        "#]],
    );
    let azure = "== infra/main.tf\nresource \"azurerm_user_assigned_identity\" \"web\" {\n  name = \"web\"\n}\n\
                 resource \"azurerm_federated_identity_credential\" \"web\" {\n  parent_id = azurerm_user_assigned_identity.web.id\n\
                 \x20 subject = \"system:serviceaccount:shop:web\"\n}\n";
    check(
        &format!("{azure}{}", account_of("")),
        expect![[r#"
            ServiceAccount/web acts as softly azurerm_user_assigned_identity/web infra/main.tf:4
        "#]],
    );
    check(&format!("{}{}", azure.replace("shop:web", "bills:web"), account_of("")), expect![[""]]);
}
