//! What to mend first.

use kai_core::{ComponentId, Finding};

use crate::answer::Statement;
use crate::case::Case;
use crate::words::first_sentence;

/// The remedies of the worst findings about a component, in the order of the register.
pub(crate) fn priority(case: Case<'_>, id: ComponentId, shown: usize) -> Vec<Statement> {
    case.findings(id).into_iter().take(shown).map(|it| remedy(case, it)).collect()
}

fn remedy(case: Case<'_>, finding: &Finding) -> Statement {
    Statement::new(first_sentence(&finding.remedy), vec![case.finding(finding)])
        .command(finding.verify.clone())
}

/// A finding and its remedy as one step.
pub(crate) fn listed(case: Case<'_>, finding: &Finding) -> Statement {
    let text =
        format!("`{}`: {}. {}", finding.component, finding.title, first_sentence(&finding.remedy));
    Statement::new(text, vec![case.finding(finding)]).command(finding.verify.clone())
}
