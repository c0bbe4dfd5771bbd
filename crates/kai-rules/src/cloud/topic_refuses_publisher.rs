//! Topics whose policy does not let in the service that is told to publish.

use kai_core::{FailureMode, Hazard, Known, Level, LossClass, OriginId, Pillar, Reason, Term};
use kai_graph::{Component, Facts, Of, Policy, Publication, Topic};

use super::topic_key_refuses_publisher::{LockedKey, locked_key};
use super::{near, topic_without_subscriber};
use crate::{Check, Context, Observed, Rule};

pub(super) static RULE: Rule = Rule {
    id: "topic-refuses-publisher",
    pillar: Pillar::Observability,
    default_level: Level::Medium,
    since: "0.1.0",
    doc: include_str!("topic_refuses_publisher.md"),
    check: Check::Component(check),
};

fn check(component: &Component, ctx: Context<'_>, out: &mut Observed) {
    let Facts::Publication(facts) = &component.facts else { return };
    let Some(topic) = near::topic(&facts.topic, component, ctx) else { return };
    if is_refused(facts, topic, ctx) {
        out.push(hazard(component, facts, topic, ctx));
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

fn hazard(
    component: &Component,
    facts: &Publication,
    topic: Of<'_, Topic>,
    ctx: Context<'_>,
) -> Hazard {
    let name = near::address(topic.component);
    let policy: Option<OriginId> = topic.facts.policy.traced().map(|it| it.origin);
    let what = match policy {
        Some(_) => format!("whose policy does not name `{}`", facts.service),
        None => format!(
            "which has only the policy that every topic has, and that does not name `{}`",
            facts.service
        ),
    };
    let key = locked_key(facts, topic, ctx);
    let also = match &key {
        Some(it) => format!("; its key, `{}`, would refuse them next", near::address(it.component)),
        None => String::new(),
    };
    let message = format!(
        "{} go to `{name}`, {what}: each one is refused, and who listens there never hears of it{also}",
        capital(&facts.subject)
    );
    let next = key.as_ref().map(LockedKey::remedy).map_or_else(String::new, |it| format!("; {it}"));
    let heard = topic_without_subscriber::remedy(topic.component, ctx);
    let hazard = RULE
        .worsens(
            component.id,
            FailureMode::Misconfigured,
            Term::TimeToDetect,
            format!("{} cannot be published", facts.subject),
            message,
        )
        .at(policy.unwrap_or(topic.component.origin))
        .loses(LossClass::Degraded)
        .shows_as(detection(facts))
        .recover("Nothing to undo; what was not told is lost")
        .remedy(format!(
            "Let `{}` `sns:Publish` in the policy of `{name}`{next}{heard}",
            facts.service
        ))
        .verify(trial(facts, topic.facts))
        .related(component.origin, "what is told to publish");
    match key {
        Some(it) => hazard.related(it.policy, "who may use the key of the topic"),
        None => hazard,
    }
}

/// Where a refusal is counted.
fn detection(by: &Publication) -> &'static str {
    match by.service.as_str() {
        "events.amazonaws.com" => "`FailedInvocations` of the rule in `AWS/Events`",
        _ => "Nothing of its own: what happened shows in the service, and no message came",
    }
}

/// How one sees a message arrive that nobody has to wait for.
pub(super) fn trial(by: &Publication, topic: &Topic) -> String {
    let name = topic.cloud_name.value().map_or("TOPIC", |it| it.as_str());
    let arn = format!("arn:aws:sns:REGION:ACCOUNT:{name}");
    match by.service.as_str() {
        "events.amazonaws.com" => format!(
            "aws events put-rule --name probe --event-pattern '{{\"source\":[\"probe\"]}}' && aws events put-targets --rule probe \
             --targets Id=1,Arn={arn} && aws events put-events --entries \
             '[{{\"Source\":\"probe\",\"DetailType\":\"probe\",\"Detail\":\"{{}}\"}}]' # a message arrives; then delete the rule"
        ),
        "backup.amazonaws.com" => {
            "aws backup start-backup-job --backup-vault-name VAULT --resource-arn ARN --iam-role-arn ROLE # a message of its end arrives".to_owned()
        }
        _ => "In staging, make one fail over: a message of it arrives".to_owned(),
    }
}

pub(super) fn capital(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters.next().map(|it| it.to_uppercase().to_string()).unwrap_or_default();
    first + letters.as_str()
}
