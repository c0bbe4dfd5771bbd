//! Nothing is concluded from the nodes that are declared where others may come.

use kai_testing::Memory;

use super::assess;

/// Two nodes, each with room for one of two pods.
const SHOP: &str = "== kai.yaml\ncluster:\n  nodes:\n  - {name: pool, count: 2, zones: [a], cpu: 3, memory-gib: 16}\n\
     == shop.yaml\napiVersion: v1\nkind: Service\nmetadata: {name: shop}\nspec: {type: LoadBalancer, selector: {app: shop}, ports: [{port: 80}]}\n\
     ---\napiVersion: apps/v1\nkind: Deployment\nmetadata: {name: shop}\nspec:\n  selector: {matchLabels: {app: shop}}\n  template:\n\
     \x20   metadata: {labels: {app: shop}}\n    spec: {containers: [{name: a, image: 'a.example/a:1', resources: {requests: {cpu: 2}}}]}\n\
     ---\napiVersion: apps/v1\nkind: Deployment\nmetadata: {name: idle}\nspec:\n  selector: {matchLabels: {app: idle}}\n  template:\n\
     \x20   metadata: {labels: {app: idle}}\n    spec: {containers: [{name: a, image: 'a.example/b:1', resources: {requests: {cpu: 2}}}]}\n";

#[track_caller]
fn check(files: &[&str], is_told: bool) {
    for file in files {
        let findings = assess(&Memory::of(&format!("{SHOP}{file}"))).findings;
        let found = findings.iter().any(|it| it.rule == "node-loss-unsurvivable");
        assert_eq!(found, is_told, "{file}");
    }
}

fn resource(ty: &str, body: &str) -> String {
    format!(
        "== main.tf\nvariable \"most\" {{}}\nresource \"{ty}\" \"a\" {{\n  name = \"a\"\n{body}\n}}\n"
    )
}

fn eks(least: &str, most: &str) -> String {
    let config = format!("scaling_config {{\n    min_size = {least}\n    max_size = {most}\n  }}");
    resource("aws_eks_node_group", &format!("  cluster_name = \"a\"\n  {config}"))
}

#[test]
fn groups_of_machines_that_may_grow_add_nodes() {
    let pool = "google_container_node_pool";
    let of_azure = "azurerm_kubernetes_cluster_node_pool";
    let grown = [
        eks("2", "9"),
        eks("2", "var.most"),
        resource("aws_autoscaling_group", "  min_size = 2\n  max_size = 9"),
        resource(pool, "  autoscaling {\n    min_node_count = 1\n    max_node_count = 9\n  }"),
        resource(pool, "  autoscaling {\n    total_max_node_count = 9\n  }"),
        resource(of_azure, "  auto_scaling_enabled = true"),
        resource(of_azure, "  enable_auto_scaling = true"),
        resource(
            "azurerm_kubernetes_cluster",
            "  default_node_pool {\n    auto_scaling_enabled = true\n  }",
        ),
        resource("google_container_cluster", "  enable_autopilot = true"),
        resource("google_container_cluster", "  cluster_autoscaling {\n    enabled = true\n  }"),
        resource("aws_eks_cluster", "  compute_config {\n    enabled = true\n  }"),
    ];
    check(&grown.each_ref().map(String::as_str), false);
}

#[test]
fn groups_of_a_fixed_size_add_none() {
    let fixed = [
        eks("2", "2"),
        resource("aws_autoscaling_group", "  min_size = 2\n  max_size = 2"),
        resource("google_container_node_pool", "  node_count = 2"),
        resource("google_container_cluster", "  initial_node_count = 2"),
        resource("azurerm_kubernetes_cluster_node_pool", "  node_count = 2"),
        resource("azurerm_kubernetes_cluster", "  default_node_pool {\n    node_count = 2\n  }"),
        resource("aws_eks_cluster", ""),
    ];
    check(&fixed.each_ref().map(String::as_str), true);
}

#[test]
fn a_module_that_makes_a_cluster_and_is_not_read_may_add_nodes() {
    let module =
        |source: &str| format!("== main.tf\nmodule \"a\" {{\n  source = \"{source}\"\n}}\n");
    check(&[&module("terraform-aws-modules/eks/aws")], false);
    check(&[&module("terraform-aws-modules/vpc/aws")], true);
}

#[test]
fn programs_that_add_nodes_are_known_by_charts_and_images_and_not_by_what_shows_them() {
    let release = resource(
        "helm_release",
        "  repository = \"https://charts.example\"\n  chart = \"cluster-autoscaler\"",
    );
    let flux = "== ca.yaml\napiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {name: scaler}\nspec:\n  chart: {spec: {chart: cluster-autoscaler, sourceRef: {kind: HelmRepository, name: a}}}\n";
    let image = "== ca.yaml\napiVersion: apps/v1\nkind: Deployment\nmetadata: {name: scaler}\nspec:\n  selector: {matchLabels: {app: scaler}}\n  template:\n    metadata: {labels: {app: scaler}}\n    spec: {containers: [{name: a, image: 'registry.k8s.io/autoscaling/cluster-autoscaler:v1.30.0'}]}\n";
    let class = "== ca.yaml\napiVersion: karpenter.k8s.aws/v1\nkind: EC2NodeClass\nmetadata: {name: a}\nspec: {role: a}\n";
    check(&[&release, flux, image, class], false);
    let dashboard = "== a.yaml\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: karpenter-dashboard}\ndata: {a: b}\n";
    check(&["", dashboard], true);
}
