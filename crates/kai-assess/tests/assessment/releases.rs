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
    let files = "== infra/main.tf\nvariable \"all\" {}\nresource \"helm_release\" \"till\" {\n  name = \"till\"\n\
         \x20 chart = \"../charts/till\"\n  values = [var.all]\n}\n\
         resource \"helm_release\" \"far\" {\n  name = \"far\"\n  chart = \"far\"\n  repository = \"https://charts.example.com\"\n}\n";
    let installed = installed(files);
    assert_eq!(
        installed,
        [
            "Chart charts/till production: Terraform `helm_release.till` in `infra/main.tf` points at it",
            "gap Value values of `helm_release.till`",
            "Terraform infra production: no module calls it",
            "gap Variable var.all",
            "gap Chart far",
            "gap Value values of `helm_release.till`",
        ]
    );
}

#[test]
fn what_is_secret_or_changed_afterwards_leaves_only_that_unknown() {
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
    unknown("  values = [\"mode: ${var.word}\\nreplicas: 1\"]\n", &[]);
    unknown("  values = sensitive([\"replicas: 1\"])\n", &[]);
    unknown("  namespace = uuid()\n", &["Value namespace of `helm_release.till` (uuid())"]);
    let program = ["Value postrender of `helm_release.till`"; 2];
    unknown("  postrender {\n    binary_path = \"./patch\"\n  }\n", &program);
    unknown("  set = [{ name = \"mode\", value = \"a,b\", type = \"literal\" }]\n", &[]);
    for block in ["set_sensitive", "set_wo"] {
        unknown(&format!("  {block} = [{{ name = \"mode\", value = var.word }}]\n"), &[]);
    }
}

#[test]
fn one_value_that_is_to_come_leaves_the_rest_of_a_release_known() {
    let told = |body: &str| {
        let files = format!(
            "== infra/main.tf\nvariable \"mode\" {{}}\nresource \"aws_db_instance\" \"ledger\" {{}}\n\
             resource \"kubernetes_namespace\" \"shop\" {{\n  metadata {{\n    name = \"shop\"\n  }}\n}}\n\
             resource \"helm_release\" \"till\" {{\n  name = \"till\"\n  chart = \"../charts/till\"\n{body}}}\n\
             == infra/till.tftpl\nreplicas: ${{replicas}}\nmode: ${{mode}}\n"
        );
        let installed = installed(&files);
        let is_told = |it: &String| !it.contains("production") && !it.contains("gap Variable");
        installed.into_iter().filter(is_told).collect::<Vec<_>>()
    };
    let alone = |line: u32| format!("Deployment/till-… infra/main.tf:{line}");
    let gap = "gap Value mode in values of `helm_release.till` (var.mode)";
    for values in [
        "yamlencode({ replicas = 1, mode = var.mode })",
        "jsonencode({ replicas = 1, mode = var.mode })",
        "templatefile(\"till.tftpl\", { replicas = 1, mode = var.mode })",
        "\"replicas: 1\\nmode: ${var.mode}\"",
    ] {
        assert_eq!(told(&format!("  values = [{values}]\n")), [gap, &alone(11)], "{values}");
    }
    let one = "  set {\n    name = \"replicas\"\n    value = 1\n  }\n";
    let open = "  set {\n    name = \"mode\"\n    value = aws_db_instance.ledger.replicas\n  }\n";
    let gap = "gap Value mode in set of `helm_release.till` (aws_db_instance.ledger.replicas)";
    assert_eq!(told(&format!("{one}{open}")), [gap, &alone(13)]);
    let attribute =
        "  set = [{ name = \"replicas\", value = 1 }, { name = \"mode\", value = var.mode }]\n";
    let gap = "gap Value mode in set of `helm_release.till` (var.mode)";
    assert_eq!(told(attribute), [gap, &alone(11)]);
    let list = "  set_list = [{ name = \"list\", value = [\"a\", var.mode] }]\n";
    assert_eq!(told(&format!("{one}{list}")), ["Deployment/till-none infra/main.tf:13"]);
    // The number itself says nothing.
    let replicas = "  set = [{ name = \"replicas\", value = var.mode }]\n";
    assert_eq!(told(replicas), ["gap Value replicas in set of `helm_release.till` (var.mode)"]);
    // Of a namespace that the same plan makes the name is known.
    let namespace = "  namespace = kubernetes_namespace.shop.metadata[0].name\n";
    assert_eq!(told(namespace), [""; 0]);
}

#[test]
fn an_address_that_is_to_come_leaves_nothing_open() {
    let told = |value: &str| {
        let files = format!(
            "== infra/main.tf\nresource \"aws_db_instance\" \"ledger\" {{}}\nresource \"helm_release\" \"till\" {{\n  name = \"till\"\n\
             \x20 chart = \"../charts/till\"\n  set {{\n    name = \"replicas\"\n    value = \"1\"\n  }}\n  set {{\n    name = \"host\"\n\
             \x20   value = {value}\n  }}\n}}\n"
        );
        let installed = installed(&files);
        installed.into_iter().filter(|it| !it.contains("production")).collect::<Vec<_>>()
    };
    let found = ["Deployment/till-none infra/main.tf:7"];
    assert_eq!(told("aws_db_instance.ledger.address"), found);
    assert_eq!(told("\"postgres://${aws_db_instance.ledger.endpoint}/till\""), found);
}

#[test]
fn nothing_follows_from_what_a_template_makes_of_an_open_value() {
    let chart = "== charts/cart/Chart.yaml\napiVersion: v2\nname: cart\nversion: 1.0.0\n\
         == charts/cart/values.yaml\nreplicas: 3\nbudget: true\n\
         == charts/cart/values.schema.json\n{\"properties\": {\"replicas\": {\"type\": \"integer\"}}}\n\
         == charts/cart/templates/a.yaml\napiVersion: apps/v1\nkind: Deployment\nmetadata: {name: cart}\n\
         spec:\n  replicas: {{ sub (int .Values.replicas) 1 }}\n  selector: {matchLabels: {app: cart}}\n  template:\n\
         \x20   metadata: {labels: {app: cart}}\n    spec:\n      containers: [{name: cart, image: example.com/cart:1.0.0}]\n\
         == charts/cart/templates/b.yaml\n{{- if gt (int .Values.replicas) 1 }}\napiVersion: policy/v1\nkind: PodDisruptionBudget\n\
         metadata: {name: cart}\nspec: {minAvailable: 9, selector: {matchLabels: {app: cart}}}\n{{- end }}\n\
         == charts/cart/templates/c.yaml\n{{- if and .Values.replicas .Values.budget false }}\nkind: [\n{{- end }}\n\
         == infra/main.tf\nvariable \"count\" {}\nresource \"helm_release\" \"cart\" {\n  name = \"cart\"\n\
         \x20 chart = \"../charts/cart\"\n  set {\n    name = \"replicas\"\n    value = var.count\n  }\n}\n";
    let assessment = assess(&Memory::of(chart));
    assert_eq!(assessment.problems, []);
    let root = assessment.roots.iter().find(|it| it.kind == RootKind::Chart).expect("it is one");
    let gaps: Vec<_> = root.gaps.iter().map(|it| it.what.as_str()).collect();
    let open = "replicas in set of `helm_release.cart` (var.count)";
    assert_eq!(gaps, [open, "cart/templates/b.yaml"]);
    let found: Vec<_> = assessment.findings.iter().map(|it| it.rule).collect();
    assert!(found.is_empty(), "{found:?}");
}

#[test]
fn a_mark_is_no_schedule_no_base64_and_not_the_label_of_another_mark() {
    let files = "== infra/main.tf\nresource \"random_id\" \"a\" {}\nresource \"random_id\" \"b\" {}\n\
         resource \"helm_release\" \"till\" {\n  name = \"till\"\n  chart = \"../charts/till\"\n\
         \x20 set = [{ name = \"a\", value = random_id.a.hex }, { name = \"b\", value = random_id.b.hex }]\n\
         \x20 set_sensitive = [{ name = \"word\", value = \"not-shown\" }]\n}\n\
         == charts/till/templates/d.yaml\napiVersion: batch/v1\nkind: CronJob\nmetadata: {name: count}\nspec:\n\
         \x20 schedule: \"{{ .Values.a }} 3 * * *\"\n  jobTemplate: {spec: {template: {spec: {containers: [{name: a, image: \"a:1\"}]}}}}\n\
         == charts/till/templates/e.yaml\napiVersion: apps/v1\nkind: Deployment\nmetadata: {name: marked}\nspec:\n  replicas: 3\n\
         \x20 selector: {matchLabels: {app: \"{{ .Values.a }}\"}}\n  template:\n    metadata: {labels: {app: \"{{ .Values.a }}\"}}\n\
         \x20   spec: {containers: [{name: a, image: \"a:1\"}]}\n\
         == charts/till/templates/f.yaml\napiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata: {name: a}\n\
         spec: {maxUnavailable: 1, selector: {matchLabels: {app: \"{{ .Values.a }}\"}}}\n\
         == charts/till/templates/g.yaml\napiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata: {name: b}\n\
         spec: {maxUnavailable: 1, selector: {matchLabels: {app: \"{{ .Values.b }}\"}}}\n\
         == charts/till/templates/h.yaml\napiVersion: v1\nkind: Secret\nmetadata: {name: s}\n\
         data: {upper: \"{{ upper .Values.word }}\", digest: \"{{ sha256sum .Values.word }}\", part: \"{{ printf \"u:%s\" .Values.word | b64enc }}\"}\n";
    let assessment = assess(&Memory::of(&format!("{CHART}{files}")));
    let rules: Vec<_> = assessment.findings.iter().map(|it| it.rule).collect();
    assert!(!rules.contains(&"schedule-unreadable"), "{rules:?}");
    assert!(!rules.contains(&"pdbs-overlap"), "{rules:?}");
    assert!(assessment.problems.is_empty(), "{:#?}", assessment.problems);
}
