//! Topics that something publishes to and that nobody subscribes to.

use kai_core::{FailureMode, Hazard, Level, LossClass, OriginId, Pillar, SmolStr, Term};
use kai_graph::{Component, Facts, Naming, Of, Publication};

use super::near;
use super::topic_key_refuses_publisher::locked_key;
use super::topic_refuses_publisher::is_refused;
use crate::block::Block;
use crate::{Check, Context, Observed, Rule, words};

pub(super) static RULE: Rule = Rule {
    id: "topic-without-subscriber",
    pillar: Pillar::Observability,
    default_level: Level::Medium,
    since: "0.1.0",
    doc: include_str!("topic_without_subscriber.md"),
    check: Check::Component(check),
};

fn check(component: &Component, ctx: Context<'_>, out: &mut Observed) {
    let Facts::Topic(facts) = &component.facts else { return };
    let Some(told) = unheard(component, ctx) else { return };
    // What is refused anyway is a finding of its own, which names the missing listener too.
    let topic = Of { component, facts: &**facts };
    let is_lost =
        |it: &Told| is_refused(&it.by, topic, ctx) || locked_key(&it.by, topic, ctx).is_some();
    if !told.iter().all(is_lost) {
        out.push(hazard(component, &told));
    }
}

/// What else is to do where nobody subscribes to a topic, as a clause.
pub(super) fn remedy(topic: &Component, ctx: Context<'_>) -> &'static str {
    match unheard(topic, ctx) {
        Some(_) => "; then subscribe what wakes somebody, for nothing that was read does",
        None => "",
    }
}

/// Something that is told to publish to a topic.
struct Told {
    by: Publication,
    at: OriginId,
    subject: SmolStr,
}

/// What is told to a topic that nobody subscribes to; none where somebody does or may.
fn unheard(topic: &Component, ctx: Context<'_>) -> Option<Vec<Told>> {
    let mut told = Vec::new();
    for it in near::components(topic, ctx) {
        match role(it, topic, ctx) {
            Role::Listens | Role::MayListen => return None,
            Role::Tells(it) => told.push(*it),
            Role::None => {}
        }
    }
    // Where nothing subscribes to anything, subscriptions are made elsewhere.
    let mut others = near::components(topic, ctx);
    let is_done_here = others.any(|it| matches!(it.facts, Facts::Subscription(_)));
    let is_unheard = is_done_here && !told.is_empty() && !is_subscribed_at_times(topic, ctx);
    is_unheard.then_some(told)
}

/// True where a block beside the topic subscribes to it, however many it makes from what is given here: the list of
/// addresses, or the environment, is often given from outside.
fn is_subscribed_at_times(topic: &Component, ctx: Context<'_>) -> bool {
    let Some(block) = Block::of(topic, ctx) else { return false };
    let Some(address) = block.name().map(|it| format!("aws_sns_topic.{it}")) else { return false };
    let folder = block.document().path.parent();
    let mut beside = ctx.origins.documents().filter(|it| it.path.parent() == folder);
    beside.any(|it| subscribes(&it.text, &address))
}

/// True where a block of the text that subscribes names the address.
fn subscribes(text: &str, address: &str) -> bool {
    let blocks = text.split("\"aws_sns_topic_subscription\"").skip(1);
    let mut blocks = blocks.map(|it| it.split("\n}").next().unwrap_or_default());
    let is_part = |it: char| it.is_alphanumeric() || matches!(it, '_' | '-');
    blocks.any(|it| it.split(address).skip(1).any(|rest| !rest.starts_with(is_part)))
}

enum Role {
    Listens,
    MayListen,
    Tells(Box<Told>),
    None,
}

/// What something has to do with the topic.
fn role(it: &Component, topic: &Component, ctx: Context<'_>) -> Role {
    let means =
        |naming: &Naming| ctx.system.named_by(naming, it.root).is_some_and(|it| it.id == topic.id);
    match &it.facts {
        Facts::Subscription(facts) if means(&facts.topic) => Role::Listens,
        // A subscription to what nobody knows may be one to this.
        Facts::Subscription(facts) if facts.topic.is_unknown() => Role::MayListen,
        Facts::UnreadModule(facts) => {
            let is_told = |to| ctx.system.referred(to, it.root).is_some_and(|it| it.id == topic.id);
            let names = |text: &SmolStr| text.rsplit(':').next() == topic_name(topic);
            let is_named = topic_name(topic).is_some() && facts.texts.iter().any(names);
            if is_named || facts.mentions.iter().any(is_told) {
                Role::MayListen
            } else {
                Role::None
            }
        }
        _ => match near::publications(it).into_iter().find(|it| means(&it.topic)) {
            Some(by) => {
                let subject = by.subject.clone();
                Role::Tells(Box::new(Told { by, at: it.origin, subject }))
            }
            None => Role::None,
        },
    }
}

fn topic_name(topic: &Component) -> Option<&str> {
    let Facts::Topic(facts) = &topic.facts else { return None };
    facts.cloud_name.value().map(SmolStr::as_str).filter(|it| !it.is_empty())
}

fn hazard(topic: &Component, told: &[Told]) -> Hazard {
    let mut subjects: Vec<_> = told.iter().map(|it| it.subject.as_str()).collect();
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
    for it in told.iter().take(5) {
        hazard = hazard.related(it.at, format!("tells it {}", it.subject));
    }
    hazard
}
