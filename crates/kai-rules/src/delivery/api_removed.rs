//! Objects in versions of the API that no current cluster serves.

use std::collections::BTreeMap;

use kai_core::{
    Edit, Environment, FailureMode, Fix, Hazard, Level, Lookup, LossClass, Pillar, Root, RootKind,
    Scalar, Term,
};
use kai_graph::{Component, Facts};

use crate::{Check, Context, Observed, Rule, words};

pub(super) static RULE: Rule = Rule {
    id: "api-removed",
    pillar: Pillar::DeploymentSafety,
    default_level: Level::Low,
    since: "0.1.0",
    doc: include_str!("api_removed.md"),
    check: Check::System(check),
};

/// The newest release of Kubernetes that this table knows, 1.34.
const NEWEST: u32 = 34;

/// Group and version, its kinds (none: all), the minor release that removed them, and what to write
/// instead (none: nothing took its place). From the deprecation guide of the Kubernetes documentation.
type Removal = (&'static str, &'static [&'static str], u32, &'static str);

const REMOVED: &[Removal] = &[
    ("admissionregistration.k8s.io/v1beta1", WEBHOOKS, 22, "admissionregistration.k8s.io/v1"),
    ("apiextensions.k8s.io/v1beta1", &[], 22, "apiextensions.k8s.io/v1"),
    ("apiregistration.k8s.io/v1beta1", &[], 22, "apiregistration.k8s.io/v1"),
    ("apps/v1beta1", &[], 16, "apps/v1"),
    ("apps/v1beta2", &[], 16, "apps/v1"),
    ("autoscaling/v2beta1", &[], 25, "autoscaling/v2"),
    ("autoscaling/v2beta2", &[], 26, "autoscaling/v2"),
    ("batch/v1beta1", &["CronJob"], 25, "batch/v1"),
    ("certificates.k8s.io/v1beta1", &["CertificateSigningRequest"], 22, "certificates.k8s.io/v1"),
    ("coordination.k8s.io/v1beta1", &["Lease"], 22, "coordination.k8s.io/v1"),
    ("discovery.k8s.io/v1beta1", &["EndpointSlice"], 25, "discovery.k8s.io/v1"),
    ("extensions/v1beta1", &["Ingress"], 22, "networking.k8s.io/v1"),
    ("extensions/v1beta1", &["NetworkPolicy"], 16, "networking.k8s.io/v1"),
    ("extensions/v1beta1", &["PodSecurityPolicy"], 16, ""),
    ("extensions/v1beta1", &["DaemonSet", "Deployment", "ReplicaSet"], 16, "apps/v1"),
    ("flowcontrol.apiserver.k8s.io/v1beta1", &[], 26, "flowcontrol.apiserver.k8s.io/v1"),
    ("flowcontrol.apiserver.k8s.io/v1beta2", &[], 29, "flowcontrol.apiserver.k8s.io/v1"),
    ("flowcontrol.apiserver.k8s.io/v1beta3", &[], 32, "flowcontrol.apiserver.k8s.io/v1"),
    ("networking.k8s.io/v1beta1", &["Ingress", "IngressClass"], 22, "networking.k8s.io/v1"),
    ("node.k8s.io/v1beta1", &["RuntimeClass"], 25, "node.k8s.io/v1"),
    ("policy/v1beta1", &["PodDisruptionBudget"], 25, "policy/v1"),
    ("policy/v1beta1", &["PodSecurityPolicy"], 25, ""),
    ("rbac.authorization.k8s.io/v1alpha1", &[], 22, "rbac.authorization.k8s.io/v1"),
    ("rbac.authorization.k8s.io/v1beta1", &[], 22, "rbac.authorization.k8s.io/v1"),
    ("scheduling.k8s.io/v1beta1", &["PriorityClass"], 22, "scheduling.k8s.io/v1"),
    ("storage.k8s.io/v1beta1", STORAGE, 22, "storage.k8s.io/v1"),
    ("storage.k8s.io/v1beta1", &["CSIStorageCapacity"], 27, "storage.k8s.io/v1"),
];

/// What reads the same in the version that took its place: nothing but the version is to be changed.
const SAME: &[(&str, &str)] = &[
    ("apiregistration.k8s.io/v1beta1", "APIService"),
    ("autoscaling/v2beta2", "HorizontalPodAutoscaler"),
    ("batch/v1beta1", "CronJob"),
    ("coordination.k8s.io/v1beta1", "Lease"),
    ("extensions/v1beta1", "NetworkPolicy"),
    ("networking.k8s.io/v1beta1", "IngressClass"),
    ("node.k8s.io/v1beta1", "RuntimeClass"),
    ("policy/v1beta1", "PodDisruptionBudget"),
    ("rbac.authorization.k8s.io/v1beta1", "ClusterRole"),
    ("rbac.authorization.k8s.io/v1beta1", "ClusterRoleBinding"),
    ("rbac.authorization.k8s.io/v1beta1", "Role"),
    ("rbac.authorization.k8s.io/v1beta1", "RoleBinding"),
    ("scheduling.k8s.io/v1beta1", "PriorityClass"),
    ("storage.k8s.io/v1beta1", "StorageClass"),
];

const WEBHOOKS: &[&str] = &["ValidatingWebhookConfiguration", "MutatingWebhookConfiguration"];
const STORAGE: &[&str] = &["CSIDriver", "CSINode", "StorageClass", "VolumeAttachment"];

fn check(ctx: Context<'_>, out: &mut Observed) {
    let mut found: BTreeMap<Environment, Vec<Old<'_>>> = BTreeMap::new();
    for component in ctx.system.components().iter().filter(|it| !it.is_second_face()) {
        let Some(removal) = removal(component) else { continue };
        let root = ctx.system.root(component.root);
        let path = &root.path;
        // What is live is served, whatever this table says; a patch takes the version of its target.
        let is_patch = path.components().any(|it| it.as_str() == "patches");
        let is_removed = match ctx.kubernetes_version() {
            Some(it) => it.value.major == 1 && removal.2 <= it.value.minor,
            None => removal.2 <= NEWEST,
        };
        if is_removed && !is_patch && !ctx.is_live(component) {
            let environment = ctx.system.environment(component);
            found.entry(environment).or_default().push(Old { component, removal, root });
        }
    }
    for mut objects in found.into_values() {
        // What stops the first upgrade comes first.
        objects.sort_by_key(|it| (it.removal.2, it.component.root, it.component.id));
        // Several clusters may be given the same text.
        let mut seen = Lookup::new();
        objects.retain(|it| {
            let Component { namespace, origin, .. } = it.component;
            let text = (namespace, it.component.label(), ctx.origins.first_written(*origin));
            seen.insert(text, ()).is_none()
        });
        out.push(hazard(&objects, ctx));
    }
}

/// An object in a version that is gone.
#[derive(Clone, Copy)]
struct Old<'a> {
    component: &'a Component,
    removal: &'static Removal,
    root: &'a Root,
}

fn removal(component: &Component) -> Option<&'static Removal> {
    let kind = component.native_kind.as_str();
    REMOVED
        .iter()
        .find(|it| it.0 == component.api_version && (it.1.is_empty() || it.1.contains(&kind)))
}

/// One finding for an environment: whoever upgrades its cluster mends them all.
fn hazard(objects: &[Old<'_>], ctx: Context<'_>) -> Hazard {
    let version = ctx.kubernetes_version();
    let cluster = version.as_ref();
    let Old { component: first, removal, root } = objects[0];
    let path = &root.path;
    let apply = match root.kind {
        RootKind::Kustomization => format!("kubectl apply --dry-run=server -k {path}"),
        RootKind::Chart => format!("helm template {path} | kubectl apply --dry-run=server -f -"),
        // A plan does not ask for it.
        _ if ctx.is_configured(first) => {
            "kubectl get --raw /metrics | grep apiserver_requested_deprecated_apis".to_owned()
        }
        _ => format!("kubectl apply --dry-run=server -f {path}"),
    };
    let what = match path.as_str() {
        "" => "it".to_owned(),
        path => format!("`{path}`"),
    };
    let others = objects.iter().any(|it| it.root.id != root.id);
    let rest = if others { ", and so for the other folders" } else { "" };
    let (is, it, they) =
        if objects.len() == 1 { ("is", "it", "it is") } else { ("are", "them", "they are") };
    let effect = match cluster {
        Some(version) => format!("the cluster of {} refuses {it}", version.value),
        None => format!(
            "from 1.{} on a cluster refuses {}, and an upgrade waits until {they} changed",
            removal.2,
            if objects.iter().all(|it| it.removal.2 == removal.2) { it } else { "the first" },
        ),
    };
    let message = format!(
        "{} {is} written for versions of the API that Kubernetes has removed ({}): {effect}",
        words::count(objects.len(), "object"),
        releases(objects).join("; "),
    );
    let hazard = RULE
        .worsens(
            first.id,
            FailureMode::Rollout,
            Term::TimeToRecover,
            "removed API versions",
            message,
        )
        .at(first.origin)
        .loses(if cluster.is_some() { LossClass::Degraded } else { LossClass::Toil })
        .shows_as(format!("Applying {what} says `no matches for kind \"{}\"`", first.native_kind))
        .recover(
            "Objects that are there stay, and changes of them are refused until the text is mended; controllers of \
             that age may ask for the old versions themselves and stop, and are made newer before",
        )
        .fix(fix(objects, ctx))
        .remedy(match ctx.is_configured(first) {
            true => format!("{}; {TYPES}", remedy(objects)),
            false => remedy(objects),
        })
        .verify(match ctx.is_configured(first) {
            true => format!("{apply} # after an apply, before the upgrade: none of them"),
            false => format!("{apply} # against the newer cluster{rest}"),
        });
    let hazard = match cluster {
        Some(version) => hazard.related(version.origin, "the version of the cluster"),
        None => hazard,
    };
    objects.iter().skip(1).take(RELATED_MAX).fold(hazard, |hazard, it| {
        let Component { native_kind, api_version, origin, .. } = it.component;
        hazard.related(*origin, format!("{native_kind} in {api_version}"))
    })
}

/// The new versions, where all of the objects read the same in them.
fn fix(objects: &[Old<'_>], ctx: Context<'_>) -> Option<Fix> {
    let mut edits: Vec<Edit> = Vec::new();
    for it in objects {
        let Old { component, removal, .. } = it;
        let (kind, version) = (component.native_kind.as_str(), component.api_version.as_str());
        // An empty selector took no pod, and takes all of them now.
        let is_open = matches!(&component.facts, Facts::DisruptionBudget(it)
            if it.selector.as_ref().is_none_or(|it| it.is_empty()));
        if is_open || !SAME.contains(&(version, kind)) {
            return None;
        }
        let entry = ctx.entry_of(component, &["apiVersion"])?;
        edits.push(ctx.rewrite(&entry, version, &Scalar::string(removal.3))?);
    }
    edits.dedup();
    Some(Fix::unsafely("Write the versions that are served", edits))
}

/// What went with each release, the first to go first.
fn releases(objects: &[Old<'_>]) -> Vec<String> {
    objects
        .chunk_by(|one, other| one.removal.2 == other.removal.2)
        .map(|gone| {
            let name = |it: &Old<'_>| {
                format!("{} in {}", it.component.native_kind, it.component.api_version)
            };
            let mut kinds: Vec<String> = gone.iter().map(name).collect();
            kinds.sort_unstable();
            kinds.dedup();
            format!("1.{}: {}", gone[0].removal.2, words::list(&kinds))
        })
        .collect()
}

/// The provider tells the version in the type of the resource.
const TYPES: &str =
    "of a resource that says it in its type, take the type that ends in the version";

/// How many further places are worth showing.
const RELATED_MAX: usize = 8;

fn remedy(objects: &[Old<'_>]) -> String {
    let mut versions: Vec<&str> =
        objects.iter().map(|it| it.removal.3).filter(|it| !it.is_empty()).collect();
    versions.sort_unstable();
    versions.dedup();
    let has_policies = objects.iter().any(|it| it.removal.3.is_empty());
    let policies = "replace PodSecurityPolicies with labels of Pod Security Admission";
    let own = match (versions.is_empty(), has_policies) {
        (true, _) => policies.to_owned(),
        (false, true) => {
            format!("write {} where its fields differ, and {policies}", words::list(&versions))
        }
        (false, false) => format!("write {}, with its fields", words::list(&versions)),
    };
    let capital = format!("{}{}", own[..1].to_uppercase(), &own[1..]);
    match objects.len() {
        1 => capital,
        _ => format!("{capital}; of what was taken over from elsewhere, take a newer release"),
    }
}
