//! Roles of IAM with what is attached to them.

use kai_core::{OriginId, SmolStr};
use kai_graph::{CloudRole, ComponentKind, Facts, Statement};
use kai_terraform::roots::Instance;

use super::super::fields::{at, text};
use super::super::naming::{means, naming, namings};
use super::policy::policy_at;

pub(super) fn role(instance: &Instance, all: &[Instance]) -> (ComponentKind, Facts) {
    let facts = CloudRole {
        cloud_name: text(&instance.values, &["name"]),
        trust: policy_at(instance, "assume_role_policy", all),
        powers: powers(instance, all),
    };
    (ComponentKind::Identity, Facts::CloudRole(Box::new(facts)))
}

/// The policies that let it do everything, as far as the same root gives them.
fn powers(role: &Instance, all: &[Instance]) -> Vec<(SmolStr, OriginId)> {
    const ATTACHMENTS: &[&str] = &["aws_iam_role_policy_attachment", "aws_iam_role_policy"];
    let mut found = Vec::new();
    let managed = at(&role.values, &["managed_policy_arns"]).ok().flatten().and_then(namings);
    for naming in managed.into_iter().flatten() {
        found.extend(managed_power(&naming, all).map(|it| (it, naming.origin)));
    }
    for it in all.iter().filter(|it| ATTACHMENTS.contains(&it.ty.as_str())) {
        let own = naming(&it.values, &["role"]);
        if !own.is_some_and(|it| means(&it, role, &["name", "id"])) {
            continue;
        }
        if it.ty == "aws_iam_role_policy" {
            let name = text(&it.values, &["name"]).value().cloned().unwrap_or(it.ty.clone());
            found.extend(is_all(it, all).then_some((name, it.origin)));
        } else if let Some(policy) = naming(&it.values, &["policy_arn"]) {
            found.extend(managed_power(&policy, all).map(|name| (name, policy.origin)));
        }
    }
    found
}

/// The name of a policy that lets do everything: Amazon's own, one that is read, or one of the root.
fn managed_power(naming: &kai_graph::Naming, all: &[Instance]) -> Option<SmolStr> {
    const ALL: &[&str] = &["AdministratorAccess", "IAMFullAccess"];
    if let Some(text) = &naming.text {
        let name = text.strip_prefix("arn:aws:iam::aws:policy/")?;
        return ALL.contains(&name).then(|| name.into());
    }
    let policy = all.iter().find(|it| {
        matches!(it.ty.as_str(), "aws_iam_policy" | "data.aws_iam_policy") && means(naming, it, &[])
    })?;
    let name = text(&policy.values, &["name"]).value().cloned();
    if policy.is_data {
        return name.filter(|it| ALL.contains(&it.as_str()));
    }
    is_all(policy, all).then(|| name.unwrap_or_else(|| policy.address.as_str().into()))
}

fn is_all(policy: &Instance, all: &[Instance]) -> bool {
    let policy = policy_at(policy, "policy", all);
    policy.value().is_some_and(|it| it.statements.iter().any(Statement::allows_everything))
}
