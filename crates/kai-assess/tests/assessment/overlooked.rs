//! Fields that Argo CD is told to overlook.

use kai_testing::Memory;

use super::assess;

#[test]
fn the_entry_that_overlooks_a_count_is_the_one_that_is_shown() {
    let files = "== argo/shop.yaml\napiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: shop, namespace: argocd}\nspec:\n\
         \x20 source: {repoURL: 'https://git.example/shop', path: shop}\n  destination: {namespace: shop}\n  ignoreDifferences:\n\
         \x20 - {group: apps, kind: StatefulSet, jsonPointers: [/spec/replicas]}\n\
         \x20 - {group: apps, kind: Deployment, jsonPointers: [/spec/replicas]}\n\
         == shop/shop.yaml\napiVersion: apps/v1\nkind: Deployment\nmetadata: {name: shop}\nspec:\n  replicas: 2\n  selector: {matchLabels: {app: shop}}\n  template:\n\
         \x20   metadata: {labels: {app: shop}}\n    spec: {containers: [{name: a, image: 'a.example/a:1'}]}\n\
         ---\napiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata: {name: shop}\nspec:\n  minReplicas: 2\n  maxReplicas: 9\n\
         \x20 scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: shop}\n";
    let other = |it| {
        format!(
            "---\napiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {{name: a{it}, namespace: argocd}}\nspec: {{source: {{repoURL: 'https://git.example/shop', path: a{it}}}}}\n"
        )
    };
    let others: String = (0..9).map(other).collect();
    let files = format!("{files}== argo/others.yaml\n{others}");
    let findings = assess(&Memory::of(&files)).findings;
    let found = findings.iter().find(|it| it.rule == "hpa-fights-replicas").unwrap();
    let places = found.locations.iter().map(|it| format!("{}:{}", it.path, it.line));
    let of_orders: Vec<String> = places.filter(|it| it.starts_with("argo")).collect();
    assert_eq!(of_orders, ["argo/shop.yaml:5", "argo/shop.yaml:9"]);
}
