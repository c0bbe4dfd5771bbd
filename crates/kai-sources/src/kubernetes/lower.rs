//! Which kind is read by whom.

use kai_core::{ComponentId, Known, Node, Origins, Problem, Reason, Role, RootId, SmolStr};
use kai_graph::{Component, ComponentKind, Controller, Facts};
use rayon::prelude::*;

use crate::kubernetes::object::{Header, Object};
use crate::kubernetes::{
    analysis, autoscaler, backup, budget, calico, cilium, cloud_deploy, configuration,
    external_secret, gateway, image_policy, image_update, ingress, makes, mesh, monitoring,
    operators, owner, policy, project, quota, rbac, reconciliation, secret_store, service, storage,
    webhook, workload,
};
use crate::{Lowered, pipeline};

/// Objects that one thread reads at a time.
const CHUNK: usize = 256;

/// Turns objects into components, in their order. Lists are taken apart, `status` is not read, and
/// what a controller made from an object that is here too is left out; what it made from one that
/// is not here comes last.
#[must_use]
pub fn lower(objects: &[Node], root: RootId, origins: &Origins) -> Lowered {
    let parts: Vec<Part<'_>> =
        objects.par_chunks(CHUNK).map(|it| Part::of(it, root, origins)).collect();
    let mut all = Part::default();
    for mut part in parts {
        all.lowered.components.append(&mut part.lowered.components);
        all.lowered.problems.append(&mut part.lowered.problems);
        all.made.append(&mut part.made);
    }
    let Part { mut lowered, made } = all;
    for header in owner::without_owner(made, &lowered.components) {
        lower_object(&header, root, origins, &mut lowered);
    }
    leave_replicas_to_autoscalers(&mut lowered.components, origins);
    for (id, component) in (0..).zip(&mut lowered.components) {
        component.id = ComponentId(id);
    }
    lowered
}

/// What some of the objects give.
#[derive(Default)]
struct Part<'a> {
    lowered: Lowered,
    /// Objects that say no more than what they were made from, if that is here.
    made: Vec<Header<'a>>,
}

impl<'a> Part<'a> {
    fn of(objects: &'a [Node], root: RootId, origins: &'a Origins) -> Self {
        let mut part = Self::default();
        part.lowered.components.reserve(objects.len());
        for object in objects {
            part.add(object, root, origins);
        }
        part
    }

    /// Takes lists apart. The parser bounds how deep they nest.
    fn add(&mut self, node: &'a Node, root: RootId, origins: &'a Origins) {
        match Header::of(node) {
            Some(header) if header.kind.ends_with("List") && header.items().is_some() => {
                for item in header.items().unwrap_or_default() {
                    self.add(item, root, origins);
                }
            }
            Some(header) if owner::is_made(&header) => self.made.push(header),
            Some(header) => lower_object(&header, root, origins, &mut self.lowered),
            None => self.add_file(node, root, origins),
        }
    }

    /// What Prometheus and Alertmanager read is no object and stands beside them.
    fn add_file(&mut self, node: &Node, root: RootId, origins: &Origins) {
        match monitoring::file(node, root, origins) {
            Some(mut file) => {
                self.lowered.components.append(&mut file.components);
                self.lowered.problems.append(&mut file.problems);
            }
            None => self.lowered.problems.push(Problem {
                span: origins.span(node.origin),
                path: None,
                message: "it is no Kubernetes object: it has no `kind` or no `apiVersion`".into(),
                remedy: "write both, or leave it out of what is applied".into(),
            }),
        }
    }
}

fn lower_object(header: &Header<'_>, root: RootId, origins: &Origins, lowered: &mut Lowered) {
    let reader = header.reader(origins);
    let object = Object::new(header, &reader);
    let (kind, facts) = facts(&object);
    let makes = makes::of(&object, &facts);
    let mut component = object.component(kind, facts, root);
    component.makes = makes;
    let entry = service::entry_point(&object, &component, root);
    let (mut within, mut problems) = monitoring::within(&object, &component, root, origins);
    lowered.components.push(component);
    lowered.components.extend(entry);
    lowered.components.append(&mut within);
    lowered.problems.append(&mut problems);
    lowered.problems.append(&mut reader.into_problems());
}

fn facts(object: &Object<'_>) -> (ComponentKind, Facts) {
    match (object.group, object.kind) {
        ("apps" | "extensions", "Deployment" | "ReplicaSet" | "StatefulSet" | "DaemonSet")
        | ("" | "batch", "Job" | "CronJob" | "Pod" | "ReplicationController")
        | ("argoproj.io", "Rollout")
        | ("apps.openshift.io", "DeploymentConfig") => workload::lower(object),
        ("", "Service") => service::lower(object),
        ("networking.k8s.io" | "extensions", "Ingress") => ingress::lower(object),
        ("policy", "PodDisruptionBudget") => budget::lower(object),
        ("autoscaling", "HorizontalPodAutoscaler") => autoscaler::horizontal(object),
        ("keda.sh", "ScaledObject") => autoscaler::keda(object),
        ("autoscaling.k8s.io", "VerticalPodAutoscaler") => autoscaler::vertical(object),
        ("", "ConfigMap") => configuration::config_map(object),
        ("", "Secret") => configuration::secret(object),
        ("", "ServiceAccount") => rbac::service_account(object),
        ("", "PersistentVolumeClaim") => storage::claim(object),
        ("", "PersistentVolume") => storage::persistent_volume(object),
        ("", "Node") => storage::machine(object),
        ("", "ResourceQuota") => quota::resource_quota(object),
        ("", "LimitRange") => quota::limit_range(object),
        ("storage.k8s.io", "StorageClass") => storage::class(object),
        ("ceph.rook.io", "CephCluster") => storage::ceph(object),
        ("talos.dev", "ServiceAccount") => rbac::machine_access(object),
        ("scheduling.k8s.io", "PriorityClass") => quota::priority_class(object),
        ("rbac.authorization.k8s.io", "Role" | "ClusterRole") => rbac::role(object),
        ("rbac.authorization.k8s.io", "RoleBinding" | "ClusterRoleBinding") => {
            rbac::binding(object)
        }
        (
            "admissionregistration.k8s.io",
            "ValidatingWebhookConfiguration" | "MutatingWebhookConfiguration",
        ) => webhook::lower(object),
        ("apiregistration.k8s.io", "APIService") => webhook::api_service(object),
        ("networking.k8s.io" | "extensions", "NetworkPolicy") => policy::lower(object),
        ("policy.networking.k8s.io", _) => policy::of_administrators(object),
        (
            "projectcalico.org" | "crd.projectcalico.org",
            "NetworkPolicy" | "GlobalNetworkPolicy",
        ) => calico::lower(object),
        ("cilium.io", "CiliumNetworkPolicy" | "CiliumClusterwideNetworkPolicy") => {
            cilium::lower(object)
        }
        _ => route(object),
    }
}

/// Routes of projects that extend the API.
fn route(object: &Object<'_>) -> (ComponentKind, Facts) {
    match (object.group, object.kind) {
        (
            "gateway.networking.k8s.io",
            "HTTPRoute" | "GRPCRoute" | "TLSRoute" | "TCPRoute" | "UDPRoute",
        ) => gateway::route(object),
        ("networking.istio.io", "VirtualService") => mesh::virtual_service(object),
        ("networking.istio.io", "DestinationRule") => mesh::destination_rule(object),
        ("projectcontour.io", "HTTPProxy") => mesh::http_proxy(object),
        (
            "traefik.io" | "traefik.containo.us",
            "IngressRoute" | "IngressRouteTCP" | "IngressRouteUDP",
        ) => mesh::ingress_route(object),
        ("argoproj.io", "AppProject") => project::lower(object),
        ("argoproj.io", "AnalysisTemplate" | "ClusterAnalysisTemplate") => {
            analysis::template(object)
        }
        ("flagger.app", "Canary") => analysis::canary(object),
        ("policy.sigstore.dev", "ClusterImagePolicy") => image_policy::of_sigstore(object),
        ("policies.kyverno.io", "ImageValidatingPolicy" | "NamespacedImageValidatingPolicy") => {
            image_policy::of_validation(object)
        }
        ("deploy.cloud.google.com", "DeliveryPipeline") => cloud_deploy::pipeline(object),
        ("deploy.cloud.google.com", "Target") => cloud_deploy::target(object),
        ("image.toolkit.fluxcd.io", "ImagePolicy") => image_update::policy(object),
        ("image.toolkit.fluxcd.io", "ImageUpdateAutomation") => image_update::automation(object),
        ("kyverno.io", "ClusterPolicy" | "Policy") => {
            image_policy::of_kyverno(object).unwrap_or((named(object), Facts::Named))
        }
        (
            "argoproj.io",
            "ClusterWorkflowTemplate" | "CronWorkflow" | "Workflow" | "WorkflowTemplate",
        ) => workflow(object),
        ("route.openshift.io", "Route") => mesh::open_shift_route(object),
        ("monitoring.coreos.com", "PrometheusRule")
        | ("monitoring.googleapis.com", "Rules" | "ClusterRules" | "GlobalRules")
        | ("operator.victoriametrics.com", "VMRule") => monitoring::rules(object),
        ("monitoring.coreos.com", "Prometheus") => monitoring::prometheus(object),
        ("monitoring.coreos.com", "Alertmanager") => monitoring::alertmanager(object),
        ("monitoring.coreos.com", "ServiceMonitor" | "PodMonitor") => monitoring::scrape(object),
        ("monitoring.coreos.com", "AlertmanagerConfig")
        | ("operator.victoriametrics.com", "VMAlertmanagerConfig") => monitoring::routes(object),
        _ if external_secret::is_one(object) => external_secret::lower(object),
        _ => operators::lower(object)
            .or_else(|| backup::lower(object))
            .or_else(|| secret_store::lower(object))
            .or_else(|| reconciliation::lower(object))
            .unwrap_or((named(object), Facts::Named)),
    }
}

fn workflow(object: &Object<'_>) -> (ComponentKind, Facts) {
    let Some(spec) = object.fields.node("spec") else { return (named(object), Facts::Named) };
    let facts = pipeline::workflow(spec, object.fields.reader().origins);
    (named(object), Facts::Pipeline(Box::new(facts)))
}

/// What is known of a kind by its name alone.
fn named(object: &Object<'_>) -> ComponentKind {
    match (object.group, object.kind) {
        ("gateway.networking.k8s.io" | "networking.istio.io", "Gateway")
        | ("", "Endpoints")
        | ("discovery.k8s.io", "EndpointSlice") => ComponentKind::NetworkPath,
        ("", "Namespace")
        | ("networking.k8s.io", "IngressClass")
        | ("gateway.networking.k8s.io", "GatewayClass")
        | ("snapshot.storage.k8s.io", "VolumeSnapshotClass")
        // These say which charts and folders are applied, which composing them asks.
        | ("source.toolkit.fluxcd.io", "Bucket" | "HelmChart" | "HelmRepository")
        | ("helm.cattle.io", "HelmChart" | "HelmChartConfig")
        | ("configsync.gke.io", "RepoSync" | "RootSync") => ComponentKind::Control,
        ("velero.io", "VolumeSnapshotLocation") => ComponentKind::Backup,
        ("networking.istio.io", "ServiceEntry") => ComponentKind::ExternalSystem,
        _ => ComponentKind::Opaque,
    }
}

/// A count that nobody wrote is not one where an autoscaler decides it.
fn leave_replicas_to_autoscalers(components: &mut [Component], origins: &Origins) {
    let mut targets: Vec<(SmolStr, SmolStr, SmolStr)> = components
        .iter()
        .filter_map(|it| match &it.facts {
            Facts::Autoscaler(facts) => {
                Some((it.namespace.clone(), facts.target.kind.clone(), facts.target.name.clone()))
            }
            _ => None,
        })
        .collect();
    targets.sort_unstable();
    for component in components {
        let Facts::Workload(workload) = &mut component.facts else { continue };
        let key = (&component.namespace, &component.native_kind, &component.name);
        let is_defaulted = matches!(&workload.replicas, Known::Value(it) if origins.role(it.origin) == Role::ApiDefault);
        let is_scaled = matches!(
            workload.controller,
            Controller::Deployment
                | Controller::StatefulSet
                | Controller::ReplicaSet
                | Controller::Rollout
        );
        if is_scaled
            && is_defaulted
            && targets.binary_search_by(|(a, b, c)| (a, b, c).cmp(&key)).is_ok()
        {
            workload.replicas = Known::Unknown(Reason::LeftToAutoscaler);
        }
    }
}
