//! Topics whose policy does not let in the service that is told to publish.

use std::collections::BTreeMap;

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
    check: Check::System(check),
};

fn check(ctx: Context<'_>, out: &mut Observed) {
    // Many alarms tell one topic, and its policy is mended once.
    let mut alarms = BTreeMap::<_, Vec<(&Component, Publication)>>::new();
    for component in ctx.system.components() {
        for facts in near::publications(component) {
            let Some(topic) = near::topic(&facts.topic, component, ctx) else { continue };
            if !is_refused(&facts, topic, ctx) {
                continue;
            }
            if facts.service == near::ALARMS {
                alarms.entry(topic.component.id).or_default().push((component, facts));
            } else {
                out.push(hazard(component, &facts, topic, ctx));
            }
        }
    }
    for refused in alarms.values() {
        let [(first, facts), others @ ..] = &refused[..] else { continue };
        let Some(topic) = near::topic(&facts.topic, first, ctx) else { continue };
        let hazard = hazard(first, facts, topic, ctx);
        let others = others.iter().take(5);
        out.push(others.fold(hazard, |it, (other, _)| it.related(other.origin, "so is this one")));
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
    if by.is_let_by_default && own {
        return Some(true);
    }
    // Whom an account may let in besides its own identities is not written down of alarms.
    let may_be_own = |it: &kai_graph::Statement| it.is_allowed && !it.principals.is_empty();
    let may_let = by.service == near::ALARMS && policy.statements.iter().any(may_be_own);
    if may_let && verdict == Some(false) { None } else { verdict }
}

/// Where the policy of a topic stands, if it stands in a resource of its own.
fn policy_apart(topic: &Component, ctx: Context<'_>) -> Option<OriginId> {
    near::components(topic, ctx).find_map(|it| {
        let Facts::TopicPolicy(apart) = &it.facts else { return None };
        let is_its = ctx.system.named_by(&apart.topic, it.root)?.id == topic.id;
        apart.policy.traced().filter(|_| is_its).map(|it| it.origin)
    })
}

fn hazard(
    component: &Component,
    facts: &Publication,
    topic: Of<'_, Topic>,
    ctx: Context<'_>,
) -> Hazard {
    let name = near::address(topic.component);
    let own = topic.facts.policy.traced().map(|it| it.origin);
    let policy: Option<OriginId> = own.or_else(|| policy_apart(topic.component, ctx));
    let what = match policy {
        Some(_) => format!("whose policy does not name `{}`", facts.service),
        None => format!(
            "which has only the policy that every topic has, and that does not name `{}`",
            facts.service
        ),
    };
    let key = locked_key(facts, topic, ctx);
    let also = match &key {
        Some(it) => format!("; its key, `{}`, would refuse them next", it.name()),
        None => String::new(),
    };
    let follows = match facts.service.as_str() {
        // S3 asks the topic when it is told to publish there (Amazon S3 User Guide, "Granting permissions").
        "s3.amazonaws.com" => {
            "S3 tries the topic first, so the apply is refused, and nobody hears of anything"
        }
        _ => "each one is refused, and who listens there never hears of it",
    };
    let message = format!("{} go to `{name}`, {what}: {follows}{also}", capital(&facts.subject));
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
pub(super) fn detection(by: &Publication) -> &'static str {
    match by.service.as_str() {
        "events.amazonaws.com" => "`FailedInvocations` of the rule in `AWS/Events`",
        "s3.amazonaws.com" => {
            "`Unable to validate the following destination configurations`, when it is applied"
        }
        near::ALARMS => "`Failed to execute action` in the history of the alarm",
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
        near::ALARMS => {
            "aws cloudwatch set-alarm-state --alarm-name NAME --state-value ALARM --state-reason trial # a message arrives".to_owned()
        }
        "s3.amazonaws.com" => "terraform apply # ends, and a message of a test event arrives".to_owned(),
        _ => "In staging, make one fail over: a message of it arrives".to_owned(),
    }
}

pub(super) fn capital(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters.next().map(|it| it.to_uppercase().to_string()).unwrap_or_default();
    first + letters.as_str()
}
