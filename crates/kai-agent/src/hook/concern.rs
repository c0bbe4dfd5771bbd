//! Whether a command is worth a word.

use kai_guard::{Call, Class, classify};

use super::infrastructure::{is_infrastructure, is_named_in, takes_away};
use super::target::{Target, targets};

/// What is worth asking about in a command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Concern {
    /// The program and its words, as far as they are known.
    pub command: String,
    /// Why it is no reader.
    pub reason: String,
    pub class: Class,
    /// Something is taken away that has to be made again.
    pub takes_away: bool,
    pub targets: Vec<Target>,
    /// The flag that says another cluster, account or identity than the usual one.
    pub context: Option<String>,
}

/// The worst call of a command that changes a system, prints its secrets, or cannot be told; nothing
/// where a command only reads, or is no matter of infrastructure.
#[must_use]
pub fn concern(command: &str) -> Option<Concern> {
    let judged = classify(command);
    if judged.class == Class::ReadOnly {
        return None;
    }
    let calls =
        judged.calls.iter().filter(|it| is_infrastructure(&it.program) && is_worth_a_word(it));
    let worst = calls.max_by_key(|it| (it.class, takes_away(it)));
    if let Some(call) = worst {
        return Some(of(call));
    }
    let hides = judged.calls.is_empty()
        || !judged.is_readable
        || judged.calls.iter().any(|it| it.program.contains('$'));
    (hides && is_named_in(command)).then(|| Concern {
        command: shortened(command),
        reason: judged.reason,
        class: Class::Unknown,
        takes_away: false,
        targets: Vec::new(),
        context: None,
    })
}

/// A reader of another host is the user's own matter.
fn is_worth_a_word(call: &Call) -> bool {
    matches!(call.class, Class::Mutates | Class::ReadsSecret | Class::Unknown)
}

fn of(call: &Call) -> Concern {
    let words = call.arguments.iter().map(|it| match it {
        kai_guard::Argument::Literal(it) | kai_guard::Argument::Expanded(it) => it.as_str(),
    });
    let text: Vec<&str> = std::iter::once(call.program.as_str()).chain(words).collect();
    Concern {
        command: shortened(&text.join(" ")),
        reason: call.reason.clone(),
        class: call.class,
        takes_away: call.class == Class::Mutates && takes_away(call),
        targets: if call.class == Class::Mutates { targets(call) } else { Vec::new() },
        context: context(call),
    }
}

/// `--context prod` and its like.
fn context(call: &Call) -> Option<String> {
    const FLAGS: &[&str] = &[
        "--context",
        "--kube-context",
        "--kubeconfig",
        "--server",
        "--cluster",
        "--profile",
        "--project",
        "--subscription",
        "--as",
        "--user",
        "--token",
        "-s",
    ];
    let literal: Vec<&str> = call.arguments.iter().filter_map(|it| it.literal()).collect();
    literal.iter().find_map(|it| {
        let name = it.split('=').next().unwrap_or(it);
        (FLAGS.contains(&name) && (name != "-s" || call.program == "kubectl"))
            .then(|| name.to_owned())
    })
}

/// One line that fits a prompt, without what a terminal would obey.
fn shortened(text: &str) -> String {
    const LENGTH_MAX: usize = 160;
    let line: String =
        text.chars().map(|it| if it.is_control() { ' ' } else { it }).take(LENGTH_MAX).collect();
    if line.chars().count() < text.chars().count() { format!("{line}…") } else { line }
}
