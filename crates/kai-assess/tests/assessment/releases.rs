//! Charts that Terraform installs.

use kai_core::RootKind;
use kai_testing::Memory;

use super::assess;

const CHART: &str = "== charts/till/Chart.yaml\napiVersion: v2\nname: till\nversion: 1.0.0\n\
     == charts/till/values.yaml\nreplicas: 3\nport: 80\nmode: none\n\
     == charts/till/templates/a.yaml\napiVersion: apps/v1\nkind: Deployment\nmetadata: {name: {{ .Release.Name }}-{{ .Values.mode }}}\n\
     spec:\n  replicas: {{ .Values.replicas }}\n  selector: {matchLabels: {app: till}}\n  template:\n\
     \x20   metadata: {labels: {app: till}}\n    spec:\n      containers: [{name: till, image: example.com/till:1.0.0}]\n\
     == charts/till/templates/b.yaml\napiVersion: v1\nkind: Service\nmetadata: {name: {{ .Release.Name }}}\n\
     spec:\n  selector: {app: till}\n  ports: [{port: {{ .Values.port }}}]\n\
     == charts/till/templates/c.yaml\napiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {name: {{ .Release.Name }}}\n\
     spec:\n  rules:\n  - host: till.example.com\n    http:\n      paths:\n      - path: /\n        pathType: Prefix\n\
     \x20       backend: {service: {name: {{ .Release.Name }}, port: {number: 80}}}\n";

/// The charts that are installed, with where the finding about lone replicas sends the reader.
fn installed(files: &str) -> Vec<String> {
    let assessment = assess(&Memory::of(&format!("{CHART}{files}")));
    let mut told = Vec::new();
    for root in assessment.roots.iter().filter(|it| it.kind != RootKind::Pipeline) {
        let environment = root.environment.as_str();
        told.push(format!("{:?} {} {environment}: {}", root.kind, root.path, root.reason));
        told.extend(root.gaps.iter().map(|it| format!("gap {:?} {}", it.kind, it.what)));
    }
    for finding in assessment.findings.iter().filter(|it| it.rule == "lone-replica") {
        let place = &finding.locations[0];
        told.push(format!("{} {}:{}", finding.component, place.path, place.line));
    }
    told
}

#[test]
fn values_of_a_release_keep_the_lines_where_they_are_written() {
    let release = "resource \"helm_release\" \"till\" {\n  name = \"till\"\n  chart = \"../charts/till\"\n  namespace = \"shop\"\n";
    let file = format!(
        "== infra/main.tf\n{release}  values = [file(\"${{path.module}}/till.yaml\")]\n}}\n\
         == infra/till.yaml\n# few\nreplicas: 1\n"
    );
    let text = format!(
        "== infra/main.tf\n{release}  values = [<<-EOT\n    mode: text\n    replicas: 1\n  EOT\n  ]\n}}\n"
    );
    let encoded = format!(
        "== infra/main.tf\n{release}  values = [yamlencode({{\n    replicas = 1\n  }})]\n\
         \x20 set {{\n    name = \"mode\"\n    value = \"set\"\n  }}\n}}\n"
    );
    for (files, expected) in [
        (file, "Deployment/till-none infra/till.yaml:2"),
        (text, "Deployment/till-text infra/main.tf:7"),
        (encoded, "Deployment/till-set infra/main.tf:5"),
    ] {
        let installed = installed(&files);
        let reason = "Chart charts/till production: Terraform `helm_release.till` in `infra/main.tf` points at it";
        assert_eq!(installed, [reason, "Terraform infra production: no module calls it", expected]);
    }
}

#[test]
fn values_that_nobody_knows_leave_a_release_unknown() {
    let files = "== infra/main.tf\nvariable \"mode\" {}\nresource \"helm_release\" \"till\" {\n  name = \"till\"\n\
         \x20 chart = \"../charts/till\"\n  values = [\"mode: ${var.mode}\"]\n}\n\
         resource \"helm_release\" \"far\" {\n  name = \"far\"\n  chart = \"far\"\n  repository = \"https://charts.example.com\"\n}\n";
    let installed = installed(files);
    assert_eq!(
        installed,
        [
            "Chart charts/till production: Terraform `helm_release.till` in `infra/main.tf` points at it",
            "gap Value values of `helm_release.till`",
            "Terraform infra production: no module calls it",
            "gap Variable var.mode",
            "gap Chart far",
            "gap Value values of `helm_release.till`",
        ]
    );
}

#[test]
fn what_is_secret_or_changed_afterwards_leaves_a_release_unknown() {
    let unknown = |body: &str, gaps: &[&str]| {
        let files = format!(
            "== infra/main.tf\nvariable \"word\" {{\n  default = \"not-a-secret\"\n  sensitive = true\n}}\n\
             resource \"helm_release\" \"till\" {{\n  name = \"till\"\n  chart = \"../charts/till\"\n{body}}}\n"
        );
        let installed = installed(&files);
        assert!(!format!("{installed:?}").contains("not-a-secret"), "{installed:#?}");
        let told: Vec<_> = installed.iter().filter_map(|it| it.strip_prefix("gap ")).collect();
        assert_eq!(told, gaps, "{installed:#?}");
    };
    let values = ["Value values of `helm_release.till`"; 2];
    unknown("  values = [\"mode: ${var.word}\\nreplicas: 1\"]\n", &values);
    unknown("  values = sensitive([\"replicas: 1\"])\n", &values);
    let namespace = ["Value namespace of `helm_release.till`"; 2];
    unknown("  namespace = uuid()\n", &namespace);
    let program = ["Value postrender of `helm_release.till`"; 2];
    unknown("  postrender {\n    binary_path = \"./patch\"\n  }\n", &program);
    let literal = ["Value set of `helm_release.till`"; 2];
    unknown("  set = [{ name = \"mode\", value = \"a,b\", type = \"literal\" }]\n", &literal);
    for block in ["set_sensitive", "set_wo"] {
        unknown(&format!("  {block} = [{{ name = \"mode\", value = var.word }}]\n"), &[]);
    }
}

#[test]
fn an_address_that_is_to_come_leaves_the_rest_of_a_release_known() {
    let release = |value: &str| {
        format!(
            "== infra/main.tf\nresource \"aws_db_instance\" \"ledger\" {{}}\nresource \"helm_release\" \"till\" {{\n  name = \"till\"\n\
             \x20 chart = \"../charts/till\"\n  set {{\n    name = \"replicas\"\n    value = \"1\"\n  }}\n  set {{\n    name = \"host\"\n\
             \x20   value = {value}\n  }}\n}}\n"
        )
    };
    let told = |value: &str| {
        let installed = installed(&release(value));
        installed.into_iter().filter(|it| !it.contains("production")).collect::<Vec<_>>()
    };
    let found = ["Deployment/till-none infra/main.tf:7"];
    assert_eq!(told("aws_db_instance.ledger.address"), found);
    assert_eq!(told("\"postgres://${aws_db_instance.ledger.endpoint}/till\""), found);
    // Whether it is there at all is not known.
    let gap = "gap Value set of `helm_release.till`";
    assert_eq!(told("aws_db_instance.ledger.replicas"), [gap, gap]);
}
