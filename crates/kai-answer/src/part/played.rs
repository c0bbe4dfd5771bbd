//! What `kai break` comes to, where nodes are known.

use kai_assess::{stage, times};
use kai_break::{Choice, Outcome, Pattern, Player, Scenario, Stage, choose};
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

/// What is known of the nodes that a play stands on.
pub(crate) struct Domains {
    pub(crate) zones: Vec<String>,
    pub(crate) regions: Vec<String>,
}

/// Zones and regions that nodes are in; nothing where no nodes are known.
pub(crate) fn domains(case: Case<'_>) -> Option<Domains> {
    on_stage(case, |stage, _| Domains { zones: stage.zones(), regions: stage.regions() })
}

/// Plays a scenario, as one would type it; nothing where no nodes are known, or it means nothing here.
pub(crate) fn played(case: Case<'_>, scenario: &str) -> Option<Played> {
    on_stage(case, |stage, choice| {
        let mut player = Player::new(stage);
        let scenarios = player.find(&Pattern::parse(scenario).ok()?).ok()?;
        let outcomes = player.play_all(&scenarios);
        told(case, &Study { stage, choice, outcomes, left_out: Vec::new() })
    })
    .flatten()
}

/// Loads that answers play, because what they cite of a play must be found again.
pub(crate) fn is_played_load(factor: u32) -> bool {
    match factor {
        2..=20 => true,
        21..=100 => factor.is_multiple_of(10),
        _ => factor <= LOAD_MAX && factor.is_multiple_of(100),
    }
}

const LOAD_MAX: u32 = 1000;

/// What answers cite of plays: of every zone and region, and of every load that is played.
pub(crate) fn evidence_of_plays(case: Case<'_>) -> Vec<Evidence> {
    let loads = (2..=LOAD_MAX).filter(|it| is_played_load(*it)).map(|it| format!("load={it}x"));
    let patterns: Vec<String> =
        ["zone=*", "region"].into_iter().map(str::to_owned).chain(loads).collect();
    let cited = on_stage(case, |stage, choice| {
        let mut player = Player::new(stage);
        let patterns = patterns.iter().filter_map(|it| Pattern::parse(it).ok());
        let scenarios: Vec<Scenario> =
            patterns.filter_map(|it| player.find(&it).ok()).flatten().collect();
        let each = scenarios.chunks(1).filter_map(|it| {
            let outcomes = player.play_all(it);
            told(case, &Study { stage, choice, outcomes, left_out: Vec::new() })
        });
        let statements =
            each.flat_map(|it| std::iter::once(it.direct).chain(it.rows).chain(it.unknown));
        statements.flat_map(|it| it.evidence).collect()
    });
    cited.unwrap_or_default()
}

/// Nothing where no nodes are known.
fn on_stage<T>(case: Case<'_>, ask: impl FnOnce(&Stage<'_>, &Choice) -> T) -> Option<T> {
    let on = case.ground;
    let choice = choose(&on.system, &on.clusters, None);
    if choice.roots.is_empty() {
        return None;
    }
    let times = times(on);
    let stage = stage(on, &choice, &times);
    let can_play = !stage.runs.is_empty() && stage.ground.has_capacity();
    can_play.then(|| ask(&stage, &choice))
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
