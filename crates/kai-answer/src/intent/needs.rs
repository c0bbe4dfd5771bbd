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
    ],
    answer: needs,
};

fn needs(case: Case<'_>, asked: &Asked<'_>) -> Result<Answer, String> {
    let id = asked.component()?;
    let label = case.label(id);
    let behind = part::behind(case, id);
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
