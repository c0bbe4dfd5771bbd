//! What an identity can do.

use kai_core::{ComponentId, Evidence};
use kai_graph::{CloudRole, ComponentKind, Facts, GivenPolicy, Of};

use super::cloud_identity::{grants, of_cloud};
use super::{Asked, Intent, Wants, answer};
use crate::answer::{Answer, Section, Statement, Step};
use crate::case::Case;
use crate::incident::{self, Mode};
use crate::words::{and, list};

pub(super) const INTENT: Intent = Intent {
    id: "identity",
    example: "what can the service account X do?",
    wants: Wants::Identity,
    is_played: false,
    patterns: &[
        "what|which|how|anything may|can|could|allowed|permission*|rights|power* do|does|access|reach|read|delete|has|have|much identity|account|serviceaccount|role|sa|X",
        ">what|which can|may|could X do|access|reach|read|change|delete|see",
        "permission*|privilege*|rbac|rights|entitlement*",
        "least privilege",
        "what|which is X allowed|permitted",
        "identity|serviceaccount|account of|can|do|does|may|what|X",
        "attacker|intruder|compromised|hacked|stolen|breach* what|if|with|X",
    ],
    answer: identity,
};

fn identity(case: Case<'_>, asked: &Asked<'_>) -> Result<Answer, String> {
    let id = asked.component()?;
    let component = case.component(id);
    if let Some(found) = of_cloud(case, id) {
        return Ok(found);
    }
    let (namespace, account, evidence) = match account(case, id) {
        Some(found) => found,
        None => {
            let label = component.label();
            return Err(format!(
                "`{label}` acts as nobody that I know: it is no service account, and no account of it is declared"
            ));
        }
    };
    let grants = case.system().grants_to(&namespace, &account, component.root);
    let mut powers = Vec::new();
    let mut plain = Vec::new();
    for grant in &grants {
        let place = match grant.namespace() {
            "" => "in every namespace".to_owned(),
            namespace => format!("in `{namespace}`"),
        };
        let binding = grant.binding.component.id;
        for (power, origin) in grant.powers() {
            let text = format!("It may {} {place}.", power.as_clause());
            let proof = format!(
                "kubectl auth can-i {} --as=system:serviceaccount:{namespace}:{account}",
                power.probe()
            );
            let evidence = vec![
                case.at(binding, grant.subject.origin),
                case.span(&format!("role of {account}"), origin),
            ];
            powers.push(Statement::new(text, evidence).command(proof));
        }
        plain.extend(rules(case, grant, &place));
    }
    let cloud = cloud(case, &namespace, &account, component.root);
    let mut direct = direct(case, &account, &powers, &plain, evidence);
    if let Some(first) = cloud.first() {
        direct.text = format!("{} {}", direct.text, first.text);
        direct.evidence.extend(first.evidence.iter().cloned());
    }
    let users = users(case, &namespace, &account);
    let sections = vec![
        Section::document("What it may do in the cloud", cloud.iter().skip(1).cloned().collect()),
        Section::document("What leads to more than it says", powers.clone()),
        Section::document("All that its roles give", plain.into_iter().take(8).collect()),
        Section::document("Who acts as it", users),
        Section::new(Step::Unknown, vec![groups(case, !cloud.is_empty())]),
    ];
    let incident = (!powers.is_empty()).then(|| incident::of(Mode::Secret)).flatten();
    Ok(answer(vec![direct], sections, incident))
}

/// The account itself, or the one that a workload acts as.
fn account(case: Case<'_>, id: ComponentId) -> Option<(String, String, Evidence)> {
    let component = case.component(id);
    let namespace = component.namespace.to_string();
    if matches!(component.facts, Facts::Identity(_))
        || component.kind == ComponentKind::Identity && component.native_kind == "ServiceAccount"
    {
        return Some((namespace, component.name.to_string(), case.named(id)));
    }
    let workload = component.workload()?;
    let name = workload.facts.pod.service_account.traced()?;
    Some((namespace, name.value.to_string(), case.at(id, name.origin)))
}

fn direct(
    case: Case<'_>,
    account: &str,
    powers: &[Statement],
    plain: &[Statement],
    line: Evidence,
) -> Statement {
    let mut evidence = vec![line];
    let text = match (powers.len(), plain.len()) {
        (0, 0) => {
            evidence.push(case.absence(
                format!("ServiceAccount/{account}"),
                format!("no binding of `{account}`"),
                case.scope(),
            ));
            format!(
                "`ServiceAccount/{account}` may do nothing of its own: no binding that I read gives it a role."
            )
        }
        (0, _) => {
            evidence.extend(plain.iter().flat_map(|it| it.evidence.clone()).take(2));
            format!(
                "`ServiceAccount/{account}` has the roles below and none of the rights that lead to more than they say."
            )
        }
        _ => {
            evidence.extend(powers.iter().flat_map(|it| it.evidence.clone()).take(2));
            let clauses: Vec<String> = powers
                .iter()
                .take(3)
                .map(|it| it.text.trim_start_matches("It may ").trim_end_matches('.').to_owned())
                .collect();
            format!("`ServiceAccount/{account}` may {}.", and(&clauses))
        }
    };
    Statement::new(text, evidence)
}

/// The rules of a role as sentences.
fn rules(case: Case<'_>, grant: &kai_graph::Grant<'_>, place: &str) -> Vec<Statement> {
    let binding = grant.binding.component.id;
    let Some(role) = grant.role else {
        let name = &grant.binding.facts.role.name;
        let text = format!("It has role `{name}` {place}, which stands outside of what I read.");
        return vec![Statement::new(text, vec![case.at(binding, grant.binding.facts.role.origin)])];
    };
    let of = |rule: &kai_graph::RoleRule| {
        let verbs: Vec<&str> = rule.verbs.iter().map(|it| it.as_str()).collect();
        let names = match rule.resource_names.is_empty() {
            true => String::new(),
            false => format!(" named {}", list(&rule.resource_names, 3)),
        };
        let text = format!("{} {}{names} {place}.", verbs.join(", "), list(&rule.resources, 4));
        Statement::new(text, vec![case.at(role.component.id, rule.origin)])
    };
    role.facts.rules.iter().filter(|it| !it.resources.is_empty()).map(of).collect()
}

fn users(case: Case<'_>, namespace: &str, account: &str) -> Vec<Statement> {
    let all = case.system().workloads().filter(|it| {
        it.component.namespace == namespace
            && it.facts.pod.service_account.value().is_some_and(|it| it == account)
    });
    let mut seen = Vec::new();
    let mut statements = Vec::new();
    for it in all {
        let label = it.component.label();
        if !seen.contains(&label) {
            let token = match it.facts.pod.automount_token.value() {
                Some(false) => " and does not mount its token",
                _ => "",
            };
            let text = format!("`{label}` acts as it{token}.");
            statements.push(Statement::new(text, vec![case.named(it.component.id)]));
            seen.push(label);
        }
    }
    statements.truncate(5);
    statements
}

/// What the identity of a cloud lets it do that it acts as: first which, then each policy or role.
fn cloud(case: Case<'_>, namespace: &str, account: &str, root: kai_core::RootId) -> Vec<Statement> {
    let system = case.system();
    let Some(component) = system.resolve("ServiceAccount", namespace, account, root) else {
        return Vec::new();
    };
    let Some(identity) = system.cloud_identity_of(component) else { return Vec::new() };
    let (then, gives) = match &identity.facts {
        Facts::CloudRole(facts) => {
            let gives = policies(case, Of { component: identity, facts: &**facts });
            match facts.powers.first() {
                Some((policy, _)) => {
                    (format!(", which may do everything in the account (`{policy}`)"), gives)
                }
                None if gives.is_empty() => {
                    (", to which nothing that I read gives a policy".to_owned(), gives)
                }
                None => (String::new(), gives),
            }
        }
        Facts::CloudAccount(facts) => {
            let gives = grants(case, Of { component: identity, facts: &**facts });
            let none = ", to which nothing that I read gives a role".to_owned();
            (if gives.is_empty() { none } else { String::new() }, gives)
        }
        _ => return Vec::new(),
    };
    let text = format!("In the cloud it acts as `{}`{then}.", identity.label());
    let named = vec![case.named(component.id), case.named(identity.id)];
    let first = Statement::new(text, named);
    std::iter::once(first).chain(gives.into_iter().take(POLICIES)).collect()
}

/// What each policy of a role allows.
pub(super) fn policies(case: Case<'_>, role: Of<'_, CloudRole>) -> Vec<Statement> {
    let of_one = |it: &GivenPolicy| {
        let evidence = vec![case.at(role.component.id, it.origin)];
        Statement::new(format!("`{}` {}.", it.name, allowance(it.policy.as_ref())), evidence)
    };
    role.facts.policies.iter().map(of_one).collect()
}

/// More policies of one role are not listed.
const POLICIES: usize = 6;

fn allowance(policy: Option<&kai_graph::Policy>) -> String {
    let Some(policy) = policy else {
        return "is given to it; I did not read what it says".to_owned();
    };
    let allowed: Vec<_> = policy.statements.iter().filter(|it| it.is_allowed).collect();
    let mut actions: Vec<&str> =
        allowed.iter().flat_map(|it| &it.actions).map(|it| it.as_str()).collect();
    actions.sort_unstable();
    actions.dedup();
    let is_everywhere = allowed.iter().any(|it| it.resources.iter().any(|it| it == "*"));
    let place = if is_everywhere { " on every resource" } else { "" };
    match actions.is_empty() {
        true => "allows nothing that I can name".to_owned(),
        false => format!("allows {}{place}", list(&actions, 4)),
    }
}

fn groups(case: Case<'_>, is_role_known: bool) -> Statement {
    let absence =
        case.absence("", "no reading of groups or of the cloud's own permissions", case.scope());
    let text = match is_role_known {
        true => {
            "What its groups have, what else of the cloud names it, and what was bound by hand."
        }
        false => "What its groups have, what a cloud gives it, and what was bound by hand.",
    };
    Statement::new(text, vec![absence])
}
