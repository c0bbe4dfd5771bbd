//! Topics that are encrypted with a key that the service which publishes may not use.

use std::collections::BTreeMap;

use kai_core::{FailureMode, Hazard, Known, Level, LossClass, OriginId, Pillar, SmolStr, Term};
use kai_graph::{Component, Facts, Of, Publication, Statement, Topic};

use super::topic_refuses_publisher::{capital, detection, is_refused, trial};
use super::{near, topic_without_subscriber};
use crate::{Check, Context, Observed, Rule, words};

pub(super) static RULE: Rule = Rule {
    id: "topic-key-refuses-publisher",
    pillar: Pillar::Observability,
    default_level: Level::Medium,
    since: "0.1.0",
    doc: include_str!("topic_key_refuses_publisher.md"),
    check: Check::System(check),
};

fn check(ctx: Context<'_>, out: &mut Observed) {
    // One policy of a key is mended once for each service, whatever it publishes and where.
    let mut locked = BTreeMap::<_, Vec<Refused<'_>>>::new();
    for component in ctx.system.components() {
        for facts in near::publications(component) {
            let Some(topic) = near::topic(&facts.topic, component, ctx) else { continue };
            if is_refused(&facts, topic, ctx) {
                continue;
            }
            if let Some(key) = locked_key(&facts, topic, ctx) {
                let same = (key.component.id, topic.component.id, facts.service.clone());
                locked.entry(same).or_default().push(Refused { component, facts, topic, key });
            }
        }
    }
    for hazard in locked.values().filter_map(|it| hazard(it, ctx)) {
        out.push(hazard);
    }
}

/// A message that a key keeps from its topic.
struct Refused<'a> {
    component: &'a Component,
    facts: Publication,
    topic: Of<'a, Topic>,
    key: LockedKey<'a>,
}

/// A key that a service may not use.
pub(super) struct LockedKey<'a> {
    /// The key; the topic itself where that takes the key which Amazon keeps for all topics.
    component: &'a Component,
    is_of_cloud: bool,
    /// Who may use it.
    pub(super) policy: OriginId,
    service: SmolStr,
    /// The statement that names the service for work on somebody's behalf alone.
    via: Option<&'a Statement>,
}

impl LockedKey<'_> {
    /// As the text has it.
    pub(super) fn name(&self) -> String {
        match self.is_of_cloud {
            true => OF_CLOUD.to_owned(),
            false => near::address(self.component),
        }
    }

    /// What to change, as a clause.
    pub(super) fn remedy(&self) -> String {
        if self.is_of_cloud {
            return format!(
                "encrypt `{}` with a key of your own, whose policy lets `{}` `kms:GenerateDataKey*` and `kms:Decrypt`",
                near::address(self.component),
                self.service,
            );
        }
        let statement = match self.via {
            Some(_) => "in a statement of its own without that condition",
            None => "in its policy",
        };
        format!(
            "let `{}` `kms:GenerateDataKey*` and `kms:Decrypt` of `{}` {statement}",
            self.service,
            near::address(self.component),
        )
    }
}

/// The key that Amazon keeps for topics. Its policy lets in nothing but SNS for the account's own
/// identities, and nobody can change it (Amazon SNS Developer Guide, `sns-key-management`; AWS knowledge
/// center, "CloudWatch alarm SNS notification").
const OF_CLOUD: &str = "alias/aws/sns";

/// Services that are known not to publish through that key.
const OUTSIDE: &[&str] = &[near::ALARMS, "events.amazonaws.com", "s3.amazonaws.com"];

/// The key of the topic, where its policy was read and keeps the service from it.
pub(super) fn locked_key<'a>(
    by: &Publication,
    topic: Of<'a, Topic>,
    ctx: Context<'a>,
) -> Option<LockedKey<'a>> {
    const ACTION: &str = "kms:GenerateDataKey";
    let named = topic.facts.key.as_ref()?;
    if named.text.as_deref().is_some_and(|it| it == OF_CLOUD || it.ends_with(":alias/aws/sns")) {
        return OUTSIDE.contains(&by.service.as_str()).then(|| LockedKey {
            component: topic.component,
            is_of_cloud: true,
            policy: named.origin,
            service: by.service.clone(),
            via: None,
        });
    }
    let component = ctx.system.named_by(named, topic.component.root)?;
    let Facts::EncryptionKey(found) = &component.facts else { return None };
    let Known::Value(policy) = &found.policy else { return None };
    let is_locked = policy.value.lets_service(&by.service, ACTION) == Some(false);
    is_locked.then(|| LockedKey {
        component,
        is_of_cloud: false,
        policy: policy.origin,
        service: by.service.clone(),
        via: policy.value.lets_on_behalf(&by.service, ACTION),
    })
}

fn hazard(refused: &[Refused<'_>], ctx: Context<'_>) -> Option<Hazard> {
    let [Refused { component, facts, topic, key }, others @ ..] = refused else { return None };
    let named = match key.via {
        Some(_) => format!(
            "lets `{}` use it only under a condition on `kms:ViaService`, which a message to a topic does not meet",
            facts.service
        ),
        None if key.is_of_cloud => {
            format!("is Amazon's own, which does not let `{}` use it", facts.service)
        }
        None => format!("does not let `{}` use it", facts.service),
    };
    let others: Vec<_> = others.iter().map(|it| near::address(it.component)).collect();
    let also = match &others[..] {
        [] => String::new(),
        others if others.len() > 4 => {
            format!("; so are those of {} more", others.len())
        }
        others => format!("; so are those of {}", words::list(others)),
    };
    let message = format!(
        "`{}`, the key of `{}`, {named}: {} that go there are refused, and nobody hears of them{also}",
        key.name(),
        near::address(topic.component),
        facts.subject,
    );
    let heard = topic_without_subscriber::remedy(topic.component, ctx);
    let at = key.via.map_or(key.policy, |it| it.origin);
    let hazard = RULE
        .worsens(
            component.id,
            FailureMode::Misconfigured,
            Term::TimeToDetect,
            format!("the key of the topic refuses {}", facts.subject),
            message,
        )
        .at(at)
        .loses(LossClass::Degraded)
        .shows_as(match facts.service.as_str() {
            near::ALARMS => detection(facts),
            _ => "`AccessDenied` of the key service in CloudTrail",
        })
        .recover("Nothing to undo; what was not told is lost")
        .remedy(format!("{}{heard}", capital(&key.remedy())))
        .verify(trial(facts, topic.facts))
        .related(key.component.origin, "the key")
        .related(topic.component.origin, "the topic");
    let hazard = refused
        .iter()
        .take(6)
        .fold(hazard, |hazard, it| hazard.related(it.component.origin, "what is told to publish"));
    Some(hazard)
}
