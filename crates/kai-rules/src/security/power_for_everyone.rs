//! Rights that are bound to a group in which everybody is, or to the account that nobody chose.

use kai_core::{FailureMode, Hazard, Level, LossClass, OriginId, Pillar, SmolStr, Term};
use kai_graph::{Component, Facts, Grant, Of, Power, RoleRule, Subject, Workload};

use crate::command::delete;
use crate::purpose::manages_objects;
use crate::{Check, Context, Observed, Rule, words};

pub(super) static RULE: Rule = Rule {
    id: "power-for-everyone",
    pillar: Pillar::Security,
    default_level: Level::Low,
    since: "0.1.0",
    doc: include_str!("power_for_everyone.md"),
    check: Check::Component(check),
};

fn check(component: &Component, ctx: Context<'_>, out: &mut Observed) {
    let Facts::Binding(binding) = &component.facts else { return };
    for (index, subject) in binding.subjects.iter().enumerate() {
        let Some(everyone) = Everyone::of(subject) else { continue };
        let Some(grant) = ctx.system.grant(component, index) else { continue };
        if is_playground(grant.namespace()) {
            continue;
        }
        let Some(given) = Given::of(&grant, everyone) else { continue };
        let users = match everyone {
            Everyone::Default => users(subject, component, ctx),
            _ => Vec::new(),
        };
        // The namespace of an operator that runs as the default account is its own.
        let role = grant.role.map(|it| it.facts);
        if users.is_empty() || !users.iter().all(|it| manages_objects(*it, role)) {
            out.push(hazard(&grant, everyone, &given, &users, ctx));
        }
    }
}

/// A namespace that says that it is there for everybody.
fn is_playground(namespace: &str) -> bool {
    ["sandbox", "playground", "scratch"].iter().any(|it| namespace.contains(it))
}

/// A subject that stands for many, whoever they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Everyone {
    Anonymous,
    SignedIn,
    EveryAccount,
    /// Of one namespace.
    AccountsOf,
    Default,
}

impl Everyone {
    fn of(subject: &Subject) -> Option<Self> {
        match (subject.kind.as_str(), subject.name.as_str()) {
            ("User", "system:anonymous") | ("Group", "system:unauthenticated") => {
                Some(Self::Anonymous)
            }
            ("Group", "system:authenticated") => Some(Self::SignedIn),
            ("Group", "system:serviceaccounts") => Some(Self::EveryAccount),
            ("Group", name) if name.starts_with("system:serviceaccounts:") => {
                Some(Self::AccountsOf)
            }
            ("ServiceAccount", "default") => Some(Self::Default),
            _ => None,
        }
    }

    fn who(self, subject: &Subject) -> String {
        match self {
            Self::Anonymous => "everybody who reaches the API, signed in or not,".to_string(),
            Self::SignedIn => {
                "everybody who can sign in at all, every pod of the cluster included,".to_string()
            }
            Self::EveryAccount => "every pod of the cluster".to_string(),
            Self::AccountsOf => {
                let namespace = subject.name.rsplit(':').next().unwrap_or_default();
                format!("every pod of `{namespace}`")
            }
            Self::Default => {
                format!("every pod of `{}` that names no account", subject.namespace)
            }
        }
    }
}

/// What the role gives that is too much for everybody.
struct Given {
    clause: &'static str,
    probe: &'static str,
    at: OriginId,
}

impl Given {
    fn of(grant: &Grant<'_>, everyone: Everyone) -> Option<Self> {
        let powers = grant.powers();
        let is_vain = |it: &Power| {
            !grant.namespace().is_empty() && matches!(it, Power::Nodes | Power::Admission)
        };
        if let Some((power, at)) = powers.into_iter().find(|it| !is_vain(&it.0)) {
            return Some(Self { clause: power.as_clause(), probe: power.probe(), at });
        }
        let role = grant.role.filter(|_| everyone == Everyone::Anonymous)?;
        let rule = role.facts.rules.iter().find(|it| shows_objects(it))?;
        Some(Self { clause: "read objects of the cluster", probe: "list pods", at: rule.origin })
    }
}

/// Everybody may ask what he may do, and some clusters publish one object by name.
fn shows_objects(rule: &RoleRule) -> bool {
    let is_question = |it: &SmolStr| it.ends_with("reviews");
    rule.resource_names.is_empty()
        && !rule.resources.is_empty()
        && !rule.resources.iter().all(is_question)
}

fn hazard(
    grant: &Grant<'_>,
    everyone: Everyone,
    given: &Given,
    users: &[Of<'_, Workload>],
    ctx: Context<'_>,
) -> Hazard {
    let component = grant.binding.component;
    let subject = grant.subject;
    let exposed = users.iter().find(|it| !ctx.entries_to(it.component.id).is_empty());
    let is_everywhere = grant.namespace().is_empty();
    let is_one_step = is_everywhere
        && match everyone {
            Everyone::Anonymous | Everyone::SignedIn | Everyone::EveryAccount => true,
            Everyone::AccountsOf => false,
            Everyone::Default => exposed.is_some(),
        };
    let place = match grant.namespace() {
        "" => "in every namespace".to_string(),
        namespace => format!("in `{namespace}`"),
    };
    let names: Vec<_> = users.iter().map(|it| it.component.label()).collect();
    let so_far = match names.len() {
        0 => String::new(),
        _ => format!(", {} among them", words::list(&names)),
    };
    let message = format!(
        "`{}` lets {} {} {place}{so_far}; the weakest of them decides",
        component.label(),
        everyone.who(subject),
        given.clause,
    );
    RULE.worsens(
        exposed.map_or(component.id, |it| it.component.id),
        FailureMode::Compromise,
        Term::Loss,
        "rights for everybody",
        message,
    )
    .at(subject.origin)
    .related(given.at, "what is given")
    .loses(if is_one_step { LossClass::Compromise } else { LossClass::Degraded })
    .shows_as("Requests in the API's audit log by users and accounts that have no reason for them")
    .recover(format!("{}, then rotate what it showed", delete(component, ctx)))
    .remedy("Name the account that needs it as the subject, and no group")
    .verify(verify(everyone, subject, given, grant.namespace()))
}

/// The workloads that act as the default account of the subject's namespace.
fn users<'a>(subject: &Subject, from: &Component, ctx: Context<'a>) -> Vec<Of<'a, Workload>> {
    let is_user = |it: &Of<'_, Workload>| {
        it.facts.pod.service_account.value().is_some_and(|it| it == "default")
    };
    let there = ctx.system.workloads_in(from.root, &subject.namespace);
    there.filter_map(Component::workload).filter(is_user).collect()
}

fn verify(everyone: Everyone, subject: &Subject, given: &Given, namespace: &str) -> String {
    let who = match everyone {
        Everyone::Default => format!("--as=system:serviceaccount:{}:default", subject.namespace),
        Everyone::Anonymous => "--as=system:anonymous".to_string(),
        _ => format!("--as=nobody --as-group={}", subject.name),
    };
    let place = if namespace.is_empty() { "-A".to_string() } else { format!("-n {namespace}") };
    format!("kubectl auth can-i {} {place} {who} # must say no", given.probe)
}
