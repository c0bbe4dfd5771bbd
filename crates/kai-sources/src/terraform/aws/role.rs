//! Roles of IAM with what is attached to them.

use kai_core::{OriginId, SmolStr};
use kai_graph::{CloudRole, ComponentKind, Facts, GivenPolicy, LentTo, Naming, Statement};
use kai_terraform::roots::Instance;

use super::super::fields::{at, may_be_there, text};
use super::super::naming::{means, naming, namings};
use super::policy::policy_at;

pub(super) fn role(instance: &Instance, all: &[Instance]) -> (ComponentKind, Facts) {
    let facts = CloudRole {
        cloud_name: text(&instance.values, &["name"]),
        trust: policy_at(instance, "assume_role_policy", all),
        powers: powers(instance, all),
        policies: policies(instance, all),
        is_bounded: may_be_there(&instance.values, &["permissions_boundary"]),
        lent_to: lent_to(instance, all),
    };
    (ComponentKind::Identity, Facts::CloudRole(Box::new(facts)))
}

/// Service accounts of clusters of EKS that are given it (Amazon EKS User Guide, "EKS Pod Identities").
fn lent_to(role: &Instance, all: &[Instance]) -> Vec<LentTo> {
    let associations = all.iter().filter(|it| it.ty == "aws_eks_pod_identity_association");
    let own = associations.filter(|it| {
        naming(&it.values, &["role_arn"]).is_some_and(|it| means(&it, role, &["arn"]))
    });
    let lent = own.filter_map(|it| {
        let part = |name: &str| text(&it.values, &[name]).value().cloned();
        let subject = format!("{}/{}", part("namespace")?, part("service_account")?);
        LentTo::parse(&subject, it.origin)
    });
    lent.collect()
}

/// The policies that let it do everything, as far as the same root gives them.
fn powers(role: &Instance, all: &[Instance]) -> Vec<(SmolStr, OriginId)> {
    let mut found = Vec::new();
    for naming in managed(role) {
        found.extend(managed_power(&naming, all).map(|it| (it, naming.origin)));
    }
    for it in attached(role, all) {
        if it.ty == OWN {
            found.extend(is_all(it, all).then_some((own_name(it), it.origin)));
        } else if let Some(policy) = naming(&it.values, &["policy_arn"]) {
            found.extend(managed_power(&policy, all).map(|name| (name, policy.origin)));
        }
    }
    found
}

/// Every policy that the same root gives it.
fn policies(role: &Instance, all: &[Instance]) -> Vec<GivenPolicy> {
    let given = |naming: Naming| {
        let of = |it: &&Instance| it.ty.ends_with("aws_iam_policy") && means(&naming, it, &[]);
        let policy = all.iter().find(of);
        let by_arn = naming.text.as_deref().and_then(|it| it.rsplit('/').next());
        let name = match policy {
            Some(it) => own_name(it),
            None => by_arn.map_or_else(|| SmolStr::new_static("a policy to come"), SmolStr::from),
        };
        let policy = policy.and_then(|it| policy_at(it, "policy", all).value().cloned());
        GivenPolicy { name, policy, origin: naming.origin }
    };
    let mut found: Vec<_> = managed(role).map(given).collect();
    for it in attached(role, all) {
        if it.ty == OWN {
            let policy = policy_at(it, "policy", all).value().cloned();
            found.push(GivenPolicy { name: own_name(it), policy, origin: it.origin });
        } else {
            found.extend(naming(&it.values, &["policy_arn"]).map(given));
        }
    }
    found
}

/// A policy that stands in the role alone.
const OWN: &str = "aws_iam_role_policy";

fn attached<'a>(role: &'a Instance, all: &'a [Instance]) -> impl Iterator<Item = &'a Instance> {
    const ATTACHMENTS: &[&str] = &["aws_iam_role_policy_attachment", OWN];
    all.iter().filter(|it| ATTACHMENTS.contains(&it.ty.as_str())).filter(|it| {
        naming(&it.values, &["role"]).is_some_and(|it| means(&it, role, &["name", "id"]))
    })
}

fn managed(role: &Instance) -> impl Iterator<Item = Naming> {
    let named = at(&role.values, &["managed_policy_arns"]).ok().flatten().and_then(namings);
    named.into_iter().flatten()
}

fn own_name(policy: &Instance) -> SmolStr {
    let name = text(&policy.values, &["name"]).value().cloned();
    name.unwrap_or_else(|| match policy.ty.as_str() {
        OWN => policy.ty.clone(),
        _ => policy.address.as_str().into(),
    })
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
