//! How it comes back.

use kai_core::{ComponentId, Finding};

use crate::answer::Statement;
use crate::case::Case;
use crate::part::own;
use crate::words::sentence;

/// Steps back that the findings about a component which are meant name; the worst one's first.
pub(crate) fn recovery(
    case: Case<'_>,
    id: ComponentId,
    shown: usize,
    is_meant: impl Fn(&&Finding) -> bool,
) -> Vec<Statement> {
    let mut statements: Vec<Statement> = Vec::new();
    for finding in case.findings(id).into_iter().filter(is_meant) {
        let text = own(case, id, finding, &sentence(&finding.recovery));
        if !text.is_empty() && statements.iter().all(|it| it.text != text) {
            statements.push(Statement::new(text, vec![case.finding(finding)]));
        }
        if statements.len() == shown {
            break;
        }
    }
    statements
}
