//! What a command names, and which components of the graph that is.

use camino::{Utf8Component, Utf8Path, Utf8PathBuf};
use kai_core::{ComponentId, LocationRole, Origins};
use kai_graph::{Component, ComponentKind, System};
use kai_guard::Call;

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// An object by kind and name; the namespace where one is said.
    Object {
        kind: String,
        name: String,
        namespace: Option<String>,
    },
    /// Every object of a kind, or those with labels: of each, the values that it may have.
    Selected {
        kind: String,
        labels: Vec<(String, Vec<String>)>,
        namespace: Option<String>,
    },
    Namespace(String),
    /// What a file says, or every file of a folder.
    File(String),
    /// What a chart installs under a name.
    Release(String),
    /// An application or a kustomization that is delivered, and what it installs.
    Delivery(String),
    /// What a module in a folder manages; one resource of it where one is named.
    Module {
        folder: String,
        resource: Option<String>,
    },
    /// Words of which one may be a name.
    Words(Vec<String>),
}

impl Target {
    /// True where it is told from the folder in which the command runs.
    pub(super) fn is_of_folder(&self) -> bool {
        matches!(self, Self::File(_) | Self::Module { .. })
    }
}

/// What stands for a word that is known only when it runs; nothing is called so.
const OPEN: &str = "$";

pub(super) fn targets(call: &Call) -> Vec<Target> {
    let words: Vec<&str> = call.arguments.iter().map(|it| it.literal().unwrap_or(OPEN)).collect();
    match call.program.as_str() {
        "kubectl" | "oc" => kubectl(&words),
        "helm" => helm(&words),
        "terraform" | "tofu" | "terragrunt" => terraform(&words),
        "argocd" | "flux" => {
            operands(&words, 2).into_iter().map(|it| Target::Delivery(it.to_owned())).collect()
        }
        _ => vec![Target::Words(names(&words))],
    }
}

/// The first value of a flag, glued or behind it.
fn value<'a>(words: &[&'a str], names: &[&str]) -> Option<&'a str> {
    values(words, names).first().copied()
}

fn values<'a>(words: &[&'a str], names: &[&str]) -> Vec<&'a str> {
    let own = words.iter().take_while(|it| **it != "--").enumerate();
    let values = own.filter_map(|(index, it)| {
        if names.contains(it) {
            return words.get(index + 1).copied();
        }
        let glued = names.iter().find_map(|name| {
            let rest = it.strip_prefix(name)?;
            rest.strip_prefix('=').or(if name.len() == 2 && !rest.is_empty() {
                Some(rest)
            } else {
                None
            })
        });
        glued.filter(|_| !it.starts_with("--") || it.contains('='))
    });
    values.collect()
}

/// Words without flags, their values, and the first of them.
fn operands<'a>(words: &[&'a str], skipped: usize) -> Vec<&'a str> {
    const VALUED: &[&str] = &[
        "-n",
        "--namespace",
        "-f",
        "--filename",
        "-k",
        "--kustomize",
        "-l",
        "--selector",
        "--replicas",
        "-p",
        "--patch",
        "--type",
        "-c",
        "--container",
        "--context",
        "--kube-context",
        "--kubeconfig",
        "-o",
        "--output",
        "--timeout",
        "--grace-period",
        "--values",
        "--set",
        "--version",
        "--as",
        "--server",
        "--token",
        "--cluster",
        "--user",
        "-s",
        "--field-manager",
        "--app-namespace",
    ];
    let mut found = Vec::new();
    let mut rest = words.iter();
    while let Some(it) = rest.next() {
        if *it == "--" {
            break;
        }
        if VALUED.contains(it) {
            rest.next();
        } else if !it.starts_with('-') {
            found.push(*it);
        }
    }
    found.drain(..skipped.min(found.len()));
    found
}

fn kubectl(words: &[&str]) -> Vec<Target> {
    let namespace =
        value(words, &["-n", "--namespace"]).filter(|it| *it != OPEN).map(str::to_owned);
    let files = values(words, &["-f", "--filename", "-k", "--kustomize"]);
    let files = files.into_iter().flat_map(|it| it.split(','));
    let files: Vec<Target> = files.map(|it| Target::File(it.to_owned())).collect();
    if !files.is_empty() {
        return files;
    }
    let all = operands(words, 0);
    let verb = all.first().copied().unwrap_or_default();
    let skipped =
        if matches!(verb, "rollout" | "set" | "auth" | "create" | "certificate" | "config") {
            2
        } else {
            1
        };
    let rest = operands(words, skipped);
    let labels = value(words, &["-l", "--selector"]).map(labels).unwrap_or_default();
    let object = |kind: &str, name: &str| match singular(kind).as_str() {
        "namespace" => Target::Namespace(name.to_owned()),
        kind => Target::Object {
            kind: kind.to_owned(),
            name: name.to_owned(),
            namespace: namespace.clone(),
        },
    };
    match verb {
        "drain" | "cordon" | "uncordon" => {
            rest.iter().map(|it| object("node", it.trim_start_matches("node/"))).collect()
        }
        "run" | "debug" | "exec" | "attach" | "cp" | "port-forward" => {
            let name = rest.first().map(|it| it.split(':').next().unwrap_or(it));
            name.map(|it| {
                it.split_once('/')
                    .map_or_else(|| object("pod", it), |(kind, name)| object(kind, name))
            })
            .into_iter()
            .collect()
        }
        _ => {
            let Some((first, names)) = rest.split_first() else { return Vec::new() };
            let slashed = rest.iter().filter_map(|it| it.split_once('/'));
            let slashed: Vec<Target> = slashed.map(|(kind, name)| object(kind, name)).collect();
            if !slashed.is_empty() {
                return slashed;
            }
            let names = names.iter().filter(|it| !it.contains('=') && !it.ends_with('-'));
            let named: Vec<Target> = first
                .split(',')
                .flat_map(|kind| names.clone().map(move |name| object(kind, name)))
                .collect();
            let kinds = first.split(',').map(|it| Target::Selected {
                kind: singular(it),
                labels: labels.clone(),
                namespace: namespace.clone(),
            });
            if named.is_empty() { kinds.collect() } else { named }
        }
    }
}

/// What a selector asks for: `app=a,tier in (x, y)`. What it only leaves out is not told, so that more is meant.
fn labels(selector: &str) -> Vec<(String, Vec<String>)> {
    let mut depth = 0;
    let parts = selector.split(|it: char| {
        depth += match it {
            '(' => 1,
            ')' => -1,
            _ => 0,
        };
        it == ',' && depth == 0
    });
    let label = |part: &str| {
        if let Some((key, values)) = part.split_once(" in ") {
            let values = values.trim().trim_start_matches('(').trim_end_matches(')').split(',');
            return Some((key.trim().to_owned(), values.map(|it| it.trim().to_owned()).collect()));
        }
        let (key, value) = part.split_once('=').filter(|it| !it.0.ends_with('!'))?;
        let value = value.trim_start_matches('=').trim();
        Some((key.trim().to_owned(), vec![value.to_owned()]))
    };
    parts.filter_map(label).filter(|it| !it.1.iter().any(|it| it == OPEN)).collect()
}

/// Kinds as Kubernetes abbreviates them.
fn singular(kind: &str) -> String {
    let lower = kind.to_ascii_lowercase();
    let kind = lower.split('.').next().unwrap_or(&lower);
    let full = match kind {
        "po" => "pod",
        "deploy" => "deployment",
        "sts" => "statefulset",
        "ds" => "daemonset",
        "rs" => "replicaset",
        "svc" => "service",
        "ing" => "ingress",
        "ingresses" => return "ingress".to_owned(),
        "cm" => "configmap",
        "cj" => "cronjob",
        "pvc" => "persistentvolumeclaim",
        "pv" => "persistentvolume",
        "no" => "node",
        "ns" => "namespace",
        "sa" => "serviceaccount",
        "pdb" => "poddisruptionbudget",
        "hpa" => "horizontalpodautoscaler",
        "sc" => "storageclass",
        "netpol" | "networkpolicies" => "networkpolicy",
        it => it,
    };
    match full.strip_suffix('s') {
        Some(one) if !matches!(full, "ingress") && !one.ends_with('s') => one.to_owned(),
        _ => full.to_owned(),
    }
}

fn helm(words: &[&str]) -> Vec<Target> {
    let rest = operands(words, 1);
    let release = rest.first().map(|it| Target::Release((*it).to_owned()));
    let chart = rest
        .get(1)
        .filter(|it| it.starts_with('.') || it.contains('/'))
        .map(|it| Target::File((*it).to_owned()));
    release.into_iter().chain(chart).collect()
}

fn terraform(words: &[&str]) -> Vec<Target> {
    let folder = words.iter().find_map(|it| {
        it.strip_prefix("-chdir=").or_else(|| it.strip_prefix("--terragrunt-working-dir="))
    });
    let named = value(words, &["-target", "--target"]).or_else(|| {
        let operands = operands(words, 1);
        operands.into_iter().find(|it| it.contains('.') && !it.contains('/'))
    });
    let resource = named.map(|it| it.rsplit('.').next().unwrap_or(it).to_owned());
    vec![Target::Module { folder: folder.unwrap_or(".").to_owned(), resource }]
}

/// Values of flags and operands without verbs.
fn names(words: &[&str]) -> Vec<String> {
    let values = words.iter().map(|it| it.split_once('=').map_or(*it, |(_, it)| it));
    let parts = values.flat_map(|it| it.rsplit(['/', ':']).take(1).chain([it]));
    let mut names: Vec<String> =
        parts.filter(|it| it.len() > 2 && !it.starts_with('-')).map(str::to_owned).collect();
    names.sort();
    names.dedup();
    names
}

/// The components that a target is. Paths are told from `prefix`, where the agent stands in what was read.
#[must_use]
pub fn find(
    target: &Target,
    system: &System,
    origins: &Origins,
    prefix: &Utf8Path,
) -> Vec<ComponentId> {
    let path = match target {
        Target::File(path) | Target::Module { folder: path, .. } => {
            Some(normal(&prefix.join(path)))
        }
        _ => None,
    };
    let is_meant = |it: &&Component| match target {
        Target::Object { kind, name, namespace } => {
            (is_object(it, kind, name) || kind == CLAIM && claims_as(it, name))
                && is_in(it, namespace.as_deref())
        }
        Target::Selected { kind, labels, namespace } => {
            let has = |(key, values): &(String, Vec<String>)| {
                let pods = it.workload().filter(|_| kind == "pod" || kind == CLAIM);
                let of_pods = pods.and_then(|it| {
                    let labels = &it.facts.pod_labels;
                    labels.iter().find(|it| it.0 == key).map(|it| it.1.as_str())
                });
                of_pods
                    .or(it.label_value(key))
                    .is_some_and(|it| values.iter().any(|value| value == it))
            };
            let is_claimed = kind == CLAIM
                && it.workload().is_some_and(|it| !it.facts.claim_templates.is_empty());
            (is_kind(it, kind) || is_claimed)
                && is_in(it, namespace.as_deref())
                && labels.iter().all(has)
        }
        Target::Namespace(name) => {
            it.namespace == *name || it.native_kind == "Namespace" && it.name == *name
        }
        Target::File(_) => path.as_ref().is_some_and(|path| {
            let place = origins.location(it.origin, LocationRole::Primary);
            let root = &system.root(it.root).path;
            place.is_some_and(|it| it.path.starts_with(path)) || root.starts_with(path)
        }),
        Target::Release(name) => {
            let root = system.root(it.root);
            root.release.as_deref().is_some_and(|it| it == name)
                || it.label_value("app.kubernetes.io/instance") == Some(name)
        }
        Target::Delivery(name) => {
            let root = system.root(it.root);
            root.release.as_deref().is_some_and(|it| it == name)
                || it.label_value("app.kubernetes.io/instance") == Some(name)
                || it.name == *name && DELIVERIES.contains(&it.native_kind.as_str())
        }
        Target::Module { resource, .. } => {
            let is_here = path.as_ref().is_some_and(|path| system.root(it.root).path == *path);
            is_here
                && resource.as_ref().is_none_or(|name| {
                    it.name.as_str() == name || it.label().contains(name.as_str())
                })
        }
        Target::Words(words) => {
            it.kind != ComponentKind::Opaque && words.iter().any(|word| it.name == *word)
        }
    };
    system.components().iter().filter(is_meant).map(|it| it.id).collect()
}

const CLAIM: &str = "persistentvolumeclaim";

/// What delivers other objects.
const DELIVERIES: &[&str] = &[
    "Application",
    "ApplicationSet",
    "Kustomization",
    "HelmRelease",
    "GitRepository",
    "OCIRepository",
];

/// True where a controller makes a claim of this name for one of its pods: template, its own name, and a number.
fn claims_as(component: &Component, name: &str) -> bool {
    let templates =
        component.workload().map(|it| &it.facts.claim_templates[..]).unwrap_or_default();
    templates.iter().any(|it| {
        let rest = name.strip_prefix(it.name.as_str()).and_then(|it| it.strip_prefix('-'));
        let number = rest.and_then(|it| it.strip_prefix(component.name.as_str()));
        number.and_then(|it| it.strip_prefix('-')).is_some_and(|it| it.parse::<u32>().is_ok())
    })
}

fn is_in(component: &Component, namespace: Option<&str>) -> bool {
    namespace.is_none_or(|it| component.namespace.is_empty() || component.namespace == it)
}

fn is_kind(component: &Component, kind: &str) -> bool {
    let native = component.native_kind.to_ascii_lowercase();
    native == kind
        || kind == "pod" && component.workload().is_some()
        || kind == "all" && component.workload().is_some()
}

fn is_object(component: &Component, kind: &str, name: &str) -> bool {
    let is_pod_of = kind == "pod"
        && component.workload().is_some()
        && name.strip_prefix(component.name.as_str()).is_some_and(|it| it.starts_with('-'));
    is_kind(component, kind) && component.name == name || is_pod_of
}

fn normal(path: &Utf8Path) -> Utf8PathBuf {
    let mut parts: Vec<&str> = Vec::new();
    for part in path.components() {
        match part {
            Utf8Component::ParentDir => {
                parts.pop();
            }
            Utf8Component::Normal(it) => parts.push(it),
            _ => {}
        }
    }
    parts.iter().collect()
}
