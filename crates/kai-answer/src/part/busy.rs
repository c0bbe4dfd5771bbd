//! What is held back in times that `kai.yaml` calls busy.

use kai_core::ComponentId;
use kai_graph::{Delivered, Of, Periods, Reconciler, Reconciliation};
use kai_settings::Busy;

use super::window::no_project;
use crate::answer::Statement;
use crate::case::Case;

/// For each busy time whether what delivers the component waits for its end; the times alone where no
/// component is asked about.
pub(crate) fn busy(case: Case<'_>, subject: Option<ComponentId>) -> Vec<Statement> {
    let all = case.settings().busy.iter();
    all.flat_map(|busy| match subject {
        Some(id) => of_component(case, busy, id),
        None => vec![alone(case, busy)],
    })
    .collect()
}

fn alone(case: Case<'_>, busy: &Busy) -> Statement {
    let evidence = case.span("kai.yaml", busy.name.origin);
    Statement::new(format!("Busy: {}.", busy.in_words()), vec![evidence])
}

/// Nothing where only journeys are busy that do without the component.
fn of_component(case: Case<'_>, busy: &Busy, id: ComponentId) -> Vec<Statement> {
    let (hard, soft) = case.journeys(id);
    let mut needing = hard.iter().chain(&soft);
    let is_meant = busy.journeys.is_empty()
        || needing.any(|it| busy.journeys.iter().any(|name| name.value == it.name));
    if !is_meant {
        return Vec::new();
    }
    let orders: Vec<_> = case.system().orders(case.component(id).root).collect();
    if orders.is_empty() {
        return vec![alone(case, busy)];
    }
    let declared = case.span("kai.yaml", busy.name.origin);
    let told = orders.into_iter().map(|order| {
        let text = format!("Busy: {}; {}.", busy.in_words(), held(case, busy, order));
        Statement::new(text, vec![declared.clone(), case.named(order.component.id)])
    });
    told.collect()
}

/// Whether an order waits, as a clause.
fn held(case: Case<'_>, busy: &Busy, order: Of<'_, Reconciliation>) -> String {
    let by = order.component.label();
    if order.is_suspended.value() == Some(&true) {
        return format!("`{by}` is suspended, so that nothing changes");
    }
    match (order.controller, &order.facts.delivered) {
        (Reconciler::ArgoCd, Some(delivered)) => match order.is_automatic.value() {
            Some(true) => windows(case, busy, order, delivered),
            Some(false) => format!("`{by}` changes nothing unless somebody syncs it"),
            None => format!("whether `{by}` is synced by itself is not known"),
        },
        _ => format!("Flux has no windows, so that `{by}` applies what it follows then as well"),
    }
}

fn windows(
    case: Case<'_>,
    busy: &Busy,
    order: Of<'_, Reconciliation>,
    delivered: &Delivered,
) -> String {
    let by = order.component.label();
    let project = match case.system().project_of(order.component, delivered) {
        Ok(project) => project,
        Err(why) => {
            let why = no_project(order.component, why);
            return format!("{why}, so whether a sync window holds `{by}` back is not known");
        }
    };
    let label = project.component.label();
    let Some(synced) = project.facts.synced(delivered) else {
        return format!("what the sync windows of `{label}` make of `{by}` is not known");
    };
    let all = busy.periods();
    let open = all.and(&synced);
    let hours = |it: &Periods| it.total().as_secs() / 3600;
    if open.is_empty() {
        format!("windows of `{label}` let Argo CD sync nothing of `{by}` then")
    } else if open == all {
        format!("no window of `{label}` keeps Argo CD from syncing `{by}` by itself then")
    } else {
        format!(
            "windows of `{label}` leave {} of its {} hours in a year open, in which Argo CD syncs `{by}` by itself: {}",
            hours(&open),
            hours(&all),
            open.in_words(busy.zone()),
        )
    }
}
