//! Objects of Kubernetes that Terraform applies.

use expect_test::{Expect, expect};
use kai_assess::{Keep, Settings, read};
use kai_core::{Origins, Unwatched};
use kai_testing::Memory;

use super::assess;

/// Findings with their places and fixes, roots and problems.
#[track_caller]
fn check(files: &str, expected: Expect) {
    let assessment = assess(&Memory::of(files));
    let mut told = String::new();
    for root in assessment.roots.iter().filter(|it| it.kind != kai_core::RootKind::Terraform) {
        let environment = root.environment.as_str();
        told.push_str(&format!("{:?} {} {environment}: {}\n", root.kind, root.path, root.reason));
        for gap in &root.gaps {
            told.push_str(&format!("gap {:?} {}\n", gap.kind, gap.what));
        }
    }
    for finding in &assessment.findings {
        let places = finding.locations.iter().map(|it| format!(" {}:{}", it.path, it.line));
        let places: String = places.collect();
        told.push_str(&format!("{} {}{places}\n", finding.rule, finding.component));
        for edit in finding.fixes.iter().flat_map(|it| &it.edits) {
            told.push_str(&format!("  writes {:?}\n", edit.text));
        }
    }
    for problem in &assessment.problems {
        told.push_str(&format!("problem {}:{} {}\n", problem.path, problem.line, problem.message));
    }
    expected.assert_eq(&told);
}

const SHOP: &str = "== infra/main.tf
resource \"kubernetes_namespace_v1\" \"shop\" {
  metadata {
    name = \"shop\"
  }
}
resource \"kubernetes_service_v1\" \"till\" {
  metadata {
    name      = \"till\"
    namespace = kubernetes_namespace_v1.shop.metadata[0].name
  }
  spec {
    selector = {
      app = kubernetes_deployment_v1.till.spec[0].template[0].metadata[0].labels.app
    }
    type = \"LoadBalancer\"
    port {
      port        = 80
      target_port = \"http\"
    }
  }
}
";

/// A deployment of two containers' worth of blocks, with these arguments in its `spec`.
fn till(spec: &str, more: &str) -> String {
    format!(
        "{SHOP}resource \"kubernetes_deployment_v1\" \"till\" {{
  metadata {{
    name      = \"till\"
    namespace = kubernetes_namespace_v1.shop.id
  }}
  spec {{
{spec}
    selector {{
      match_labels = {{
        app = \"till\"
      }}
    }}
    template {{
      metadata {{
        labels = {{
          app = \"till\"
        }}
      }}
      spec {{
        container {{
          name  = \"till\"
          image = \"example.com/till:1.0.0\"
          port {{
            name           = \"http\"
            container_port = \"8080\"
          }}
          resources {{
            requests = {{
              cpu    = \"100m\"
              memory = \"64Mi\"
            }}
          }}
          readiness_probe {{
            http_get {{
              path = \"/\"
              port = \"http\"
            }}
          }}
        }}
      }}
    }}
  }}
{more}}}
"
    )
}

#[test]
fn blocks_are_read_as_the_object_that_they_become_and_mended_in_their_language() {
    check(
        &till("    replicas = \"1\"", ""),
        expect![[r#"
            Manifests infra production: resources of Terraform apply its objects
            lone-replica Deployment/till infra/main.tf:28
              writes "\"2\""
        "#]],
    );
}

#[test]
fn a_count_that_is_left_out_is_written_as_an_argument() {
    check(
        &till("", ""),
        expect![[r#"
        Manifests infra production: resources of Terraform apply its objects
        lone-replica Deployment/till infra/main.tf:27
          writes "\n    replicas = 2"
    "#]],
    );
}

#[test]
fn what_others_may_change_is_not_known() {
    let more = "  lifecycle {\n    ignore_changes = [spec[0].replicas]\n  }\n";
    check(
        &till("    replicas = 1", more),
        expect![[r#"
        Manifests infra production: resources of Terraform apply its objects
    "#]],
    );
}

#[test]
fn a_manifest_keeps_the_lines_of_the_object_and_of_the_file_that_holds_it() {
    let deployment = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: NAME}\nspec:\n  replicas: 1\n\
         \x20 selector: {matchLabels: {app: NAME}}\n  template:\n    metadata: {labels: {app: NAME}}\n\
         \x20   spec:\n      containers: [{name: a, image: 'example.com/a:1.0.0', resources: {requests: {cpu: 1, memory: 1Gi}}, readinessProbe: {tcpSocket: {port: 80}}}]\n\
         ---\napiVersion: v1\nkind: Service\nmetadata: {name: NAME}\nspec: {type: LoadBalancer, selector: {app: NAME}, ports: [{port: 80}]}\n";
    let service = "apiVersion: v1\nkind: Service\nmetadata: {name: card}\nspec: {type: LoadBalancer, selector: {app: card}, ports: [{port: 80}]}\n";
    let files = format!(
        "== infra/main.tf\nvariable \"tag\" {{}}\n\
         resource \"kubectl_manifest\" \"cart\" {{\n  yaml_body = file(\"${{path.module}}/objects/cart.yaml\")\n}}\n\
         resource \"kubernetes_manifest\" \"card\" {{\n  manifest = yamldecode(file(\"${{path.module}}/objects/card.yaml\"))\n}}\n\
         resource \"kubectl_manifest\" \"list\" {{\n  override_namespace = \"shop\"\n  yaml_body = <<-EOT\n    {}\n  EOT\n}}\n\
         resource \"kubernetes_manifest\" \"pay\" {{\n  manifest = {{\n    apiVersion = \"apps/v1\"\n    kind = \"Deployment\"\n    metadata = {{\n      name = \"card\"\n    }}\n\
         \x20   spec = {{\n      replicas = 1\n      selector = {{ matchLabels = {{ app = \"card\" }} }}\n\
         \x20     template = {{\n        metadata = {{ labels = {{ app = \"card\" }} }}\n\
         \x20       spec = {{ containers = [{{ name = \"a\", image = \"example.com/a:${{var.tag}}\", resources = {{ requests = {{ cpu = 1, memory = \"1Gi\" }} }}, readinessProbe = {{ tcpSocket = {{ port = 80 }} }} }}] }}\n      }}\n    }}\n  }}\n}}\n\
         resource \"kubernetes_manifest\" \"open\" {{\n  manifest = jsondecode(var.tag)\n}}\n\
         == infra/objects/cart.yaml\n{}== infra/objects/card.yaml\n{service}",
        deployment.replace("NAME", "list").trim_end().replace('\n', "\n    "),
        deployment.replace("NAME", "cart"),
    );
    check(
        &files,
        expect![[r#"
        Manifests infra production: resources of Terraform apply its objects
        gap Variable var.tag
        gap Value manifest of `kubernetes_manifest.open`
        lone-replica Deployment/list infra/main.tf:15
          writes "2"
        lone-replica Deployment/card infra/main.tf:36
          writes "2"
        lone-replica Deployment/cart infra/objects/cart.yaml:5
          writes "2"
    "#]],
    );
}

#[test]
fn what_is_secret_is_nowhere_and_what_is_called_is_known() {
    let files = till("    replicas = 2", "").replace(
        "          readiness_probe {",
        "          env {\n            name  = \"DB_HOST\"\n            value = aws_db_instance.ledger.address\n          }\n\
         \x20         env_from {\n            secret_ref {\n              name = kubernetes_secret_v1.till.metadata[0].name\n            }\n          }\n\
         \x20         readiness_probe {",
    ) + "resource \"aws_db_instance\" \"ledger\" {\n  backup_retention_period = 7\n  deletion_protection = true\n  multi_az = true\n}\n\
         variable \"word\" {\n  default = \"Hq8s-kd7J-plm2Zx\"\n  sensitive = true\n}\n\
         resource \"kubernetes_secret_v1\" \"till\" {\n  metadata {\n    name = \"till\"\n    namespace = \"shop\"\n  }\n  data = {\n    password = var.word\n  }\n}\n";
    let tree = Memory::of(&files);
    let assessment = assess(&tree);
    assert!(!format!("{assessment:?}").contains("Hq8s"), "{assessment:#?}");
    let settings = Settings::default();
    let reviewed = read(&tree, None, Origins::new(), settings, &Unwatched, Keep::Nothing);
    let system = &reviewed.system;
    assert!(!format!("{system:?}").contains("Hq8s"), "{system:#?}");
    let label = |id| system.component(id).label();
    let arrows = system.dependencies().iter();
    let arrows = arrows.map(|it| format!("{} -> {}", label(it.source), label(it.target)));
    let mut arrows: Vec<_> = arrows.filter(|it| it.starts_with("Deployment/till")).collect();
    arrows.sort();
    assert_eq!(
        arrows,
        [
            "Deployment/till -> Secret/till",
            "Deployment/till -> aws_db_instance/ledger",
            "Deployment/till -> registry/example.com",
        ]
    );
}

#[test]
fn what_mends_an_object_is_said_in_words_of_the_configuration() {
    let scaled = "resource \"kubernetes_horizontal_pod_autoscaler_v2\" \"till\" {\n  metadata {\n    name = \"till\"\n    namespace = \"shop\"\n  }\n\
         \x20 spec {\n    min_replicas = 2\n    max_replicas = 9\n    scale_target_ref {\n      kind = \"Deployment\"\n      name = \"till\"\n    }\n  }\n}\n";
    let old = "resource \"kubernetes_pod_disruption_budget\" \"till\" {\n  metadata {\n    name = \"till\"\n    namespace = \"shop\"\n  }\n\
         \x20 spec {\n    max_unavailable = \"1\"\n    selector {\n      match_labels = {\n        app = \"till\"\n      }\n    }\n  }\n}\n";
    let files = till("    replicas = 4", "") + scaled + old;
    let findings = assess(&Memory::of(&files)).findings;
    let of = |rule: &str| {
        let found = findings.iter().find(|it| it.rule == rule).expect("it is found");
        format!("{} {}", found.remedy, found.verify)
    };
    assert!(of("hpa-fights-replicas").contains("`ignore_changes`"), "{findings:#?}");
    let removed = of("api-removed");
    assert!(removed.contains("the type that ends in the version"), "{removed}");
    assert!(!removed.contains("kubectl apply"), "{removed}");
}

#[test]
fn what_a_chart_may_hold_that_is_not_here_is_not_missing() {
    let files = format!(
        "{}resource \"helm_release\" \"card\" {{\n  name = \"card\"\n  chart = \"card\"\n  namespace = \"shop\"\n  repository = \"https://charts.example.com\"\n}}\n\
         resource \"kubernetes_service_v1\" \"card\" {{\n  metadata {{\n    name = \"card\"\n    namespace = \"shop\"\n  }}\n  spec {{\n    selector = {{\n      app = \"card\"\n    }}\n    port {{\n      port = 80\n    }}\n  }}\n}}\n",
        till("    replicas = 2", "")
    );
    let of_service = |files: &str| {
        let findings = assess(&Memory::of(files)).findings;
        findings.iter().filter(|it| it.rule == "service-selects-nothing").count()
    };
    assert_eq!(of_service(&files), 0);
    let (without, rest) = files.split_once("resource \"helm_release\"").expect("there is one");
    let rest = &rest[rest.find("\nresource").expect("one follows") + 1..];
    assert_eq!(of_service(&format!("{without}{rest}")), 1);
}

#[test]
fn what_is_there_an_unknown_number_of_times_is_not_told_as_sure() {
    let files = "== infra/main.tf\ndata \"aws_region\" \"here\" {}\n\
         resource \"aws_db_instance\" \"ledger\" {\n  for_each = data.aws_region.here.names\n  engine   = \"postgres\"\n}\n\
         resource \"kubernetes_config_map_v1\" \"till\" {\n  count = data.aws_region.here.number\n  metadata {\n    name = \"till\"\n  }\n}\n";
    let assessment = assess(&Memory::of(files));
    let number = "There are as many as `data.aws_region.here.names` says, which is not known here, and maybe none.";
    let of_ledger = |it: &&kai_core::Finding| it.component == "aws_db_instance/ledger[?]";
    let told: Vec<_> = assessment.findings.iter().filter(of_ledger).map(|it| &it.message).collect();
    assert!(!told.is_empty() && told.iter().all(|it| it.ends_with(number)), "{told:#?}");
    let gaps: Vec<_> = assessment.roots.iter().flat_map(|it| &it.gaps).map(|it| &it.what).collect();
    assert_eq!(gaps, ["how many there are of `kubernetes_config_map_v1.till[?]`"]);
}

#[test]
fn a_module_that_nothing_calls_is_said_to_be_unread_unless_terragrunt_applies_it() {
    let module = "resource \"aws_ecr_repository\" \"till\" {}\n";
    let files = format!(
        "== modules/till/main.tf\n{module}== modules/shop/main.tf\n{module}\
         == live/terragrunt.hcl\nterraform {{\n  source = \"../modules/shop\"\n}}\n"
    );
    let assessment = assess(&Memory::of(&files));
    let said = assessment.unknown.iter().map(|it| it.message.as_str());
    let of_modules: Vec<_> = said.filter(|it| it.contains("module")).collect();
    let expected = "1 module of Terraform that nothing here calls, not reviewed: `modules/till`.";
    assert_eq!(of_modules, [expected]);
}

#[test]
fn what_is_encrypted_is_said_and_is_no_broken_text() {
    let files = "== infra/main.tf\nresource \"aws_ecr_repository\" \"till\" {}\n\
         == infra/secrets.tf\n\0GITCRYPT\0 }{\n== infra/prod.tfvars\n\0GITCRYPT\0 }{\n== till/secrets.yaml\n\0GITCRYPT\0 }{\n\
         == till/vault.yaml\n$ANSIBLE_VAULT;1.1;AES256\n6162\n";
    let assessment = assess(&Memory::of(files));
    assert_eq!(assessment.problems, []);
    let said: Vec<_> = assessment.unknown.iter().map(|it| it.message.as_str()).collect();
    assert_eq!(
        said,
        [
            "1 Ansible Vault file not read (encrypted).",
            "3 git-crypt files not read (encrypted; `git-crypt unlock` decrypts in place)."
        ]
    );
}

#[test]
fn an_encrypted_file_that_a_kustomization_names_is_a_gap_and_no_folder() {
    let files = "== till/kustomization.yaml\nresources: [secret.yaml]\n\
         == till/secret.yaml\n$ANSIBLE_VAULT;1.1;AES256\n6162\n";
    let assessment = assess(&Memory::of(files));
    assert_eq!(assessment.problems, []);
    let gaps: Vec<_> = assessment.roots.iter().flat_map(|it| &it.gaps).map(|it| &it.what).collect();
    assert_eq!(gaps, ["secret.yaml"]);
}
