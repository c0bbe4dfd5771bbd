//! `cargo xtask dump`: a cluster as large as one likes, for `kai break` to read.
//!
//! What `kubectl get nodes,pods,pdb,rs,deploy,svc -A -o json` would print of a cluster that
//! [`kai_sim::generated`] draws from a fixed seed: as long as real dumps are, with the fields that
//! nobody asks for.

use std::io::{self, BufWriter, Write};

use kai_sim::generated::{Shape, cluster};
use kai_sim::model::{
    AffinityTerm, CPU, Cluster, Container, Labels, MEMORY, Node, NodeSelectorTerm, Operator, Pod,
    Requirement, Resources, Selector, Taint, Toleration,
};
use serde_json::{Value, json};

const SEED: u64 = 1;
const CREATED: &str = "2026-01-15T09:30:00Z";

pub(crate) fn run(nodes: &str, pods: &str) -> Result<(), String> {
    let number =
        |it: &str| it.parse::<usize>().map_err(|_| format!("`{it}` is no number of objects"));
    let (nodes, pods) = (number(nodes)?, number(pods)?);
    let shape = Shape { nodes, pods, workloads: (pods / 25).max(1), zones: 3 };
    let out = BufWriter::new(io::stdout().lock());
    write(&cluster(SEED, shape), out).map_err(|it| format!("cannot write: {it}"))
}

/// One object after the other: all of them as one value would take gigabytes.
fn write(cluster: &Cluster, mut out: impl Write) -> io::Result<()> {
    let pods = cluster.pods.iter().enumerate().map(|(at, it)| pod(it, at));
    let replicas = |it: &kai_sim::model::Controller| {
        let is_of = |pod: &&Pod| {
            pod.namespace == it.key.namespace
                && pod.owner.as_ref().is_some_and(|owner| owner.name == it.key.name)
        };
        cluster.pods.iter().filter(is_of).count()
    };
    let above = cluster.controllers.iter().flat_map(|it| controllers(it, replicas(it)));
    let budgets = cluster.controllers.iter().step_by(3).map(budget);
    let services = cluster.services.iter().map(service);
    let objects = cluster.nodes.iter().map(node).chain(pods).chain(above).chain(budgets);
    writeln!(out, "{{\n    \"apiVersion\": \"v1\",\n    \"items\": [")?;
    for (at, object) in objects.chain(services).enumerate() {
        let comma = if at == 0 { "" } else { ",\n" };
        write!(out, "{comma}{}", pretty(&object)?)?;
    }
    writeln!(out, "\n    ],\n    \"kind\": \"List\",\n    \"metadata\": {{}}\n}}")?;
    out.flush()
}

/// As kubectl indents.
fn pretty(object: &Value) -> io::Result<String> {
    let mut bytes = Vec::new();
    let format = serde_json::ser::PrettyFormatter::with_indent(b"    ");
    let mut serializer = serde_json::Serializer::with_formatter(&mut bytes, format);
    serde::Serialize::serialize(object, &mut serializer).map_err(io::Error::other)?;
    let text = String::from_utf8(bytes).map_err(io::Error::other)?;
    Ok(text.lines().map(|it| format!("        {it}")).collect::<Vec<_>>().join("\n"))
}

fn node(node: &Node) -> Value {
    let taints: Vec<Value> = node.taints.iter().map(taint).collect();
    let images =
        node.images.iter().map(|it| json!({ "names": list(&it.names), "sizeBytes": it.size }));
    json!({
        "apiVersion": "v1",
        "kind": "Node",
        "metadata": { "name": node.name.as_str(), "labels": words(&node.labels), "creationTimestamp": CREATED },
        "spec": { "taints": taints, "unschedulable": node.is_unschedulable },
        "status": {
            "allocatable": resources(&node.allocatable),
            "capacity": resources(&node.allocatable),
            "conditions": [{ "type": "Ready", "status": "True", "lastHeartbeatTime": CREATED }],
            "images": images.collect::<Vec<_>>(),
        },
    })
}

fn taint(taint: &Taint) -> Value {
    json!({ "key": taint.key.as_str(), "value": taint.value.as_str(), "effect": format!("{:?}", taint.effect) })
}

fn resources(resources: &Resources) -> Value {
    let quantity = |name: &str, amount: i64| match name {
        CPU => format!("{amount}m"),
        MEMORY => format!("{}Ki", amount >> 10),
        _ => amount.to_string(),
    };
    let all = resources.iter().map(|(name, amount)| {
        let text = quantity(name, amount);
        (name.to_string(), json!(text))
    });
    Value::Object(all.collect())
}

fn pod(pod: &Pod, number: usize) -> Value {
    let owner = pod.owner.as_ref().map(|it| {
        json!({
            "apiVersion": "apps/v1",
            "blockOwnerDeletion": true,
            "controller": true,
            "kind": "ReplicaSet",
            "name": it.name.as_str(),
            "uid": uid(number / 25),
        })
    });
    let phase = if pod.node.is_some() { "Running" } else { "Pending" };
    let is_ready = if pod.node.is_some() { "True" } else { "False" };
    let condition = |kind: &str, status: &str| {
        json!({
            "lastProbeTime": null,
            "lastTransitionTime": CREATED,
            "status": status,
            "type": kind,
        })
    };
    let kinds = ["PodReadyToStartContainers", "Initialized", "Ready", "ContainersReady"];
    let mut conditions: Vec<Value> = kinds.iter().map(|it| condition(it, is_ready)).collect();
    conditions.push(condition("PodScheduled", is_ready));
    let statuses: Vec<Value> = pod.containers.iter().enumerate().map(status).collect();
    let mut metadata = json!({
        "annotations": { "checksum/config": uid(number), "prometheus.io/scrape": "true" },
        "creationTimestamp": CREATED,
        "generateName": format!("{}-", pod.name),
        "labels": words(&pod.labels),
        "name": pod.name.as_str(),
        "namespace": pod.namespace.as_str(),
        "ownerReferences": owner.into_iter().collect::<Vec<_>>(),
        "resourceVersion": number.to_string(),
        "uid": uid(number),
    });
    if pod.is_terminating {
        metadata["deletionTimestamp"] = json!(CREATED);
    }
    json!({
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": metadata,
        "spec": spec(pod),
        "status": {
            "conditions": conditions,
            "containerStatuses": statuses,
            "hostIP": "10.0.0.1",
            "hostIPs": [{ "ip": "10.0.0.1" }],
            "phase": phase,
            "podIP": "10.1.0.1",
            "podIPs": [{ "ip": "10.1.0.1" }],
            "qosClass": "Burstable",
            "startTime": CREATED,
        },
    })
}

fn spec(pod: &Pod) -> Value {
    let containers: Vec<Value> = pod.containers.iter().enumerate().map(container).collect();
    let seconds = |key: &str| json!({ "effect": "NoExecute", "key": key, "operator": "Exists", "tolerationSeconds": 300 });
    let mut tolerations: Vec<Value> = pod.tolerations.iter().map(toleration).collect();
    tolerations.push(seconds("node.kubernetes.io/not-ready"));
    tolerations.push(seconds("node.kubernetes.io/unreachable"));
    json!({
        "affinity": affinity(pod),
        "containers": containers,
        "dnsPolicy": "ClusterFirst",
        "enableServiceLinks": true,
        "nodeName": pod.node.as_deref(),
        "nodeSelector": words(&pod.node_selector),
        "preemptionPolicy": "PreemptLowerPriority",
        "priority": pod.priority,
        "restartPolicy": "Always",
        "schedulerName": "default-scheduler",
        "securityContext": {},
        "serviceAccount": "default",
        "serviceAccountName": "default",
        "terminationGracePeriodSeconds": 30,
        "tolerations": tolerations,
        "topologySpreadConstraints": pod.spread.iter().map(spread).collect::<Vec<_>>(),
        "volumes": [{
            "name": "kube-api-access",
            "projected": {
                "defaultMode": 420,
                "sources": [
                    { "serviceAccountToken": { "expirationSeconds": 3607, "path": "token" } },
                    {
                        "configMap": {
                            "items": [{ "key": "ca.crt", "path": "ca.crt" }],
                            "name": "kube-root-ca.crt",
                        },
                    },
                    {
                        "downwardAPI": {
                            "items": [{
                                "fieldRef": {
                                    "apiVersion": "v1",
                                    "fieldPath": "metadata.namespace",
                                },
                                "path": "namespace",
                            }],
                        },
                    },
                ],
            },
        }],
    })
}

fn container((at, container): (usize, &Container)) -> Value {
    let variable = |number: usize| json!({ "name": format!("SETTING_{number}"), "value": format!("value-{number}") });
    let variables: Vec<Value> = (0..2).map(variable).collect();
    let probe = |path: &str| {
        json!({
            "failureThreshold": 3,
            "httpGet": { "path": path, "port": "http", "scheme": "HTTP" },
            "periodSeconds": 10,
            "successThreshold": 1,
            "timeoutSeconds": 1,
        })
    };
    let ports = container.host_ports.iter().map(|it| {
        json!({ "containerPort": it.port, "hostPort": it.port, "protocol": it.protocol.as_str() })
    });
    let http = json!({ "containerPort": 8000 + at, "name": "http", "protocol": "TCP" });
    json!({
        "env": variables,
        "image": container.image.as_str(),
        "imagePullPolicy": "IfNotPresent",
        "livenessProbe": probe("/live"),
        "name": format!("container-{at}"),
        "ports": ports.chain([http]).collect::<Vec<_>>(),
        "readinessProbe": probe("/ready"),
        "resources": { "requests": resources(&container.requests) },
        "securityContext": {
            "allowPrivilegeEscalation": false,
            "capabilities": { "drop": ["ALL"] },
            "readOnlyRootFilesystem": true,
            "runAsNonRoot": true,
        },
        "terminationMessagePath": "/dev/termination-log",
        "terminationMessagePolicy": "File",
        "volumeMounts": [{
            "mountPath": "/var/run/secrets/kubernetes.io/serviceaccount",
            "name": "kube-api-access",
            "readOnly": true,
        }],
    })
}

fn status((at, container): (usize, &Container)) -> Value {
    json!({
        "containerID": format!("containerd://{}", uid(at)),
        "image": container.image.as_str(),
        "imageID": format!("registry.invalid/{}@sha256:{}", container.image, uid(at)),
        "lastState": {},
        "name": format!("container-{at}"),
        "ready": true,
        "restartCount": 0,
        "started": true,
        "state": { "running": { "startedAt": CREATED } },
    })
}

fn toleration(toleration: &Toleration) -> Value {
    json!({ "key": toleration.key.as_str(), "operator": "Exists" })
}

fn affinity(pod: &Pod) -> Value {
    let terms = |terms: &[AffinityTerm]| terms.iter().map(term).collect::<Vec<_>>();
    let weighted = |terms: &[kai_sim::model::Weighted<AffinityTerm>]| {
        let one = |it: &kai_sim::model::Weighted<AffinityTerm>| json!({ "weight": it.weight, "podAffinityTerm": term(&it.term) });
        terms.iter().map(one).collect::<Vec<_>>()
    };
    let of_pods = |it: &kai_sim::model::Affinity| {
        json!({
            "requiredDuringSchedulingIgnoredDuringExecution": terms(&it.required),
            "preferredDuringSchedulingIgnoredDuringExecution": weighted(&it.preferred),
        })
    };
    let preferred = pod
        .preferred_nodes
        .iter()
        .map(|it| json!({ "weight": it.weight, "preference": node_term(&it.term) }));
    let mut of_nodes =
        json!({ "preferredDuringSchedulingIgnoredDuringExecution": preferred.collect::<Vec<_>>() });
    if let Some(required) = &pod.node_affinity {
        of_nodes["requiredDuringSchedulingIgnoredDuringExecution"] = json!({ "nodeSelectorTerms": required.terms.iter().map(node_term).collect::<Vec<_>>() });
    }
    json!({
        "nodeAffinity": of_nodes,
        "podAffinity": of_pods(&pod.affinity),
        "podAntiAffinity": of_pods(&pod.anti_affinity),
    })
}

fn term(term: &AffinityTerm) -> Value {
    let mut value = json!({
        "labelSelector": term.selector.as_ref().map(selector),
        "namespaces": list(&term.namespaces),
        "topologyKey": term.topology_key.as_str(),
    });
    if let Some(namespaces) = &term.namespace_selector {
        value["namespaceSelector"] = selector(namespaces);
    }
    value
}

fn node_term(term: &NodeSelectorTerm) -> Value {
    json!({ "matchExpressions": term.expressions.iter().map(requirement).collect::<Vec<_>>() })
}

fn spread(spread: &kai_sim::model::SpreadConstraint) -> Value {
    let policy = |honours: bool| if honours { "Honor" } else { "Ignore" };
    let unmet = if spread.is_required { "DoNotSchedule" } else { "ScheduleAnyway" };
    let mut value = json!({
        "labelSelector": spread.selector.as_ref().map(selector),
        "maxSkew": spread.max_skew,
        "nodeAffinityPolicy": policy(spread.honours_affinity),
        "nodeTaintsPolicy": policy(spread.honours_taints),
        "topologyKey": spread.topology_key.as_str(),
        "whenUnsatisfiable": unmet,
    });
    // The API takes it only where the spread must hold.
    if let Some(min) = spread.min_domains.filter(|_| spread.is_required) {
        value["minDomains"] = json!(min);
    }
    value
}

fn selector(selector: &Selector) -> Value {
    json!({ "matchExpressions": selector.requirements.iter().map(requirement).collect::<Vec<_>>() })
}

fn requirement(requirement: &Requirement) -> Value {
    let operator = match requirement.operator {
        Operator::In => "In",
        Operator::NotIn => "NotIn",
        Operator::Exists => "Exists",
        Operator::DoesNotExist => "DoesNotExist",
        Operator::Gt => "Gt",
        Operator::Lt => "Lt",
    };
    json!({ "key": requirement.key.as_str(), "operator": operator, "values": list(&requirement.values) })
}

/// A Deployment and its ReplicaSet.
fn controllers(controller: &kai_sim::model::Controller, replicas: usize) -> [Value; 2] {
    let labels = words(&labels(controller));
    let selector = json!({ "matchLabels": labels });
    let (name, namespace) = (controller.key.name.as_str(), controller.key.namespace.as_str());
    let template = json!({
        "metadata": { "labels": labels },
        "spec": { "containers": [{ "name": "container-0", "image": "app:1" }] },
    });
    let object = |kind: &str, owners: Value| {
        json!({
            "apiVersion": "apps/v1",
            "kind": kind,
            "metadata": { "name": name, "namespace": namespace, "ownerReferences": owners },
            "spec": { "replicas": replicas, "selector": selector, "template": template },
        })
    };
    let owner = json!([{
        "apiVersion": "apps/v1",
        "controller": true,
        "kind": "Deployment",
        "name": name,
        "uid": uid(0),
    }]);
    [object("Deployment", json!([])), object("ReplicaSet", owner)]
}

fn budget(controller: &kai_sim::model::Controller) -> Value {
    json!({
        "apiVersion": "policy/v1",
        "kind": "PodDisruptionBudget",
        "metadata": { "name": controller.key.name.as_str(), "namespace": controller.key.namespace.as_str() },
        "spec": { "maxUnavailable": 1, "selector": { "matchLabels": words(&labels(controller)) } },
    })
}

fn service(service: &kai_sim::model::Service) -> Value {
    json!({
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": { "name": service.key.name.as_str(), "namespace": service.key.namespace.as_str() },
        "spec": { "ports": [{ "port": 80, "targetPort": "http" }], "selector": service.selector.as_ref().map(words) },
    })
}

/// The labels that the controller selects.
fn labels(controller: &kai_sim::model::Controller) -> Labels {
    let requirements = controller.selector.iter().flat_map(|it| it.requirements.iter());
    let pairs = requirements.filter_map(|it| Some((it.key.clone(), it.values.first()?.clone())));
    pairs.collect()
}

fn words(labels: &Labels) -> Value {
    let pairs = labels.iter().map(|(key, value)| (key.to_string(), json!(value.as_str())));
    Value::Object(pairs.collect())
}

fn list<S: AsRef<str>>(texts: &[S]) -> Value {
    json!(texts.iter().map(AsRef::as_ref).collect::<Vec<&str>>())
}

fn uid(number: usize) -> String {
    format!("00000000-0000-4000-8000-{number:012x}")
}
