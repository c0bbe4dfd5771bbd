//! Keys of a chart's own `values.yaml` that nothing in the chart reads: one finding a chart.

use std::collections::BTreeMap;

use kai_core::{Edit, FailureMode, Fix, Hazard, Location, LocationRole, LossClass, Term};
use kai_graph::{Component, StrayDefault};
use kai_syntax::edit::delete_entry;

use super::value_unread::{RULE, installations, joined};
use crate::{Context, Observed};

/// What people set to be safe, in letters alone.
const PROTECTION: &[&str] = &[
    "affinity",
    "autoscaling",
    "containersecuritycontext",
    "horizontalpodautoscaler",
    "hpa",
    "livenessprobe",
    "networkpolicy",
    "pdb",
    "poddisruptionbudget",
    "podsecuritycontext",
    "probes",
    "readinessprobe",
    "replicacount",
    "replicas",
    "resources",
    "securitycontext",
    "startupprobe",
    "topologyspreadconstraints",
];

/// Keys of one file, by line.
struct Idle<'a> {
    component: &'a Component,
    folder: String,
    keys: BTreeMap<(u32, u32), &'a StrayDefault>,
}

impl Idle<'_> {
    fn file(&self) -> String {
        match self.folder.as_str() {
            "." => "values.yaml".to_owned(),
            folder => format!("{folder}/values.yaml"),
        }
    }
}

/// One that any release may read is no finding in the others either.
pub(super) fn check(ctx: Context<'_>, out: &mut Observed) {
    let mut read = Vec::new();
    let mut files: BTreeMap<String, Idle<'_>> = BTreeMap::new();
    for (component, installation) in installations(ctx) {
        for key in &installation.defaults {
            let place = ctx.origins.location(key.value.origin, LocationRole::Primary);
            let Some(place) = place else { continue };
            if key.is_read {
                read.push(key.value.origin);
            }
            let idle = files.entry(place.path.to_string()).or_insert_with(|| Idle {
                component,
                folder: folder(&place),
                keys: BTreeMap::new(),
            });
            idle.keys.entry((place.line, place.column)).or_insert(key);
        }
    }
    for mut idle in files.into_values() {
        idle.keys.retain(|_, it| !read.contains(&it.value.origin));
        if !idle.keys.is_empty() {
            out.push(hazard(&idle, ctx));
        }
    }
}

/// The folder of the chart whose values stand in a file; `.` at the top of the tree.
fn folder(place: &Location) -> String {
    let folder = place.path.parent().map_or("", |it| it.as_str());
    if folder.is_empty() { ".".to_owned() } else { folder.to_owned() }
}

fn hazard(idle: &Idle<'_>, ctx: Context<'_>) -> Hazard {
    let slips: Vec<_> = idle.keys.iter().filter(|it| it.1.value.near.is_some()).collect();
    let guards: Vec<_> = idle.keys.iter().filter(|it| is_protection(it.1)).collect();
    let is_trusted = idle.keys.values().any(|it| !it.is_published && is_believed(it));
    let names: Vec<_> = idle.keys.iter().map(|(at, it)| named(*at, it)).collect();
    let file = idle.file();
    let (title, mut message) = match names.as_slice() {
        [one] => (
            format!("a key of `{file}` that nobody reads"),
            format!("No template of {} reads {one} of its own `values.yaml`", chart(idle)),
        ),
        names => (
            format!("keys of `{file}` that nobody reads"),
            format!(
                "{} keys of its own `values.yaml` are read by no template of {}: {}",
                names.len(),
                chart(idle),
                joined(names)
            ),
        ),
    };
    message.push_str(&follows(idle.keys.len(), &slips, &guards));
    let mut hazard = RULE
        .worsens(idle.component.id, FailureMode::Misconfigured, Term::Impact, &title, message)
        .shows_as("Nothing: the chart renders, and the release succeeds")
        .loses(if is_trusted { LossClass::Degraded } else { LossClass::Toil })
        .recover("Find what does it now in the templates, and set that")
        .remedy(remedy(idle.keys.len(), &slips))
        .fix(fix(idle, ctx))
        .verify(format!("kai review {} --format json | grep value-unread # nothing", idle.folder));
    for (at, key) in idle.keys.values().enumerate() {
        let origin = key.value.origin;
        hazard = match at {
            0 => hazard.at(origin),
            _ => hazard.related(origin, format!("`{}`, which nothing reads", key.value.path)),
        };
    }
    hazard
}

type At<'a> = (&'a (u32, u32), &'a &'a StrayDefault);

/// What it means that nothing reads them.
fn follows(key_count: usize, slips: &[At<'_>], guards: &[At<'_>]) -> String {
    let path = |it: &At<'_>| format!("`{}`", it.1.value.path);
    let mut parts = Vec::new();
    if !slips.is_empty() {
        let pairs: Vec<_> =
            slips.iter().map(|it| format!("`{}` where {} is set", near(it.1), path(it))).collect();
        parts.push(format!(
            "templates read {}, so that what is set changes nothing",
            joined(&pairs)
        ));
    }
    if !guards.is_empty() {
        let names: Vec<_> = guards.iter().map(path).collect();
        let one = if names.len() == 1 { "looks" } else { "look" };
        let reach = if names.len() == 1 { "reaches" } else { "reach" };
        parts.push(format!("{} {one} like protection and {reach} no object", joined(&names)));
    }
    if parts.is_empty() {
        let set = if key_count == 1 { "it" } else { "one of them" };
        return format!("; whoever sets {set} waits for an effect that does not come");
    }
    format!("; {}", parts.join(", and "))
}

fn near(key: &StrayDefault) -> &str {
    key.value.near.as_deref().unwrap_or_default()
}

/// True where somebody believes that what he set holds.
fn is_believed(key: &StrayDefault) -> bool {
    key.value.near.is_some() || is_protection(key)
}

fn is_protection(key: &StrayDefault) -> bool {
    let is_one = |part: &str| {
        let letters = part.chars().filter(|it| it.is_alphanumeric());
        let letters: String = letters.flat_map(char::to_lowercase).collect();
        PROTECTION.contains(&letters.as_str())
    };
    key.is_set && key.value.near.is_none() && key.value.path.split('.').any(is_one)
}

fn named((line, _): (u32, u32), key: &StrayDefault) -> String {
    format!("`{}` (line {line})", key.value.path)
}

fn chart(idle: &Idle<'_>) -> String {
    match idle.folder.as_str() {
        "." => "the chart".to_owned(),
        folder => format!("`{folder}`"),
    }
}

fn remedy(key_count: usize, slips: &[At<'_>]) -> &'static str {
    match (key_count, slips.len()) {
        (1, 0) => "Take it out, or let a template read it",
        (_, 0) => "Take them out, or let a template read them",
        (all, slips) if all == slips => "Write the names that are read",
        _ => "Write the names that are read; take out the others, or let a template read them",
    }
}

fn fix(idle: &Idle<'_>, ctx: Context<'_>) -> Option<Fix> {
    let edits: Option<Vec<Edit>> = idle.keys.values().map(|it| edit(it, ctx)).collect();
    Some(Fix::unsafely("Say only what is read", edits?))
}

/// Under the name that is read, a value begins to hold: that is for people to write.
fn edit(key: &StrayDefault, ctx: Context<'_>) -> Option<Edit> {
    let may_go = key.value.near.is_none() && !key.must_stay;
    may_go.then(|| delete_entry(ctx.origins, key.value.origin, key.node))?
}
