//! Who may do what.

use kai_core::{SmolStr, Traced};
use kai_graph::{
    Binding, ComponentKind, Facts, Identity, MachineAccess, ObjectRef, Role, RoleRule, Subject,
};

use crate::fields::Fields;
use crate::kubernetes::object::Object;

/// Annotations that make a service account somebody in a cloud.
const IN_CLOUD: &[&str] = &[
    "azure.workload.identity/client-id",
    "eks.amazonaws.com/role-arn",
    "iam.gke.io/gcp-service-account",
];

pub(super) fn service_account(object: &Object<'_>) -> (ComponentKind, Facts) {
    let fields = object.fields;
    let annotations = object.metadata.at("annotations");
    let identity = Identity {
        in_cloud: IN_CLOUD.iter().find_map(|it| annotations.opt_traced(it)),
        automount_token: fields.or("automountServiceAccountToken", true),
        image_pull_secrets: fields
            .list("imagePullSecrets")
            .filter_map(|it| it.name("name"))
            .collect(),
    };
    (ComponentKind::Identity, Facts::Identity(Box::new(identity)))
}

/// Talos' own ServiceAccount: it makes a Secret of the same name that opens the API of the machines.
pub(super) fn machine_access(object: &Object<'_>) -> (ComponentKind, Facts) {
    let roles = object.spec.names("roles").into_iter();
    let roles = roles.map(|(value, origin)| Traced { value, origin }).collect();
    (ComponentKind::Identity, Facts::MachineAccess(Box::new(MachineAccess { roles })))
}

pub(super) fn role(object: &Object<'_>) -> (ComponentKind, Facts) {
    let role = Role {
        rules: object.fields.list("rules").map(rule).collect(),
        is_aggregated: object.fields.has("aggregationRule"),
    };
    (ComponentKind::Control, Facts::Role(Box::new(role)))
}

fn rule(rule: Fields<'_>) -> RoleRule {
    RoleRule {
        verbs: rule.texts("verbs"),
        api_groups: rule.texts("apiGroups"),
        resources: rule.texts("resources"),
        resource_names: rule.texts("resourceNames"),
        origin: rule.origin,
    }
}

pub(super) fn binding(object: &Object<'_>) -> (ComponentKind, Facts) {
    let role = object.fields.at("roleRef");
    let (name, origin) = role.name("name").unwrap_or((SmolStr::default(), role.origin));
    let binding = Binding {
        role: ObjectRef { kind: role.text("kind"), namespace: SmolStr::default(), name, origin },
        subjects: object.fields.list("subjects").map(|it| subject(it, object)).collect(),
    };
    (ComponentKind::Control, Facts::Binding(Box::new(binding)))
}

fn subject(subject: Fields<'_>, binding: &Object<'_>) -> Subject {
    let kind = subject.text("kind");
    let namespace = match subject.opt("namespace") {
        None if kind == "ServiceAccount" => binding.namespace.into(),
        written => written.unwrap_or_default(),
    };
    Subject { kind, namespace, name: subject.text("name"), origin: subject.origin }
}
