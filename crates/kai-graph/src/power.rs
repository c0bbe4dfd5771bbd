//! Rights from which a few steps lead to all others.
//!
//! Kubernetes' own list stands in "Role Based Access Control Good Practices" (kubernetes.io,
//! section on privilege escalation risks).

use kai_core::{OriginId, SmolStr};

use crate::{Role, RoleRule};

/// A right that leads to more than it says; the worst first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Power {
    /// Every verb on everything.
    Everything,
    /// It may hand itself rights that it does not have (`escalate`, `bind`).
    Escalation,
    /// It may act as any user, group or account.
    Impersonation,
    /// It may issue tokens for any account.
    Tokens,
    /// It may start pods, which act as any account of their namespace.
    Pods,
    /// It may run commands in pods that are there.
    Exec,
    /// It may read secrets, tokens of accounts among them.
    Secrets,
    /// It may talk to kubelets past the API server's own checks.
    Nodes,
    /// It may change what the API server asks before it accepts an object.
    Admission,
}

const PODS: &[(&str, &str)] = &[
    ("apps", "daemonsets"),
    ("apps", "deployments"),
    ("apps", "replicasets"),
    ("apps", "statefulsets"),
    ("batch", "cronjobs"),
    ("batch", "jobs"),
    ("", "replicationcontrollers"),
];

const RBAC: &str = "rbac.authorization.k8s.io";

impl Power {
    /// Of the roles that every cluster brings along.
    #[must_use]
    pub fn of_built_in(role: &str) -> &'static [Self] {
        match role {
            "cluster-admin" => &[Self::Everything],
            "admin" | "edit" => &[Self::Pods, Self::Exec, Self::Secrets],
            _ => &[],
        }
    }

    /// What one may do with it in some place, after "may".
    #[must_use]
    pub fn as_clause(self) -> &'static str {
        match self {
            Self::Everything => "do everything",
            Self::Escalation => "give itself every right",
            Self::Impersonation => "act as anybody",
            Self::Tokens => "issue tokens for every account",
            Self::Pods => "start pods that act as any account",
            Self::Exec => "run commands in every pod",
            Self::Secrets => "read every Secret",
            Self::Nodes => "run commands in every pod through the kubelets",
            Self::Admission => "rewrite every object that is applied",
        }
    }

    /// The verb and resource to ask `kubectl auth can-i` for. What follows a `/` there is a name, so a part
    /// of a resource is asked for by its flag.
    #[must_use]
    pub fn probe(self) -> &'static str {
        match self {
            Self::Everything => "'*' '*'",
            Self::Escalation => "escalate clusterroles",
            Self::Impersonation => "impersonate users",
            Self::Tokens => "create serviceaccounts --subresource=token",
            Self::Pods => "create pods",
            Self::Exec => "create pods --subresource=exec",
            Self::Secrets => "get secrets",
            Self::Nodes => "get nodes --subresource=proxy",
            Self::Admission => "update mutatingwebhookconfigurations",
        }
    }

    fn is_given_by(self, rule: &RoleRule) -> bool {
        let may = |verbs: &[&str], group, resource| rule.allows(verbs, group, resource);
        match self {
            Self::Everything => {
                let is_all = |list: &[SmolStr]| list.iter().any(|it| it == "*");
                is_all(&rule.verbs) && is_all(&rule.api_groups) && is_all(&rule.resources)
            }
            Self::Escalation => {
                let roles = ["roles", "clusterroles"];
                roles.iter().any(|it| may(&["escalate", "bind"], RBAC, it))
            }
            Self::Impersonation => {
                let users = ["users", "groups", "serviceaccounts"];
                users.iter().any(|it| may(&["impersonate"], "", it))
            }
            Self::Tokens => may(&["create"], "", "serviceaccounts/token"),
            Self::Pods => {
                let change = ["create", "update", "patch"];
                may(&["create"], "", "pods")
                    || PODS.iter().any(|(group, kind)| may(&change, group, kind))
            }
            Self::Exec => may(&["create"], "", "pods/exec"),
            Self::Secrets => may(&["get", "list", "watch"], "", "secrets"),
            Self::Nodes => may(&["get", "create"], "", "nodes/proxy"),
            Self::Admission => may(
                &["create", "update", "patch"],
                "admissionregistration.k8s.io",
                "mutatingwebhookconfigurations",
            ),
        }
    }
}

impl Role {
    /// The powers that its rules hold, the worst first, each with the rule that gives it.
    #[must_use]
    pub fn powers(&self) -> Vec<(Power, OriginId)> {
        use Power::{
            Admission, Escalation, Everything, Exec, Impersonation, Nodes, Pods, Secrets, Tokens,
        };
        let all =
            [Everything, Escalation, Impersonation, Tokens, Pods, Exec, Secrets, Nodes, Admission];
        // A rule about named objects reaches no others.
        let wide: Vec<_> = self.rules.iter().filter(|it| it.resource_names.is_empty()).collect();
        let given = |power: Power| {
            wide.iter().find(|it| power.is_given_by(it)).map(|it| (power, it.origin))
        };
        all.into_iter().filter_map(given).collect()
    }
}

impl RoleRule {
    /// True where it allows one of the verbs on every object of the resource.
    #[must_use]
    pub fn allows(&self, verbs: &[&str], group: &str, resource: &str) -> bool {
        let (kind, sub) = resource.split_once('/').unwrap_or((resource, ""));
        let has_resource = |it: &SmolStr| {
            it == "*"
                || it == resource
                || (!sub.is_empty() && it.strip_prefix("*/").is_some_and(|it| it == sub))
                || (!sub.is_empty() && it.strip_suffix("/*").is_some_and(|it| it == kind))
        };
        let has_verb = |it: &SmolStr| it == "*" || verbs.contains(&it.as_str());
        self.resources.iter().any(has_resource)
            && self.api_groups.iter().any(|it| it == "*" || it == group)
            && self.verbs.iter().any(has_verb)
    }
}
