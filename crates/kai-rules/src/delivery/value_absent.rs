//! What a template prints and nobody sets.

use std::collections::BTreeMap;

use kai_core::{FailureMode, Hazard, Level, LossClass, Pillar, Term};
use kai_graph::{Component, Installation, StrayValue};

use super::value_unread::installations;
use crate::words::list;
use crate::{Check, Context, Observed, Rule};

pub(super) static RULE: Rule = Rule {
    id: "value-absent",
    pillar: Pillar::DeploymentSafety,
    default_level: Level::Medium,
    since: "0.1.0",
    doc: include_str!("value_absent.md"),
    check: Check::System(check),
};

fn check(ctx: Context<'_>, out: &mut Observed) {
    // One line of a template is one cause, however many releases it is in.
    let mut by_cause = BTreeMap::<_, Vec<_>>::new();
    for (component, installation) in installations(ctx) {
        for value in installation.absent.iter().filter(|it| it.near.is_some()) {
            let cause = (&installation.chart, &value.path, &value.near);
            by_cause.entry(cause).or_default().push((component, installation, value));
        }
    }
    for concerned in by_cause.values() {
        let mut names: Vec<_> = concerned.iter().map(|it| it.0.name.as_str()).collect();
        names.sort_unstable();
        names.dedup();
        for (component, installation, value) in concerned {
            out.push(hazard(component, installation, value, &names));
        }
    }
}

fn hazard(
    component: &Component,
    installation: &Installation,
    value: &StrayValue,
    releases: &[&str],
) -> Hazard {
    let near = value.near.as_deref().unwrap_or_default();
    let (path, chart) = (&value.path, &installation.chart);
    let releases = list(releases);
    let message = format!(
        "A template of `{chart}` prints `{path}`, which nobody sets; `{near}` is set beside it and never gets \
         here, so the field is empty and the API takes its own default in {releases}"
    );
    RULE.worsens(
        component.id,
        FailureMode::Misconfigured,
        Term::Impact,
        "a value that nobody sets",
        message,
    )
    .at(value.origin)
    .loses(LossClass::Degraded)
    .shows_as("Nothing: the chart renders, and the release succeeds")
    .recover("Read the name that is set, and roll the release out again")
    .remedy(format!("Read `{near}` here, and let a schema refuse other names"))
    .verify(format!("kai render {chart} | grep -B2 -A2 {near}"))
}
