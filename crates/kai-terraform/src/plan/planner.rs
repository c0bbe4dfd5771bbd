//! The walk through all instances of all modules.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::Arc;

use camino::{Utf8Path, Utf8PathBuf};
use kai_core::{OriginId, Origins, Reason, Span, Tree};
use smol_str::SmolStr;

use super::address::below;
use super::expansion::{Bound, Expansion, by_count, by_each};
use super::instance::{Instance, Memo, Name, Slot};
use super::order::{Valued, in_order};
use super::reference::InstanceScope;
use super::request::{Backend, Plan, Request};
use super::state::State;
use super::surroundings::Files;
use crate::config::{
    Assignment, Library, Module, ModuleCall, Modules, Output, Repetition, static_value,
};
use crate::diagnostic::{Diagnostic, Outcome};
use crate::eval::{Evaluator, Scope as _};
use crate::syntax::Expr;
use crate::value::{Cause, Marks, Type, Value};

/// How deep modules and values may need each other.
const DEPTH_MAX: usize = 400;
const MODULE_DEPTH_MAX: usize = 30;
/// How many parts a value may have before it is no longer followed.
const PARTS_MAX: usize = 2_000_000;
const STACK_BYTES: usize = 512 << 20;

/// Plans a root module.
#[must_use]
pub fn plan(tree: &dyn Tree, origins: &Origins, request: &Request) -> Plan {
    plan_out_of(&Library::new(tree, origins), request)
}

/// The same, with what other plans have read before.
#[must_use]
pub fn plan_out_of(library: &Library<'_>, request: &Request) -> Plan {
    on_deep_stack(|| Planner::new(library, request).run())
}

/// Values need values that need values: this goes deeper than a usual stack. What runs on such a one
/// already stays on it.
pub(crate) fn on_deep_stack<T>(run: impl FnOnce() -> T) -> T {
    stacker::maybe_grow(STACK_BYTES / 2, STACK_BYTES, run)
}

pub(super) struct Planner<'a> {
    pub(super) tree: &'a dyn Tree,
    pub(super) origins: &'a Origins,
    pub(super) request: &'a Request,
    pub(super) files: Files<'a>,
    pub(super) state: State,
    pub(super) given: BTreeMap<SmolStr, Assignment>,
    pub(super) plan: RefCell<Plan>,
    library: &'a Library<'a>,
    modules: RefCell<BTreeMap<Utf8PathBuf, Option<Arc<Module>>>>,
    installed: Modules,
    /// What is being evaluated, outermost first.
    stack: RefCell<Vec<String>>,
}

impl<'a> Planner<'a> {
    fn new(library: &'a Library<'a>, request: &'a Request) -> Self {
        let (tree, origins) = (library.tree, library.origins);
        Self {
            tree,
            origins,
            request,
            files: Files::new(tree, origins, request),
            state: State::default(),
            given: BTreeMap::new(),
            plan: RefCell::default(),
            library,
            modules: RefCell::default(),
            installed: Modules::of(tree, origins, &request.root),
            stack: RefCell::default(),
        }
    }

    fn run(mut self) -> Plan {
        let Some(module) = self.module(&self.request.root) else {
            let summary = "No configuration files";
            let detail = format!("The folder `{}` holds no configuration.", self.request.root);
            self.problem(*Diagnostic::new(None, summary, detail));
            return self.plan.into_inner();
        };
        let root = Rc::new(Instance {
            module,
            address: String::new(),
            manifest_key: String::new(),
            path: ".".into(),
            parent: None,
            call: None,
            bound: Bound::default(),
            depth: 0,
            memo: RefCell::new(Memo::default()),
        });
        self.given = self.assignments(&root.module);
        if let Some(text) = &self.request.state {
            match State::read(self.origins, text) {
                Ok(state) => self.state = state,
                Err(problem) => self.problem(*problem),
            }
        }
        self.keep_inputs(&root.module);
        self.plan.borrow_mut().backend = backend(&root.module, self.origins);
        self.apply_moves(&root);
        self.apply_imports(&root);
        self.instance(&root);
        self.removals(&root);
        self.add_absent(&root);
        let mut plan = self.plan.into_inner();
        plan.changes.sort_by(|one, other| one.address.cmp(&other.address));
        plan
    }

    pub(super) fn problem(&self, problem: Diagnostic) {
        let mut plan = self.plan.borrow_mut();
        if !plan.problems.contains(&problem) {
            plan.problems.push(problem);
        }
    }

    /// The value, or its problem noted and unknown in its place.
    pub(super) fn noted(&self, result: Outcome<Value>, text: &str, origin: OriginId) -> Value {
        result.unwrap_or_else(|problem| {
            self.problem(*problem);
            Value::unknown(Type::Dynamic, Cause::new(Reason::Unreadable, text, origin))
        })
    }

    fn module(&self, folder: &Utf8Path) -> Option<Arc<Module>> {
        if let Some(known) = self.modules.borrow().get(folder) {
            return known.clone();
        }
        let is_root = folder == self.request.root;
        let generated = if is_root { self.request.generated.as_slice() } else { &[] };
        let (module, problems) = self.library.module(folder, generated);
        for problem in problems {
            self.problem(problem);
        }
        self.modules.borrow_mut().insert(folder.to_owned(), module.clone());
        module
    }

    /// Evaluates everything in an instance of a module, and in those that it calls.
    fn instance(&self, instance: &Rc<Instance>) {
        let module = Arc::clone(&instance.module);
        for name in module.variables.keys() {
            let value = self.variable(instance, name);
            self.keep(instance, name, value, |plan| &mut plan.variables);
        }
        for valued in in_order(&module) {
            match valued {
                Valued::Local(name, _) => {
                    let value = self.local(instance, name);
                    self.keep(instance, name, value, |plan| &mut plan.locals);
                }
                Valued::Resource(resource) => self.resource(instance, resource),
            }
        }
        for call in module.calls.values() {
            self.check_inputs(instance, call);
            for child in self.children(instance, call).iter() {
                self.instance(child);
            }
        }
        for name in module.outputs.keys() {
            let value = self.output(instance, name);
            self.keep(instance, name, value, |plan| &mut plan.outputs);
        }
        self.checks(instance);
    }

    fn keep(
        &self,
        instance: &Instance,
        name: &SmolStr,
        value: Value,
        place: impl Fn(&mut Plan) -> &mut BTreeMap<SmolStr, Value>,
    ) {
        if instance.parent.is_none() {
            place(&mut self.plan.borrow_mut()).insert(name.clone(), value);
        }
    }

    /// Evaluates once; a value that needs itself is a problem, and unknown.
    pub(super) fn once(
        &self,
        instance: &Instance,
        name: Name,
        compute: impl FnOnce() -> Outcome<Value>,
    ) -> Value {
        if let Some(Slot::Done(value)) = instance.memo.borrow().values.get(&name) {
            return value.clone();
        }
        let text = name.text(&instance.address);
        let is_busy = instance.memo.borrow().values.contains_key(&name);
        if is_busy {
            return self.noted(
                Err(self.cycle(&text, instance.place(&name))),
                &text,
                OriginId::NONE,
            );
        }
        instance.memo.borrow_mut().values.insert(name.clone(), Slot::Busy);
        let result = self.entered(&text, compute).and_then(|it| bounded(it, &text));
        let value = self.noted(result, &text, OriginId::NONE);
        instance.memo.borrow_mut().values.insert(name, Slot::Done(value.clone()));
        value
    }

    pub(super) fn entered<T>(
        &self,
        text: &str,
        compute: impl FnOnce() -> Outcome<T>,
    ) -> Outcome<T> {
        let depth = self.stack.borrow().len();
        if depth > DEPTH_MAX {
            let detail =
                format!("`{text}` needs more than {DEPTH_MAX} values one after the other.");
            return Err(Diagnostic::new(None, "Too many values in a chain", detail));
        }
        self.stack.borrow_mut().push(text.to_owned());
        let result = compute();
        self.stack.borrow_mut().truncate(depth);
        result
    }

    /// Everything from where the name was first asked for.
    pub(super) fn cycle(&self, text: &str, place: Option<Span>) -> Box<Diagnostic> {
        let stack = self.stack.borrow();
        let from = stack.iter().position(|it| it == text).unwrap_or_default();
        let summary = format!("Cycle: {}", stack[from..].join(", "));
        Diagnostic::new(place, summary, "")
    }

    pub(super) fn scope<'s>(
        &'s self,
        instance: &'s Rc<Instance>,
        bound: &'s Bound,
    ) -> InstanceScope<'s> {
        InstanceScope { planner: self, instance, bound, itself: None, within: None }
    }

    pub(super) fn evaluate(
        &self,
        instance: &Rc<Instance>,
        bound: &Bound,
        expr: &Expr,
    ) -> Outcome<Value> {
        let scope = self.scope(instance, bound);
        debug_assert!(std::ptr::eq(scope.origins(), self.origins));
        Evaluator::new(&scope).value(expr)
    }

    pub(super) fn local(&self, instance: &Rc<Instance>, name: &SmolStr) -> Value {
        let Some(local) = instance.module.locals.get(name) else {
            return Value::null(Type::Dynamic);
        };
        self.once(instance, Name::Local(name.clone()), || {
            let mut refers = false;
            crate::eval::References::each(&local.expr, &mut |root, steps, _| {
                refers |= root == "local" && matches!(steps.first().map(|it| &it.kind), Some(crate::syntax::StepKind::Attribute(it)) if it == name);
            });
            if refers {
                let detail = format!(
                    "Local value {} cannot use its own result as part of its expression.",
                    below(&instance.address, &format!("local.{name}"))
                );
                return Err(Diagnostic::new(local.expr.span, "Self-referencing local value", detail));
            }
            self.evaluate(instance, &Bound::default(), &local.expr)
        })
    }

    pub(super) fn output(&self, instance: &Rc<Instance>, name: &SmolStr) -> Value {
        let Some(output) = instance.module.outputs.get(name) else {
            return Value::null(Type::Dynamic);
        };
        self.once(instance, Name::Output(name.clone()), || {
            self.output_value(instance, name, output)
        })
    }

    fn output_value(
        &self,
        instance: &Rc<Instance>,
        name: &SmolStr,
        output: &Output,
    ) -> Outcome<Value> {
        let Some(expr) = &output.value else { return Ok(Value::null(Type::Dynamic)) };
        let is_root = instance.parent.is_none();
        if output.is_ephemeral && is_root {
            let detail = "Ephemeral outputs are not allowed in context of a root module";
            return Err(Diagnostic::new(output.span, "Ephemeral output not allowed", detail));
        }
        self.output_conditions(instance, output);
        let value = self.evaluate(instance, &Bound::default(), expr)?;
        let marks = value.marks_deep();
        if is_root && marks.is_sensitive && !output.is_sensitive {
            let detail = format!(
                "To reduce the risk of accidentally exporting sensitive data that was intended to be only internal, Terraform requires that any root module output containing sensitive data be explicitly marked as sensitive, to confirm your intent.\n\nIf you do intend to export this data, annotate the output value `{name}` as sensitive by adding the following argument:\n    sensitive = true"
            );
            self.problem(*Diagnostic::new(
                output.span,
                "Output refers to sensitive values",
                detail,
            ));
        }
        if marks.is_ephemeral && !output.is_ephemeral {
            let detail = "This output value is not declared as returning an ephemeral value, so it cannot be set to a result derived from an ephemeral value.";
            return Err(Diagnostic::new(expr.span, "Ephemeral value not allowed", detail));
        }
        Ok(if output.is_sensitive { value.marked(Marks::SENSITIVE) } else { value })
    }

    /// How often a block is there.
    pub(super) fn expand(
        &self,
        instance: &Rc<Instance>,
        name: Name,
        repetition: &Repetition,
    ) -> Rc<Expansion> {
        if let Some(Slot::Done(known)) = instance.memo.borrow().expansions.get(&name) {
            return Rc::clone(known);
        }
        let text = name.text(&instance.address);
        if instance.memo.borrow().expansions.contains_key(&name) {
            self.problem(*self.cycle(&text, instance.place(&name)));
            let cause = Cause::new(Reason::Unreadable, text, OriginId::NONE);
            return Rc::new(Expansion::Unknown(cause));
        }
        instance.memo.borrow_mut().expansions.insert(name.clone(), Slot::Busy);
        let result = self.entered(&text, || match (&repetition.count, &repetition.for_each) {
            (Some(count), _) => {
                by_count(&self.evaluate(instance, &Bound::default(), count)?, count)
            }
            (_, Some(each)) => by_each(&self.evaluate(instance, &Bound::default(), each)?, each),
            _ => Ok(Expansion::Single),
        });
        let expansion = Rc::new(result.unwrap_or_else(|problem| {
            self.problem(*problem);
            Expansion::Unknown(Cause::new(Reason::Unreadable, text, OriginId::NONE))
        }));
        let done = Slot::Done(Rc::clone(&expansion));
        instance.memo.borrow_mut().expansions.insert(name, done);
        expansion
    }

    /// The instances of a called module; none where its files are not here.
    pub(super) fn children(
        &self,
        instance: &Rc<Instance>,
        call: &Arc<ModuleCall>,
    ) -> Rc<Vec<Rc<Instance>>> {
        if let Some(known) = instance.memo.borrow().children.get(&call.name) {
            return Rc::clone(known);
        }
        let children = Rc::new(self.new_children(instance, call));
        instance.memo.borrow_mut().children.insert(call.name.clone(), Rc::clone(&children));
        children
    }

    /// The module that a call leads to.
    pub(super) fn called(&self, instance: &Instance, call: &ModuleCall) -> Option<Arc<Module>> {
        let source = call.source.as_deref()?;
        let key = [instance.manifest_key.as_str(), &call.name].join(".");
        let key = key.trim_start_matches('.');
        let folder = self.installed.folder(&instance.module.folder, key, source)?;
        self.module(&folder)
    }

    fn new_children(&self, instance: &Rc<Instance>, call: &Arc<ModuleCall>) -> Vec<Rc<Instance>> {
        let source = call.source.as_deref().unwrap_or_default();
        let text = below(&instance.address, &format!("module.{}", call.name));
        if instance.depth >= MODULE_DEPTH_MAX {
            let detail =
                format!("`{text}` is called through more than {MODULE_DEPTH_MAX} modules.");
            self.problem(*Diagnostic::new(call.span, "Modules too deep", detail));
            return Vec::new();
        }
        let Some(module) = self.called(instance, call) else {
            if crate::config::is_local_source(source) {
                let folder = self.installed.folder(&instance.module.folder, "", source);
                self.plan.borrow_mut().missing.extend(folder);
                let detail = format!(
                    "The directory {source} could not be read for module \"{}\".",
                    call.name
                );
                self.problem(*Diagnostic::new(
                    call.source_span,
                    "Unreadable module directory",
                    detail,
                ));
            } else if crate::config::is_no_source(source) {
                let detail = format!(
                    "Terraform failed to determine your intended installation method for remote module package \"{source}\"."
                );
                self.problem(*Diagnostic::new(
                    call.source_span,
                    "Invalid module source address",
                    detail,
                ));
            } else {
                let reason = format!("its source `{source}` is not here");
                self.plan.borrow_mut().gaps.push((text, reason));
            }
            return Vec::new();
        };
        let expansion = self.expand(instance, Name::Call(call.name.clone()), &call.repetition);
        let bounds = expansion.bounds(&call.repetition);
        let relative = module.folder.strip_prefix(&self.request.root).ok();
        let path = relative.map_or_else(
            || super::surroundings::relative(&self.request.root, &module.folder),
            |it| if it.as_str().is_empty() { ".".into() } else { it.to_string() },
        );
        let child = |bound: Bound| {
            let key = bound.suffix();
            let manifest_key = [instance.manifest_key.as_str(), &call.name].join(".");
            Rc::new(Instance {
                module: Arc::clone(&module),
                address: format!("{text}{key}"),
                manifest_key: manifest_key.trim_start_matches('.').to_owned(),
                path: path.clone(),
                parent: Some(Rc::clone(instance)),
                call: Some(Arc::clone(call)),
                bound,
                depth: instance.depth + 1,
                memo: RefCell::new(Memo::default()),
            })
        };
        bounds.into_iter().map(child).collect()
    }
}

/// A value with more parts than anybody writes is not followed.
fn bounded(value: Value, text: &str) -> Outcome<Value> {
    let mut left = PARTS_MAX;
    if fits(&value, &mut left) {
        return Ok(value);
    }
    let detail = format!("`{text}` has more than {PARTS_MAX} parts.");
    Err(Diagnostic::new(None, "Value too large", detail))
}

fn fits(value: &Value, left: &mut usize) -> bool {
    let Some(rest) = left.checked_sub(1) else { return false };
    *left = rest;
    value.children().all(|it| fits(it, left))
}

/// Where the root keeps its state; nothing in it may refer to anything.
fn backend(module: &Module, origins: &Origins) -> Option<Backend> {
    let of =
        |kind: &'static str| module.settings.iter().find_map(|it| it.body.blocks_of(kind).next());
    let block = of("backend").or_else(|| of("cloud"))?;
    let value = |it: &Expr| {
        let unknown = || Cause::new(Reason::Unreadable, "backend", it.origin);
        static_value(origins, it).unwrap_or_else(|_| Value::unknown(Type::Dynamic, unknown()))
    };
    let entries = block.body.attributes.iter().map(|it| (it.name.clone(), value(&it.expr)));
    let values = Value::object(entries.collect());
    let kind = if block.kind == "cloud" { "cloud" } else { block.label(0) };
    Some(Backend { kind: kind.into(), values, origin: block.origin })
}
