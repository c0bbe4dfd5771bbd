//! Topics whose policy does not let in the service that is told to publish.

use kai_core::{FailureMode, Hazard, Known, Level, LossClass, OriginId, Pillar, Reason, Term};
use kai_graph::{Component, Facts, Of, Policy, Publication, Topic};

use super::near;
use crate::{Check, Context, Observed, Rule};

pub(super) static RULE: Rule = Rule {
    id: "topic-refuses-publisher",
    pillar: Pillar::Observability,
    default_level: Level::High,
    since: "0.1.0",
    doc: include_str!("topic_refuses_publisher.md"),
    check: Check::Component(check),
};

fn check(component: &Component, ctx: Context<'_>, out: &mut Observed) {
    let Facts::Publication(facts) = &component.facts else { return };
    let Some(topic) = near::topic(&facts.topic, component, ctx) else { return };
    if is_refused(facts, topic, ctx) {
        out.push(hazard(component, facts, topic));
    }
}

/// True where no policy that was read lets the service publish, and all of them were.
pub(super) fn is_refused(by: &Publication, topic: Of<'_, Topic>, ctx: Context<'_>) -> bool {
    let mut verdicts = Vec::new();
    match &topic.facts.policy {
        Known::Value(policy) => verdicts.push(lets(&policy.value, by)),
        Known::Unknown(Reason::NotDeclared) => {}
        Known::Unknown(_) => return false,
    }
    for it in near::components(topic.component, ctx) {
        let Facts::TopicPolicy(apart) = &it.facts else { continue };
        let target = ctx.system.named_by(&apart.topic, it.root);
        if target.is_none() && apart.topic.is_unknown() {
            return false;
        }
        if target.is_some_and(|it| it.id == topic.component.id) {
            match &apart.policy {
                Known::Value(policy) => verdicts.push(lets(&policy.value, by)),
                Known::Unknown(_) => return false,
            }
        }
    }
    match verdicts.is_empty() {
        true => !by.is_let_by_default,
        false => verdicts.iter().all(|it| *it == Some(false)),
    }
}

/// A statement for everything of the account lets in what the cloud's own policy lets in.
fn lets(policy: &Policy, by: &Publication) -> Option<bool> {
    let verdict = policy.lets_service(&by.service, "sns:publish");
    let own = policy.statements.iter().any(|it| it.is_allowed && it.is_of_account());
    if by.is_let_by_default && own { Some(true) } else { verdict }
}

fn hazard(component: &Component, facts: &Publication, topic: Of<'_, Topic>) -> Hazard {
    let name = near::address(topic.component);
    let policy: Option<OriginId> = topic.facts.policy.traced().map(|it| it.origin);
    let what = match policy {
        Some(_) => format!("the policy of `{name}` does not name `{}`", facts.service),
        None => format!(
            "`{name}` has only the policy that every topic has, which does not name `{}`",
            facts.service
        ),
    };
    let message = format!(
        "{} go to `{name}`, and {what}: each one is refused, and nobody hears of it",
        capital(&facts.subject)
    );
    let hazard = RULE
        .worsens(
            component.id,
            FailureMode::Misconfigured,
            Term::TimeToDetect,
            format!("{} cannot be published", facts.subject),
            message,
        )
        .at(component.origin)
        .loses(LossClass::Degraded)
        .shows_as("`FailedInvocations` of the rule, where somebody looks")
        .recover("Nothing to undo; what was not told is lost")
        .remedy(format!("Let `{}` `sns:Publish` in the topic's policy, for this source alone", facts.service))
        .verify("aws sns get-topic-attributes --topic-arn ARN --query Attributes.Policy # then make a test event and wait for the message");
    match policy {
        Some(origin) => hazard.related(origin, "who may publish"),
        None => hazard.related(topic.component.origin, "the topic"),
    }
}

pub(super) fn capital(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters.next().map(|it| it.to_uppercase().to_string()).unwrap_or_default();
    first + letters.as_str()
}
