//! Workloads that wait for each other before they start.

use std::collections::BTreeMap;

use kai_core::{ComponentId, FailureMode, Hazard, Level, LossClass, OriginId, Pillar, Term};
use kai_graph::{Component, DependencyKind, Facts};

use crate::command::{kubectl, resource};
use crate::{Check, Context, Observed, Rule, words};

pub(super) static RULE: Rule = Rule {
    id: "startup-cycle",
    pillar: Pillar::Recovery,
    default_level: Level::High,
    since: "0.1.0",
    doc: include_str!("startup_cycle.md"),
    check: Check::System(check),
};

fn check(ctx: Context<'_>, out: &mut Observed) {
    let waits = waits(ctx);
    let mut state = Search { waits: &waits, seen: BTreeMap::new(), way: Vec::new() };
    for &start in waits.keys() {
        if let Some(circle) = state.visit(start) {
            out.push(hazard(&circle, ctx));
        }
    }
}

/// What a workload waits for, and where that is written.
type Waits = BTreeMap<ComponentId, Vec<(ComponentId, OriginId)>>;

fn waits(ctx: Context<'_>) -> Waits {
    let mut waits = Waits::new();
    let arrows = ctx.system.dependencies().iter();
    for arrow in arrows.filter(|it| it.kind == DependencyKind::WaitsFor) {
        let target = ctx.system.component(arrow.target);
        // One of several workloads behind a path is enough to answer.
        let answering = match target.facts {
            Facts::NetworkPath(_) => {
                let mut behind = ctx.targets(target.id, DependencyKind::Routes);
                behind.next().filter(|_| behind.next().is_none())
            }
            _ => Some(target),
        };
        if let Some(answering) = answering {
            waits.entry(arrow.source).or_default().push((answering.id, arrow.origin));
        }
    }
    waits
}

/// A way in search of its own beginning. Each workload is entered once.
struct Search<'a> {
    waits: &'a Waits,
    /// True while it is on the way.
    seen: BTreeMap<ComponentId, bool>,
    way: Vec<(ComponentId, OriginId)>,
}

impl Search<'_> {
    fn visit(&mut self, start: ComponentId) -> Option<Vec<(ComponentId, OriginId)>> {
        let mut stack = vec![(start, 0)];
        self.way.clear();
        while let Some((id, next)) = stack.pop() {
            if next == 0 && self.seen.insert(id, true).is_some() {
                continue;
            }
            let targets = self.waits.get(&id).map(Vec::as_slice).unwrap_or_default();
            let Some(&(target, origin)) = targets.get(next) else {
                self.seen.insert(id, false);
                self.way.retain(|it| it.0 != id);
                continue;
            };
            self.way.retain(|it| it.0 != id);
            self.way.push((id, origin));
            stack.push((id, next + 1));
            match self.seen.get(&target) {
                Some(true) => {
                    let begin = self.way.iter().position(|it| it.0 == target)?;
                    return Some(self.way.split_off(begin));
                }
                Some(false) => {}
                None => stack.push((target, 0)),
            }
        }
        None
    }
}

fn hazard(circle: &[(ComponentId, OriginId)], ctx: Context<'_>) -> Hazard {
    let components: Vec<&Component> = circle.iter().map(|it| ctx.system.component(it.0)).collect();
    let labels: Vec<_> = components.iter().map(|it| it.label()).collect();
    let first = components[0];
    let message = format!(
        "{} wait for each other before they start; those that run keep running, and after a restart \
         of all of them (a power cut, a new cluster, a restore) none ever starts",
        words::list(&labels),
    );
    let hazard = RULE
        .worsens(first.id, FailureMode::ZoneLoss, Term::TimeToRecover, "waits in a circle", message)
        .at(circle[0].1)
        .loses(LossClass::Outage)
        .shows_as(format!("Pods of all of them stay in `Init` after a restart of {}", labels[0]))
        .recover(format!(
            "`{}`: take the wait out of one of them",
            kubectl(first, format!("edit {}", resource(first)))
        ))
        .remedy("Let one of them start without the other and try again until it answers")
        .verify(format!(
            "{} # then delete the pods of all of them at once: all come back",
            kubectl(first, format!("get {} -w", resource(first)))
        ));
    circle[1..].iter().fold(hazard, |hazard, it| hazard.related(it.1, "waits as well"))
}
