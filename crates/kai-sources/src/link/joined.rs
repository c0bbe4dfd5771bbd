//! Tests: Terraform and Kubernetes in, arrows between them out.

use expect_test::{Expect, expect};
use kai_compose::Project;
use kai_core::{LocationRole, Origins, RootId, RootKind};
use kai_graph::Strength;
use kai_terraform::config::Library;
use kai_testing::Memory;

/// What leads from a cluster into Terraform, one a line, with the line that says so.
fn joined(files: &str) -> String {
    let (tree, origins) = (Memory::of(files), Origins::new());
    let project = Project::load(&tree, &origins);
    let (mut roots, mut components) = (Vec::new(), Vec::new());
    for (id, plan) in (0..).map(RootId).zip(kai_compose::roots::discover(&project)) {
        let (root, composition) = kai_compose::roots::compose(&project, &plan, id);
        components.push(crate::lower(&composition.objects, &root, &origins).components);
        roots.push(root);
    }
    let library = Library::new(&tree, &origins);
    let plans = kai_terraform::roots::discover(&tree);
    let composed = plans.iter().flat_map(|it| kai_terraform::roots::compose(&library, it));
    for mut it in composed {
        it.root.id = RootId(u32::try_from(roots.len()).unwrap());
        components.push(crate::terraform::lower(&it.instances, it.root.id, &origins).components);
        roots.push(it.root);
    }
    let system = super::link(roots, crate::number(components), &[], &origins);
    let is_planned = |id| {
        let root = system.component(id).root;
        system.root(root).kind == RootKind::Terraform
    };
    let arrows = system.components().iter().flat_map(|it| system.needs(it.id));
    let shown = arrows.filter(|it| !is_planned(it.source) && is_planned(it.target)).map(|it| {
        let place = origins.location(it.origin, LocationRole::Primary).unwrap();
        let label = |id| system.component(id).label();
        let (source, target) = (label(it.source), label(it.target));
        let soft = if it.strength == Strength::Soft { " softly" } else { "" };
        format!("{source} {}{soft} {target} {}:{}\n", it.kind.as_str(), place.path, place.line)
    });
    shown.collect()
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
