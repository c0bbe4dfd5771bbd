//! Queues that have nowhere to put a message that nobody can take.

use kai_core::{
    Edit, FailureMode, Fix, Hazard, Known, Level, LossClass, Pillar, Reason, RootId, Term,
};
use kai_graph::{Component, Facts};

use super::near;
use crate::block::Block;
use crate::{Check, Context, Observed, Rule, words};

pub(super) static RULE: Rule = Rule {
    id: "queue-without-dead-letters",
    pillar: Pillar::Recovery,
    default_level: Level::Medium,
    since: "0.1.0",
    doc: include_str!("queue_without_dead_letters.md"),
    check: Check::System(check),
};

fn check(ctx: Context<'_>, out: &mut Observed) {
    for root in ctx.system.roots() {
        let queues = queues(root.id, ctx);
        let bare: Vec<_> = queues.iter().copied().filter(|it| is_bare(it, ctx)).collect();
        if let Some(first) = bare.first().filter(|it| near::is_production(it, ctx)) {
            out.push(hazard(first, &bare, queues.len()).fix(fix(&bare, ctx)));
        }
    }
}

fn queues(root: RootId, ctx: Context<'_>) -> Vec<&Component> {
    let held = ctx.system.components().iter().filter(|it| it.root == root);
    held.filter(|it| matches!(it.facts, Facts::MessageQueue(_))).collect()
}

/// True where nothing that was read gives its hopeless messages a place, and it is no such place.
fn is_bare(queue: &Component, ctx: Context<'_>) -> bool {
    const PLACES: &[&str] = &["dlq", "dead", "deadletter", "deadletters", "failed", "failures"];
    let Facts::MessageQueue(facts) = &queue.facts else { return false };
    if !matches!(facts.dead_letters, Known::Unknown(Reason::NotDeclared)) {
        return false;
    }
    let mut names = near::words(&queue.name);
    names.extend(facts.cloud_name.value().map(|it| near::words(it)).unwrap_or_default());
    let is_place = PLACES.iter().any(|it| names.contains(*it));
    let mut apart = near::components(queue, ctx);
    let is_given = apart.any(|it| match &it.facts {
        Facts::DeadLetters(facts) => {
            let target = ctx.system.named_by(&facts.queue, it.root);
            target.is_none_or(|it| it.id == queue.id)
        }
        _ => false,
    });
    !is_place && !is_given
}

/// A queue beside each of them, for what five readers in a row could not take.
fn fix(bare: &[&Component], ctx: Context<'_>) -> Option<Fix> {
    let edits: Option<Vec<Vec<Edit>>> = bare.iter().map(|it| set_aside(it, ctx)).collect();
    let edits = edits?.concat();
    Some(Fix::unsafely("Set aside after five attempts what nobody can take", edits))
}

/// Named and encrypted as the queue is. What it keeps is kept as long as SQS can.
fn set_aside(queue: &Component, ctx: Context<'_>) -> Option<Vec<Edit>> {
    let block = Block::of(queue, ctx).filter(|_| queue.native_kind == "aws_sqs_queue")?;
    let (address, own) = (block.address()?, block.name()?);
    let name = block.argument("name")?.strip_prefix('"')?.strip_suffix('"')?;
    let is_in_order = block.argument("fifo_queue").is_some_and(|it| it != "false");
    let place = match name.strip_suffix(".fifo") {
        Some(name) => format!("\"{name}-dead-letters.fifo\""),
        // Its name ends in what a variable says.
        None if is_in_order => return None,
        None => format!("\"{name}-dead-letters\""),
    };
    let target = format!("{own}_dead_letters");
    // What is said of a FIFO queue, of its region and account and of its key holds for what takes its messages.
    let alike = |names: &[&'static str]| -> Vec<(&'static str, &str)> {
        names.iter().filter_map(|it| Some((*it, block.argument(it)?))).collect()
    };
    let mut arguments = alike(&["provider", "region"]);
    arguments.push(("name", place.as_str()));
    arguments.extend(alike(&["fifo_queue", "kms_master_key_id", "sqs_managed_sse_enabled"]));
    arguments.push(("message_retention_seconds", "1209600"));
    let width = arguments.iter().map(|it| it.0.len()).max().unwrap_or_default();
    let mut lines = vec![format!("resource \"aws_sqs_queue\" \"{target}\" {{")];
    lines.extend(arguments.iter().map(|(name, value)| format!("  {name:width$} = {value}")));
    lines.push("}".to_owned());
    let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
    let policy = format!(
        "jsonencode({{ deadLetterTargetArn = {}.{target}.arn, maxReceiveCount = 5 }})",
        address.split('.').next()?,
    );
    let is_free = block.has_room_for("aws_sqs_queue", &target, ctx);
    let edits = [block.add("redrive_policy", &policy)?, block.below(&lines)?].concat();
    is_free.then_some(edits)
}

fn hazard(first: &Component, bare: &[&Component], all: usize) -> Hazard {
    let names: Vec<_> = bare.iter().map(|it| it.name.as_str()).collect();
    let what = match bare.len() == all {
        true if all > 1 => format!("None of the {all} queues has"),
        _ => format!(
            "{} of {} {}",
            bare.len(),
            words::count(all, "queue"),
            if bare.len() == 1 { "has no" } else { "have no" }
        ),
    };
    let a_place = if bare.len() == all && all > 1 { "a place" } else { "place" };
    let message = format!(
        "{what} {a_place} for a message that nobody can take: {}; it comes back until it expires, and is then \
         gone",
        words::list(&names),
    );
    let mut hazard = RULE
        .worsens(
            first.id,
            FailureMode::DependencyLoss,
            Term::TimeToRecover,
            "no dead-letter queue",
            message,
        )
        .at(first.origin)
        .loses(LossClass::Degraded)
        .searched("redrive policies of every queue that is declared here")
        .shows_as("Readers that fail on the same message again and again; its age, where an alarm looks at it")
        .recover("From the sender, where it still has the message; else none")
        .remedy(remedy(first))
        .verify(verify(first));
    for it in bare.iter().skip(1) {
        hazard = hazard.related(it.origin, "the same");
    }
    hazard
}

fn is_google(queue: &Component) -> bool {
    queue.native_kind.starts_with("google_")
}

fn remedy(queue: &Component) -> &'static str {
    match is_google(queue) {
        true => {
            "Give it `dead_letter_policy` with a topic of its own that has a subscription, and raise an alarm when that is not empty"
        }
        false => {
            "Set `redrive_policy` with a `maxReceiveCount` to a queue of its own (a FIFO one for a FIFO queue), and raise an \
             alarm when that is not empty"
        }
    }
}

fn verify(queue: &Component) -> &'static str {
    match is_google(queue) {
        true => "gcloud pubsub subscriptions describe NAME --format='value(deadLetterPolicy)'",
        false => "aws sqs get-queue-attributes --queue-url URL --attribute-names RedrivePolicy",
    }
}
