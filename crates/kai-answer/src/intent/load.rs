//! What happens at twice, five, ten times the load?

use kai_core::{ComponentId, Evidence, Pillar, two_digits};

use super::{Asked, Intent, Wants, answer};
use crate::answer::{Answer, Section, Statement, Step};
use crate::case::Case;
use crate::incident::{self, Mode};
use crate::part;
use crate::question::multiple;
use crate::words::{count, list};

pub(super) const INTENT: Intent = Intent {
    id: "load",
    example: "what happens at 10× the load?",
    wants: Wants::MaybeComponent,
    is_played: true,
    patterns: &[
        "#",
        "# load|traffic|users|demand|requests|orders|volume|what|happens|handle*|survive*|take|at|scale*|cope|hold*",
        "traffic|load|demand|requests|users|volume|orders double*|triple*|grow*|grows|spike*|surge*|increase*|rise*|burst*|jump*|explode*",
        "scale*|scaling how|can|does|will|far|limit*|max*|what|is|are|auto*",
        "headroom|capacity",
        "how much|far|many load|traffic|requests|users|headroom|capacity|scale|grow",
        "peak|peaks|rush|spike*|surge* what|can|how|happen*|survive*|handle*|at|during",
        "bottleneck*",
        "overload*|saturat*",
        "how far|high|much|big X|can scale*|grow*|go",
        "what|how happen*|happens # X|if|at|to|when",
        "autoscal* what|how|does|is|are|X|works",
    ],
    answer: load,
};

/// How far a component can follow a rising load by its own configuration.
enum Reach {
    /// From its floor to its ceiling, so many times.
    Scales(f64),
    /// It stays as many as it is.
    Fixed(u32),
    Unknown,
}

fn load(case: Case<'_>, asked: &Asked<'_>) -> Result<Answer, String> {
    let factors = factors(asked);
    let factor = factors.iter().copied().fold(0.0, f64::max);
    let ids: Vec<ComponentId> = match asked.subject {
        Some(id) => std::iter::once(id).chain(part::behind(case, id)).collect(),
        None => {
            let needed = |it: &ComponentId| !case.journeys(*it).0.is_empty();
            let all = part::running(case);
            match all.iter().any(needed) {
                true => all.into_iter().filter(needed).collect(),
                false => all,
            }
        }
    };
    let ids: Vec<ComponentId> = ids.into_iter().filter(|it| part::is_running(case, *it)).collect();
    let reached: Vec<(ComponentId, Reach, Evidence)> = ids
        .iter()
        .map(|it| {
            let (reach, evidence) = reach(case, *it);
            (*it, reach, evidence)
        })
        .collect();
    let played = asked.subject.is_none().then(|| played(case, factor)).flatten();
    let mut direct: Vec<_> = factors.iter().map(|it| direct(case, *it, &reached)).collect();
    let mut by_order: Vec<_> = reached.iter().collect();
    by_order.sort_by_key(|it| (order(&it.1), it.0));
    let mut rows: Vec<_> = by_order.into_iter().take(8).map(|it| row(case, factor, it)).collect();
    let mut unseen = vec![unknown(case, factor, played.is_some())];
    if let Some(it) = played {
        direct.insert(0, it.direct);
        rows.splice(..0, it.rows);
        unseen.extend(it.unknown);
    }
    let findings = case.assessment.findings.iter().filter(|it| {
        it.pillar == Pillar::Scaling && it.components.iter().any(|it| ids.contains(it))
    });
    let steps = findings.take(3).map(|it| part::listed(case, it)).collect();
    let sections = vec![
        Section::new(Step::FailureScenarios, rows),
        Section::new(Step::Priority, steps).numbered(),
        Section::new(Step::Unknown, unseen),
    ];
    Ok(answer(direct, sections, incident::of(Mode::Load)))
}

/// Those that are asked for, each once; else twice the load.
fn factors(asked: &Asked<'_>) -> Vec<f64> {
    let mut factors = Vec::new();
    for factor in asked.tokens.iter().filter_map(|it| multiple(&it.word)) {
        if !factors.contains(&factor) {
            factors.push(factor);
        }
    }
    if factors.is_empty() {
        factors.push(2.0);
    }
    factors
}

fn order(reach: &Reach) -> u8 {
    match reach {
        Reach::Fixed(1) => 0,
        Reach::Fixed(_) => 1,
        Reach::Scales(_) => 2,
        Reach::Unknown => 3,
    }
}

fn reach(case: Case<'_>, id: ComponentId) -> (Reach, Evidence) {
    let label = case.label(id);
    if let Some(autoscaler) = part::autoscaler(case, id)
        && let (Some(min), Some(max)) =
            (autoscaler.facts.replicas_min.traced(), autoscaler.facts.replicas_max.traced())
        && min.value > 0
    {
        let factor = f64::from(max.value) / f64::from(min.value);
        let shown = two_digits(factor);
        let number = case.number(
            label.clone(),
            format!("`{label}` can grow {shown}× from its floor"),
            vec![format!("at most {} / at least {} = {shown}", max.value, min.value)],
        );
        let at = case.at(autoscaler.component.id, max.origin);
        return (Reach::Scales(factor), Evidence { places: at.places, ..number });
    }
    match part::count(case, id) {
        Some((many, line)) => (Reach::Fixed(many), line),
        None => (Reach::Unknown, case.absence(label, "no count and no autoscaler", case.scope())),
    }
}

fn direct(case: Case<'_>, factor: f64, reached: &[(ComponentId, Reach, Evidence)]) -> Statement {
    let asked = two_digits(factor);
    let fixed = reached.iter().filter(|it| matches!(it.1, Reach::Fixed(_)));
    let fixed: Vec<String> = fixed.map(|it| case.label(it.0)).collect();
    let short = reached.iter().filter(|it| matches!(it.1, Reach::Scales(most) if most < factor));
    let short: Vec<String> = short.map(|it| case.label(it.0)).collect();
    let follows =
        reached.iter().filter(|it| matches!(it.1, Reach::Scales(most) if most >= factor)).count();
    let mut parts = vec![format!(
        "{} of {} can follow by configuration",
        if follows == 0 { "none".to_owned() } else { follows.to_string() },
        count(reached.len(), "component")
    )];
    if !short.is_empty() {
        let verb = if short.len() == 1 { "stops" } else { "stop" };
        parts.push(format!("{} {verb} growing before that", list(&short, 4)));
    }
    if !fixed.is_empty() {
        let verb = if fixed.len() == 1 { "stays as it is" } else { "stay as many as they are" };
        parts.push(format!("{} {verb}", list(&fixed, 4)));
    }
    let evidence = reached.iter().filter(|it| !matches!(it.1, Reach::Unknown)).take(4);
    let mut evidence: Vec<Evidence> = evidence.map(|it| it.2.clone()).collect();
    if evidence.is_empty() {
        evidence.push(case.absence("", "no count and no autoscaler", case.scope()));
    }
    Statement::new(format!("At {asked}×, {}.", parts.join("; ")), evidence)
}

fn row(case: Case<'_>, factor: f64, of: &(ComponentId, Reach, Evidence)) -> Statement {
    let (id, reach, evidence) = of;
    let label = case.label(*id);
    let holds = if part::is_stateful(case, *id) {
        ", and holds state that more pods would not share"
    } else {
        ""
    };
    let text = match reach {
        Reach::Scales(most) if *most >= factor => {
            format!(
                "`{label}` follows up to {}× its floor, if there are machines for it.",
                two_digits(*most)
            )
        }
        Reach::Scales(most) => {
            format!(
                "`{label}` grows to {}× its floor and no further; what is above that queues or fails.",
                two_digits(*most)
            )
        }
        Reach::Fixed(1) => format!(
            "`{label}` is one{holds}: at {}× it has to do {}× the work.",
            two_digits(factor),
            two_digits(factor)
        ),
        Reach::Fixed(many) => format!(
            "`{label}` stays at {many}{holds}: each has to do {}× the work.",
            two_digits(factor)
        ),
        Reach::Unknown => format!("`{label}`: nothing that I read says how many there are."),
    };
    Statement::new(text, vec![evidence.clone()])
}

/// The factor as `kai break` takes it.
fn whole(factor: f64) -> Option<u32> {
    (2..=1000).find(|it| f64::from(*it) == factor)
}

/// What `kai break` comes to at a load that is played here.
fn played(case: Case<'_>, factor: f64) -> Option<part::Played> {
    let factor = whole(factor).filter(|it| part::is_played_load(*it))?;
    part::played(case, &format!("load={factor}x"))
}

fn unknown(case: Case<'_>, factor: f64, is_played: bool) -> Statement {
    let absence = case.absence("", "no measurement of load or of use", case.scope());
    let text = match is_played {
        true => {
            "Today's load and how busy each pod is are not written here: the play takes every autoscaler for being at its target now, and how far one can grow counts from its floor."
        }
        false => {
            "I have not simulated this: today's load, how busy each pod is, and how long a new machine takes are not written here; I count from each autoscaler's floor."
        }
    };
    let statement = Statement::new(text, vec![absence]);
    let other = whole(factor).filter(|it| !part::is_played_load(*it));
    match other.filter(|_| part::domains(case).is_some()) {
        Some(factor) => statement.command(format!("kai break load={factor}x # plays it")),
        None => statement,
    }
}
