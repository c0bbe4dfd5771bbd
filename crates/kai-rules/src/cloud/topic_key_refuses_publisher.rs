//! Topics that are encrypted with a key that the service which publishes may not use.

use kai_core::{FailureMode, Hazard, Known, Level, LossClass, OriginId, Pillar, Term};
use kai_graph::{Component, Facts, Of, Publication, Topic};

use super::near;
use super::topic_refuses_publisher::{capital, is_refused};
use crate::{Check, Context, Observed, Rule};

pub(super) static RULE: Rule = Rule {
    id: "topic-key-refuses-publisher",
    pillar: Pillar::Observability,
    default_level: Level::High,
    since: "0.1.0",
    doc: include_str!("topic_key_refuses_publisher.md"),
    check: Check::Component(check),
};

fn check(component: &Component, ctx: Context<'_>, out: &mut Observed) {
    let Facts::Publication(facts) = &component.facts else { return };
    let Some(topic) = near::topic(&facts.topic, component, ctx) else { return };
    if is_refused(facts, topic, ctx) {
        return;
    }
    let Some(naming) = &topic.facts.key else { return };
    let Some(key) = ctx.system.named_by(naming, topic.component.root) else { return };
    let Facts::EncryptionKey(found) = &key.facts else { return };
    let Known::Value(policy) = &found.policy else { return };
    if policy.value.lets_service(&facts.service, "kms:GenerateDataKey") == Some(false) {
        out.push(hazard(component, facts, topic, key, policy.origin));
    }
}

fn hazard(
    component: &Component,
    facts: &Publication,
    topic: Of<'_, Topic>,
    key: &Component,
    policy: OriginId,
) -> Hazard {
    let message = format!(
        "{} go to `{}`, which is encrypted with `{}`; the key's policy does not let `{}` use it, so each one is refused and \
         nobody hears of it",
        capital(&facts.subject),
        near::address(topic.component),
        near::address(key),
        facts.service,
    );
    RULE.worsens(
        component.id,
        FailureMode::Misconfigured,
        Term::TimeToDetect,
        format!("the key of the topic refuses {}", facts.subject),
        message,
    )
    .at(component.origin)
    .loses(LossClass::Degraded)
    .related(key.origin, "the key")
    .related(policy, "who may use it")
    .related(topic.component.origin, "the topic")
    .shows_as("`AccessDenied` of the key service in CloudTrail, where somebody looks")
    .recover("Nothing to undo; what was not told is lost")
    .remedy(format!(
        "Let `{}` `kms:GenerateDataKey*` and `kms:Decrypt` in the key's policy, with `aws:SourceAccount`",
        facts.service
    ))
    .verify("aws kms get-key-policy --key-id KEY --policy-name default # then make a test event and wait for the message")
}
