//! One screen of the worst.

use std::collections::{BTreeMap, BTreeSet};

use kai_break::{Outcome, Stage};

use super::Study;
use super::words::{cause, often, users};
use crate::terminal::{Options, capitalized, clean, count, cut, wrap};

/// Of each kind so many are shown.
const SHOWN: usize = 3;

/// Kinds in the order of the page, with how their heading begins.
const KINDS: [(&str, &str); 16] = [
    ("node", "A node is lost"),
    ("two-nodes", "Two nodes are lost"),
    ("zone", "A zone is lost"),
    ("region", "A region is lost"),
    ("drain", "A node is drained"),
    ("rollout", "A new version comes"),
    ("load", "There is more load"),
    ("workload", "A workload fails"),
    ("pod", "A pod fails"),
    ("dependency", "A dependency fails"),
    ("certificate", "A certificate runs out"),
    ("registry", "A registry is away"),
    ("webhook", "A webhook does not answer"),
    ("dns", "Names are not resolved"),
    ("control-plane", "The control plane is away"),
    ("", "Several at once"),
];

/// The worst of each kind; those that come to the same are one line.
#[must_use]
pub fn table(study: &Study<'_, '_>, options: &Options) -> String {
    let mut lines = head(study, options);
    for (kind, title) in KINDS {
        let of_kind: Vec<&Outcome> =
            study.outcomes.iter().filter(|it| kind_of(it) == kind).collect();
        if !of_kind.is_empty() {
            lines.extend(section(study.stage, title, &of_kind, options));
        }
    }
    lines.extend(foot(study, options));
    lines.push(String::new());
    lines.join("\n")
}

/// `node` of `node=a`; empty for combinations.
pub(super) fn kind_of(outcome: &Outcome) -> &str {
    if outcome.scenario.faults.len() > 1 {
        return "";
    }
    outcome.scenario.name.split('=').next().unwrap_or_default()
}

pub(super) fn head(study: &Study<'_, '_>, options: &Options) -> Vec<String> {
    let mut lines = Vec::new();
    let mut say = |label: &str, text: &str| {
        let width = options.width.saturating_sub(10).max(30);
        for (at, line) in wrap(text, width).into_iter().enumerate() {
            let label = if at == 0 { label } else { "" };
            lines.push(format!("{label:<9} {line}"));
        }
    };
    say("Cluster", &study.ground());
    say("Runs", &study.input());
    if let Some(others) = study.others() {
        say("", &others);
    }
    for (pod, reason) in study.stage.waiting.iter().take(3) {
        let pod = study.stage.cluster.pods[*pod].key();
        say("Waits", &format!("`{pod}` waits before anything breaks: {reason}"));
    }
    lines.push(String::new());
    lines
}

fn section(
    stage: &Stage<'_>,
    title: &str,
    outcomes: &[&Outcome],
    options: &Options,
) -> Vec<String> {
    let mut alike: BTreeMap<(std::cmp::Reverse<kai_break::Harm>, String, String), Vec<&Outcome>> =
        BTreeMap::new();
    for &it in outcomes {
        let users = format!("{}{}", users(stage, it), often(it));
        let key = (std::cmp::Reverse(it.harm()), users, cause(it));
        alike.entry(key).or_default().push(it);
    }
    let names = |all: &mut dyn Iterator<Item = &&Outcome>| {
        all.map(|it| it.scenario.name.as_str()).collect::<BTreeSet<_>>().len()
    };
    let harmful = names(&mut outcomes.iter().filter(|it| it.down().next().is_some()));
    let tried = names(&mut outcomes.iter());
    let summary = match (tried, harmful) {
        (1, _) => String::new(),
        (_, 0) => format!(": none of {tried} takes a journey down"),
        (_, some) if some == tried => format!(": each of {tried} takes a journey down"),
        (_, 1) => format!(": 1 of {tried} takes a journey down"),
        (_, some) => format!(": {some} of {tried} take a journey down"),
    };
    let mut lines = vec![format!("{title}{summary}")];
    let mut shown = 0;
    for ((harm, users, cause), all) in &alike {
        if shown == SHOWN || (shown > 0 && harm.0.is_none()) {
            break;
        }
        shown += 1;
        let more = all.len() - 1;
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        let name = clean(&all[0].scenario.name);
        let width = options.width.saturating_sub(4).max(30);
        let line = format!("{name}{more}: {users}");
        lines.extend(wrap(&line, width).into_iter().map(|it| format!("  {it}")));
        if !cause.is_empty() {
            lines.push(format!("      {}", cut(&capitalized(cause), width - 4)));
        }
        if let Some(remedy) = &all[0].remedy {
            lines.push(format!(
                "      {}",
                cut(&format!("With {}: {}", remedy.text, remedy.effect), width - 4)
            ));
        }
    }
    let rest: usize = alike.values().skip(shown).map(Vec::len).sum();
    if rest > 0 {
        lines.push(format!("  {} milder", count(rest, "other")));
    }
    lines
}

fn foot(study: &Study<'_, '_>, options: &Options) -> Vec<String> {
    let mut lines = vec![String::new()];
    let width = options.width.max(40);
    let stage = study.stage;
    let mut say = |text: String| lines.extend(wrap(&text, width));
    for it in stage.assumptions.iter() {
        say(format!("Assumed: {it}."));
    }
    if !stage.problems.is_empty() {
        let rest = stage.problems.len() - 1;
        let more =
            if rest > 0 { format!(" ({rest} more in --format json)") } else { String::new() };
        say(format!("Left out: {}{more}.", stage.problems[0]));
    }
    for it in &study.left_out {
        say(format!("Not played: {it}."));
    }
    say(match worst(&study.outcomes) {
        Some(worst) => format!(
            "{} played. The worst as a story: {}",
            count(study.outcomes.len(), "scenario"),
            options.command(&format!("break {}", quoted(&worst.scenario.name)))
        ),
        None => "Nothing of the kind is here, so nothing was played.".to_owned(),
    });
    lines
}

/// Nodes and zones before what only breaks because it is what breaks.
fn worst(outcomes: &[Outcome]) -> Option<&Outcome> {
    let key = |it: &&Outcome| {
        let is_of_ground = matches!(kind_of(it), "node" | "zone" | "region" | "two-nodes" | "");
        (is_of_ground && it.down().next().is_some(), it.harm())
    };
    outcomes.iter().rev().max_by_key(key)
}

/// As a shell takes it as one word.
fn quoted(name: &str) -> String {
    let is_plain = |it: char| it.is_alphanumeric() || "=-_./,:".contains(it);
    if name.chars().all(is_plain) { name.to_owned() } else { format!("'{name}'") }
}
