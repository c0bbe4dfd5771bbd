//! Whether users reach it from outside.

use std::collections::BTreeMap;

use kai_core::{ComponentId, Evidence};
use kai_graph::{ComponentKind, DependencyKind, Facts, Journey, PathKind, Port};
use kai_rules::{is_internal, is_loopback};

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
    let (inner, ways): (Vec<_>, Vec<_>) =
        ways_in(case, id).into_iter().partition(|it| is_for_some(case, it.0.entry));
    let doors = doors(case, id);
    let through = case.journeys(id).0;
    let direct = if !ways.is_empty() {
        let names: Vec<&str> = ways.iter().map(|it| it.0.name.as_str()).collect();
        let evidence = ways.iter().take(SHOWN).map(|it| case.path(&it.1)).collect();
        Statement::new(format!("Yes: {} leads to `{label}`.", list(&names, SHOWN)), evidence)
    } else if !inner.is_empty() || !doors.is_empty() {
        indirect(case, &label, &inner, doors)
    } else if let Some(first) = through.first() {
        let names: Vec<&str> = through.iter().map(|it| it.name.as_str()).collect();
        let way = case.path(&case.way(first.entry, id));
        let absence = case.absence(label.clone(), format!("no way in to `{label}`"), case.scope());
        Statement::new(
            format!(
                "Not itself, as far as I read: {} {} it behind what users reach.",
                list(&names, SHOWN),
                if names.len() == 1 { "needs" } else { "need" }
            ),
            vec![way, absence],
        )
    } else {
        let absence = case.absence(label.clone(), format!("no way in to `{label}`"), case.scope());
        Statement::new(
            format!(
                "Not that I can see: no route, load balancer or port of a node that I read leads to `{label}`, and something outside of these files may."
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

type Way<'a> = (&'a Journey, Vec<ComponentId>);

/// Ways in of which it is not written that the internet may take them.
fn indirect(
    case: Case<'_>,
    label: &str,
    inner: &[Way<'_>],
    doors: Vec<(String, Evidence)>,
) -> Statement {
    let names: Vec<&str> = inner.iter().map(|it| it.0.name.as_str()).collect();
    let mut evidence: Vec<Evidence> = inner.iter().take(SHOWN).map(|it| case.path(&it.1)).collect();
    let mut parts = Vec::new();
    if !names.is_empty() {
        let (lead, say) = if names.len() == 1 { ("leads", "says") } else { ("lead", "say") };
        parts.push(format!(
            "{} {lead} to `{label}`, and {say} that not everybody is let in, only its own network or some addresses",
            list(&names, SHOWN)
        ));
    }
    for (text, its) in doors {
        parts.push(text);
        evidence.push(its);
    }
    let start = if names.is_empty() {
        "There is a way in"
    } else {
        "Not from the internet by what leads to it"
    };
    let end = match evidence.len() > names.len().min(SHOWN) {
        true => " Whether the internet reaches the nodes is not written in what I read.",
        false => "",
    };
    Statement::new(format!("{start}: {}.{end}", parts.join("; ")), evidence)
}

/// True for a way in that says itself that it is not for everybody.
fn is_for_some(case: Case<'_>, entry: ComponentId) -> bool {
    let component = case.component(entry);
    let is_limited = |id: ComponentId| match &case.component(id).facts {
        Facts::NetworkPath(it) => {
            is_internal(case.component(id))
                || !it.source_ranges.is_empty()
                    && !it.source_ranges.iter().any(|it| it.ends_with("/0"))
        }
        _ => false,
    };
    let is_itself =
        |id: &ComponentId| component.is_second_face() && case.component(*id).name == component.name;
    let paths = case.system().needs(entry).iter().map(|it| it.target);
    is_internal(component) || paths.filter(is_itself).any(is_limited)
}

/// Ports of nodes that lead to it, each as part of a sentence.
fn doors(case: Case<'_>, id: ComponentId) -> Vec<(String, Evidence)> {
    let label = case.label(id);
    let routed = case.system().needed_by(id).filter(|it| it.kind == DependencyKind::Routes);
    let paths: std::collections::BTreeSet<ComponentId> =
        routed.map(|it| it.source).chain([id]).collect();
    let is_open = |id: &ComponentId| match &case.component(*id).facts {
        Facts::NetworkPath(it) => it.kind == PathKind::NodePort,
        _ => false,
    };
    let of_path = |it: ComponentId| {
        let text = format!("`{}` opens a port of every node for `{label}`", case.label(it));
        (text, case.named(it))
    };
    let mut doors: Vec<_> = paths.into_iter().filter(is_open).map(of_path).collect();
    doors.truncate(SHOWN);
    let Some(workload) = case.workload(id).filter(|_| !part::is_compose(case, id)) else {
        return doors;
    };
    let pod = &workload.facts.pod;
    let is_taken =
        |it: &&Port| it.host_port.is_some() && !it.host_address.as_deref().is_some_and(is_loopback);
    if let Some(host) = pod.host_network.traced().filter(|it| it.value) {
        let text = format!("`{label}` stands in the network of its node (`hostNetwork`)");
        doors.push((text, case.at(id, host.origin)));
    } else if let Some(port) = pod.containers.iter().flat_map(|it| &it.ports).find(is_taken) {
        let text = format!("`{label}` takes a port of its node (`hostPort`)");
        doors.push((text, case.at(id, port.origin)));
    }
    doors
}

/// Journeys whose requests come to it without anybody between, each with its way.
fn ways_in(case: Case<'_>, id: ComponentId) -> Vec<Way<'_>> {
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
