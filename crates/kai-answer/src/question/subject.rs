//! What a question is about, out of the names in it.

use kai_core::{ComponentId, Environment, SmolStr};
use kai_graph::{Component, ComponentKind};

use super::names::Names;
use super::recognise::{is_small, strangers};
use super::{Target, Token};
use crate::case::Case;
use crate::intent::Wants;
use crate::part;

/// One component, and how it was found.
#[derive(Debug, Clone)]
pub(crate) struct Subject {
    pub(crate) id: ComponentId,
    /// A sentence, where the question left a choice.
    pub(crate) reading: Option<String>,
}

/// Who waits for one of these words names next what fails.
const CONDITIONS: &[&str] = &["if", "when", "without", "lose", "losing", "kill", "once", "after"];

/// Who is named behind `by` and one of these words is the one that does it.
const PASSIVES: &[&str] = &["needed", "required", "used", "called", "relied", "depended"];

/// Starts of words for what is done to who is named behind them and `of`.
const DEEDS: &[&str] = &["deploy", "release", "restart", "rollout", "upgrade"];

/// The place of the word that the subject stands behind.
fn lead(tokens: &[Token]) -> Option<usize> {
    let is_one_of = |words: &[&str], it: &Token| words.contains(&it.word.as_str());
    let condition = tokens.iter().position(|it| is_one_of(CONDITIONS, it));
    let is_done = |it: &Token| DEEDS.iter().any(|deed| it.word.starts_with(deed));
    let done = || {
        let pairs = tokens.windows(2);
        pairs.into_iter().position(|it| is_done(&it[0]) && it[1].word == "of").map(|at| at + 1)
    };
    condition.or_else(done).or_else(|| {
        let passive = tokens.iter().position(|it| is_one_of(PASSIVES, it))?;
        let agent = tokens[passive..].iter().position(|it| is_one_of(&["by", "for"], it))?;
        Some(passive + agent)
    })
}

/// The component that the question is about: what stands behind "if", "when" or "needed by", else the first name.
pub(crate) fn subject(
    targets: &[Target],
    tokens: &[Token],
    wants: Wants,
    case: Case<'_>,
) -> Option<Subject> {
    let named: Vec<&Target> = targets.iter().filter(|it| !it.components.is_empty()).collect();
    let behind = lead(tokens).and_then(|at| named.iter().find(|it| it.at > at));
    let target = behind.or_else(|| named.first())?;
    let kind = kind_beside(target, tokens, case);
    Some(choose(target, kind.as_deref(), asked_environment(tokens), wants, case))
}

/// `the deployment web`, `web deployment`.
fn kind_beside(target: &Target, tokens: &[Token], case: Case<'_>) -> Option<SmolStr> {
    let beside = [target.at.checked_sub(1), Some(target.at + target.length)];
    let words = beside.into_iter().flatten().filter_map(|at| tokens.get(at));
    let kinds = target.components.iter().map(|it| &case.component(*it).native_kind);
    let kinds: Vec<_> = kinds.collect();
    let mut meant =
        words.filter_map(|word| kinds.iter().find(|it| it.eq_ignore_ascii_case(&word.word)));
    meant.next().map(|it| (*it).clone())
}

/// `in production`, `of the staging environment`. "For production" is a purpose, and says of no other place.
pub(crate) fn asked_environment(tokens: &[Token]) -> Option<Environment> {
    tokens.iter().enumerate().find_map(|(at, token)| {
        let before = tokens[..at].iter().rev().map(|it| it.word.as_str());
        let before = before.into_iter().find(|it| !matches!(*it, "the" | "our" | "my"))?;
        match token.word.as_str() {
            "production" | "prod" | "live" if before == "in" => Some(Environment::Production),
            _ if !matches!(before, "in" | "on" | "of" | "for" | "to") => None,
            "staging" | "stage" | "preprod" => Some(Environment::Staging),
            "development" | "dev" => Some(Environment::Development),
            _ => None,
        }
    })
}

/// What the question names beside its subject.
#[derive(Debug, Default)]
pub(crate) struct Others {
    /// In one list with it: `if web and api fail`.
    pub(crate) listed: Vec<ComponentId>,
    /// Somewhere else.
    pub(crate) aside: Vec<ComponentId>,
}

/// Further components that run and are named.
pub(crate) fn others(
    targets: &[Target],
    tokens: &[Token],
    subject: ComponentId,
    wants: Wants,
    case: Case<'_>,
) -> Others {
    let mut others = Others::default();
    let environment = asked_environment(tokens);
    let kind = |it: &Target| kind_beside(it, tokens, case);
    let chosen = |it: &Target| choose(it, kind(it).as_deref(), environment, wants, case).id;
    let named: Vec<(&Target, ComponentId)> = targets
        .iter()
        .filter(|it| !it.components.is_empty())
        .map(|it| (it, chosen(it)))
        .filter(|it| it.1 == subject || rank(case.component(it.1), Wants::Component) <= 1)
        .collect();
    let Some(at) = named.iter().position(|it| it.1 == subject) else { return others };
    let end = |it: &Target| it.at + it.length;
    let joins = |word: &Token| matches!(word.word.as_str(), "and" | "or" | "&" | "plus" | "both");
    let is_joined = |one: &Target, next: &Target| {
        tokens.get(end(one)..next.at).is_some_and(|it| it.iter().all(joins))
    };
    let mut first = at;
    while first > 0 && is_joined(named[first - 1].0, named[first].0) {
        first -= 1;
    }
    let mut last = at;
    while last + 1 < named.len() && is_joined(named[last].0, named[last + 1].0) {
        last += 1;
    }
    for (index, (_, id)) in named.iter().enumerate() {
        let known = |all: &[ComponentId]| all.contains(id);
        if *id == subject || known(&others.listed) || known(&others.aside) {
            continue;
        }
        let into = match (first..=last).contains(&index) {
            true => &mut others.listed,
            false => &mut others.aside,
        };
        into.push(*id);
    }
    others
}

/// What else is named, whatever it is, in the environment of the subject if it is there.
pub(crate) fn beside_subject(
    targets: &[Target],
    subject: ComponentId,
    case: Case<'_>,
) -> Vec<Subject> {
    let environment = Some(case.environment(subject));
    let named = targets.iter().filter(|it| !it.components.is_empty());
    let chosen = named.map(|it| choose(it, None, environment, Wants::Component, case));
    let mut found: Vec<Subject> = Vec::new();
    for other in chosen.filter(|it| it.id != subject) {
        if !found.iter().any(|it| it.id == other.id) {
            found.push(other);
        }
    }
    found
}

/// The subject where the other one is: only there can one need the other.
pub(crate) fn there(
    targets: &[Target],
    subject: ComponentId,
    other: ComponentId,
    case: Case<'_>,
) -> Option<ComponentId> {
    let environment = case.environment(other);
    let target = targets.iter().find(|it| it.components.contains(&subject))?;
    let found = choose(target, None, Some(environment), Wants::Component, case).id;
    (case.environment(found) == environment && found != subject).then_some(found)
}

/// What people call what holds state, whatever it is.
const DATABASES: &[&str] = &["database", "databases", "db", "datastore", "store"];

/// Databases, where a question speaks of "the database" and names none.
pub(crate) fn unnamed_databases(tokens: &[Token], case: Case<'_>) -> Vec<String> {
    if !tokens.iter().any(|it| DATABASES.contains(&it.word.as_str())) {
        return Vec::new();
    }
    let all = part::running(case).into_iter().filter(|it| part::is_stateful(case, *it));
    all.map(|it| case.label(it)).take(5).collect()
}

fn choose(
    target: &Target,
    kind: Option<&str>,
    environment: Option<Environment>,
    wants: Wants,
    case: Case<'_>,
) -> Subject {
    let order = |id: &ComponentId| {
        let component = case.component(*id);
        let is_other_kind = kind.is_some_and(|it| !component.native_kind.eq_ignore_ascii_case(it));
        let own = case.environment(*id);
        let is_elsewhere = environment.is_some_and(|it| it != own);
        (is_other_kind, is_elsewhere, own, rank(component, wants), *id)
    };
    let mut ids = target.components.clone();
    ids.sort_by_key(order);
    let id = ids[0];
    let reading = reading(target, id, &ids, case);
    Subject { id, reading }
}

/// What people mean first by a name.
fn rank(component: &Component, wants: Wants) -> u8 {
    let is_asked = match wants {
        Wants::Secret => component.kind == ComponentKind::Secret,
        Wants::Identity => component.kind == ComponentKind::Identity,
        _ => false,
    };
    if is_asked {
        return 0;
    }
    match component.kind {
        ComponentKind::Workload | ComponentKind::Datastore | ComponentKind::Queue => 1,
        ComponentKind::Cache => 1,
        ComponentKind::EntryPoint => 2,
        ComponentKind::NetworkPath => 3,
        ComponentKind::ExternalSystem => 4,
        ComponentKind::Volume | ComponentKind::Backup => 5,
        ComponentKind::Secret | ComponentKind::Identity | ComponentKind::Configuration => 6,
        ComponentKind::Control => 7,
        ComponentKind::FailureDomain => 8,
        ComponentKind::Opaque => 9,
    }
}

/// Others of the name that people could have meant as well.
fn reading(
    target: &Target,
    id: ComponentId,
    ids: &[ComponentId],
    case: Case<'_>,
) -> Option<String> {
    let chosen = case.component(id);
    let mut parts = Vec::new();
    if target.is_near {
        parts.push(format!("I read `{}` as `{}`", target.said, chosen.label()));
    }
    let environment = case.environment(id);
    let is_first_meant = rank(chosen, Wants::Component) <= 1;
    let is_alike = |it: &&ComponentId| {
        let other = case.component(**it);
        // Another overlay of the same thing is the same thing elsewhere, and nobody means both.
        is_first_meant
            && rank(other, Wants::Component) <= 1
            && case.environment(**it) == environment
            && (other.namespace != chosen.namespace || other.native_kind != chosen.native_kind)
    };
    let others = ids.iter().filter(|it| **it != id).filter(is_alike);
    let others: std::collections::BTreeSet<String> = others
        .map(|it| case.component(*it))
        .map(|it| format!("{} in `{}`", it.label(), it.namespace))
        .collect();
    let others: Vec<String> = others.into_iter().collect();
    if !others.is_empty() {
        parts.push(format!(
            "I speak of the one in `{}`; there is also {}",
            chosen.namespace,
            others.iter().take(3).cloned().collect::<Vec<_>>().join(", ")
        ));
    }
    (!parts.is_empty()).then(|| parts.join(". "))
}

/// "The checkout database", where `checkout` holds no state: the one database that it needs, or those that it may be.
pub(crate) fn database_of(
    subject: ComponentId,
    targets: &[Target],
    tokens: &[Token],
    case: Case<'_>,
) -> Option<Result<Subject, Vec<String>>> {
    let target = targets.iter().find(|it| it.components.contains(&subject))?;
    let next = tokens.get(target.at + target.length)?;
    let is_asked = DATABASES.contains(&next.word.as_str()) && !target.said.contains(&next.said);
    if !is_asked || !part::is_running(case, subject) || part::is_stateful(case, subject) {
        return None;
    }
    let mut found = part::behind(case, subject);
    found.retain(|it| {
        let is_cache = case.component(*it).kind == ComponentKind::Cache;
        part::is_stateful(case, *it) && !is_cache
    });
    Some(match found[..] {
        [id] => {
            let said = format!("{} {}", target.said, next.said);
            Ok(Subject { id, reading: Some(format!("I read `{said}` as `{}`", case.label(id))) })
        }
        _ => Err(found.into_iter().map(|it| case.label(it)).collect()),
    })
}

/// What runs and may be meant by a name that only something else has, which does nothing by itself: a role, a plan; and,
/// for who asks of what runs alone, a secret.
pub(crate) fn runs_instead(
    target: &Target,
    asks_of_running: bool,
    names: &Names,
    case: Case<'_>,
) -> Option<Result<Target, Vec<String>>> {
    use ComponentKind::{Backup, Configuration, Control, FailureDomain, Identity, Opaque, Secret};
    let is_idle = |it: &ComponentId| match case.component(*it).kind {
        Backup | Control | FailureDomain | Identity | Opaque => true,
        Configuration | Secret => asks_of_running,
        _ => false,
    };
    let is_loose = !target.said.contains('/') && target.length == 1;
    if !is_loose || target.components.is_empty() || !target.components.iter().all(is_idle) {
        return None;
    }
    let word = target.said.to_lowercase();
    let mut found = running(&word, &target.said, target.at, names, case);
    match found.len() {
        0 => None,
        1 => found.pop().map(Ok),
        _ => Some(Err(labels(&found, case))),
    }
}

/// What a word that is no name may have meant: the one name near it, or several to choose from.
pub(crate) fn near_names(
    tokens: &[Token],
    names: &Names,
    case: Case<'_>,
) -> Result<Target, (Option<String>, Vec<String>)> {
    let strangers = unknown(tokens, names);
    let mut suggestions: Vec<String> = Vec::new();
    for token in &strangers {
        if let Some(only) = meant(token, tokens, names, case) {
            return Ok(only);
        }
        suggestions.extend(names.near(&token.word).into_iter().map(str::to_owned));
    }
    let running = strangers.iter().flat_map(|it| {
        let at = tokens.iter().position(|one| one == *it).unwrap_or(0);
        running(&it.word, &it.said, at, names, case)
    });
    let running = labels(&running.collect::<Vec<_>>(), case);
    if !running.is_empty() {
        suggestions = running;
    }
    suggestions.truncate(5);
    Err((strangers.first().map(|it| it.said.clone()), suggestions))
}

/// Words that are no name and say nothing else; of "the orders database" it is the name whatever else it may say.
fn unknown<'a>(tokens: &'a [Token], names: &Names) -> Vec<&'a Token> {
    let mut unknown = strangers(tokens, names);
    for pair in tokens.windows(2) {
        let is_its_name = DATABASES.contains(&pair[1].word.as_str()) && !is_small(&pair[0]);
        if is_its_name && names.exact(&pair[0].word, &pair[0].said, 0).is_none() {
            unknown.push(&pair[0]);
        }
    }
    unknown
}

/// Every word that is no name, where it is near to one.
pub(crate) fn all_near(tokens: &[Token], names: &Names, case: Case<'_>) -> Vec<Target> {
    let strangers = unknown(tokens, names);
    strangers.iter().filter_map(|it| meant(it, tokens, names, case)).collect()
}

/// The one thing that runs and has a name near to a word, or is the software that the word names.
pub(super) fn meant(
    token: &Token,
    tokens: &[Token],
    names: &Names,
    case: Case<'_>,
) -> Option<Target> {
    let at = tokens.iter().position(|it| it == token).unwrap_or(0);
    let mut found = running(&token.word, &token.said, at, names, case);
    let is_database = tokens.get(at + 1).is_some_and(|it| DATABASES.contains(&it.word.as_str()));
    if is_database && found.len() > 1 {
        let holds = |it: &Target| it.components.iter().any(|it| part::is_stateful(case, *it));
        found.retain(holds);
    }
    let only = found.pop()?;
    found.is_empty().then_some(only)
}

/// What runs and has a name near to a word; else what is the software, or the service of a cloud, of that name.
fn running(word: &str, said: &str, at: usize, names: &Names, case: Case<'_>) -> Vec<Target> {
    let is_running = |it: &Target| {
        let mut kinds = it.components.iter().map(|it| rank(case.component(*it), Wants::Component));
        kinds.any(|it| it <= 2)
    };
    let near = names.near(word).into_iter().filter_map(|it| names.exact(it, said, at));
    let near = near.map(|it| Target { is_near: true, ..it });
    let found: Vec<Target> = near.filter(is_running).collect();
    if found.is_empty() { names.product(word, said, at) } else { found }
}

/// How what each of these names is called.
fn labels(targets: &[Target], case: Case<'_>) -> Vec<String> {
    const SHOWN: usize = 5;
    let first = |it: &Target| {
        let order = |it: &&ComponentId| {
            (case.environment(**it), rank(case.component(**it), Wants::Component), **it)
        };
        it.components.iter().min_by_key(order).map(|it| case.label(*it))
    };
    let mut labels: Vec<String> = targets.iter().filter_map(first).collect();
    labels.sort_unstable();
    labels.dedup();
    labels.truncate(SHOWN);
    labels
}
