use kai_core::Origins;
use kai_syntax::yaml;

use super::*;
use crate::model::{CPU, Effect, MEMORY, Operator};

#[track_caller]
fn read(text: &str) -> Reading {
    let origins = Origins::new();
    let id = origins.add_document("a.yaml".into(), text.into()).unwrap();
    let parsed = yaml::parse(&origins, id);
    cluster(parsed.documents.into_iter().map(|it| it.node).collect())
}

#[test]
fn a_pod_asks_for_its_limit_where_nothing_else_is_written() {
    let reading = read(
        "apiVersion: v1
kind: Pod
metadata: {name: a}
spec:
  containers:
  - name: web
    resources: {limits: {cpu: 1500m, memory: 1Gi}, requests: {cpu: '1'}}
",
    );
    let pod = &reading.cluster.pods[0];
    assert_eq!(pod.key(), "default/a");
    assert_eq!(pod.containers[0].requests.get(CPU), 1000);
    assert_eq!(pod.containers[0].requests.get(MEMORY), 1 << 30);
}

#[test]
fn a_term_without_namespaces_means_the_namespace_of_its_pod() {
    let reading = read(
        "apiVersion: v1
kind: Pod
metadata: {name: a, namespace: shop, labels: {version: '2'}}
spec:
  affinity:
    podAntiAffinity:
      requiredDuringSchedulingIgnoredDuringExecution:
      - topologyKey: kubernetes.io/hostname
        labelSelector: {matchLabels: {app: web}}
        matchLabelKeys: [version]
",
    );
    let term = &reading.cluster.pods[0].anti_affinity.required[0];
    assert_eq!(term.namespaces, ["shop"]);
    let added = &term.selector.as_ref().unwrap().requirements[1];
    assert_eq!((added.key.as_str(), added.operator), ("version", Operator::In));
}

#[test]
fn limits_of_volumes_reach_a_node_that_comes_later() {
    let reading = read(
        "apiVersion: storage.k8s.io/v1
kind: CSINode
metadata: {name: n1}
spec: {drivers: [{name: ebs.csi.aws.com, allocatable: {count: 25}}]}
---
apiVersion: v1
kind: Node
metadata: {name: n1}
spec: {taints: [{key: a, effect: NoExecute}]}
",
    );
    let node = &reading.cluster.nodes[0];
    assert_eq!(node.volume_limits["ebs.csi.aws.com"], 25);
    assert_eq!(node.taints[0].effect, Effect::NoExecute);
}

#[test]
fn what_is_absurd_is_said_and_left_out() {
    let reading = read(
        "apiVersion: v1
kind: Node
metadata: {name: n1}
status: {allocatable: {cpu: '-4', memory: 9999999999Ei, pods: '110'}}
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {name: b}
spec: {minAvailable: half, selector: {matchExpressions: [{key: a, operator: Gt, values: ['1']}]}}
",
    );
    assert_eq!(reading.cluster.nodes[0].allocatable.get(CPU), 0);
    assert_eq!(reading.cluster.budgets[0].selector, None);
    assert_eq!(
        reading.unread,
        [
            "Node `default/n1`: the amount of cpu is no quantity that a node could have",
            "Node `default/n1`: the amount of memory is no quantity that a node could have",
            "PodDisruptionBudget `default/b`: a selector has an operator that there is not",
            "PodDisruptionBudget `default/b`: its limit is neither a number of pods nor a percentage",
        ]
    );
}
