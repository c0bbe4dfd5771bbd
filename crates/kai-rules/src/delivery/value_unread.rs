//! Values that are given to a chart, or that are its own, and that nothing in it reads.

use std::collections::BTreeMap;

use kai_core::{FailureMode, Hazard, Level, Location, LocationRole, LossClass, Pillar, Term};
use kai_graph::{Component, Facts, Installation, StrayValue};

use super::defaults_unread;
use crate::words::clauses;
use crate::{Check, Context, Observed, Rule};

pub(super) static RULE: Rule = Rule {
    id: "value-unread",
    pillar: Pillar::DeploymentSafety,
    default_level: Level::Low,
    since: "0.1.0",
    doc: include_str!("value_unread.md"),
    check: Check::System(check),
};

/// Keys beyond so many are counted.
const NAMED: usize = 6;

/// The values of one file that a chart does not read, by line.
struct Unread<'a> {
    component: &'a Component,
    installation: &'a Installation,
    values: BTreeMap<(u32, &'a str), &'a StrayValue>,
}

/// A file is one cause, however many releases of a chart it is given to. Slips, which have a name
/// beside them that is read, are told apart from what may be left over.
fn check(ctx: Context<'_>, out: &mut Observed) {
    let all = installations(ctx);
    let mut files: BTreeMap<(&str, String, bool), Unread<'_>> = BTreeMap::new();
    for &(component, installation) in &all {
        for value in &installation.unread {
            // What another chart reads of the same text is no slip.
            let is_read = |other: &Installation| {
                other.files.iter().any(|it| installation.files.contains(it))
                    && !other.unread.iter().any(|it| it.origin == value.origin)
            };
            let place = ctx.origins.location(value.origin, LocationRole::Primary);
            // What comes through another chart's templates is handed to many.
            let is_told = |it: &Location| {
                let is_given = installation.files.iter().any(|file| it.path == file.as_str());
                value.near.is_some() || is_given
            };
            let is_unread = |_: &Location| !all.iter().any(|it| is_read(it.1));
            let Some(place) = place.filter(is_told).filter(is_unread) else { continue };
            let key = (installation.chart.as_str(), place.path.to_string(), value.near.is_none());
            let values = BTreeMap::new();
            let file = files.entry(key).or_insert(Unread { component, installation, values });
            file.values.entry((place.line, &value.path)).or_insert(value);
        }
    }
    for ((_, _, is_left_over), unread) in &files {
        out.push(if *is_left_over { left_over(unread) } else { slip(unread) });
    }
    defaults_unread::check(ctx, out);
}

/// Production's first, since what is told of many is told of the first.
pub(super) fn installations(ctx: Context<'_>) -> Vec<(&Component, &Installation)> {
    let all = ctx.system.components().iter().filter_map(|it| match &it.facts {
        Facts::Installation(installation) => Some((it, &**installation)),
        _ => None,
    });
    let mut all: Vec<_> = all.collect();
    all.sort_by_key(|it| ctx.system.environment(it.0));
    all
}

fn slip(unread: &Unread<'_>) -> Hazard {
    let chart = &unread.installation.chart;
    let near = |it: &StrayValue| it.near.clone().unwrap_or_default();
    let names = named(unread, |it| format!("`{}`", it.path));
    let nears = named(unread, |it| format!("`{}`", near(it)));
    let (one, it) =
        if unread.values.len() == 1 { ("one reads", "it") } else { ("they read", "them") };
    let first = unread.values.values().next().map_or_else(Default::default, |it| near(it));
    hazard(
        unread,
        "a value that nobody reads",
        format!(
            "No template of `{chart}` reads {names}, and {one} {nears} beside {it}: what is set here \
             changes nothing, and the chart goes on with its default"
        ),
    )
    .loses(LossClass::Degraded)
    .recover("Write the name that is read, and roll the release out again")
    .remedy(format!("Call {it} {nears}, or take {it} out"))
    .verify(format!("kai render {} --origins | grep {first}", unread.installation.folder))
}

fn left_over(unread: &Unread<'_>) -> Hazard {
    let chart = &unread.installation.chart;
    let count = unread.values.len();
    let names = named(unread, |it| format!("`{}`", it.path));
    let message = match count {
        1 => format!(
            "No template of `{chart}` reads {names}: whatever is set here changes nothing, and whoever changes \
             it waits for an effect that does not come"
        ),
        _ => format!(
            "{count} values are read by no template of `{chart}`: {names}; whoever changes one waits for an \
             effect that does not come"
        ),
    };
    let first = unread.values.values().next().map_or("", |it| it.path.as_str());
    let key = first.rsplit('.').next().unwrap_or(first);
    hazard(unread, "values left over", message)
        .loses(LossClass::Toil)
        .recover("Find the value that does it now in the chart's `values.yaml`, and set that one")
        .remedy("Take them out, or let a template read them; a schema that refuses other names keeps it so")
        .verify(format!("grep -rn '{key}' {} # nothing", templates(&unread.installation.folder)))
}

/// The folder of a chart's templates, as a shell names it.
fn templates(folder: &str) -> String {
    match folder {
        "" | "." => "templates".to_owned(),
        folder => format!("{folder}/templates"),
    }
}

fn hazard(unread: &Unread<'_>, title: &str, message: String) -> Hazard {
    let mode = FailureMode::Misconfigured;
    let id = unread.component.id;
    let mut hazard = RULE
        .worsens(id, mode, Term::Impact, title, message)
        .shows_as("Nothing: the chart renders, and the release succeeds");
    for (at, value) in unread.values.values().enumerate() {
        hazard = match at {
            0 => hazard.at(value.origin),
            _ => hazard.related(value.origin, format!("`{}`, which nothing reads", value.path)),
        };
    }
    hazard
}

fn named(unread: &Unread<'_>, name: impl Fn(&StrayValue) -> String) -> String {
    joined(&unread.values.values().map(|it| name(it)).collect::<Vec<_>>())
}

/// A handful in words, and how many more there are.
pub(super) fn joined(names: &[String]) -> String {
    let mut shown: Vec<_> = names.iter().take(NAMED).map(String::as_str).collect();
    let more = format!("{} more", names.len() - shown.len());
    if names.len() > shown.len() {
        shown.push(&more);
    }
    clauses(&shown)
}
