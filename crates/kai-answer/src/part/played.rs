//! What `kai break` comes to, where nodes are known.

use kai_assess::{stage, times};
use kai_break::{Outcome, Pattern, Player, choose};
use kai_core::Evidence;
use kai_report::breaks::{Said, Study, said};

use crate::answer::Statement;
use crate::case::Case;

/// The worst that a scenario comes to.
pub(crate) struct Played {
    pub(crate) direct: Statement,
    pub(crate) rows: Vec<Statement>,
    pub(crate) unknown: Vec<Statement>,
}

/// Plays a scenario, as one would type it; nothing where no nodes are known, or it means nothing here.
pub(crate) fn played(case: Case<'_>, scenario: &str) -> Option<Played> {
    let on = case.ground;
    let choice = choose(&on.system, &on.clusters, None);
    if choice.roots.is_empty() {
        return None;
    }
    let times = times(on);
    let stage = stage(on, &choice, &times);
    if stage.runs.is_empty() || !stage.ground.has_capacity() {
        return None;
    }
    let mut player = Player::new(&stage);
    let scenarios = player.find(&Pattern::parse(scenario).ok()?).ok()?;
    let outcomes = player.play_all(&scenarios);
    let study = Study { stage: &stage, choice: &choice, outcomes, left_out: Vec::new() };
    told(case, &study)
}

/// What answers cite of plays, at loads that people ask about.
pub(crate) fn evidence_of_plays(case: Case<'_>) -> impl Iterator<Item = Evidence> {
    const LOADS: [u32; 8] = [2, 3, 4, 5, 10, 20, 50, 100];
    let loads = LOADS.iter().map(|it| format!("load={it}x"));
    let all = ["zone=*", "region"].into_iter().map(str::to_owned).chain(loads);
    let played = all.filter_map(move |it| played(case, &it));
    let statements =
        played.flat_map(|it| std::iter::once(it.direct).chain(it.rows).chain(it.unknown));
    statements.flat_map(|it| it.evidence)
}

fn told(case: Case<'_>, study: &Study<'_, '_>) -> Option<Played> {
    let worst = study.outcomes.iter().rev().max_by_key(|it| it.harm())?;
    let name = &worst.scenario.name;
    let of = match study.outcomes.len() {
        0 | 1 => String::new(),
        many => format!(", the worst of {many},"),
    };
    let mut all = said(study, worst).into_iter();
    let first = all.next()?;
    let text = format!("Played as `kai break {name}`{of} on {}: {}", study.ground(), first.text);
    let direct = Statement { text, ..statement(case, worst, first) };
    let rows = all.map(|it| statement(case, worst, it)).collect();
    let unknown = worst.unknown.iter().map(|it| {
        Statement::new(it.clone(), vec![case.absence(name.clone(), it.clone(), case.scope())])
    });
    Some(Played { direct, rows, unknown: unknown.collect() })
}

fn statement(case: Case<'_>, outcome: &Outcome, said: Said) -> Statement {
    let name = outcome.scenario.name.clone();
    let evidence = case.number(name, said.text.clone(), said.rests_on);
    Statement::new(said.text, vec![evidence])
}
