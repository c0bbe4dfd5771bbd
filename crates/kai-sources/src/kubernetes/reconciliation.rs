//! What Argo CD and Flux are told to keep applied.

use kai_compose::AppliedSet;
use kai_core::{Known, Node, OriginId, Reason, SmolStr};
use kai_graph::{
    Component, ComponentKind, Delivered, DiskCluster, Facts, Ignored, MadeApplication, ObjectRef,
    Reconciler, Reconciliation, RevisionKind, SetText, Upstream,
};

use crate::address::without_credentials;
use crate::fields::Fields;
use crate::kubernetes::console::console;
use crate::kubernetes::monitoring::{stack_values, stack_values_in};
use crate::kubernetes::object::Object;
use crate::kubernetes::storage;

/// Reads an order; none for a kind that is none.
pub(super) fn lower(object: &Object<'_>) -> Option<(ComponentKind, Facts)> {
    let order = match (object.group, object.kind) {
        ("argoproj.io", "Application") => argo(object, object.spec),
        ("argoproj.io", "ApplicationSet") => argo(object, object.spec.at("template").at("spec")),
        ("kustomize.toolkit.fluxcd.io", "Kustomization") => kustomization(object),
        ("helm.toolkit.fluxcd.io", "HelmRelease") => release(object),
        ("source.toolkit.fluxcd.io", "OCIRepository" | "GitRepository") => repository(object),
        _ => return None,
    };
    Some((ComponentKind::Control, Facts::Reconciliation(Box::new(order))))
}

fn argo(object: &Object<'_>, spec: Fields<'_>) -> Reconciliation {
    let policy = spec.at("syncPolicy");
    let options = policy.names("syncOptions");
    let finalizers = match object.kind {
        "ApplicationSet" => object.spec.at("template").at("metadata").names("finalizers"),
        _ => object.metadata.names("finalizers"),
    };
    let values = |source: Fields<'_>| {
        let helm = source.at("helm");
        let text = helm.node("values");
        let by_text = text.and_then(|it| stack_values_in(it, helm.reader().origins));
        by_text.or_else(|| stack_values(helm.at("valuesObject")))
    };
    let all = || spec.find("source").into_iter().chain(spec.list("sources"));
    Reconciliation {
        controller: Reconciler::ArgoCd,
        delivered: Some(delivered(object, spec)),
        sources: all().map(|it| source(it, it.get("targetRevision"))).collect(),
        is_automatic: is_automatic(policy),
        prunes: first(&options, |it| matches!(it, "Prune=false" | "Prune=confirm"))
            .map(|_| false)
            .or(|| policy.at("automated").or("prune", false)),
        is_suspended: Known::default(),
        waits: Known::default(),
        needs: Vec::new(),
        forces: first(&options, |it| it == "Replace=true" || it == "Force=true"),
        cascades: first(&finalizers, |it| it.starts_with("resources-finalizer.argocd")),
        alerting: all().find_map(values),
        accounts: all()
            .filter_map(|it| it.at("helm").node("valuesObject"))
            .flat_map(|it| accounts(it, &spec.at("destination").text("namespace")))
            .collect(),
        secrets: all()
            .filter_map(|it| it.at("helm").node("valuesObject"))
            .flat_map(secrets)
            .collect(),
        jobs_of: all().find_map(|it| it.at("helm").at("valuesObject").opt("githubConfigUrl")),
        console: all().find_map(|it| console(it.at("helm").at("valuesObject"))),
        disks: all().find_map(|it| disks(it.at("helm").at("valuesObject"))),
        ignores: spec.list("ignoreDifferences").flat_map(ignored).collect(),
        respects_ignored: first(&options, |it| it == "RespectIgnoreDifferences=true").or(|| {
            let options = policy.node("syncOptions").map(|it| it.origin);
            Known::new(false, options.unwrap_or(policy.origin))
        }),
        made: Vec::new(),
        rolls: rolls(object.spec.at("strategy")),
        set: set_text(object),
    }
}

/// Whether some applications of a set are synced before others. One step that takes all of them, or no step at all, is all
/// at once (argo-cd, `applicationset/controllers`, `isRollingSyncStrategy`).
fn rolls(strategy: Fields<'_>) -> Known<bool> {
    let steps: Vec<_> = strategy.at("rollingSync").list("steps").collect();
    let is_partial = |step: &Fields<'_>| {
        let at_once = step.node("maxUpdate");
        step.list("matchExpressions").next().is_some()
            || at_once.is_some_and(|it| it.text() != Some("100%"))
    };
    let is_listed = strategy.at("rollingSync").node("steps").is_some_and(Node::is_seq);
    let is_ordered = !is_listed || steps.len() > 1 || steps.first().is_some_and(is_partial);
    strategy.get::<SmolStr>("type").map(|it| it == "RollingSync" && is_ordered)
}

fn set_text(object: &Object<'_>) -> Option<SetText> {
    let metadata = object.spec.at("template").node("metadata")?;
    let is_plain = !object.spec.has("strategy");
    (object.kind == "ApplicationSet" && is_plain).then(|| SetText {
        spec: object.spec.origin,
        metadata: metadata.origin,
        labels: metadata.get("labels").map(|it| it.origin),
    })
}

/// Tells the sets among the components which applications they make.
pub(crate) fn applications(sets: &[AppliedSet], components: &mut [Component]) {
    for set in sets {
        let is_it = |it: &&mut Component| {
            it.native_kind == "ApplicationSet"
                && it.name == set.name
                && (it.namespace == set.namespace || set.namespace.is_empty())
        };
        let component = components.iter_mut().find(is_it).map(|it| &mut it.facts);
        if let Some(Facts::Reconciliation(order)) = component {
            order.made = set.applications.iter().map(made).collect();
        }
    }
}

fn made(application: &Node) -> MadeApplication {
    let text = |path: &[&str]| SmolStr::from(application.str_at(path).unwrap_or_default());
    let named = text(&["spec", "destination", "name"]);
    let spec = application.get("spec");
    let several = spec.and_then(|it| it.get("sources")).map(Node::items).unwrap_or_default();
    let sources = || spec.and_then(|it| it.get("source")).into_iter().chain(several);
    let automated = application.at(&["spec", "syncPolicy", "automated"]);
    MadeApplication {
        name: text(&["metadata", "name"]),
        cluster: if named.is_empty() { text(&["spec", "destination", "server"]) } else { named },
        namespace: text(&["spec", "destination", "namespace"]),
        paths: sources().filter_map(|it| it.str_at(&["path"])).map(SmolStr::from).collect(),
        pins: sources().flat_map(pins).collect(),
        is_automatic: automated.is_some_and(|it| {
            it.as_map().is_some() && it.get("enabled").and_then(Node::as_bool) != Some(false)
        }),
    }
}

/// What of a source may differ from one application of a set to the next, so that one gets a version later.
fn pins(source: &Node) -> Vec<SmolStr> {
    let list = |path: &[&str]| source.at(path).map(Node::items).unwrap_or_default().iter();
    let is_version = |it: &&Node| {
        let name = it.str_at(&["name"]).unwrap_or_default().to_ascii_lowercase();
        ["image", "tag", "version"].iter().any(|word| name.contains(word))
    };
    let files = list(&["helm", "valueFiles"]);
    let versions =
        list(&["helm", "parameters"]).filter(is_version).filter_map(|it| it.get("value"));
    let all = source.get("targetRevision").into_iter();
    let all = all.chain(files).chain(versions).chain(list(&["kustomize", "images"]));
    all.filter_map(|it| it.as_str().map(SmolStr::from)).collect()
}

/// An ApplicationSet says only in its template how its applications are called.
fn delivered(object: &Object<'_>, spec: Fields<'_>) -> Delivered {
    let target = spec.at("destination");
    let application = match object.kind {
        "ApplicationSet" => object.spec.at("template").at("metadata").get("name"),
        _ => object.metadata.get("name"),
    };
    Delivered {
        project: spec.get("project"),
        application,
        namespace: target.get("namespace"),
        clusters: [target.get("name"), target.get("server")],
    }
}

/// The cluster that the chart rook-ceph-cluster makes.
fn disks(values: Fields<'_>) -> Option<DiskCluster> {
    values.find("cephClusterSpec").map(storage::disks)
}

/// An `automated` that is there, unless it says `enabled: false`.
fn is_automatic(policy: Fields<'_>) -> Known<bool> {
    match policy.find("automated") {
        Some(automated) => automated.or("enabled", true),
        None => Known::new(false, policy.origin),
    }
}

/// The accounts that values name, wherever in them.
fn accounts(values: &Node, namespace: &SmolStr) -> Vec<ObjectRef> {
    let account = |(name, origin): (SmolStr, OriginId)| ObjectRef {
        kind: SmolStr::new_static("ServiceAccount"),
        namespace: namespace.clone(),
        name,
        origin,
    };
    texts_under("serviceAccountName", values).into_iter().map(account).collect()
}

fn secrets(values: &Node) -> Vec<SmolStr> {
    texts_under("secretName", values).into_iter().map(|it| it.0).collect()
}

/// Every text that stands under a key, however deep.
fn texts_under(key: &str, node: &Node) -> Vec<(SmolStr, OriginId)> {
    let mut found = Vec::new();
    for entry in node.as_map().into_iter().flatten() {
        match entry.node.text().filter(|_| entry.key == key) {
            Some(text) => found.push((text.into(), entry.node.origin)),
            None => found.extend(texts_under(key, &entry.node)),
        }
    }
    found.extend(node.items().iter().flat_map(|it| texts_under(key, it)));
    found
}

/// Every field that one entry of `ignoreDifferences` names.
fn ignored(entry: Fields<'_>) -> Vec<Ignored> {
    let pointers = entry.texts("jsonPointers").into_iter();
    let expressions = entry.texts("jqPathExpressions").into_iter();
    let expressions = expressions.map(|it| it.replace('.', "/").into());
    let of = |field: SmolStr| Ignored {
        group: entry.text("group"),
        kind: entry.text("kind"),
        namespace: entry.text("namespace"),
        name: entry.text("name"),
        field,
        origin: entry.origin,
    };
    pointers.chain(expressions).map(of).collect()
}

fn source(source: Fields<'_>, revision: Known<SmolStr>) -> Upstream {
    Upstream {
        chart: source.opt("chart"),
        repository: without_credentials(&source.text("repoURL")),
        path: source.text("path"),
        revision,
        revision_kind: None,
        object: None,
        origin: source.origin,
    }
}

/// True at the first text that is such.
fn first(texts: &[(SmolStr, OriginId)], is_such: impl Fn(&str) -> bool) -> Known<bool> {
    let found = texts.iter().find(|it| is_such(&it.0));
    found.map_or_else(Known::default, |it| Known::new(true, it.1))
}

fn kustomization(object: &Object<'_>) -> Reconciliation {
    let spec = object.spec;
    let source = Upstream {
        chart: None,
        repository: spec.at("sourceRef").text("name"),
        path: spec.text("path"),
        revision: Known::default(),
        revision_kind: None,
        object: Some(fetched(spec.at("sourceRef"), object)),
        origin: spec.origin,
    };
    let checked = ["healthChecks", "healthCheckExprs"].iter().find_map(|it| spec.node(it));
    let waits = match checked.filter(|it| !it.items().is_empty()) {
        Some(checks) => Known::new(true, checks.origin),
        None => spec.or("wait", false),
    };
    Reconciliation {
        sources: vec![source],
        prunes: spec.or("prune", false),
        waits,
        forces: spec.or("force", false),
        ..of_flux(object, spec)
    }
}

fn release(object: &Object<'_>) -> Reconciliation {
    let spec = object.spec;
    let chart = spec.at("chart").find("spec");
    let namespace = spec.opt("targetNamespace").unwrap_or_else(|| object.namespace.into());
    let upstream = |chart: Fields<'_>| Upstream {
        chart: chart.opt("chart"),
        repository: chart.at("sourceRef").text("name"),
        path: SmolStr::default(),
        revision: match chart.at("sourceRef").text("kind").as_str() {
            // What lies in a repository of code is of whichever revision that one is.
            "GitRepository" | "Bucket" => Known::Unknown(Reason::ComputedAtApply),
            // Flux takes the newest where nothing is said.
            _ => chart.or("version", SmolStr::new_static("*")),
        },
        revision_kind: None,
        object: Some(fetched(chart.at("sourceRef"), object)),
        origin: chart.origin,
    };
    Reconciliation {
        sources: chart.map(upstream).into_iter().collect(),
        // Helm waits unless it is told not to.
        waits: Known::new(true, spec.origin),
        forces: spec.at("upgrade").or("force", false),
        alerting: stack_values(spec.at("values")),
        console: console(spec.at("values")),
        disks: disks(spec.at("values")),
        accounts: spec.node("values").map(|it| accounts(it, &namespace)).unwrap_or_default(),
        secrets: spec.node("values").map(secrets).unwrap_or_default(),
        jobs_of: spec.at("values").opt("githubConfigUrl"),
        ..of_flux(object, spec)
    }
}

/// What a `sourceRef` names; in the namespace of the order unless it says another one.
fn fetched(reference: Fields<'_>, order: &Object<'_>) -> ObjectRef {
    ObjectRef {
        kind: reference.text("kind"),
        namespace: reference.opt("namespace").unwrap_or_else(|| order.namespace.into()),
        name: reference.text("name"),
        origin: reference.origin,
    }
}

/// What Flux fetches of a repository, and what that is: the first of these that is said
/// (fluxcd.io, "Git Repositories" and "OCI Repositories").
fn revision(reference: Fields<'_>) -> (Known<SmolStr>, Option<RevisionKind>) {
    const KEYS: [(&str, Option<RevisionKind>); 6] = [
        ("commit", Some(RevisionKind::Content)),
        ("digest", Some(RevisionKind::Content)),
        ("name", None),
        ("semver", Some(RevisionKind::Range)),
        ("tag", Some(RevisionKind::Tag)),
        ("branch", Some(RevisionKind::Branch)),
    ];
    let mut said = KEYS.iter().map(|(key, kind)| (reference.get::<SmolStr>(key), *kind));
    let (revision, kind) = said.find(|it| !it.0.is_not_declared()).unwrap_or_default();
    let of_name = || match revision.value()?.strip_prefix("refs/")?.split_once('/')?.0 {
        "heads" => Some(RevisionKind::Branch),
        "tags" => Some(RevisionKind::Tag),
        _ => None,
    };
    let kind = kind.or_else(of_name);
    (revision, kind)
}

/// Where Flux fetches from.
fn repository(object: &Object<'_>) -> Reconciliation {
    let spec = object.spec;
    let (revision, revision_kind) = revision(spec.at("ref"));
    let url = without_credentials(&spec.text("url"));
    // An artefact is a chart where Flux is told to take the layer that holds one.
    let is_chart = spec.at("layerSelector").text("mediaType").contains("helm");
    let source = Upstream {
        chart: is_chart.then(|| url.rsplit('/').next().unwrap_or_default().into()),
        repository: url,
        path: SmolStr::default(),
        revision,
        revision_kind,
        object: None,
        origin: spec.origin,
    };
    Reconciliation { sources: vec![source], ..of_flux(object, spec) }
}

/// What all kinds of Flux have.
fn of_flux(object: &Object<'_>, spec: Fields<'_>) -> Reconciliation {
    let kind: SmolStr = object.kind.into();
    let needs = spec.list("dependsOn").map(|it| ObjectRef {
        kind: kind.clone(),
        namespace: it.text("namespace"),
        name: it.text("name"),
        origin: it.origin,
    });
    Reconciliation {
        controller: Reconciler::Flux,
        delivered: None,
        sources: Vec::new(),
        is_automatic: Known::new(true, spec.origin),
        prunes: Known::default(),
        is_suspended: spec.or("suspend", false),
        waits: Known::default(),
        needs: needs.collect(),
        forces: Known::default(),
        cascades: Known::default(),
        alerting: None,
        accounts: Vec::new(),
        secrets: Vec::new(),
        jobs_of: None,
        console: None,
        disks: None,
        ignores: Vec::new(),
        respects_ignored: Known::default(),
        made: Vec::new(),
        rolls: Known::default(),
        set: None,
    }
}
