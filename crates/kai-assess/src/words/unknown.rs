//! What could not be known, grouped by cause, with counts and a few places.

use std::collections::{BTreeMap, BTreeSet};

use camino::Utf8PathBuf;
use kai_core::{Gap, GapKind, Location, LocationRole, OriginId, Origins, RootKind};
use kai_graph::{Component, ComponentKind, Facts, System};
use kai_rules::Doubt;

use super::text::{capitalised, count, list};
use crate::{Reading, Reviewed, UnknownItem};

const NAMES: usize = 4;
const PLACES: usize = 3;

/// Everything that was named and not read, every question that rules could not answer, and the
/// kinds that nobody understands.
pub(crate) fn unknown_items(reviewed: &Reviewed, doubts: &[Doubt]) -> Vec<UnknownItem> {
    let Reviewed { origins, system, .. } = reviewed;
    let mut items = gaps(system, origins, &reviewed.templates);
    items.extend(nothing(&reviewed.reading));
    items.extend(templates(&reviewed.templates));
    items.extend(uncalled(&reviewed.kept_modules));
    items.extend(reviewed.foreign.formats.iter().map(|(format, paths)| unread(format, paths)));
    items.extend(questions(doubts, system, origins));
    items.extend(alarms(system, origins));
    items.extend(opaque(system, origins));
    items
}

/// Nothing read is not the same as nothing found.
fn nothing(reading: &Reading) -> Option<UnknownItem> {
    let message = "0 documents read: no file here is in a format that I read.".to_owned();
    (reading.document_count == 0).then(|| UnknownItem { message, locations: Vec::new(), count: 0 })
}

fn templates(paths: &[Utf8PathBuf]) -> Option<UnknownItem> {
    let message = format!("{} not rendered.", count(paths.len(), "template"));
    (!paths.is_empty()).then(|| files(message, paths))
}

fn uncalled(folders: &BTreeSet<Utf8PathBuf>) -> Option<UnknownItem> {
    let names: Vec<_> = folders.iter().map(|it| it.as_str()).collect();
    let message = format!(
        "{} of Terraform that nothing here calls, not reviewed: {}.",
        count(names.len(), "module"),
        list(&names, NAMES),
    );
    let item = UnknownItem { message, locations: Vec::new(), count: names.len() };
    (!names.is_empty()).then_some(item)
}

fn unread(format: &str, paths: &[Utf8PathBuf]) -> UnknownItem {
    // What reads it instead stands in brackets behind its name.
    let (format, remedy) = match format.split_once(" (") {
        Some((format, remedy)) => (format, format!(" ({remedy}")),
        None => (format, String::new()),
    };
    let number = count(paths.len(), &format!("{format} file"));
    files(format!("{number} not read{remedy}."), paths)
}

fn files(message: String, paths: &[Utf8PathBuf]) -> UnknownItem {
    let first = |path: &Utf8PathBuf| Location {
        path: path.clone(),
        line: 1,
        column: 1,
        role: LocationRole::Primary,
    };
    let locations = paths.iter().take(PLACES).map(first).collect();
    UnknownItem { message, locations, count: paths.len() }
}

/// Without the files that are counted as templates anyway.
fn gaps(system: &System, origins: &Origins, templates: &[Utf8PathBuf]) -> Vec<UnknownItem> {
    let is_counted =
        |gap: &Gap| gap.kind == GapKind::Template && templates.iter().any(|it| *it == gap.what);
    let mut by_kind: BTreeMap<GapKind, Named> = BTreeMap::new();
    let gaps = system.roots().iter().flat_map(|it| &it.gaps);
    for gap in gaps.filter(|it| !is_counted(it)) {
        let named = by_kind.entry(gap.kind).or_default();
        named.names.insert(gap.what.clone());
        named.places.extend(gap.at);
    }
    by_kind
        .into_iter()
        .map(|(kind, it)| it.item(origins, |names| gap_message(kind, names)))
        .collect()
}

fn gap_message(kind: GapKind, names: &[String]) -> String {
    let named = list(names, NAMES);
    let many = |noun| count(names.len(), noun);
    match kind {
        GapKind::Chart => {
            format!("{} not rendered, so I do not know what they create: {named}.", many("chart"))
        }
        GapKind::RemoteBase => {
            format!("{} behind URLs, not in this repository: {named}.", many("resource"))
        }
        GapKind::AbsentFile => {
            format!("{} named and not here (ignored, or made later): {named}.", many("file"))
        }
        GapKind::Template => format!("{} not rendered: {named}.", many("template")),
        GapKind::Broken => format!("{} that could not be read as a whole: {named}.", many("place")),
        GapKind::Foreign => {
            format!("{} in a format that I do not read: {named}.", many("file"))
        }
        GapKind::Module => {
            format!("{} of Terraform whose text is not here: {named}.", many("module"))
        }
        GapKind::Variable => {
            format!("{} of Terraform that nothing here gives a value: {named}.", many("variable"))
        }
        GapKind::Refused => {
            format!(
                "{} that Terraform would say of what is written, so it would apply none of it as it stands: {named}.",
                many("refusal")
            )
        }
        GapKind::Value => {
            format!("{} asked for that nothing here gives: {named}.", many("value"))
        }
        GapKind::NotCollected => {
            format!("{} not collected, so their absence means nothing: {named}.", many("kind"))
        }
    }
}

fn questions(doubts: &[Doubt], system: &System, origins: &Origins) -> Vec<UnknownItem> {
    let mut grouped: BTreeMap<(&str, &str), Named> = BTreeMap::new();
    for doubt in doubts {
        let named = grouped.entry((doubt.question, &doubt.reason)).or_default();
        named.names.insert(system.component(doubt.component).label());
        named.places.push(doubt.at);
    }
    let item = |((question, reason), it): ((&str, &str), Named)| {
        it.item(origins, |names| {
            format!("{} is open, because {reason}: {}.", capitalised(question), list(names, NAMES))
        })
    };
    grouped.into_iter().map(item).collect()
}

/// A cloud's alarms look at series, and which failure moves which is known of few.
fn alarms(system: &System, origins: &Origins) -> Option<UnknownItem> {
    let all = system.components().iter().filter(|it| matches!(it.facts, Facts::Alarm(_)));
    let mut named = Named::default();
    for alarm in all {
        let block = alarm.name.split('[').next().unwrap_or_default();
        if named.names.insert(block.to_owned()) {
            named.places.push(alarm.origin);
        }
    }
    let message = |names: &[String]| {
        let alarms = count(names.len(), "alarm");
        format!("Which of the {alarms} of the cloud would tell of what is at risk.")
    };
    (!named.names.is_empty()).then(|| named.item(origins, message))
}

/// Names of one kind of unknown, and where they stand.
#[derive(Default)]
struct Named {
    names: BTreeSet<String>,
    places: Vec<OriginId>,
}

impl Named {
    fn item(self, origins: &Origins, message: impl Fn(&[String]) -> String) -> UnknownItem {
        let names: Vec<_> = self.names.into_iter().collect();
        UnknownItem {
            message: message(&names),
            locations: some_places(&self.places, origins),
            count: names.len(),
        }
    }
}

/// Kinds of objects that nobody understands, and types of resources. One that has facts is read,
/// whatever it is.
fn opaque(system: &System, origins: &Origins) -> Vec<UnknownItem> {
    let is_unread =
        |it: &&Component| it.kind == ComponentKind::Opaque && matches!(it.facts, Facts::Named);
    let all = system.components().iter().filter(is_unread);
    let (resources, objects): (Vec<_>, Vec<_>) =
        all.partition(|it| system.root(it.root).kind == RootKind::Terraform);
    let objects = unread_kinds(&objects, "object", "kind", origins);
    let resources = unread_kinds(&resources, "resource", "type", origins);
    objects.into_iter().chain(resources).collect()
}

fn unread_kinds(
    opaque: &[&Component],
    thing: &str,
    kind: &str,
    origins: &Origins,
) -> Option<UnknownItem> {
    let kinds: BTreeSet<_> = opaque.iter().map(|it| it.native_kind.as_str()).collect();
    if kinds.is_empty() {
        return None;
    }
    let kinds: Vec<_> = kinds.into_iter().collect();
    let places: Vec<_> = opaque.iter().map(|it| it.origin).take(PLACES * 8).collect();
    Some(UnknownItem {
        message: format!(
            "{} of {} that I do not read, so I claim nothing of them: {}.",
            count(opaque.len(), thing),
            count(kinds.len(), kind),
            list(&kinds, NAMES)
        ),
        locations: some_places(&places, origins),
        count: opaque.len(),
    })
}

/// The first few places, by path and line.
fn some_places(places: &[OriginId], origins: &Origins) -> Vec<Location> {
    let located = places.iter().filter_map(|&it| origins.location(it, LocationRole::Primary));
    let sorted: BTreeSet<Location> = located.collect();
    sorted.into_iter().take(PLACES).collect()
}
