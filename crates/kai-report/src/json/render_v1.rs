//! `kai.render/v1`: what Terraform would plan.
//!
//! A field is never renamed or removed here; what must change becomes version 2.

use std::collections::BTreeMap;

use camino::Utf8Path;
use kai_core::{LocationRole, Origins, Span};
use kai_terraform::Diagnostic;
use kai_terraform::plan::{Change, Plan};
use kai_terraform::value::Value;
use serde::Serialize;
use serde_json::value::RawValue;

use crate::render::{json_text, named, open_parts, with_marks};
use crate::terminal::Options;

const SCHEMA: &str = "kai.render/v1";

/// The plan as JSON, ending in a line break. What is sensitive is masked unless asked for.
#[must_use]
pub fn render(
    plan: &Plan,
    origins: &Origins,
    options: &Options,
    root: &Utf8Path,
    with_secrets: bool,
) -> String {
    let root = options.shown(root);
    let maker = Maker { origins, options, with_secrets };
    let render = Render {
        schema: SCHEMA,
        root: root.as_str(),
        resources: plan.changes.iter().map(|it| maker.resource(it)).collect(),
        outputs: plan
            .outputs
            .iter()
            .map(|(name, it)| (name.as_str(), maker.output(name, it)))
            .collect(),
        problems: plan.problems.iter().map(|it| maker.problem(it)).collect(),
        warnings: plan.warnings.iter().map(|it| maker.problem(it)).collect(),
        not_read: plan.gaps.iter().map(|(name, reason)| NotRead { name, reason }).collect(),
    };
    let mut text = serde_json::to_string_pretty(&render)
        .expect("strings and numbers, and map keys that are strings, always serialize");
    text.push('\n');
    text
}

#[derive(Serialize)]
struct Render<'a> {
    schema: &'static str,
    root: &'a str,
    resources: Vec<Resource<'a>>,
    outputs: BTreeMap<&'a str, Output>,
    problems: Vec<Problem<'a>>,
    warnings: Vec<Problem<'a>>,
    not_read: Vec<NotRead<'a>>,
}

#[derive(Serialize)]
struct Resource<'a> {
    address: &'a str,
    module: &'a str,
    mode: &'static str,
    r#type: &'a str,
    name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    key: Option<Box<RawValue>>,
    actions: &'static [&'static str],
    #[serde(skip_serializing_if = "Option::is_none")]
    previous_address: Option<&'a str>,
    /// Null where it would be gone. What is unknown is left out, and null in a list.
    values: Box<RawValue>,
    unknown: Vec<OpenPart>,
    #[serde(flatten)]
    place: Option<Place>,
}

#[derive(Serialize)]
struct OpenPart {
    path: String,
    reason: String,
}

#[derive(Serialize)]
#[serde(untagged)]
enum Output {
    Known {
        value: Box<RawValue>,
        sensitive: bool,
        #[serde(skip_serializing_if = "Vec::is_empty")]
        unknown_parts: Vec<OpenPart>,
    },
    Unknown {
        unknown: String,
    },
}

#[derive(Serialize)]
struct Problem<'a> {
    summary: &'a str,
    detail: &'a str,
    #[serde(flatten)]
    place: Option<Place>,
}

#[derive(Serialize)]
struct Place {
    path: String,
    line: u32,
    column: u32,
}

#[derive(Serialize)]
struct NotRead<'a> {
    name: &'a str,
    reason: &'a str,
}

struct Maker<'a> {
    origins: &'a Origins,
    options: &'a Options,
    with_secrets: bool,
}

impl Maker<'_> {
    fn raw(&self, value: &Value) -> Box<RawValue> {
        RawValue::from_string(json_text(value, self.with_secrets))
            .expect("what is written as JSON reads as JSON")
    }

    fn resource<'a>(&self, change: &'a Change) -> Resource<'a> {
        let nothing = Value::null(kai_terraform::value::Type::Dynamic);
        let marked = (!self.with_secrets).then(|| with_marks(change)).flatten();
        let after = marked.as_ref().or(change.after.as_ref()).unwrap_or(&nothing);
        Resource {
            address: &change.address,
            module: &change.module,
            mode: if change.is_data { "data" } else { "managed" },
            r#type: &change.ty,
            name: &change.name,
            key: change.key.as_ref().map(|it| self.raw(it)),
            actions: change.actions,
            previous_address: change.previous_address.as_deref(),
            values: self.raw(after),
            unknown: open(after),
            place: self.origins.span(change.origin).map(|it| self.place(it)),
        }
    }

    fn output(&self, name: &str, value: &Value) -> Output {
        let shown = if self.with_secrets { value.clone() } else { named(name, value) };
        match value.as_unknown() {
            Some(unknown) => Output::Unknown { unknown: crate::render::reason(&unknown.cause) },
            None => Output::Known {
                value: self.raw(&shown),
                sensitive: value.marks_deep().is_sensitive,
                unknown_parts: open(value),
            },
        }
    }

    fn problem<'a>(&self, problem: &'a Diagnostic) -> Problem<'a> {
        let place = problem.span.map(|it| self.place(it));
        Problem { summary: &problem.summary, detail: &problem.detail, place }
    }

    fn place(&self, span: Span) -> Place {
        let at = self.origins.location_of(span, LocationRole::Primary);
        let path = self.options.shown(&at.path).to_string();
        Place { path, line: at.line, column: at.column }
    }
}

fn open(value: &Value) -> Vec<OpenPart> {
    open_parts(value)
        .into_iter()
        .map(|(path, cause)| OpenPart { path, reason: crate::render::reason(cause) })
        .collect()
}
