//! People and channels: declared, or a marked blank.

use kai_settings::{At, OnCall};

use crate::answer::Statement;
use crate::case::Case;

/// A role and who has it.
pub(crate) fn person(
    case: Case<'_>,
    role: &str,
    field: &str,
    of: impl Fn(&OnCall) -> &Option<At<String>>,
) -> Statement {
    match of(&case.settings().on_call) {
        Some(declared) => Statement::new(
            format!("{role}: {}.", declared.value),
            vec![case.span("kai.yaml", declared.origin)],
        ),
        None => Statement::blank(format!("{role}:"), format!("on-call.{field}")),
    }
}
