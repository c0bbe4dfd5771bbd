//! What Terraform would plan, as text and as JSON.

use kai_core::{LocationRole, OriginId, Origins};
use kai_terraform::plan::{Change, Plan};
use kai_terraform::value::{Cause, Data, Value};

use super::sensitive::{MASK, named, with_marks};
use crate::terminal::{Options, clean};

/// Values that are longer are shown in JSON.
const SHOWN_MAX: usize = 400;

/// Resources and outputs, a line an argument, and why what is unknown is.
#[must_use]
pub fn configuration(
    plan: &Plan,
    origins: &Origins,
    options: &Options,
    with_secrets: bool,
    with_origins: bool,
) -> String {
    let mut page = Page { origins, options, with_secrets, with_origins, text: String::new() };
    for change in &plan.changes {
        page.change(change);
    }
    if !plan.outputs.is_empty() {
        page.text.push_str("outputs\n");
        for (name, value) in &plan.outputs {
            let marked = if with_secrets { value.clone() } else { named(name, value) };
            page.argument(name, &marked);
        }
    }
    page.text
}

struct Page<'a> {
    origins: &'a Origins,
    options: &'a Options,
    with_secrets: bool,
    with_origins: bool,
    text: String,
}

impl Page<'_> {
    fn change(&mut self, change: &Change) {
        let place = self.place(change.origin).map_or_else(String::new, |it| format!("  {it}"));
        let actions = change.actions.join(", ");
        self.text.push_str(&format!("{} ({actions}){place}\n", clean(&change.address)));
        if let Some(previous) = &change.previous_address {
            self.text.push_str(&format!("  # moved from {}\n", clean(previous)));
        }
        let marked = if self.with_secrets { change.after.clone() } else { with_marks(change) };
        let entries = marked.as_ref().and_then(Value::entries);
        for (name, value) in entries.into_iter().flat_map(|it| it.iter()) {
            if !value.is_null() {
                self.argument(name, value);
            }
        }
        self.text.push('\n');
    }

    fn argument(&mut self, name: &str, value: &Value) {
        let shown = match value.as_unknown() {
            Some(unknown) => format!("({})", reason(&unknown.cause)),
            None if value.marks.is_sensitive && !self.with_secrets => MASK.to_owned(),
            None => shortened(json_text(value, self.with_secrets)),
        };
        self.text.push_str(&format!("  {} = {}\n", clean(name), clean(&shown)));
        if value.is_known() {
            for (path, cause) in open_parts(value) {
                let why = reason(cause);
                self.text.push_str(&format!(
                    "    {} is not known: {}\n",
                    clean(&path),
                    clean(&why)
                ));
            }
        }
        if self.with_origins {
            self.chain(value.origin);
        }
    }

    fn chain(&mut self, origin: OriginId) {
        let mut before = String::new();
        for link in self.origins.chain(origin) {
            let Some(place) = self.place(link) else { continue };
            if place != before {
                self.text.push_str(&format!("      {place}\n"));
            }
            before = place;
        }
    }

    fn place(&self, origin: OriginId) -> Option<String> {
        let location = self.origins.location(origin, LocationRole::Primary)?;
        Some(self.options.place(&location))
    }
}

fn shortened(text: String) -> String {
    match text.char_indices().nth(SHOWN_MAX) {
        Some((at, _)) => format!("{} …", &text[..at]),
        None => text,
    }
}

/// Why a value is not known.
#[must_use]
pub(crate) fn reason(cause: &Cause) -> String {
    if cause.text.is_empty() {
        return cause.reason.as_str().into();
    }
    format!("{}: {}", cause.reason.as_str(), cause.text)
}

/// The unknown parts of a value, each with its path.
#[must_use]
pub(crate) fn open_parts(value: &Value) -> Vec<(String, &Cause)> {
    let mut parts = Vec::new();
    collect(value, &mut String::new(), &mut parts);
    parts
}

fn collect<'a>(value: &'a Value, path: &mut String, parts: &mut Vec<(String, &'a Cause)>) {
    if let Some(unknown) = value.as_unknown() {
        parts.push((path.clone(), &unknown.cause));
        return;
    }
    let length = path.len();
    for (name, inner) in value.entries().into_iter().flat_map(|it| it.iter()) {
        if length > 0 {
            path.push('.');
        }
        path.push_str(name);
        collect(inner, path, parts);
        path.truncate(length);
    }
    for (index, inner) in value.elements().into_iter().flat_map(|it| it.iter()).enumerate() {
        path.push_str(&format!("[{index}]"));
        collect(inner, path, parts);
        path.truncate(length);
    }
}

/// A value as JSON on one line: numbers with all their digits, unknown parts left out of objects
/// and null in lists, what is sensitive masked unless asked for.
#[must_use]
pub(crate) fn json_text(value: &Value, with_secrets: bool) -> String {
    let mut text = String::new();
    write(value, with_secrets, &mut text);
    text
}

fn write(value: &Value, with_secrets: bool, text: &mut String) {
    if value.marks.is_sensitive && !with_secrets && value.is_known() {
        return quote(MASK, text);
    }
    match &value.data {
        Data::Null(_) | Data::Unknown(_) => text.push_str("null"),
        Data::Bool(it) => text.push_str(if *it { "true" } else { "false" }),
        Data::Number(it) if it.is_infinite() => quote(&it.to_string(), text),
        Data::Number(it) => text.push_str(&it.to_string()),
        Data::String(it) => quote(it, text),
        Data::List(_, elements) | Data::Set(_, elements) | Data::Tuple(elements) => {
            text.push('[');
            for (index, element) in elements.iter().enumerate() {
                if index > 0 {
                    text.push_str(", ");
                }
                write(element, with_secrets, text);
            }
            text.push(']');
        }
        Data::Map(_, entries) | Data::Object(entries) => {
            text.push('{');
            let known = entries.iter().filter(|(_, it)| it.is_known());
            for (index, (name, inner)) in known.enumerate() {
                if index > 0 {
                    text.push_str(", ");
                }
                quote(name, text);
                text.push_str(": ");
                write(inner, with_secrets, text);
            }
            text.push('}');
        }
    }
}

fn quote(value: &str, text: &mut String) {
    text.push_str(&serde_json::to_string(value).unwrap_or_default());
}
