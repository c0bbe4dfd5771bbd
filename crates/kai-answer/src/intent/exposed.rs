//! Whether users reach it from outside.

use std::collections::BTreeMap;

use kai_core::ComponentId;
use kai_graph::{ComponentKind, DependencyKind, Journey};

use super::{Asked, Intent, Wants, answer};
use crate::answer::{Answer, Section, Statement, Step};
use crate::case::Case;
use crate::part;
use crate::words::list;

const SHOWN: usize = 6;

pub(super) const INTENT: Intent = Intent {
    id: "exposed",
    example: "is X exposed to the internet?",
    wants: Wants::Component,
    is_played: false,
    patterns: &[
        "X exposed|public|publicly|reachable|accessible|internet-facing|facing|visible internet|outside|world|externally|public|publicly",
        "is|are|can X exposed|public|publicly|reachable|accessible|internet-facing|reached",
        "can|could|may|does|do anybody|anyone|somebody|strangers|internet|outside|users reach*|access*|connect* X",
        ">how do|does|can users|traffic|requests|customers|anybody reach|get|arrive X",
    ],
    answer: exposed,
};

fn exposed(case: Case<'_>, asked: &Asked<'_>) -> Result<Answer, String> {
    use ComponentKind::{Cache, Datastore, EntryPoint, NetworkPath, Queue, Workload};
    let id = asked.component()?;
    let label = case.label(id);
    if !matches!(
        case.component(id).kind,
        Workload | Datastore | Queue | Cache | NetworkPath | EntryPoint
    ) {
        return Err(format!("`{label}` is nothing that anybody connects to"));
    }
    let ways = ways_in(case, id);
    let through = case.journeys(id).0;
    let direct = if !ways.is_empty() {
        let names: Vec<&str> = ways.iter().map(|it| it.0.name.as_str()).collect();
        let evidence = ways.iter().take(SHOWN).map(|it| case.path(&it.1)).collect();
        Statement::new(format!("Yes: {} leads to `{label}`.", list(&names, SHOWN)), evidence)
    } else if let Some(first) = through.first() {
        let names: Vec<&str> = through.iter().map(|it| it.name.as_str()).collect();
        let way = case.path(&case.way(first.entry, id));
        let absence = case.absence(label.clone(), format!("no way in to `{label}`"), case.scope());
        Statement::new(
            format!(
                "Not itself, as far as I read: {} needs it behind what users reach.",
                list(&names, SHOWN)
            ),
            vec![way, absence],
        )
    } else {
        let absence = case.absence(label.clone(), format!("no way in to `{label}`"), case.scope());
        Statement::new(
            format!(
                "Not that I can see: no route, published port or load balancer that I read leads to `{label}`, and something outside of these files may."
            ),
            vec![case.named(id), absence],
        )
    };
    let sections = vec![
        Section::new(Step::BlastRadius, vec![part::radius(case, id).direct(case)]),
        Section::new(Step::Priority, part::priority(case, id, 2)).numbered(),
    ];
    Ok(answer(vec![direct], sections, None))
}

/// Journeys whose requests come to it without anybody between, each with its way.
fn ways_in(case: Case<'_>, id: ComponentId) -> Vec<(&Journey, Vec<ComponentId>)> {
    let environment = case.environment(id);
    let journeys = case.system().journeys().iter();
    let mut journeys: Vec<&Journey> =
        journeys.filter(|it| case.environment(it.entry) == environment).collect();
    journeys.sort_by(|one, other| one.name.cmp(&other.name));
    journeys.dedup_by(|one, other| one.name == other.name);
    journeys.into_iter().filter_map(|it| Some((it, routed(case, it.entry, id)?))).collect()
}

/// The way along routes alone.
fn routed(case: Case<'_>, from: ComponentId, to: ComponentId) -> Option<Vec<ComponentId>> {
    let mut before: BTreeMap<ComponentId, ComponentId> = BTreeMap::new();
    let mut open = vec![from];
    while let Some(at) = open.pop() {
        let arrows = case.system().needs(at).iter();
        for arrow in arrows.filter(|it| it.kind == DependencyKind::Routes) {
            if arrow.target != from && !before.contains_key(&arrow.target) {
                before.insert(arrow.target, at);
                open.push(arrow.target);
            }
        }
    }
    let mut way = vec![to];
    while way.last() != Some(&from) {
        way.push(*before.get(way.last()?)?);
    }
    way.reverse();
    Some(way)
}
