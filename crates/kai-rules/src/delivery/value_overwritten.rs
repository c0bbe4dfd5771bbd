//! Values that an installation is given and loses, because what is around them is given again.

use std::collections::BTreeMap;

use kai_core::{FailureMode, Hazard, Level, LocationRole, LossClass, Pillar, Term};
use kai_graph::{Component, Installation, LostValue};

use super::value_unread::installations;
use crate::words::list;
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
    // One line of values is one cause, however many releases lose it.
    let mut by_cause = BTreeMap::<_, Vec<_>>::new();
    for (component, installation) in installations(ctx) {
        for value in &installation.lost {
            let place = ctx.origins.location(value.origin, LocationRole::Primary);
            let cause = (place, &value.path, &value.shown, &installation.chart);
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
    value: &LostValue,
    releases: &[&str],
) -> Hazard {
    let (path, chart) = (&value.path, &installation.chart);
    let key = path.split('.').next().unwrap_or(path);
    let (given, default) = match &value.shown {
        Some((given, default)) => (format!(": {given}"), format!(", {default},")),
        None => (String::new(), String::new()),
    };
    let message = format!(
        "`{path}{given}` never reaches {}: their texts of values give `{key}` once more, the last one counts and \
         does not repeat it, so the default of `{chart}`{default} holds",
        list(releases)
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
    // A release has its values from a text, so that rendering its chart alone tells nothing.
    .verify(format!("kai review --format json | grep -o '`{path}{given}` never reaches'"))
}
