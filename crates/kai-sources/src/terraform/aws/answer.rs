//! Rules of load balancers that answer by themselves.

use kai_graph::{ComponentKind, Facts, FixedAnswer};
use kai_terraform::roots::Instance;

use super::super::fields::{may_be_there, text};

/// None for a rule that leads on.
pub(super) fn answer(instance: &Instance) -> Option<(ComponentKind, Facts)> {
    const BODY: [&str; 3] = ["action", "fixed_response", "message_body"];
    let facts = may_be_there(&instance.values, &BODY)
        .then(|| FixedAnswer { body: text(&instance.values, &BODY) })?;
    Some((ComponentKind::Configuration, Facts::FixedAnswer(Box::new(facts))))
}
