//! Roles: who may become one, and what it may do.

use kai_core::{Known, OriginId, SmolStr};

use super::{LentTo, Policy, Statement};
use crate::{Component, Facts, System};

/// A role that programs, people and pipelines become.
#[derive(Debug, Clone)]
pub struct CloudRole {
    pub cloud_name: Known<SmolStr>,
    /// Who may become it.
    pub trust: Known<Policy>,
    /// What lets it do everything: the policy, and where it is given.
    pub powers: Vec<(SmolStr, OriginId)>,
    /// Everything that the same configuration gives it.
    pub policies: Vec<GivenPolicy>,
    /// True where a boundary may take from what its policies give.
    pub is_bounded: bool,
    /// Service accounts of clusters that are it by themselves (`aws_eks_pod_identity_association`).
    pub lent_to: Vec<LentTo>,
}

/// A policy that a role has.
#[derive(Debug, Clone)]
pub struct GivenPolicy {
    pub name: SmolStr,
    /// What it says, where that was read.
    pub policy: Option<Policy>,
    /// Where it is given.
    pub origin: OriginId,
}

impl CloudRole {
    /// What its policies say, where they were read.
    pub fn statements(&self) -> impl Iterator<Item = &Statement> {
        let policies = self.policies.iter().filter_map(|it| it.policy.as_ref());
        policies.flat_map(|it| &it.statements)
    }

    #[must_use]
    pub fn is_denied_something(&self) -> bool {
        self.statements().any(|it| !it.is_allowed)
    }

    /// True where the annotation of a service account of Kubernetes names it, and nothing that it says of who may
    /// become it speaks against that: neither the account of the cloud nor the subject of the tokens.
    #[must_use]
    pub fn is_named_by(&self, account: &Component) -> bool {
        let Facts::Identity(identity) = &account.facts else { return false };
        if self.lent_to.iter().any(|it| it.is(account)) {
            return true;
        }
        let Some(arn) = identity.in_cloud.as_ref().map(|it| it.value.as_str()) else {
            return false;
        };
        let Some((before, path)) = arn.split_once(":role/") else { return false };
        let is_called = self.cloud_name.value().map(|it| it.as_str()) == path.rsplit('/').next();
        let subject = format!("system:serviceaccount:{}:{}", account.namespace, account.name);
        let home = before.rsplit(':').next().unwrap_or_default();
        arn.starts_with("arn:aws")
            && is_called
            && self.trust.value().is_none_or(|it| lets_in(it, &subject, home))
    }
}

/// Whether a policy of trust lets tokens with this subject in, of an issuer that is known to an account.
fn lets_in(trust: &Policy, subject: &str, account: &str) -> bool {
    // What a statement that denies leaves of the others is not worked out.
    let denies = trust.statements.iter().any(|it| !it.is_allowed);
    let is_at_home = |provider: &SmolStr| account_of(provider).is_none_or(|it| it == account);
    let mut statements = trust.statements.iter();
    let admits = |it: &Statement| {
        it.is_open || it.admits_subject(subject) && it.federated.iter().any(is_at_home)
    };
    !denies && (trust.statements.is_empty() || statements.any(admits))
}

/// The account in an ARN; none where there is none, or where it is to come.
fn account_of(arn: &str) -> Option<&str> {
    let account = arn.split(':').nth(4)?;
    let is_number = !account.is_empty() && account.bytes().all(|it| it.is_ascii_digit());
    is_number.then_some(account)
}

impl System {
    /// The identity of the cloud that a service account of Kubernetes acts as: a role or an account; none where
    /// several of its environment could be meant.
    #[must_use]
    pub fn cloud_identity_of(&self, account: &Component) -> Option<&Component> {
        let environment = self.environment(account);
        let mut named = self
            .components()
            .iter()
            .filter(|it| is_cloud_identity_of(it, account) && self.environment(it) == environment);
        let first = named.next()?;
        named.next().is_none().then_some(first)
    }

    /// The service accounts of Kubernetes that act as a role or an account of a cloud.
    pub fn accounts_of<'a>(
        &'a self,
        identity: &'a Component,
    ) -> impl Iterator<Item = &'a Component> {
        let accounts = self.components().iter().filter(|it| is_cloud_identity_of(identity, it));
        accounts.filter(|it| self.cloud_identity_of(it).is_some_and(|it| it.id == identity.id))
    }
}

/// True where a role or an account of a cloud is named by a service account, or lent to it.
#[must_use]
pub fn is_cloud_identity_of(identity: &Component, account: &Component) -> bool {
    match &identity.facts {
        Facts::CloudRole(role) => role.is_named_by(account),
        Facts::CloudAccount(it) => it.is_named_by(account, identity.label_value("home")),
        _ => false,
    }
}
