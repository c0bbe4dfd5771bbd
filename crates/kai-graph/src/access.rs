//! Who may do what, and who is asked before the API changes anything.

use kai_core::{Known, OriginId, SmolStr, Traced};

use crate::{ObjectRef, Selector};

/// A service account.
#[derive(Debug, Clone)]
pub struct Identity {
    pub automount_token: Known<bool>,
    /// Who it is in a cloud, by an annotation.
    pub in_cloud: Option<Traced<SmolStr>>,
    pub image_pull_secrets: Vec<(SmolStr, OriginId)>,
}

/// A Role or ClusterRole.
#[derive(Debug, Clone)]
pub struct Role {
    pub rules: Vec<RoleRule>,
    pub is_aggregated: bool,
}

#[derive(Debug, Clone)]
pub struct RoleRule {
    pub verbs: Vec<SmolStr>,
    pub api_groups: Vec<SmolStr>,
    pub resources: Vec<SmolStr>,
    pub resource_names: Vec<SmolStr>,
    pub origin: OriginId,
}

/// A RoleBinding or ClusterRoleBinding.
#[derive(Debug, Clone)]
pub struct Binding {
    pub role: ObjectRef,
    pub subjects: Vec<Subject>,
}

#[derive(Debug, Clone)]
pub struct Subject {
    /// `ServiceAccount`, `User` or `Group`.
    pub kind: SmolStr,
    pub namespace: SmolStr,
    pub name: SmolStr,
    pub origin: OriginId,
}

/// One webhook of a Validating- or MutatingWebhookConfiguration.
#[derive(Debug, Clone)]
pub struct Webhook {
    pub hooks: Vec<Hook>,
}

#[derive(Debug, Clone)]
pub struct Hook {
    pub name: SmolStr,
    /// None for one that is called by URL.
    pub service: Option<ObjectRef>,
    /// True where the API refuses the request when the webhook does not answer.
    pub fails_closed: Known<bool>,
    /// Seconds.
    pub timeout: Known<u32>,
    /// Resources it is asked about, as `group/resource`.
    pub resources: Vec<SmolStr>,
    /// True where it is asked about pods that are to be made.
    pub guards_new_pods: bool,
    pub namespace_selector: Option<Selector>,
    pub object_selector: Option<Selector>,
    pub origin: OriginId,
}

/// A group of the API that a Service answers instead of the API server itself.
#[derive(Debug, Clone)]
pub struct ApiService {
    pub service: ObjectRef,
    /// `metrics.k8s.io`.
    pub group: SmolStr,
}
