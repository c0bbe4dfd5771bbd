//! The names that one file of Terragrunt sees.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::Arc;

use camino::{Utf8Path, Utf8PathBuf};
use kai_core::{OriginId, Origins, Reason, Span};
use smol_str::SmolStr;

use super::composer::Composer;
use super::function::{OWN, call};
use super::source::CHECKOUT;
use super::unit::Assumption;
use crate::diagnostic::{Diagnostic, Outcome};
use crate::eval::{Evaluator, Scope};
use crate::function::{FileError, Surroundings};
use crate::plan::{Files, Request, relative};
use crate::syntax::{Body, Expr, Part, Step, StepKind};
use crate::value::{Cause, Type, Value};

/// A text, read.
#[derive(Debug)]
pub(super) struct File {
    pub(super) path: Utf8PathBuf,
    pub(super) folder: Utf8PathBuf,
    pub(super) body: Body,
    pub(super) templates: Vec<Template>,
    pub(super) problems: Vec<Diagnostic>,
}

/// A text with one variable of the environment in it.
#[derive(Debug)]
pub(super) struct Template {
    pub(super) variable: SmolStr,
    pub(super) parts: Vec<Part>,
}

/// One file, as it is evaluated for a unit.
pub(super) struct FileScope<'a> {
    pub(super) composer: &'a Composer<'a>,
    pub(super) file: Rc<File>,
    /// The folder that Terragrunt runs in.
    pub(super) unit: Utf8PathBuf,
    pub(super) is_included: bool,
    pub(super) includes: RefCell<Vec<Include<'a>>>,
    pub(super) outputs: RefCell<BTreeMap<SmolStr, Outputs>>,
    pub(super) assumptions: RefCell<Vec<Assumption>>,
    files: Files<'a>,
    locals: RefCell<BTreeMap<SmolStr, Slot>>,
    depth: Cell<usize>,
}

/// A file that another one includes.
#[derive(Clone)]
pub(super) struct Include<'a> {
    pub(super) label: SmolStr,
    /// None where it is not known which file it is.
    pub(super) scope: Option<Rc<FileScope<'a>>>,
    pub(super) strategy: Strategy,
}

/// How a file and what it includes become one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Strategy {
    No,
    Shallow,
    Deep,
}

/// What is known of the outputs of a unit.
#[derive(Debug, Clone, Default)]
pub(super) struct Outputs {
    pub(super) values: BTreeMap<SmolStr, Value>,
    pub(super) folder: String,
}

#[derive(Debug, Clone)]
enum Slot {
    Begun,
    Done(Value),
    Failed(Box<Diagnostic>),
}

impl<'a> FileScope<'a> {
    pub(super) fn new(
        composer: &'a Composer<'a>,
        file: Rc<File>,
        unit: &Utf8Path,
        is_included: bool,
    ) -> Self {
        let request = Request { root: file.folder.clone(), ..Request::default() };
        Self {
            composer,
            files: Files::new(composer.tree, composer.origins, &request),
            file,
            unit: unit.to_owned(),
            is_included,
            includes: RefCell::default(),
            outputs: RefCell::default(),
            assumptions: RefCell::default(),
            locals: RefCell::default(),
            depth: Cell::new(0),
        }
    }

    pub(super) fn value(&self, expr: &Expr) -> Outcome<Value> {
        Evaluator::new(self).value(expr)
    }

    pub(super) fn local_expr(&self, name: &str) -> Option<&Arc<Expr>> {
        let mut blocks = self.file.body.blocks_of("locals");
        blocks.find_map(|it| it.body.attribute(name)).map(|it| &it.expr)
    }

    pub(super) fn unknown(&self, reason: Reason, text: impl Into<SmolStr>) -> Value {
        Value::unknown(Type::Dynamic, Cause::new(reason, text, OriginId::NONE))
    }

    fn local(&self, name: &SmolStr, span: Span) -> Outcome<Value> {
        const DEPTH_MAX: usize = 400;
        match self.locals.borrow().get(name) {
            Some(Slot::Done(value)) => return Ok(value.clone()),
            Some(Slot::Failed(problem)) => return Err(problem.clone()),
            Some(Slot::Begun) => {
                let summary = format!("Cycle: local.{name}");
                return Err(Diagnostic::new(span, summary, "A local value needs itself."));
            }
            None => {}
        }
        let Some(expr) = self.local_expr(name) else { return Err(undeclared("local", name, span)) };
        if self.depth.get() >= DEPTH_MAX {
            return Err(Diagnostic::new(span, "Locals too deep", "Locals need each other deeply."));
        }
        self.depth.set(self.depth.get() + 1);
        self.locals.borrow_mut().insert(name.clone(), Slot::Begun);
        let result = self.value(expr);
        self.depth.set(self.depth.get() - 1);
        let slot = result.clone().map_or_else(Slot::Failed, Slot::Done);
        self.locals.borrow_mut().insert(name.clone(), slot);
        result
    }

    /// All locals as one object; one that fails is unknown.
    pub(super) fn all_locals(&self) -> Value {
        let blocks = self.file.body.blocks_of("locals");
        let names = blocks.flat_map(|it| &it.body.attributes);
        let value = |name: &SmolStr, span| {
            let text = format!("local.{name} of `{}`", self.file.path);
            self.local(name, span).unwrap_or_else(|_| self.unknown(Reason::Unreadable, text))
        };
        Value::object(names.map(|it| (it.name.clone(), value(&it.name, it.name_span))).collect())
    }

    fn included(&self, steps: &[Step], span: Span) -> Outcome<(Value, usize)> {
        let names: Vec<_> = steps.iter().map_while(name_of).collect();
        let includes = self.includes.borrow();
        let bare = includes.iter().find(|it| it.label.is_empty());
        let named = names.first().and_then(|name| includes.iter().find(|it| it.label == **name));
        let (include, taken) = match (named, bare) {
            (Some(it), _) => (it.clone(), 1),
            (None, Some(it)) => (it.clone(), 0),
            (None, None) => {
                let name = names.first().map_or("", |it| it.as_str());
                return Err(undeclared("include", name, span));
            }
        };
        drop(includes);
        let text = format!("the file that `{}` includes", self.file.path);
        let Some(scope) = &include.scope else {
            return Ok((self.unknown(Reason::NotInRepository, text), steps.len()));
        };
        match (names.get(taken).map(|it| it.as_str()), names.get(taken + 1)) {
            (Some("locals"), Some(name)) if scope.local_expr(name).is_some() => {
                Ok((scope.local(name, span)?, taken + 2))
            }
            (Some("locals"), _) => Ok((scope.all_locals(), taken + 1)),
            (Some("inputs"), _) => {
                let inputs = super::inputs::of_file(scope)?;
                let value = match inputs.open {
                    Some(cause) => match names.get(taken + 1).and_then(|it| inputs.values.get(*it))
                    {
                        Some(value) => return Ok((value.clone(), taken + 2)),
                        None => Value::unknown(Type::Dynamic, cause),
                    },
                    None => Value::object(inputs.values),
                };
                Ok((value, taken + 1))
            }
            _ => Ok((self.unknown(Reason::NotCollected, text), steps.len())),
        }
    }

    fn output(&self, steps: &[Step], span: Span) -> Outcome<(Value, usize)> {
        let names: Vec<_> = steps.iter().map_while(name_of).collect();
        let Some(name) = names.first() else { return Err(undeclared("dependency", "", span)) };
        let outputs = self.outputs.borrow();
        let Some(outputs) = outputs.get(*name) else {
            return Err(undeclared("dependency", name, span));
        };
        let wanted = names.get(2).filter(|_| names.get(1).is_some_and(|it| *it == "outputs"));
        let known = wanted.and_then(|it| outputs.values.get(*it));
        if let Some(value) = known {
            return Ok((value.clone(), 3));
        }
        let output = wanted.map_or_else(|| "its outputs".into(), |it| format!("output `{it}`"));
        let text = format!("{output} of the unit `{}`", outputs.folder);
        Ok((self.unknown(Reason::NotInRepository, text), steps.len()))
    }
}

fn undeclared(root: &str, name: &str, span: Span) -> Box<Diagnostic> {
    let detail = format!("Nothing declares {root}.{name}.");
    Diagnostic::new(span, "Unsupported attribute", detail)
}

fn name_of(step: &Step) -> Option<&SmolStr> {
    match &step.kind {
        StepKind::Attribute(name) | StepKind::Text(name) => Some(name),
        StepKind::Number(_) => None,
    }
}

impl Scope for FileScope<'_> {
    fn resolve(&self, root: &str, steps: &[Step], span: Span) -> Outcome<(Value, usize)> {
        match root {
            "local" => match steps.first().and_then(name_of) {
                Some(name) => Ok((self.local(name, span)?, 1)),
                None => Ok((self.all_locals(), 0)),
            },
            "include" => self.included(steps, span),
            "dependency" => self.output(steps, span),
            _ => Ok((self.unknown(Reason::NotCollected, root), steps.len())),
        }
    }

    fn check(&self, root: &str, steps: &[Step], span: Span) -> Outcome<()> {
        let name = steps.first().and_then(name_of);
        match root {
            "local" => match name {
                Some(name) if self.local_expr(name).is_none() => {
                    Err(undeclared("local", name, span))
                }
                _ => Ok(()),
            },
            "include" | "dependency" | "feature" | "values" | "unit" | "stack" => Ok(()),
            _ => {
                let detail = format!("There is no variable named \"{root}\".");
                Err(Diagnostic::new(span, "Unknown variable", detail))
            }
        }
    }

    fn origins(&self) -> &Origins {
        self.composer.origins
    }

    fn surroundings(&self) -> &dyn Surroundings {
        self
    }

    fn has_function(&self, name: &str) -> bool {
        OWN.contains(&name)
    }

    fn call(&self, name: &str, arguments: &[Value], span: Span) -> Outcome<Value> {
        call(self, name, arguments, span)
    }
}

/// Paths of functions are as seen from the file, or begin at the checkout.
impl Surroundings for FileScope<'_> {
    fn read(&self, path: &str) -> Result<Vec<u8>, FileError> {
        self.files.read(&self.here_to(path))
    }

    fn files_below(&self, folder: &str) -> Option<Vec<String>> {
        self.files.files_below(&self.here_to(folder))
    }

    fn working_folder(&self) -> Option<String> {
        Some(format!("{CHECKOUT}/{}", self.unit))
    }

    fn now(&self) -> Option<String> {
        None
    }

    fn render(&self, path: &str, template: &str, variables: &Value) -> Result<Value, String> {
        self.files.render(path, template, variables)
    }
}

impl FileScope<'_> {
    fn here_to(&self, path: &str) -> String {
        match path.strip_prefix(CHECKOUT) {
            Some(rest) => relative(&self.file.folder, Utf8Path::new(rest.trim_start_matches('/'))),
            None => path.to_owned(),
        }
    }
}
