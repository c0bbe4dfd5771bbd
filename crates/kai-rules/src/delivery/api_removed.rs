//! Objects in versions of the API that no current cluster serves.

use std::collections::BTreeMap;

use kai_core::{FailureMode, Hazard, Level, LossClass, Pillar, RootId, Term, Traced};
use kai_graph::Component;
use kai_settings::Version;

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

const WEBHOOKS: &[&str] = &["ValidatingWebhookConfiguration", "MutatingWebhookConfiguration"];
const STORAGE: &[&str] = &["CSIDriver", "CSINode", "StorageClass", "VolumeAttachment"];

fn check(ctx: Context<'_>, out: &mut Observed) {
    let mut found: BTreeMap<(RootId, u32), Vec<(&Component, &Removal)>> = BTreeMap::new();
    for component in ctx.system.components().iter().filter(|it| !it.is_second_face()) {
        if let Some(removal) = removal(component) {
            found.entry((component.root, removal.2)).or_default().push((component, removal));
        }
    }
    for ((root, release), objects) in found {
        let path = &ctx.system.root(root).path;
        // What is live is served, whatever this table says; a patch takes the version of its target.
        let is_patch = path.components().any(|it| it.as_str() == "patches");
        let cluster = ctx.kubernetes_version();
        let is_removed = match &cluster {
            Some(it) => it.value.major == 1 && release <= it.value.minor,
            None => release <= NEWEST,
        };
        if !ctx.is_live(objects[0].0) && !is_patch && is_removed {
            out.push(hazard(path.as_str(), release, &objects, cluster.as_ref()));
        }
    }
}

fn removal(component: &Component) -> Option<&'static Removal> {
    let kind = component.native_kind.as_str();
    REMOVED
        .iter()
        .find(|it| it.0 == component.api_version && (it.1.is_empty() || it.1.contains(&kind)))
}

/// One finding for all that one release removed from a root.
fn hazard(
    path: &str,
    release: u32,
    objects: &[(&Component, &Removal)],
    cluster: Option<&Traced<Version>>,
) -> Hazard {
    let (first, _) = objects[0];
    let mut kinds: Vec<String> =
        objects.iter().map(|it| format!("{} in {}", it.0.native_kind, it.0.api_version)).collect();
    kinds.sort_unstable();
    kinds.dedup();
    let count = words::count(objects.len(), "object");
    let (is, it, they) =
        if objects.len() == 1 { ("is", "it", "it is") } else { ("are", "them", "they are") };
    let effect = match cluster {
        Some(version) => format!("the cluster of {} refuses {it}", version.value),
        None => format!(
            "from that release on a cluster refuses {it}, and an upgrade waits until {they} changed"
        ),
    };
    let message = format!(
        "{count} of `{path}` {is} written for an API that Kubernetes 1.{release} removed ({}): {effect}",
        words::list(&kinds),
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
        .shows_as(format!("Applying `{path}` says `no matches for kind \"{}\"`", first.native_kind))
        .recover("What runs goes on running; only changes are refused until the text is mended")
        .remedy(remedy(objects))
        .verify(format!("kubectl apply --dry-run=server -k {path} # against the newer cluster"));
    let hazard = match cluster {
        Some(version) => hazard.related(version.origin, "the version of the cluster"),
        None => hazard,
    };
    objects.iter().skip(1).take(RELATED_MAX).fold(hazard, |hazard, it| {
        hazard.related(it.0.origin, format!("{} in {}", it.0.native_kind, it.0.api_version))
    })
}

/// How many further places are worth showing.
const RELATED_MAX: usize = 8;

fn remedy(objects: &[(&Component, &Removal)]) -> String {
    let mut versions: Vec<&str> =
        objects.iter().map(|it| it.1.3).filter(|it| !it.is_empty()).collect();
    versions.sort_unstable();
    versions.dedup();
    let has_policies = objects.iter().any(|it| it.1.3.is_empty());
    let policies = "replace PodSecurityPolicies with labels of Pod Security Admission";
    match (versions.is_empty(), has_policies) {
        (true, _) => format!("{}{}", policies[..1].to_uppercase(), &policies[1..]),
        (false, true) => {
            format!("Write {} where its fields differ, and {policies}", words::list(&versions))
        }
        (false, false) => format!("Write {}, with its fields", words::list(&versions)),
    }
}
