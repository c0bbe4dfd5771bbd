//! Commands.

use kai_guard::{Class, Judgement};

use super::policy::Decision;
use crate::hook::{is_infrastructure, is_named_in};

/// What only reads may run; what changes a cluster or a cloud never does; the rest is the user's to decide.
pub(super) fn bash(command: &str, judgement: &Judgement) -> Decision {
    let reason = &judgement.reason;
    if judgement.class == Class::ReadOnly && judgement.is_readable {
        return Decision::Allow;
    }
    let system = judgement
        .calls
        .iter()
        .find(|it| it.class != Class::ReadOnly && is_infrastructure(&it.program));
    let is_hidden = !judgement.is_readable && is_named_in(command);
    if let Some(call) = system {
        return Decision::Deny(format!(
            "`{}` could change a system ({}); propose it, and a human runs it",
            call.program, call.reason
        ));
    }
    if is_hidden {
        return Decision::Deny("it cannot be read, and names a program that changes systems; propose it, and a human runs it".to_owned());
    }
    match judgement.class {
        Class::ReadsSecret => Decision::Deny(format!("what it prints may be secret, for {reason}")),
        Class::Network => Decision::Deny(format!("commands have no network here: {reason}")),
        _ => Decision::Ask(format!("it is not known to only read: {reason}")),
    }
}
