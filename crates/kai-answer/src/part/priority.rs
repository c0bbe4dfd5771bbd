//! What to mend first.

use kai_core::{ComponentId, Finding};
use kai_graph::Component;

use crate::answer::Statement;
use crate::case::Case;
use crate::words::{capitalised, first_sentence};

/// The remedies of the worst findings about a component, in the order of the register.
pub(crate) fn priority(case: Case<'_>, id: ComponentId, shown: usize) -> Vec<Statement> {
    priority_of(case, id, shown, |_| true)
}

/// The same of those that are meant.
pub(crate) fn priority_of(
    case: Case<'_>,
    id: ComponentId,
    shown: usize,
    is_meant: impl Fn(&&Finding) -> bool,
) -> Vec<Statement> {
    let findings = case.findings(id).into_iter().filter(is_meant);
    findings.take(shown).map(|it| remedy(case, id, it)).collect()
}

fn remedy(case: Case<'_>, id: ComponentId, finding: &Finding) -> Statement {
    let text = own(case, id, finding, &first_sentence(&finding.remedy));
    let step = Statement::new(text, vec![case.finding(finding)]);
    match other_of_its_kind(case, id, finding) {
        Some(other) => step.command(renamed(&finding.verify, &other.name, case.component(id))),
        None if is_command_of(case, id, finding) => step.command(finding.verify.clone()),
        None => step,
    }
}

/// A sentence of a finding, told to who asks about a component: it says whose it is where it is another one's.
pub(crate) fn whose(case: Case<'_>, id: ComponentId, finding: &Finding, text: String) -> String {
    let own = case.component(id);
    let is_named = |name: &str| text.contains(&format!("`{name}`"));
    let is_own = finding.component == own.label() || is_named(&own.label());
    match finding.components.contains(&id) {
        _ if text.is_empty() || is_own => text,
        true => {
            let other = format!("`{}`", finding.component);
            match text.strip_prefix(&format!("{other} ")) {
                Some(does) => format!("shared with {other}, which {does}"),
                None => format!("shared with {other}: {text}"),
            }
        }
        false if is_named(&finding.component) => text,
        false => format!("`{}`: {text}", finding.component),
    }
}

/// The same of a step, which is done to the component itself where others of its kind have the same weakness.
pub(crate) fn own(case: Case<'_>, id: ComponentId, finding: &Finding, text: &str) -> String {
    let text = match other_of_its_kind(case, id, finding) {
        Some(other) => return renamed(text, &other.name, case.component(id)),
        None => whose(case, id, finding, text.to_owned()),
    };
    capitalised(&text)
}

/// The component that a finding speaks of, where it holds of this one as well, which differs by no more than its name.
fn other_of_its_kind<'a>(
    case: Case<'a>,
    id: ComponentId,
    finding: &Finding,
) -> Option<&'a Component> {
    let own = case.component(id);
    let mut all = finding.components.iter().map(|it| case.component(*it));
    let other = all.find(|it| it.label() == finding.component)?;
    let is_like = (&other.native_kind, &other.namespace) == (&own.native_kind, &own.namespace);
    (finding.components.contains(&id) && other.name != own.name && is_like).then_some(other)
}

/// What a finding is called, to who asks about one of those that have it: without "(and 5 more)".
pub(crate) fn title_of_one(finding: &Finding) -> &str {
    let counted = finding.title.strip_suffix(" more)").and_then(|it| it.rsplit_once(" (and "));
    counted.map_or(finding.title.as_str(), |it| it.0)
}

/// With the own name in the place of another one, alone or behind its kind: `deploy/web`.
fn renamed(text: &str, other: &str, own: &Component) -> String {
    let mut renamed = String::new();
    let mut rest = text;
    let pattern = format!("/{other}");
    while let Some(at) = rest.find(&pattern) {
        let behind = &rest[at + pattern.len()..];
        let goes_on = |it: char| it.is_ascii_alphanumeric() || matches!(it, '-' | '.' | '_' | '/');
        let name = if behind.starts_with(goes_on) { other } else { own.name.as_str() };
        renamed.push_str(&rest[..=at]);
        renamed.push_str(name);
        rest = behind;
    }
    renamed.push_str(rest);
    renamed.replace(&format!("`{other}`"), &format!("`{}`", own.name))
}

/// True unless the command of a finding goes to another namespace, or names another component of it.
fn is_command_of(case: Case<'_>, id: ComponentId, finding: &Finding) -> bool {
    let component = case.component(id);
    let mut words = finding.verify.split([' ', '/', '=', '\'', ',']);
    let names = |name: &str| words.clone().any(|it| it == name);
    let other = finding.components.iter().map(|it| &case.component(*it).name);
    let is_of_other = !names(&component.name) && other.into_iter().any(|it| names(it));
    let namespace = words.find(|it| *it == "-n").and_then(|_| words.next());
    let is_elsewhere = namespace.is_some_and(|it| it != component.namespace);
    !is_elsewhere && !is_of_other
}

/// A finding and its remedy as one step of who asks about a component: done to it where it has the same weakness.
pub(crate) fn listed_of(case: Case<'_>, id: ComponentId, finding: &Finding) -> Statement {
    let Some(other) = other_of_its_kind(case, id, finding) else { return listed(case, finding) };
    let renamed = |text: &str| renamed(text, &other.name, case.component(id));
    let remedy = renamed(&first_sentence(&finding.remedy));
    let text = format!("`{}`: {}. {remedy}", case.label(id), title_of_one(finding));
    Statement::new(text, vec![case.finding(finding)]).command(renamed(&finding.verify))
}

/// A finding and its remedy as one step.
pub(crate) fn listed(case: Case<'_>, finding: &Finding) -> Statement {
    let text =
        format!("`{}`: {}. {}", finding.component, finding.title, first_sentence(&finding.remedy));
    Statement::new(text, vec![case.finding(finding)]).command(finding.verify.clone())
}
