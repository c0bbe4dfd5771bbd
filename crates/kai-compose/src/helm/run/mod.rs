//! Running templates, as `text/template/exec.go` of Go 1.26 does.
//!
//! [`Run::file`] is the entry point. A run holds what Go's `state` holds: the output so far, the
//! variables, and the node that an error would name.

mod arguments;
mod failure;
mod fed;
mod fields;
mod pipeline;
mod place;
mod templates;
mod walk;

use std::collections::BTreeMap;

use kai_core::{OriginId, Origins, Role, Span};
use smol_str::SmolStr;

pub(crate) use failure::{Failure, stop};
pub(crate) use templates::{Body, File, Templates};

use place::Place;

use super::absent::{Met, Needed};
use super::functions::Functions;
use super::value::{Data, Text, TextBuilder, Value, bounds};

/// Some parts of a rendered text are longer, as many are shorter.
const BYTES_OF_A_PART: usize = 16;
/// Templates that call themselves stop here; Helm's own bound for `include` is 1,000.
const DEEPEST: u32 = 1000;
/// Nodes that a chart may run through before it counts as runaway.
const MOST_STEPS: u64 = 10_000_000;
/// Bytes that its functions may take and make, whether they are written or not.
const MOST_HANDLED: usize = 1 << 30;

/// One run of one template, and of what it calls.
pub(crate) struct Run<'a> {
    pub(crate) functions: &'a Functions,
    pub(crate) origins: &'a Origins,
    pub(crate) templates: Templates,
    /// What is running.
    body: Body,
    out: TextBuilder,
    variables: Vec<(SmolStr, Value)>,
    /// The place that an error names.
    at: Place,
    pub(crate) depth: u32,
    pub(crate) budget: &'a mut Budget,
}

/// What is left of the bounds, over all runs of a chart.
#[derive(Debug)]
pub(crate) struct Budget {
    steps: u64,
    handled: usize,
    /// True once a bound of Kai, which Helm does not have, has stopped a template.
    pub(crate) is_exceeded: bool,
    /// True where a mark stands for a value that is required and missing, so that the rest goes on.
    pub(crate) has_stand_ins: bool,
    /// True where values are given of which nobody knows anything.
    pub(crate) has_open: bool,
    /// True where origins are asked for, and not the text alone.
    pub(crate) is_traced: bool,
    /// Values that were printed and that are not there.
    pub(crate) absent: Vec<Met>,
    /// Values that are required and that are not there.
    pub(crate) needed: Vec<Needed>,
    /// What was asked of around the templates.
    pub(crate) asked: Asked,
    /// How often each name is being included right now.
    including: BTreeMap<SmolStr, u32>,
    /// What was encrypted with which password, because nothing here can decrypt.
    pub(crate) encrypted: BTreeMap<(String, String), Text>,
}

/// What the templates of a Helmfile ask of around them.
#[derive(Debug, Default)]
pub(crate) struct Asked {
    /// Files that were read for them, by the path as they name it.
    pub(crate) files: BTreeMap<String, String>,
    /// One that is not among those, which stopped the run.
    pub(crate) file: Option<String>,
    /// What only the machine of whoever runs Helmfile knows, in words.
    pub(crate) machine: Vec<String>,
}

impl Default for Budget {
    fn default() -> Self {
        Self {
            steps: MOST_STEPS,
            handled: MOST_HANDLED,
            is_exceeded: false,
            has_stand_ins: false,
            has_open: false,
            is_traced: true,
            absent: Vec::new(),
            needed: Vec::new(),
            asked: Asked::default(),
            including: BTreeMap::new(),
            encrypted: BTreeMap::new(),
        }
    }
}

impl<'a> Run<'a> {
    pub(crate) fn new(
        functions: &'a Functions,
        origins: &'a Origins,
        templates: Templates,
        body: Body,
        budget: &'a mut Budget,
    ) -> Self {
        // What the run before met, it has said.
        let _ = (bounds::exceeded(), bounds::walked());
        Self {
            functions,
            origins,
            templates,
            body,
            out: TextBuilder::default(),
            variables: Vec::new(),
            at: Place::Nothing,
            depth: 0,
            budget,
        }
    }

    /// Runs a template with a dot and gives what it writes.
    pub(crate) fn render(mut self, dot: &Value) -> Result<Text, Failure> {
        let body = self.body.clone();
        self.out = TextBuilder::with_room(body.room(), body.room() / BYTES_OF_A_PART);
        self.body(body, dot)?;
        if let Some(message) = bounds::exceeded() {
            return Err(self.stopped(message));
        }
        Ok(self.out.finish())
    }

    /// Runs another template while this one runs, as `include` and `tpl` do. Its variables, output
    /// and errors are its own.
    pub(crate) fn nested(
        &mut self,
        templates: Templates,
        body: Body,
        dot: &Value,
    ) -> Result<Text, Failure> {
        let nested = Run {
            functions: self.functions,
            origins: self.origins,
            templates,
            body,
            out: TextBuilder::default(),
            variables: Vec::new(),
            at: Place::Nothing,
            depth: self.depth + 1,
            budget: &mut *self.budget,
        };
        nested.render(dot)
    }

    /// The file that runs, as Helm names it.
    pub(crate) fn name(&self) -> String {
        self.body.file.name.to_string()
    }

    /// Notes that a template is included; false where it has been too often already.
    pub(crate) fn enter(&mut self, body: &Body) -> bool {
        let count = self.budget.including.entry(body.name.clone()).or_default();
        *count += 1;
        *count <= DEEPEST && self.depth < 2 * DEEPEST
    }

    pub(crate) fn leave(&mut self, body: &Body) {
        if let Some(count) = self.budget.including.get_mut(&body.name) {
            *count -= 1;
        }
    }

    /// Notes a value that is required and that is not there.
    pub(crate) fn note_needed(&mut self, message: &str) {
        let needed = Needed { message: message.into(), at: self.place() };
        if !self.budget.needed.contains(&needed) {
            self.budget.needed.push(needed);
        }
    }

    /// Where the node stands that an error would name, unless a value is run.
    fn place(&self) -> Option<Span> {
        let (document, start) = self.body.file.text.place(self.at.offset())?;
        Some(Span { document, start, end: start })
    }

    /// The origin of a value that nobody wrote, and that is made here from arguments.
    pub(crate) fn generated(&self, arguments: &[Value]) -> OriginId {
        let parents: Vec<_> = arguments
            .iter()
            .map(|it| it.origin_in(self.origins))
            .filter(|&it| it != OriginId::NONE)
            .collect();
        let at = self.place().map(|it| self.origins.mark(it));
        self.origins.derived(Role::Generated, at, &parents)
    }

    /// The origin of a number that is computed from others.
    pub(crate) fn computed(&self, arguments: &[Value]) -> OriginId {
        let mut parents: Vec<_> = arguments
            .iter()
            .map(|it| it.origin_in(self.origins))
            .filter(|&it| it != OriginId::NONE)
            .collect();
        parents.dedup();
        match parents.is_empty() || !self.budget.is_traced {
            true => OriginId::NONE,
            false => self.origins.derived(Role::Computed, None, &parents),
        }
    }

    /// Counts a node, and stops what would run for ever.
    fn step(&mut self) -> Result<(), Failure> {
        let Some(steps) = self.budget.steps.checked_sub(1) else {
            return Err(self.stopped(format!("runs through more than {MOST_STEPS} nodes")));
        };
        self.budget.steps = steps;
        if let Some(message) = bounds::exceeded() {
            return Err(self.stopped(message));
        }
        Ok(())
    }

    /// Counts so many nodes for a function that takes its time.
    pub(crate) fn spend(&mut self, steps: usize) -> Result<(), String> {
        let steps = u64::try_from(steps).unwrap_or(u64::MAX);
        let left = self.budget.steps.checked_sub(steps);
        self.budget.is_exceeded |= left.is_none();
        self.budget.steps = left.ok_or_else(|| format!("takes more than {MOST_STEPS} steps"))?;
        Ok(())
    }

    /// What a function gave that took values of so many bytes, unless all that was handled so far is too
    /// much.
    fn bounded(&mut self, taken: usize, made: Value) -> Result<Value, String> {
        if let Some(message) = bounds::exceeded() {
            self.budget.is_exceeded = true;
            return Err(message);
        }
        let made_size = match &made.data {
            Data::List(items, _) => size_of_val(&**items),
            _ => text_size(&made),
        };
        let size = [taken, made_size, bounds::walked()].into_iter().fold(0, usize::saturating_add);
        let left = self.budget.handled.checked_sub(size);
        self.budget.is_exceeded |= left.is_none();
        self.budget.handled =
            left.ok_or_else(|| format!("functions handle more than {MOST_HANDLED} bytes"))?;
        Ok(made)
    }

    /// The failure of a template that a bound of Kai stops.
    fn stopped(&mut self, message: String) -> Failure {
        self.budget.is_exceeded = true;
        self.fail(message)
    }

    fn fail(&self, message: impl Into<String>) -> Failure {
        let file = &self.body.file;
        let text = file.text.as_str();
        let before = &text[..(self.at.offset() as usize).min(text.len())];
        let line_start = before.rfind('\n').map_or(0, |it| it + 1);
        Failure {
            file: file.name.to_string(),
            line: u32::try_from(before.matches('\n').count() + 1).unwrap_or(u32::MAX),
            column: u32::try_from(before.len() - line_start).unwrap_or(u32::MAX),
            template: self.body.name.to_string(),
            context: self.at.context(&file.template),
            message: message.into(),
        }
    }
}

/// The bytes of a text. Of what else a function takes it may look at a part alone.
fn text_size(value: &Value) -> usize {
    match &value.data {
        Data::Text(text) => text.len(),
        Data::Bytes(bytes) => bytes.len(),
        _ => 0,
    }
}
