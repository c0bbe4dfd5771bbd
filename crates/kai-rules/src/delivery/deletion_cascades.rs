//! An application of applications whose deletion deletes them all, and all that they made.

use std::collections::BTreeMap;

use kai_core::{FailureMode, Fix, Hazard, Level, LossClass, OriginId, Pillar, SmolStr, Term};
use kai_graph::{Component, Facts, Reconciler, Reconciliation};

use crate::command::kubectl;
use crate::{Check, Context, Observed, Rule, words};

pub(super) static RULE: Rule = Rule {
    id: "deletion-cascades",
    pillar: Pillar::Recovery,
    default_level: Level::Low,
    since: "0.1.0",
    doc: include_str!("deletion_cascades.md"),
    check: Check::System(check),
};

fn check(ctx: Context<'_>, out: &mut Observed) {
    let mut children: BTreeMap<SmolStr, Vec<&Component>> = BTreeMap::new();
    for component in ctx.system.components() {
        if order(component).is_some_and(|it| cascades(it).is_some()) {
            let path = ctx.system.root(component.root).path.as_str();
            children.entry(path.into()).or_default().push(component);
        }
    }
    for component in ctx.system.components() {
        let Some((order, at)) = order(component).and_then(|it| Some((it, cascades(it)?))) else {
            continue;
        };
        let folders =
            order.sources.iter().map(|it| it.path.trim_start_matches("./").trim_end_matches('/'));
        let below: Vec<_> = folders
            .filter_map(|it| children.get(it))
            .flatten()
            .filter(|it| it.id != component.id)
            .collect();
        if below.len() > 1 {
            out.push(hazard(component, at, &below).fix(fix(component, ctx)));
        }
    }
}

fn order(component: &Component) -> Option<&Reconciliation> {
    match &component.facts {
        Facts::Reconciliation(it) if it.controller == Reconciler::ArgoCd => Some(it),
        _ => None,
    }
}

fn cascades(order: &Reconciliation) -> Option<OriginId> {
    order.cascades.traced().filter(|it| it.value).map(|it| it.origin)
}

fn fix(component: &Component, ctx: Context<'_>) -> Option<Fix> {
    let finalizers = ctx.entry_of(component, &["metadata", "finalizers"])?;
    let edit = ctx.remove(&finalizers).filter(|_| finalizers.holds_one())?;
    Some(Fix::unsafely("Let the others stay when it goes", vec![edit]))
}

fn hazard(component: &Component, at: OriginId, below: &[&&Component]) -> Hazard {
    let name = &component.name;
    let names: Vec<_> = below.iter().map(|it| it.name.as_str()).collect();
    let message = format!(
        "Deleting `{name}` deletes {} ({}) and every object that they made, claims included: one command \
         or one lost line takes the whole cluster down",
        words::count(below.len(), "application"),
        words::list(&names),
    );
    RULE.worsens(component.id, FailureMode::DataLoss, Term::Impact, "one deletion deletes all", message)
        .at(at)
        .loses(LossClass::Toil)
        .shows_as("Applications are `Deleting`, one after the other")
        .recover(format!(
            "Take the finalizer out before it comes to the rest: `{}`",
            kubectl(component, format!("patch app {name} --type=json -p '[{{\"op\":\"remove\",\"path\":\"/metadata/finalizers\"}}]'")),
        ))
        .remedy("Leave the finalizer out of the application that holds the others")
        .verify(kubectl(component, format!("get app {name} -o jsonpath='{{.metadata.finalizers}}'")))
}
