//! What a component needs.

use kai_core::ComponentId;
use kai_graph::{DependencyKind, Strength};

use super::{Asked, Intent, Wants, answer};
use crate::answer::{Answer, Section, Statement, Step};
use crate::case::Case;
use crate::part;
use crate::words::list;

const SHOWN: usize = 6;

pub(super) const INTENT: Intent = Intent {
    id: "needs",
    example: "what does X need?",
    wants: Wants::Component,
    is_played: false,
    patterns: &[
        ">X need|needs|require|requires|depend|depends|rely|relies|relying|call|calls|use|uses|talk|talks",
        ">need*|require*|take* X|to run|work|start|live",
        "what|which needs|need|required|requires necessary|for|by X",
        "dependenc*|prerequisite*|requirement* of|does|X|what|which|list|show",
        "what|which|list|show dependenc*|prerequisite*|requirement* X have|has|of|for|are",
        ">X depend|depends|rely|relies|relying|talk|talks|call|calls on|upon|to",
        ">what|which|who|whom does X need|require|depend|call|use|talk|rely",
        ">what|which|who|whom is X relying|depending on|upon",
        "what|which must|has|have be|to up|there|running|exist before|for X",
        "behind X",
        ">is|are needed|required|used|called|relied|depended by|for",
        ">does|do|did need|require|depend|rely",
    ],
    answer: needs,
};

fn needs(case: Case<'_>, asked: &Asked<'_>) -> Result<Answer, String> {
    let id = asked.component()?;
    let label = case.label(id);
    let behind = part::behind(case, id);
    if !asked.others.is_empty() {
        return Ok(of_others(case, id, &asked.others, &behind));
    }
    let direct = if behind.is_empty() {
        let absence =
            case.absence(label.clone(), "no hard dependency on anything that runs", case.scope());
        Statement::new(
            format!(
                "`{label}` needs nothing that runs, as far as I can see from what is declared."
            ),
            vec![case.named(id), absence],
        )
    } else {
        let names: Vec<String> = behind.iter().map(|it| case.label(*it)).collect();
        let ways = behind.iter().take(SHOWN).map(|it| case.path(&case.way(id, *it)));
        Statement::new(
            format!("`{label}` cannot work without {}.", list(&names, SHOWN)),
            ways.collect(),
        )
    };
    let sections = vec![
        Section::document("What it reads at start", reads(case, id)),
        Section::document("What it can do without, worse", soft(case, id)),
        Section::new(Step::FailureScenarios, weakest(case, &behind)),
    ];
    Ok(answer(vec![direct], sections, None))
}

/// Yes or no for each of them, and what is wrong with those that it needs.
fn of_others(
    case: Case<'_>,
    id: ComponentId,
    others: &[ComponentId],
    behind: &[ComponentId],
) -> Answer {
    let direct = others.iter().map(|it| needs_it(case, id, *it, behind)).collect();
    let needed: Vec<ComponentId> =
        behind.iter().copied().filter(|it| others.contains(it)).collect();
    let sections = vec![Section::new(Step::FailureScenarios, weakest(case, &needed))];
    answer(direct, sections, None)
}

/// Whether one needs another, by the arrows between them.
fn needs_it(
    case: Case<'_>,
    id: ComponentId,
    other: ComponentId,
    behind: &[ComponentId],
) -> Statement {
    let (label, of_other) = (case.label(id), case.label(other));
    let way = case.way(id, other);
    let is_reached = way.len() > 1;
    if behind.contains(&other) && is_reached {
        let text = format!("Yes: `{label}` cannot work without `{of_other}`{}.", over(case, &way));
        return Statement::new(text, vec![case.path(&way)]);
    }
    if let Some(arrow) = case.system().needs(id).iter().find(|it| it.target == other) {
        let rest = match arrow.strength {
            Strength::Hard => "",
            Strength::Soft => ", and can do without it, worse",
        };
        let text = format!("Yes: `{label}` {} `{of_other}`{rest}.", arrow.kind.as_str());
        return Statement::new(text, vec![case.at(id, arrow.origin)]);
    }
    if is_reached {
        let text = format!(
            "Yes, but it can do without: `{label}` leads to `{of_other}`{}, and one of these steps is no must.",
            over(case, &way)
        );
        return Statement::new(text, vec![case.path(&way)]);
    }
    if part::behind(case, other).contains(&id) {
        let text =
            format!("No, it is the other way around: `{of_other}` cannot work without `{label}`.");
        return Statement::new(text, vec![case.path(&case.way(other, id))]);
    }
    let text =
        format!("Not that I can see: nothing that I read leads from `{label}` to `{of_other}`.");
    let absence = case.absence(label, format!("no way to `{of_other}`"), case.scope());
    Statement::new(text, vec![absence])
}

/// What of a way runs between its ends.
fn over(case: Case<'_>, way: &[ComponentId]) -> String {
    let between = way.get(1..way.len().saturating_sub(1)).unwrap_or_default();
    let running = between.iter().filter(|it| part::is_running(case, **it));
    let names: Vec<String> = running.map(|it| case.label(*it)).collect();
    match names.is_empty() {
        true => String::new(),
        false => format!(", which it reaches over {}", list(&names, SHOWN)),
    }
}

fn reads(case: Case<'_>, id: ComponentId) -> Vec<Statement> {
    use DependencyKind::{ActsAs, Mounts, ReadsConfiguration, ReadsSecret};
    let arrows = case.system().needs(id).iter();
    let mut seen: Vec<ComponentId> = Vec::new();
    let arrows =
        arrows.filter(|it| matches!(it.kind, ReadsConfiguration | ReadsSecret | Mounts | ActsAs));
    let mut statements = Vec::new();
    for arrow in arrows {
        if !seen.contains(&arrow.target) {
            seen.push(arrow.target);
            let text = format!("It {} `{}`.", arrow.kind.as_str(), case.label(arrow.target));
            statements.push(Statement::new(text, vec![case.at(id, arrow.origin)]));
        }
    }
    statements.truncate(SHOWN);
    statements
}

fn soft(case: Case<'_>, id: ComponentId) -> Vec<Statement> {
    use DependencyKind::{Calls, LivesBy, WaitsFor};
    let arrows = case.system().needs(id).iter();
    let mut arrows: Vec<_> = arrows
        .filter(|it| it.strength == Strength::Soft && matches!(it.kind, Calls | WaitsFor | LivesBy))
        .collect();
    arrows.dedup_by_key(|it| it.target);
    let of = |it: &&kai_graph::Dependency| {
        let text = format!("It {} `{}`.", it.kind.as_str(), case.label(it.target));
        Statement::new(text, vec![case.at(id, it.origin)])
    };
    arrows.iter().take(SHOWN).map(of).collect()
}

/// What it needs and is weak.
fn weakest(case: Case<'_>, behind: &[ComponentId]) -> Vec<Statement> {
    let mut worst: Vec<_> = behind.iter().flat_map(|it| case.findings(*it)).collect();
    worst.sort_by_key(|it| it.rank);
    worst.dedup_by_key(|it| it.rank);
    let of = |it: &&kai_core::Finding| {
        let text = format!("`{}`: {}.", it.component, it.title);
        Statement::new(text, vec![case.finding(it)])
    };
    worst.iter().take(3).map(of).collect()
}
