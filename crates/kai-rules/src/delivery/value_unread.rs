//! Values that are given to a chart and that nothing in it reads.

use kai_core::{FailureMode, Hazard, Level, LossClass, Pillar, Term};
use kai_graph::{Component, Facts, Installation, StrayValue};

use crate::{Check, Context, Observed, Rule};

pub(super) static RULE: Rule = Rule {
    id: "value-unread",
    pillar: Pillar::DeploymentSafety,
    default_level: Level::Low,
    since: "0.1.0",
    doc: include_str!("value_unread.md"),
    check: Check::System(check),
};

fn check(ctx: Context<'_>, out: &mut Observed) {
    let all: Vec<_> = installations(ctx).collect();
    for &(component, installation) in &all {
        for value in &installation.unread {
            // What another chart reads of the same text is no slip.
            let is_read = |other: &Installation| {
                other.files.iter().any(|it| installation.files.contains(it))
                    && !other.unread.iter().any(|it| it.origin == value.origin)
            };
            if value.near.is_some() && !all.iter().any(|it| is_read(it.1)) {
                out.push(hazard(component, installation, value));
            }
        }
    }
}

pub(super) fn installations(ctx: Context<'_>) -> impl Iterator<Item = (&Component, &Installation)> {
    ctx.system.components().iter().filter_map(|it| match &it.facts {
        Facts::Installation(installation) => Some((it, &**installation)),
        _ => None,
    })
}

fn hazard(component: &Component, installation: &Installation, value: &StrayValue) -> Hazard {
    let near = value.near.as_deref().unwrap_or_default();
    let (path, chart) = (&value.path, &installation.chart);
    let message = format!(
        "No template of `{chart}` reads `{path}`, and one reads `{near}` beside it: what is set here changes \
         nothing, and the chart goes on with its default"
    );
    RULE.worsens(
        component.id,
        FailureMode::Misconfigured,
        Term::Impact,
        "a value that nobody reads",
        message,
    )
    .at(value.origin)
    .loses(LossClass::Degraded)
    .shows_as("Nothing: the chart renders, and the release succeeds")
    .recover("Write the name that is read, and roll the release out again")
    .remedy(format!("Call it `{near}`, or take it out"))
    .verify(format!("kai render {} --origins | grep {near}", installation.folder))
}
