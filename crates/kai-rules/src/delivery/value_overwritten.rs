//! Values that an installation is given and loses, because what is around them is given again.

use kai_core::{FailureMode, Hazard, Level, LossClass, Pillar, Term};
use kai_graph::{Component, Installation, LostValue};

use super::value_unread::installations;
use crate::{Check, Context, Observed, Rule};

pub(super) static RULE: Rule = Rule {
    id: "value-overwritten",
    pillar: Pillar::DeploymentSafety,
    default_level: Level::Medium,
    since: "0.1.0",
    doc: include_str!("value_overwritten.md"),
    check: Check::System(check),
};

fn check(ctx: Context<'_>, out: &mut Observed) {
    for (component, installation) in installations(ctx) {
        for value in &installation.lost {
            out.push(hazard(component, installation, value));
        }
    }
}

fn hazard(component: &Component, installation: &Installation, value: &LostValue) -> Hazard {
    let (path, chart) = (&value.path, &installation.chart);
    let key = path.split('.').next().unwrap_or(path);
    let (given, default) = match &value.shown {
        Some((given, default)) => (format!(": {given}"), format!(", {default},")),
        None => (String::new(), String::new()),
    };
    let message = format!(
        "`{path}{given}` never reaches `{}`: the same text gives `{key}` once more, the last one counts and does \
         not repeat it, so the default of `{chart}`{default} holds",
        component.name
    );
    RULE.worsens(
        component.id,
        FailureMode::Misconfigured,
        Term::Impact,
        "a value that is overwritten",
        message,
    )
    .at(value.origin)
    .related(value.by, format!("gives `{key}` again"))
    .loses(LossClass::Degraded)
    .shows_as("Nothing: YAML readers take the last of two equal keys, and the release succeeds")
    .recover("Give the value where the last one stands, and roll the release out again")
    .remedy(format!(
        "Merge the two before they are printed (`mergeOverwrite`), or repeat `{path}` in the second"
    ))
    .verify(format!(
        "kai render {chart} --origins | grep -i {}",
        path.rsplit('.').next().unwrap_or(path)
    ))
}
