//! Subscriptions of Pub/Sub, which are the queues of its topics.

use kai_core::{Known, SmolStr};
use kai_graph::{ComponentKind, Facts, MessageQueue};
use kai_terraform::roots::Instance;

use super::super::fields::{is_there, text};

/// `google_pubsub_subscription`: without `dead_letter_policy` a message comes back until it is as old as
/// the retention.
pub(super) fn subscription(instance: &Instance) -> (ComponentKind, Facts) {
    let values = &instance.values;
    let dead_letters: Known<SmolStr> = is_there(values, &["dead_letter_policy"])
        .map(|_| SmolStr::new_static("dead_letter_policy"));
    let facts = MessageQueue { cloud_name: text(values, &["name"]), dead_letters };
    (ComponentKind::Queue, Facts::MessageQueue(Box::new(facts)))
}
