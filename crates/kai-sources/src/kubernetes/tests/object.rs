use kai_graph::{ComponentKind, Facts};

use super::{components, lowered, problems};

/// Kind, namespace and name of every component.
#[track_caller]
fn check(text: &str, expected: &[&str]) {
    let named: Vec<_> = components(text)
        .iter()
        .map(|it| format!("{} {} {}", it.native_kind, it.namespace, it.name))
        .collect();
    assert_eq!(named, expected);
}

#[test]
fn lists_are_taken_apart() {
    check(
        "apiVersion: v1
kind: List
items:
- {apiVersion: v1, kind: ConfigMap, metadata: {name: a, namespace: shop}}
- apiVersion: v1
  kind: ConfigMapList
  items: [{apiVersion: v1, kind: ConfigMap, metadata: {name: b}}]
",
        &["ConfigMap shop a", "ConfigMap default b"],
    );
}

#[test]
fn what_its_owner_says_too_is_left_out() {
    check(
        "apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
---
apiVersion: apps/v1
kind: ReplicaSet
metadata:
  name: web-5f
  namespace: shop
  ownerReferences: [{apiVersion: apps/v1, kind: Deployment, name: web, controller: true}]
---
apiVersion: v1
kind: Pod
metadata:
  name: web-5f-x
  namespace: shop
  ownerReferences: [{apiVersion: apps/v1, kind: ReplicaSet, name: web-5f, controller: true}]
---
apiVersion: v1
kind: Pod
metadata:
  name: orphan
  namespace: shop
  ownerReferences: [{apiVersion: apps/v1, kind: ReplicaSet, name: gone, controller: true}]
",
        &["Deployment shop web", "Pod shop orphan"],
    );
}

#[test]
fn what_an_operator_made_stays_but_for_its_pods() {
    let owned = |kind: &str, version: &str, name: &str| {
        format!(
            "{{apiVersion: {version}, kind: {kind}, metadata: {{name: {name}, ownerReferences: \
             [{{apiVersion: example.test/v1, kind: Widget, name: w, controller: true}}]}}}}\n---\n"
        )
    };
    let text = [
        owned("Deployment", "apps/v1", "w-web"),
        owned("Pod", "v1", "w-0"),
        "{apiVersion: example.test/v1, kind: Widget, metadata: {name: w}}\n".into(),
    ];
    check(&text.concat(), &["Deployment default w-web", "Widget default w"]);
}

#[test]
fn who_owns_one_another_in_a_circle_stays() {
    let owned = |name: &str, owner: &str| {
        format!(
            "{{apiVersion: apps/v1, kind: ReplicaSet, metadata: {{name: {name}, ownerReferences: \
             [{{apiVersion: apps/v1, kind: ReplicaSet, name: {owner}, controller: true}}]}}}}\n---\n"
        )
    };
    let text = [owned("a", "b"), owned("b", "a"), owned("c", "a"), owned("d", "d")];
    let all = ["a", "b", "c", "d"].map(|it| format!("ReplicaSet default {it}"));
    check(&text.concat(), &all.each_ref().map(String::as_str));
}

#[test]
fn what_lives_in_no_namespace_has_none() {
    check(
        "{apiVersion: storage.k8s.io/v1, kind: StorageClass, metadata: {name: a, namespace: x}}
---
{apiVersion: cert-manager.io/v1, kind: ClusterIssuer, metadata: {name: b}}
---
{apiVersion: postgresql.cnpg.io/v1, kind: Cluster, metadata: {name: c}}
",
        &["StorageClass  a", "ClusterIssuer  b", "Cluster default c"],
    );
}

#[test]
fn an_unknown_kind_stays_visible_and_may_make_anything() {
    let components =
        components("{apiVersion: example.test/v1, kind: Widget, metadata: {name: w}}\n");
    let widget = &components[0];
    assert_eq!(widget.kind, ComponentKind::Opaque);
    assert!(matches!(widget.facts, Facts::Named));
    assert_eq!(widget.makes.as_ref().unwrap().kinds, ["*"]);
}

#[test]
fn what_is_no_object_is_a_problem() {
    let message = "it is no Kubernetes object: it has no `kind` or no `apiVersion`";
    assert!(problems("kind: Pod\n").starts_with(message));
    assert!(problems("just text\n").starts_with(message));
    assert!(problems("kind: [a]\napiVersion: v1\n").starts_with(message));
}

#[test]
fn broken_objects_of_every_kind_are_read_as_far_as_they_go() {
    let kinds = [
        ("apps/v1", "Deployment"),
        ("apps/v1", "StatefulSet"),
        ("batch/v1", "CronJob"),
        ("v1", "Pod"),
        ("v1", "Service"),
        ("v1", "Secret"),
        ("v1", "ConfigMap"),
        ("v1", "Node"),
        ("v1", "LimitRange"),
        ("v1", "PersistentVolume"),
        ("networking.k8s.io/v1", "Ingress"),
        ("networking.k8s.io/v1", "NetworkPolicy"),
        ("projectcalico.org/v3", "GlobalNetworkPolicy"),
        ("cilium.io/v2", "CiliumNetworkPolicy"),
        ("policy/v1", "PodDisruptionBudget"),
        ("autoscaling/v2", "HorizontalPodAutoscaler"),
        ("keda.sh/v1alpha1", "ScaledObject"),
        ("rbac.authorization.k8s.io/v1", "RoleBinding"),
        ("admissionregistration.k8s.io/v1", "ValidatingWebhookConfiguration"),
        ("postgresql.cnpg.io/v1", "Cluster"),
        ("velero.io/v1", "Schedule"),
        ("external-secrets.io/v1", "ExternalSecret"),
        ("projectcontour.io/v1", "HTTPProxy"),
        ("traefik.io/v1alpha1", "IngressRoute"),
    ];
    let bodies = [
        "spec: 7",
        "spec: [a, b]",
        "spec: null",
        "spec: {template: 1, rules: {a: b}, webhooks: 3, selector: [x], ports: {}, routes: [1]}",
        "spec: {rules: [1, null, {http: x}], ports: [a], metrics: [null], types: [1], ingress: [2]}",
        "data: [1]\nstringData: 4\nrules: x\nwebhooks: [1]\nsubjects: {}\nroleRef: 8",
        "metadata: 5",
    ];
    for (api_version, kind) in kinds {
        for body in bodies {
            let head = format!("apiVersion: {api_version}\nkind: {kind}\n");
            let (lowered, _) = lowered(&format!("{head}{body}\n"));
            assert_eq!(lowered.components.len(), 1, "{kind} with {body}");
        }
    }
}
