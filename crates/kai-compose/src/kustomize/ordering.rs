//! The order of types, and the order in which objects are printed.

use std::cmp::Ordering;

use kai_core::{Lookup, SmolStr};

use super::fields::Fields;
use super::gvk::Gvk;
use super::resource::{Id, Resource};
use crate::Refusal;

/// `sortOptions:` of a kustomization.
#[derive(Debug, Clone)]
pub(crate) enum SortOptions {
    /// As they were accumulated.
    Fifo,
    /// By kind: these first, those last.
    Legacy { first: Vec<SmolStr>, last: Vec<SmolStr> },
}

impl SortOptions {
    pub(crate) fn read(fields: &Fields<'_>) -> Result<Self, Refusal> {
        fields.only(&["order", "legacySortOptions"])?;
        let legacy = fields.nested("legacySortOptions")?;
        let order = fields.text("order")?;
        match order.as_ref().map_or("", |it| it.value.as_str()) {
            "fifo" if legacy.is_some() => {
                let message = "`legacySortOptions` is set but the order is `fifo`";
                Err(Refusal::at(fields.origin, message))
            }
            "fifo" => Ok(Self::Fifo),
            "legacy" => match legacy {
                None => Ok(Self::default()),
                Some(legacy) => {
                    legacy.only(&["orderFirst", "orderLast"])?;
                    let kinds = |name| -> Result<Vec<SmolStr>, Refusal> {
                        Ok(legacy.texts(name)?.into_iter().map(|it| it.value).collect())
                    };
                    Ok(Self::Legacy { first: kinds("orderFirst")?, last: kinds("orderLast")? })
                }
            },
            _ => {
                let message = "the field `sortOptions.order` must be `fifo` or `legacy`";
                Err(Refusal::at(fields.origin, message))
            }
        }
    }

    /// Sorts the objects.
    pub(crate) fn sort(&self, resources: &mut Vec<Resource>) {
        let Self::Legacy { first, last } = self else { return };
        let mut ranks: Lookup<&str, i64> = Lookup::new();
        for (rank, kind) in (-signed(first.len())..).zip(first) {
            ranks.insert(kind, rank);
        }
        for (rank, kind) in (1..).zip(last) {
            ranks.insert(kind, rank);
        }
        let rank = |kind: &str| ranks.get(kind).copied().unwrap_or_default();
        let mut keyed: Vec<(Id, Resource)> =
            std::mem::take(resources).into_iter().map(|it| (it.id(), it)).collect();
        keyed.sort_by(|(one, _), (other, _)| compare_ids(one, other, &rank));
        resources.extend(keyed.into_iter().map(|(_, resource)| resource));
    }
}

impl Default for SortOptions {
    fn default() -> Self {
        let own = |kinds: &[&'static str]| kinds.iter().map(|it| SmolStr::new_static(it)).collect();
        Self::Legacy { first: own(FIRST), last: own(LAST) }
    }
}

/// Kinds that others need come first.
const FIRST: &[&str] = &[
    "Namespace",
    "ResourceQuota",
    "StorageClass",
    "CustomResourceDefinition",
    "ServiceAccount",
    "PodSecurityPolicy",
    "Role",
    "ClusterRole",
    "RoleBinding",
    "ClusterRoleBinding",
    "ConfigMap",
    "Secret",
    "Endpoints",
    "Service",
    "LimitRange",
    "PriorityClass",
    "PersistentVolume",
    "PersistentVolumeClaim",
    "Deployment",
    "StatefulSet",
    "CronJob",
    "PodDisruptionBudget",
];

const LAST: &[&str] = &["MutatingWebhookConfiguration", "ValidatingWebhookConfiguration"];

/// The order in which Kustomize keeps its tables of types.
pub(crate) fn compare_types(one: &Gvk, other: &Gvk) -> Ordering {
    let rank = |kind: &str| -> i64 {
        if let Some(at) = FIRST.iter().position(|it| *it == kind) {
            return signed(at) - signed(FIRST.len());
        }
        LAST.iter().position(|it| *it == kind).map_or(0, |at| signed(at) + 1)
    };
    rank(&one.kind).cmp(&rank(&other.kind)).then_with(|| type_text(one).cmp(&type_text(other)))
}

fn compare_ids(one: &Id, other: &Id, rank: &dyn Fn(&str) -> i64) -> Ordering {
    if one.gvk == other.gvk {
        return id_text(one).cmp(&id_text(other));
    }
    rank(&one.gvk.kind).cmp(&rank(&other.gvk.kind)).then_with(|| {
        let order = type_text(&one.gvk).cmp(&type_text(&other.gvk));
        let both_namespaces = one.gvk.kind == "Namespace" && other.gvk.kind == "Namespace";
        // The real Namespace comes before types of other groups that share its name.
        if both_namespaces && (one.gvk.group.is_empty() || other.gvk.group.is_empty()) {
            order.reverse()
        } else {
            order
        }
    })
}

fn type_text(gvk: &Gvk) -> String {
    let or = |text: &SmolStr, absent: &str| -> String {
        if text.is_empty() { absent.to_owned() } else { text.to_string() }
    };
    format!("{}_{}_{}", or(&gvk.group, "~G"), or(&gvk.version, "~V"), or(&gvk.kind, "~K"))
}

fn id_text(id: &Id) -> String {
    let namespace = if id.namespace.is_empty() { "~X" } else { &id.namespace };
    let name = if id.name.is_empty() { "~N" } else { &id.name };
    format!("{namespace}|{name}")
}

fn signed(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}
