//! Roles that somebody may become who has nothing to do with the system.

use kai_core::{FailureMode, Hazard, Level, LossClass, OriginId, Pillar, Term};
use kai_graph::{CloudRole, Component, Facts, Statement};

use super::near;
use crate::{Check, Context, Observed, Rule};

pub(super) static RULE: Rule = Rule {
    id: "role-open-to-strangers",
    pillar: Pillar::Security,
    default_level: Level::High,
    since: "0.1.0",
    doc: include_str!("role_open_to_strangers.md"),
    check: Check::Component(check),
};

/// The issuer of the tokens of jobs of GitHub Actions.
const GITHUB: &str = "token.actions.githubusercontent.com";

/// Stands in a text for what is to come.
const OPEN: char = '\u{fffc}';

fn check(component: &Component, ctx: Context<'_>, out: &mut Observed) {
    let Facts::CloudRole(facts) = &component.facts else { return };
    let Some(trust) = facts.trust.traced() else { return };
    // What a statement that denies leaves of the others is not worked out.
    if trust.value.statements.iter().any(|it| !it.is_allowed) {
        return;
    }
    let let_in = trust.value.statements.iter().filter(|it| it.is_allowed && !it.is_open);
    let strangers =
        let_in.filter_map(|it| strangers(it, facts, near::is_production(component, ctx)));
    if let Some(worst) = strangers.min() {
        out.push(hazard(component, facts, &worst, trust.origin));
    }
}

/// Who may become the role, from the widest.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Strangers {
    Accounts,
    /// Every pod of a cluster whose tokens it takes.
    Pods,
    Repositories,
    /// Every repository that a pattern means.
    Organization(String),
    /// Every branch of a repository, where the role may do everything.
    Branches(String),
}

fn strangers(statement: &Statement, role: &CloudRole, is_production: bool) -> Option<Strangers> {
    let is_anybody = statement.principals.iter().any(|it| it == "*");
    if is_anybody && statement.conditions.is_empty() && statement.allows_any(&["sts:AssumeRole"]) {
        return Some(Strangers::Accounts);
    }
    if !statement.allows_any(&["sts:AssumeRoleWithWebIdentity"]) {
        return None;
    }
    if is_of_cluster(statement) {
        return lets_every_pod(statement).then_some(Strangers::Pods);
    }
    let of_github = |key: &str| key.starts_with(GITHUB);
    let is_github = statement.federated.iter().any(|it| it.ends_with(GITHUB))
        || statement.conditions.iter().any(|it| of_github(&it.key));
    if !is_github || statement.federated.is_empty() {
        return None;
    }
    let claims = statement.conditions.iter().filter(|it| !it.key.ends_with(":aud"));
    let claims: Vec<_> = claims.collect();
    let [subject] = &claims[..] else {
        return claims.is_empty().then_some(Strangers::Repositories);
    };
    if !subject.key.ends_with(":sub") || !subject.test.contains("StringLike") {
        return None;
    }
    subject.values.iter().filter_map(|it| pattern(it, role, is_production)).min()
}

/// True where a cluster of EKS issues the tokens that it takes: by its address, or by what they say of a
/// service account (Amazon EKS User Guide, `iam-roles-for-service-accounts`).
pub(super) fn is_of_cluster(statement: &Statement) -> bool {
    const ISSUER: &str = "oidc.eks.";
    const SUBJECT: &str = "system:serviceaccount:";
    !statement.federated.is_empty()
        && (statement.federated.iter().any(|it| it.contains(ISSUER))
            || statement.conditions.iter().any(|it| {
                it.key.contains(ISSUER) || it.values.iter().any(|it| it.starts_with(SUBJECT))
            }))
}

/// True where no condition speaks of the account, or one that means each.
fn lets_every_pod(statement: &Statement) -> bool {
    const ALL: &[&str] = &["*", "system:serviceaccount:*", "system:serviceaccount:*:*", "system:*"];
    let is_subject = |it: &&kai_graph::Condition| !it.key.ends_with(":aud");
    let mut subjects = statement.conditions.iter().filter(is_subject).peekable();
    if subjects.peek().is_none() {
        return true;
    }
    subjects.all(|it| {
        let is_pattern = it.test.contains("StringLike");
        it.key.ends_with(":sub")
            && is_pattern
            && it.values.iter().any(|it| ALL.contains(&it.as_str()))
    })
}

fn pattern(pattern: &str, role: &CloudRole, is_production: bool) -> Option<Strangers> {
    let rest = pattern.strip_prefix("repo:").unwrap_or(pattern);
    if rest.starts_with('*') {
        return Some(Strangers::Repositories);
    }
    let (owner, rest) = rest.split_once('/')?;
    if pattern.contains(OPEN) || owner.contains('*') {
        return None;
    }
    let (repository, rest) = rest.split_once(':').unwrap_or((rest, ""));
    let is_any_branch =
        matches!(rest, "*" | "ref:*" | "ref:refs/*" | "ref:refs/heads/*" | "pull_request");
    match repository {
        "*" => Some(Strangers::Organization(owner.to_owned())),
        _ if is_any_branch && is_production && !role.powers.is_empty() => {
            Some(Strangers::Branches(format!("{owner}/{repository}")))
        }
        _ => None,
    }
}

fn hazard(component: &Component, role: &CloudRole, who: &Strangers, at: OriginId) -> Hazard {
    let power = role.powers.first();
    let then = match power {
        Some((policy, _)) => format!("may then do everything in the account (`{policy}`)"),
        None => "may then do what the role may".to_owned(),
    };
    let who_may = match who {
        Strangers::Accounts => "Everybody with an account of the cloud".to_owned(),
        Strangers::Pods => "Every pod of the cluster, whatever its service account,".to_owned(),
        Strangers::Repositories => "A job of any repository on GitHub, whoever owns it,".to_owned(),
        Strangers::Organization(owner) => {
            format!("A job of every repository of `{owner}`, those to come included,")
        }
        Strangers::Branches(repository) => {
            format!("A job of every branch of `{repository}`, before anybody has reviewed it,")
        }
    };
    let message = format!("{who_may} may become `{}`, and {then}", near::address(component));
    let title = match who {
        Strangers::Accounts => "any account may become it",
        Strangers::Pods => "every pod may become it",
        Strangers::Repositories => "any repository may become it",
        Strangers::Organization(_) => "every repository of the owner may become it",
        Strangers::Branches(_) => "every branch may become it",
    };
    let is_theirs = matches!(who, Strangers::Accounts | Strangers::Repositories);
    let hazard = RULE
        .worsens(component.id, FailureMode::Compromise, Term::Frequency, title, message)
        .at(at)
        .loses(if is_theirs || power.is_some() { LossClass::Compromise } else { LossClass::Degraded })
        .shows_as(match who {
            Strangers::Accounts => "`AssumeRole` in the audit log, by an account that nobody expects",
            _ => "`AssumeRoleWithWebIdentity` in the audit log, by a subject that nobody expects",
        })
        .recover("Take the statement out, then end the sessions of the role: IAM console, `Revoke sessions`")
        .remedy(match who {
            Strangers::Accounts => {
                "Name the roles and accounts that need it in `Principal`; for somebody else's account ask for an \
                 `sts:ExternalId` too"
            }
            Strangers::Pods => {
                "Name namespace and account in a condition on `:sub`: `system:serviceaccount:NAMESPACE:NAME`, with \
                 `StringEquals`"
            }
            Strangers::Repositories | Strangers::Organization(_) | Strangers::Branches(_) => {
                "Name the repository and its environment in the condition: `repo:OWNER/NAME:environment:production`, with \
                 `StringEquals`, and let the environment ask for approval"
            }
        })
        .verify("aws iam get-role --role-name NAME --query Role.AssumeRolePolicyDocument");
    match power {
        Some((policy, at)) => hazard.related(*at, format!("gives it `{policy}`")),
        None => hazard,
    }
}
