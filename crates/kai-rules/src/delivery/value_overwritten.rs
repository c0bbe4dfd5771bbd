//! Values that an installation is given and loses, because what is around them is given again.

use kai_core::{FailureMode, Hazard, Level, LocationRole, LossClass, Pillar, Term};
use kai_graph::{Component, LostValue};

use super::releases::{Concerned, gathered};
use crate::command::kubectl;
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

/// One line of values is one cause, however many releases lose it.
fn check(ctx: Context<'_>, out: &mut Observed) {
    let all = gathered(
        ctx,
        |it| it.lost.iter().collect(),
        |installation, value| {
            let place = ctx.origins.location(value.origin, LocationRole::Primary);
            (place, &value.path, &value.shown, &installation.chart)
        },
    );
    all.iter().for_each(|it| out.push(hazard(it, ctx)));
}

fn hazard(concerned: &Concerned<'_, LostValue>, ctx: Context<'_>) -> Hazard {
    let Concerned { component, installation, value, releases } = concerned;
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
        "Repeat `{path}` where the last one stands, or print one text of both (`mergeOverwrite` into a `deepCopy` of \
         the first) and compare what every release renders before and after"
    ))
    .verify(verify(component, value, ctx))
}

/// The text as it was given, where the cluster keeps it; else the values as Helm took them.
fn verify(component: &Component, value: &LostValue, ctx: Context<'_>) -> String {
    let name = &component.name;
    let mut keys = value.path.split('.');
    let (first, last) = (keys.next().unwrap_or_default(), keys.next_back());
    let application = ctx
        .system
        .components()
        .iter()
        .find(|it| it.native_kind == "Application" && it.name == *name);
    let text = match application {
        Some(it) => kubectl(
            it,
            format!("get application {name} -o jsonpath='{{.spec.source.helm.values}}'"),
        ),
        None => format!("helm get values {name} -n {}", component.namespace),
    };
    let expected = match (last, &value.shown) {
        (Some(last), Some((given, _))) => format!("`{last}: {given}`"),
        _ => format!("`{}`", value.path),
    };
    format!("{text} | grep -A9 '^{first}:' # {expected} stands below the last one")
}
