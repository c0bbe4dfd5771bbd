//! What a release is called, and what the cluster is taken to be.

use std::rc::Rc;

use smol_str::SmolStr;

use super::semver::Version;
use super::value::{Data, Map, MapType, Object, Struct, Value};

/// The names and the cluster that a chart is rendered for.
#[derive(Debug, Clone)]
pub struct Release {
    pub name: SmolStr,
    pub namespace: SmolStr,
    /// With its `v`.
    pub kubernetes: SmolStr,
    /// Group versions, and kinds below them, that the cluster knows besides Kubernetes' own.
    pub api_versions: Vec<SmolStr>,
    pub is_upgrade: bool,
}

/// Kubernetes' own group versions in a cluster as Helm 3.22 takes it when there is none.
const API_VERSIONS: &[&str] = &[
    "admissionregistration.k8s.io/v1",
    "admissionregistration.k8s.io/v1alpha1",
    "admissionregistration.k8s.io/v1beta1",
    "apiextensions.k8s.io/v1",
    "apiextensions.k8s.io/v1beta1",
    "apps/v1",
    "apps/v1beta1",
    "apps/v1beta2",
    "authentication.k8s.io/v1",
    "authentication.k8s.io/v1alpha1",
    "authentication.k8s.io/v1beta1",
    "authorization.k8s.io/v1",
    "authorization.k8s.io/v1beta1",
    "autoscaling/v1",
    "autoscaling/v2",
    "batch/v1",
    "batch/v1beta1",
    "certificates.k8s.io/v1",
    "certificates.k8s.io/v1alpha1",
    "certificates.k8s.io/v1beta1",
    "coordination.k8s.io/v1",
    "coordination.k8s.io/v1alpha2",
    "coordination.k8s.io/v1beta1",
    "discovery.k8s.io/v1",
    "discovery.k8s.io/v1beta1",
    "events.k8s.io/v1",
    "events.k8s.io/v1beta1",
    "extensions/v1beta1",
    "flowcontrol.apiserver.k8s.io/v1",
    "flowcontrol.apiserver.k8s.io/v1beta1",
    "flowcontrol.apiserver.k8s.io/v1beta2",
    "flowcontrol.apiserver.k8s.io/v1beta3",
    "internal.apiserver.k8s.io/v1alpha1",
    "lifecycle.k8s.io/v1alpha1",
    "networking.k8s.io/v1",
    "networking.k8s.io/v1beta1",
    "node.k8s.io/v1",
    "node.k8s.io/v1alpha1",
    "node.k8s.io/v1beta1",
    "policy/v1",
    "policy/v1beta1",
    "rbac.authorization.k8s.io/v1",
    "rbac.authorization.k8s.io/v1alpha1",
    "rbac.authorization.k8s.io/v1beta1",
    "resource.k8s.io/v1",
    "resource.k8s.io/v1alpha3",
    "resource.k8s.io/v1beta1",
    "resource.k8s.io/v1beta2",
    "scheduling.k8s.io/v1",
    "scheduling.k8s.io/v1alpha3",
    "scheduling.k8s.io/v1beta1",
    "storage.k8s.io/v1",
    "storage.k8s.io/v1alpha1",
    "storage.k8s.io/v1beta1",
    "storagemigration.k8s.io/v1",
    "storagemigration.k8s.io/v1beta1",
    "v1",
];

impl Default for Release {
    fn default() -> Self {
        Self {
            name: "release-name".into(),
            namespace: "default".into(),
            kubernetes: "v1.33.0".into(),
            api_versions: Vec::new(),
            is_upgrade: false,
        }
    }
}

/// Names longer than this leave no room for what is added to them.
const LONGEST_NAME: usize = 53;

impl Release {
    /// # Errors
    ///
    /// A name or a version that Helm refuses.
    pub(super) fn check(&self) -> Result<(), String> {
        let is_part = |it: &str| {
            let is_edge = |it: Option<char>| it.is_some_and(|it| it.is_ascii_alphanumeric());
            let is_inner = |it: char| it == '-' || it.is_ascii_digit() || it.is_ascii_lowercase();
            is_edge(it.chars().next()) && is_edge(it.chars().last()) && it.chars().all(is_inner)
        };
        if self.name.len() > LONGEST_NAME || !self.name.split('.').all(is_part) {
            let name = &self.name;
            return Err(format!("release name {name:?}: invalid release name"));
        }
        if Version::parse(&self.kubernetes).is_none() {
            let version = self.kubernetes.trim_start_matches('v');
            return Err(format!("invalid kube version '{version}'"));
        }
        Ok(())
    }

    /// `.Release`
    pub(super) fn to_value(&self) -> Value {
        let mut map = Map::new(MapType::Any);
        map.set("Name", Value::text(self.name.as_str()));
        map.set("Namespace", Value::text(self.namespace.as_str()));
        map.set("IsUpgrade", Value::bool(self.is_upgrade));
        map.set("IsInstall", Value::bool(!self.is_upgrade));
        map.set("Revision", Value::int(1));
        map.set("Service", Value::text("Helm"));
        Value::map(map)
    }

    /// `.Capabilities`
    pub(super) fn capabilities(&self) -> Value {
        let version = Version::parse(&self.kubernetes);
        let part = |pick: fn(&Version) -> u64| {
            Value::text(version.as_ref().map_or_else(String::new, |it| pick(it).to_string()))
        };
        // What a vendor appends to a version is dropped.
        let plain = self.kubernetes.split(['-', '+']).next().unwrap_or_default();
        let kubernetes = Struct {
            type_name: "chartutil.KubeVersion",
            fields: vec![
                ("Version", Value::text(plain)),
                ("Major", part(|it| it.major)),
                ("Minor", part(|it| it.minor)),
            ],
            text: Some(plain.into()),
        };
        let helm = Struct {
            type_name: "version.BuildInfo",
            fields: vec![
                ("Version", Value::text("v3.22")),
                ("GitCommit", Value::text("")),
                ("GitTreeState", Value::text("")),
                ("GoVersion", Value::text("go1.26")),
            ],
            text: None,
        };
        let own = API_VERSIONS.iter().map(|&it| SmolStr::new_static(it));
        let versions = own.chain(self.api_versions.iter().cloned()).collect();
        let object = |it| Value::plain(Data::Object(Rc::new(it)));
        let capabilities = Struct {
            type_name: "*chartutil.Capabilities",
            fields: vec![
                ("KubeVersion", object(Object::Struct(kubernetes))),
                ("APIVersions", object(Object::Versions(versions))),
                ("HelmVersion", object(Object::Struct(helm))),
            ],
            text: None,
        };
        object(Object::Struct(capabilities))
    }
}
