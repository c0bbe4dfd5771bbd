//! Bodies: text, branches, loops and calls.

use std::rc::Rc;

use kai_core::Span;
use kai_syntax::go_template::{Branch, Call, Item, Pipeline};
use smol_str::SmolStr;

use super::place::Place;
use super::{Body, DEEPEST, Failure, Run, stop};
use crate::helm::absent::{Met, printed};
use crate::helm::stand_in::{has_open, is_undecided};
use crate::helm::value::{Data, Object, Printing, Value};

/// What the body around one does next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Flow {
    Next,
    Break,
    Continue,
}

impl Run<'_> {
    /// Runs a body with a dot, which is also its `$`; what it writes is added to the output.
    pub(super) fn body(&mut self, body: Body, dot: &Value) -> Result<(), Failure> {
        let before = std::mem::replace(&mut self.body, body.clone());
        let variables = std::mem::take(&mut self.variables);
        self.variables.push((SmolStr::new_static("$"), dot.clone()));
        let flow = self.items(body.items(), dot);
        self.variables = variables;
        // An error names the template in which it happened.
        flow?;
        self.body = before;
        Ok(())
    }

    fn items(&mut self, items: &[Item], dot: &Value) -> Result<Flow, Failure> {
        for item in items {
            self.step()?;
            let flow = match item {
                Item::Text { start, end } => self.text(*start, *end),
                Item::Action(pipeline) => {
                    let value = self.pipeline(pipeline, dot)?;
                    if pipeline.variables.is_empty() {
                        self.print(pipeline, &value, dot);
                        self.note_absent(pipeline, &value, dot)?;
                    }
                    Flow::Next
                }
                Item::If(branch) => self.choose(branch, dot, false)?,
                Item::With(branch) => self.choose(branch, dot, true)?,
                Item::Range(branch) => self.range(branch, dot)?,
                Item::Call(call) => self.call(call, dot)?,
                Item::Break => Flow::Break,
                Item::Continue => Flow::Continue,
            };
            if flow != Flow::Next {
                return Ok(flow);
            }
        }
        Ok(Flow::Next)
    }

    fn text(&mut self, start: u32, end: u32) -> Flow {
        let file = Rc::clone(&self.body.file);
        self.out.push_slice(&file.text, start as usize..end as usize);
        Flow::Next
    }

    fn print(&mut self, pipeline: &Pipeline, value: &Value, dot: &Value) {
        let place = self.body.file.text.place(pipeline.start);
        let printing = place.map(|(document, start)| {
            let fed_by = self.fed_by(pipeline, value, dot);
            Printing { document, start, fed_by }
        });
        self.out.print(printing, |out| value.print(out));
    }

    /// Notes a value of the chart that was printed as it is and that is not there.
    fn note_absent(
        &mut self,
        pipeline: &Pipeline,
        written: &Value,
        dot: &Value,
    ) -> Result<(), Failure> {
        let is_blank = written.is_nil() || matches!(written.as_str(), Some("" | "\"\"" | "''"));
        let Some(path) = is_blank.then(|| printed(pipeline)).flatten() else { return Ok(()) };
        let value = self.untyped(&pipeline.commands[0].operands[0], dot)?;
        if value.is_nil()
            && let Some((document, start)) = self.body.file.text.place(pipeline.start)
        {
            let end = start + (pipeline.end - pipeline.start);
            self.budget.absent.push(Met { path, span: Span { document, start, end } });
        }
        Ok(())
    }

    fn choose(&mut self, branch: &Branch, dot: &Value, rebinds: bool) -> Result<Flow, Failure> {
        let mark = self.variables.len();
        let value = self.pipeline(&branch.pipeline, dot)?;
        self.refuse_undecided(is_undecided(&value))?;
        let flow = match (value.is_true(), rebinds) {
            (true, true) => self.items(&branch.body, &value),
            (true, false) => self.items(&branch.body, dot),
            (false, _) => self.items(&branch.otherwise, dot),
        };
        self.variables.truncate(mark);
        flow
    }

    /// What an open value decides may be there or not.
    fn refuse_undecided(&self, is_undecided: bool) -> Result<(), Failure> {
        match is_undecided && self.budget.has_open {
            true => Err(self.fail(stop("a value that is not known here decides it"))),
            false => Ok(()),
        }
    }

    fn range(&mut self, branch: &Branch, dot: &Value) -> Result<Flow, Failure> {
        let outer = self.variables.len();
        let value = self.pipeline(&branch.pipeline, dot)?;
        self.refuse_undecided(value.as_str().is_some_and(has_open))?;
        let flow = self.range_over(&value, branch, dot);
        self.variables.truncate(outer);
        flow
    }

    fn range_over(&mut self, value: &Value, branch: &Branch, dot: &Value) -> Result<Flow, Failure> {
        let is_done = match &value.data {
            Data::Missing | Data::Nil => false,
            Data::List(items, _) => {
                let indexed = items.iter().enumerate();
                self.iterate(branch, indexed.map(|(at, it)| (index(at), it.clone())))?
            }
            Data::Bytes(bytes) => {
                let bytes = bytes.iter().map(|&it| Value::byte(it)).enumerate();
                self.iterate(branch, bytes.map(|(at, it)| (index(at), it)))?
            }
            // What is changed while it is ranged over does not change the round.
            Data::Map(map) => {
                let entries: Vec<_> = map
                    .borrow()
                    .iter()
                    .map(|(key, it)| {
                        let key = Value::text(key.as_str()).with_origin(it.key_origin);
                        (key, it.value.clone())
                    })
                    .collect();
                self.iterate(branch, entries.into_iter())?
            }
            Data::Object(object) if let Object::Files(files) = &**object => {
                let mut sorted: Vec<_> = files.iter().cloned().collect();
                sorted.sort_by(|a, b| a.name.cmp(&b.name));
                let entries = sorted.into_iter().map(|it| {
                    let bytes = Data::Bytes(it.bytes.to_vec().into());
                    (Value::text(it.name.as_str()), Value::plain(bytes))
                });
                self.iterate(branch, entries)?
            }
            Data::Int(count, _) => {
                if branch.pipeline.variables.len() > 1 {
                    let message = "to iterate over more than one variable";
                    return Err(self.fail(format!("can't use {count} {message}")));
                }
                let kind = value.clone();
                let numbers = (0..*count).map(|at| (Value::MISSING, kind.with_int(at)));
                self.iterate(branch, numbers)?
            }
            _ => {
                let value = value.to_plain_string();
                return Err(self.fail(format!("range can't iterate over {value}")));
            }
        };
        if is_done { Ok(Flow::Next) } else { self.items(&branch.otherwise, dot) }
    }

    /// Runs the body for every element; false where there was none.
    fn iterate(
        &mut self,
        branch: &Branch,
        elements: impl Iterator<Item = (Value, Value)>,
    ) -> Result<bool, Failure> {
        let variables = &branch.pipeline.variables;
        let mark = self.variables.len();
        let mut ran = false;
        for (index, element) in elements {
            ran = true;
            // The pipeline has declared the variables; every round gives them its values.
            match variables.as_slice() {
                [] => {}
                [only] => {
                    self.set_variable(only, element.clone());
                }
                [first, second, ..] => {
                    self.set_variable(first, index);
                    self.set_variable(second, element.clone());
                }
            }
            let flow = self.items(&branch.body, &element)?;
            self.variables.truncate(mark);
            self.step()?;
            if flow == Flow::Break {
                break;
            }
        }
        Ok(ran)
    }

    fn call(&mut self, call: &Call, dot: &Value) -> Result<Flow, Failure> {
        self.at = Place::Call(call.at);
        let Some(body) = self.templates.get(&call.name).cloned() else {
            let name = kai_syntax::go_template::quoted(&call.name);
            return Err(self.fail(format!("template {name} not defined")));
        };
        if self.depth >= DEEPEST {
            let depth = DEEPEST;
            return Err(self.fail(format!("exceeded maximum template depth ({depth})")));
        }
        let dot = match &call.pipeline {
            Some(pipeline) => self.pipeline(pipeline, dot)?,
            None => Value::MISSING,
        };
        self.depth += 1;
        self.body(body, &dot)?;
        self.depth -= 1;
        Ok(Flow::Next)
    }
}

fn index(at: usize) -> Value {
    Value::int(i64::try_from(at).unwrap_or(i64::MAX))
}
