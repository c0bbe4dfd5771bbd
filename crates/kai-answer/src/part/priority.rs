//! What to mend first.

use kai_core::{ComponentId, Finding};

use crate::answer::Statement;
use crate::case::Case;
use crate::words::first_sentence;

/// The remedies of the worst findings about a component, in the order of the register.
pub(crate) fn priority(case: Case<'_>, id: ComponentId, shown: usize) -> Vec<Statement> {
    case.findings(id).into_iter().take(shown).map(|it| remedy(case, id, it)).collect()
}

fn remedy(case: Case<'_>, id: ComponentId, finding: &Finding) -> Statement {
    let text = whose(case, id, finding, first_sentence(&finding.remedy));
    let step = Statement::new(text, vec![case.finding(finding)]);
    if is_command_of(case, id, finding) { step.command(finding.verify.clone()) } else { step }
}

/// A sentence of a finding, told to who asks about a component: it says whose it is where it is another one's.
pub(crate) fn whose(case: Case<'_>, id: ComponentId, finding: &Finding, text: String) -> String {
    let own = case.component(id);
    let is_named = |name: &str| text.contains(&format!("`{name}`"));
    let is_own = finding.component == own.label() || is_named(&own.label()) || is_named(&own.name);
    if text.is_empty() || is_own || is_named(&finding.component) {
        return text;
    }
    format!("`{}`: {text}", finding.component)
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

/// A finding and its remedy as one step.
pub(crate) fn listed(case: Case<'_>, finding: &Finding) -> Statement {
    let text =
        format!("`{}`: {}. {}", finding.component, finding.title, first_sentence(&finding.remedy));
    Statement::new(text, vec![case.finding(finding)]).command(finding.verify.clone())
}
