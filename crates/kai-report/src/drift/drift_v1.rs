//! `kai.drift/v1`, described by `docs/schema/kai.drift.v1.json`.
//!
//! A field is never renamed or removed here; what must change becomes version 2.

use camino::Utf8Path;
use kai_assess::drift::{Cause, Drift, DriftChange};
use kai_terraform::record::{Action, AttributeChange, Shown};
use serde::Serialize;

use crate::terminal::Options;

const SCHEMA: &str = "kai.drift/v1";

/// The document as JSON, ending in a line break.
#[must_use]
pub fn json(drift: &Drift, file: &Utf8Path, options: &Options) -> String {
    let document = Document::of(drift, file, options);
    let mut text = serde_json::to_string_pretty(&document)
        .expect("strings and numbers, and map keys that are strings, always serialize");
    text.push('\n');
    text
}

#[derive(Serialize)]
struct Document<'a> {
    schema: &'static str,
    given: Given<'a>,
    /// Null where no configuration declares its objects.
    root: Option<Root<'a>>,
    counts: Counts,
    changes: Vec<Change<'a>>,
    not_known: &'a [String],
}

#[derive(Serialize)]
struct Given<'a> {
    /// `plan`, `state`
    kind: &'static str,
    path: &'a str,
    format_version: &'a str,
    tool_version: &'a str,
}

#[derive(Serialize)]
struct Root<'a> {
    path: String,
    variables: Option<&'a str>,
    environment: &'static str,
    known_objects: usize,
    objects: usize,
    fits_as_well: &'a [String],
}

#[derive(Serialize)]
struct Counts {
    delete: usize,
    replace: usize,
    forget: usize,
    update: usize,
    create: usize,
    unchanged: usize,
    outside: usize,
}

#[derive(Serialize)]
struct Change<'a> {
    level: &'static str,
    address: &'a str,
    previous_address: Option<&'a str>,
    r#type: &'a str,
    action: &'static str,
    cause: &'static str,
    holds: Option<&'static str>,
    breaks: &'a str,
    because: &'a str,
    remedy: &'a str,
    component: Option<&'a str>,
    journeys: &'a [String],
    dependants: &'a [String],
    attributes: Vec<Attribute<'a>>,
    place: Option<Place>,
}

#[derive(Serialize)]
struct Attribute<'a> {
    path: &'a str,
    before: Side<'a>,
    after: Side<'a>,
    forces_replacement: bool,
}

/// A text, or why there is none.
#[derive(Serialize)]
#[serde(untagged)]
enum Side<'a> {
    Value { value: &'a str },
    None { hidden: &'static str },
}

#[derive(Serialize)]
struct Place {
    path: String,
    line: u32,
}

impl<'a> Document<'a> {
    fn of(drift: &'a Drift, file: &'a Utf8Path, options: &Options) -> Self {
        let tally = &drift.tally;
        Self {
            schema: SCHEMA,
            given: Given {
                kind: if drift.given.is_plan { "plan" } else { "state" },
                path: file.as_str(),
                format_version: &drift.given.format,
                tool_version: &drift.given.tool,
            },
            root: drift.fit.as_ref().map(|it| Root {
                path: folder(options, &it.path),
                variables: it.release.as_deref(),
                environment: it.environment.as_str(),
                known_objects: it.known,
                objects: it.all,
                fits_as_well: &it.others,
            }),
            counts: Counts {
                delete: tally.delete,
                replace: tally.replace,
                forget: tally.forget,
                update: tally.update,
                create: tally.create,
                unchanged: tally.unchanged,
                outside: tally.outside,
            },
            changes: drift.changes.iter().map(|it| Change::of(it, options)).collect(),
            not_known: &drift.not_known,
        }
    }
}

impl<'a> Change<'a> {
    fn of(change: &'a DriftChange, options: &Options) -> Self {
        Self {
            level: change.level.as_str(),
            address: &change.address,
            previous_address: change.previous_address.as_deref(),
            r#type: &change.ty,
            action: action(change.action),
            cause: match change.cause {
                Cause::Planned => "planned",
                Cause::Outside => "outside",
                Cause::Differs => "differs",
            },
            holds: change.holds,
            breaks: &change.breaks,
            because: &change.because,
            remedy: &change.remedy,
            component: change.component.as_deref(),
            journeys: &change.journeys,
            dependants: &change.dependants,
            attributes: change.attributes.iter().map(Attribute::of).collect(),
            place: change
                .place
                .as_ref()
                .map(|it| Place { path: options.shown(&it.path).to_string(), line: it.line }),
        }
    }
}

impl<'a> Attribute<'a> {
    fn of(attribute: &'a AttributeChange) -> Self {
        Self {
            path: &attribute.path,
            before: Side::of(&attribute.before),
            after: Side::of(&attribute.after),
            forces_replacement: attribute.forces,
        }
    }
}

impl<'a> Side<'a> {
    fn of(shown: &'a Shown) -> Self {
        match shown {
            Shown::Text(value) => Self::Value { value },
            Shown::Absent => Self::None { hidden: "absent" },
            Shown::Secret => Self::None { hidden: "secret" },
            Shown::Several => Self::None { hidden: "long" },
            Shown::AtApply => Self::None { hidden: "known-after-apply" },
        }
    }
}

/// The folder of a root; a dot where it is the whole tree.
fn folder(options: &Options, path: &Utf8Path) -> String {
    let path = options.shown(path);
    if path.as_str().is_empty() { ".".to_owned() } else { path.into_string() }
}

fn action(action: Action) -> &'static str {
    match action {
        Action::Delete => "delete",
        Action::Replace { creates_first: false } => "delete-then-create",
        Action::Replace { creates_first: true } => "create-then-delete",
        Action::Forget => "forget",
        Action::Update => "update",
        Action::Create => "create",
        Action::Read => "read",
        Action::Nothing => "no-op",
    }
}
