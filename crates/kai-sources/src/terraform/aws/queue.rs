//! Queues of SQS.

use kai_core::{Known, Reason, SmolStr};
use kai_graph::{ComponentKind, DeadLetters, Facts, MessageQueue};
use kai_terraform::roots::Instance;

use super::super::fields::{at, text};
use super::super::naming::naming;

pub(super) fn queue(instance: &Instance) -> (ComponentKind, Facts) {
    let values = &instance.values;
    let dead_letters = match at(values, &["redrive_policy"]) {
        Ok(None) => Known::Unknown(Reason::NotDeclared),
        // What is written there names a queue, whatever is to come of its name.
        Ok(Some(it)) => Known::new(SmolStr::new_static("redrive_policy"), it.origin),
        Err(Reason::NotDeclared) => Known::Unknown(Reason::NotInRepository),
        Err(reason) => Known::Unknown(reason),
    };
    let facts = MessageQueue { cloud_name: text(values, &["name"]), dead_letters };
    (ComponentKind::Queue, Facts::MessageQueue(Box::new(facts)))
}

pub(super) fn dead_letters(instance: &Instance) -> Option<(ComponentKind, Facts)> {
    let queue = naming(&instance.values, &["queue_url"])?;
    Some((ComponentKind::Control, Facts::DeadLetters(Box::new(DeadLetters { queue }))))
}
