//! Topics that something publishes to and that nobody subscribes to.

use kai_core::{FailureMode, Hazard, Known, Level, LossClass, OriginId, Pillar, Term};
use kai_graph::{Component, Facts};

use super::near;
use crate::{Check, Context, Observed, Rule, words};

pub(super) static RULE: Rule = Rule {
    id: "topic-without-subscriber",
    pillar: Pillar::Observability,
    default_level: Level::High,
    since: "0.1.0",
    doc: include_str!("topic_without_subscriber.md"),
    check: Check::Component(check),
};

fn check(topic: &Component, ctx: Context<'_>, out: &mut Observed) {
    if !matches!(topic.facts, Facts::Topic(_)) {
        return;
    }
    let mut told = Vec::new();
    for it in near::components(topic, ctx) {
        match role(it, topic, ctx) {
            Role::Listens | Role::MayListen => return,
            Role::Tells(origin, what) => told.push((origin, what)),
            Role::None => {}
        }
    }
    // Where nothing subscribes to anything, subscriptions are made elsewhere.
    let mut listeners = near::components(topic, ctx);
    let is_left = !listeners.any(|it| matches!(it.facts, Facts::Subscription(_)));
    if !told.is_empty() && !is_left {
        out.push(hazard(topic, &told));
    }
}

enum Role {
    Listens,
    MayListen,
    Tells(OriginId, String),
    None,
}

/// What something has to do with the topic.
fn role(it: &Component, topic: &Component, ctx: Context<'_>) -> Role {
    let means = |naming| ctx.system.named_by(naming, it.root).is_some_and(|it| it.id == topic.id);
    match &it.facts {
        Facts::Subscription(facts) if means(&facts.topic) => Role::Listens,
        // A subscription to what nobody knows may be one to this.
        Facts::Subscription(facts) if facts.topic.is_unknown() => Role::MayListen,
        Facts::UnreadModule(facts) => {
            let is_told = |to| ctx.system.referred(to, it.root).is_some_and(|it| it.id == topic.id);
            if facts.mentions.iter().any(is_told) { Role::MayListen } else { Role::None }
        }
        Facts::Publication(facts) if means(&facts.topic) => {
            Role::Tells(it.origin, facts.subject.to_string())
        }
        Facts::Alarm(facts) => match &facts.actions {
            Known::Value(actions) if actions.value.iter().any(means) => {
                Role::Tells(it.origin, "alarms".to_owned())
            }
            _ => Role::None,
        },
        _ => Role::None,
    }
}

fn hazard(topic: &Component, told: &[(OriginId, String)]) -> Hazard {
    let mut subjects: Vec<_> = told.iter().map(|it| it.1.as_str()).collect();
    subjects.sort_unstable();
    subjects.dedup();
    let message = format!(
        "{} go to `{}`, and nothing that was read subscribes to it: nobody hears of them",
        super::topic_refuses_publisher::capital(&words::clauses(&subjects)),
        near::address(topic),
    );
    let mut hazard = RULE
        .worsens(
            topic.id,
            FailureMode::Misconfigured,
            Term::TimeToDetect,
            "nobody subscribes to the topic",
            message,
        )
        .at(topic.origin)
        .loses(LossClass::Degraded)
        .searched("every subscription that is declared for this environment")
        .shows_as("Nothing: the messages are accepted and dropped")
        .recover("Nothing to undo; what was not told is lost")
        .remedy("Subscribe what wakes somebody, or send it to a topic that has such a listener")
        .verify("aws sns list-subscriptions-by-topic --topic-arn ARN");
    for (origin, subject) in told.iter().take(5) {
        hazard = hazard.related(*origin, format!("tells it {subject}"));
    }
    hazard
}
