//! Files to units.

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use camino::{Utf8Path, Utf8PathBuf};
use kai_core::{Origins, Reason, Tree};
use smol_str::SmolStr;

use super::inputs::{merged, of_file, portable};
use super::scope::{File, FileScope, Include, Outputs, Strategy, Template};
use super::source::{in_tree, source};
use super::unit::{Assumption, Backend, Dependency, Inputs, Source, Unit, Units};
use crate::config::Library;
use crate::diagnostic::Diagnostic;
use crate::plan::{Flag, Generated, Plan, Request, on_deep_stack, plan_out_of};
use crate::syntax::{Block, Body, Expr, Kind, Part, parse_file};
use crate::value::Value;

const FILE: &str = "terragrunt.hcl";
/// How long a chain of units, or of files that read each other, may be.
const DEPTH_MAX: usize = 60;

/// Composes and plans every unit of the tree, each after those that it depends on.
#[must_use]
pub fn units(library: &Library<'_>) -> Units {
    on_deep_stack(|| Composer::new(library).units())
}

/// Composes and plans the unit of one folder; none where there is none.
#[must_use]
pub fn unit(tree: &dyn Tree, origins: &Origins, folder: &Utf8Path) -> Option<Unit> {
    let library = Library::new(tree, origins);
    on_deep_stack(|| Composer::new(&library).unit(folder).map(|it| (*it).clone()))
}

/// True where a folder holds the file of a unit.
#[must_use]
pub fn is_unit(tree: &dyn Tree, folder: &Utf8Path) -> bool {
    tree.bytes(&folder.join(FILE)).is_ok()
}

pub(super) struct Composer<'a> {
    pub(super) tree: &'a dyn Tree,
    pub(super) origins: &'a Origins,
    library: &'a Library<'a>,
    /// Files of variables as the text of JSON.
    pub(super) encoded: RefCell<BTreeMap<Utf8PathBuf, Value>>,
    /// Files of variables by the JSON that they are as text.
    pub(super) decoded: RefCell<BTreeMap<String, Value>>,
    /// Which files are there, of those that anybody looked for.
    there: RefCell<BTreeMap<Utf8PathBuf, bool>>,
    files: RefCell<BTreeMap<Utf8PathBuf, Option<Rc<File>>>>,
    done: RefCell<BTreeMap<Utf8PathBuf, Option<Rc<Unit>>>>,
    order: RefCell<Vec<Utf8PathBuf>>,
    /// The units that are being composed, outermost first.
    stack: RefCell<Vec<Utf8PathBuf>>,
    depth: Cell<usize>,
}

impl<'a> Composer<'a> {
    fn new(library: &'a Library<'a>) -> Self {
        Self {
            tree: library.tree,
            origins: library.origins,
            library,
            encoded: RefCell::default(),
            decoded: RefCell::default(),
            there: RefCell::default(),
            files: RefCell::default(),
            done: RefCell::default(),
            order: RefCell::default(),
            stack: RefCell::default(),
            depth: Cell::new(0),
        }
    }

    fn units(&self) -> Units {
        let files = self.tree.files().iter().map(|it| &it.path);
        let files: Vec<_> = files.filter(|it| it.file_name() == Some(FILE)).collect();
        let included: BTreeSet<_> = files.iter().flat_map(|it| self.included_by(it)).collect();
        for path in files.iter().filter(|it| !included.contains(**it)) {
            self.unit(path.parent().unwrap_or(Utf8Path::new("")));
        }
        let done = self.done.borrow();
        let order = self.order.borrow();
        let units = order.iter().filter(|it| !included.contains(&it.join(FILE)));
        let units = units.filter_map(|it| done.get(it)?.as_deref().cloned()).collect();
        Units { units }
    }

    fn included_by(&self, path: &Utf8Path) -> Vec<Utf8PathBuf> {
        let Some(scope) = self.scope(path) else { return Vec::new() };
        let includes = scope.includes.borrow();
        includes.iter().filter_map(|it| Some(it.scope.as_ref()?.file.path.clone())).collect()
    }

    pub(super) fn file(&self, path: &Utf8Path) -> Option<Rc<File>> {
        if let Some(known) = self.files.borrow().get(path) {
            return known.clone();
        }
        let file = self.read(path).map(Rc::new);
        self.files.borrow_mut().insert(path.to_owned(), file.clone());
        file
    }

    fn read(&self, path: &Utf8Path) -> Option<File> {
        let text = String::from_utf8_lossy(&self.tree.bytes(path).ok()?).into_owned();
        let document = self.origins.add_document(path.to_owned(), text)?;
        let (body, problems) = parse_file(self.origins, document);
        let folder = path.parent().unwrap_or(Utf8Path::new("")).to_owned();
        let templates = templates(&body);
        Some(File { path: path.to_owned(), folder, body, templates, problems })
    }

    /// True where the file can be read.
    pub(super) fn is_there(&self, path: &Utf8Path) -> bool {
        if let Some(known) = self.there.borrow().get(path) {
            return *known;
        }
        let is_there = self.tree.bytes(path).is_ok();
        self.there.borrow_mut().insert(path.to_owned(), is_there);
        is_there
    }

    pub(super) fn enter(&self) -> bool {
        let is_allowed = self.depth.get() < DEPTH_MAX;
        if is_allowed {
            self.depth.set(self.depth.get() + 1);
        }
        is_allowed
    }

    pub(super) fn leave(&self) {
        self.depth.set(self.depth.get() - 1);
    }

    /// The file of a unit with what it includes.
    fn scope(&'a self, path: &Utf8Path) -> Option<Rc<FileScope<'a>>> {
        let file = self.file(path)?;
        let folder = file.folder.clone();
        let scope = Rc::new(FileScope::new(self, file, &folder, false));
        self.include(&scope);
        let files = || {
            let includes = scope.includes.borrow();
            let includes: Vec<_> = includes.iter().filter_map(|it| it.scope.clone()).collect();
            includes.into_iter().chain([Rc::clone(&scope)])
        };
        let mut assumptions: Vec<Assumption> = files().flat_map(|it| self.assumed(&it)).collect();
        assumptions.sort_by(|one, other| one.variable.cmp(&other.variable));
        assumptions.dedup_by(|one, other| one.variable == other.variable);
        for file in files() {
            file.assumptions.borrow_mut().clone_from(&assumptions);
        }
        Some(scope)
    }

    /// Finds what a file includes.
    pub(super) fn include(&self, scope: &Rc<FileScope<'a>>) {
        let blocks = scope.file.body.blocks_of("include");
        let includes = blocks.map(|block| {
            let text = |name| {
                let expr = &block.body.attribute(name)?.expr;
                scope.value(expr).ok()?.as_str().map(str::to_owned)
            };
            let path = text("path").and_then(|it| in_tree(&scope.unit, &it));
            let file = path.and_then(|it| scope.composer.file(&it));
            let strategy = match text("merge_strategy").as_deref() {
                Some("no_merge") => Strategy::No,
                Some("deep") => Strategy::Deep,
                _ => Strategy::Shallow,
            };
            let included = |file| Rc::new(FileScope::new(scope.composer, file, &scope.unit, true));
            Include { label: block.label(0).into(), scope: file.map(included), strategy }
        });
        let includes: Vec<_> = includes.collect();
        *scope.includes.borrow_mut() = includes;
    }

    /// Variables of the environment that stand in names of files, where one part of the unit's
    /// folder and no other makes such a name one of a file that is here.
    fn assumed(&self, scope: &FileScope<'_>) -> Vec<Assumption> {
        let templates = scope.file.templates.iter();
        let assumptions = templates.filter_map(|template| {
            let fitting: BTreeMap<_, _> = scope
                .unit
                .components()
                .filter_map(|part| {
                    let text = filled(&template.parts, part.as_str())?;
                    let bases = [&scope.unit, &scope.file.folder];
                    let paths = bases.iter().filter_map(|it| in_tree(it, &text));
                    let file = paths.into_iter().find(|it| self.is_there(it))?;
                    Some((SmolStr::from(part.as_str()), file))
                })
                .collect();
            let mut fitting = fitting.into_iter();
            let (Some((value, file)), None) = (fitting.next(), fitting.next()) else { return None };
            Some(Assumption { variable: template.variable.clone(), value, file })
        });
        assumptions.collect()
    }

    fn unit(&'a self, folder: &Utf8Path) -> Option<Rc<Unit>> {
        if let Some(known) = self.done.borrow().get(folder) {
            return known.clone();
        }
        let unit = self.scope(&folder.join(FILE)).map(|scope| {
            self.stack.borrow_mut().push(folder.to_owned());
            let unit = self.composed(&scope);
            self.stack.borrow_mut().pop();
            Rc::new(unit)
        });
        self.done.borrow_mut().insert(folder.to_owned(), unit.clone());
        self.order.borrow_mut().push(folder.to_owned());
        unit
    }

    fn composed(&'a self, scope: &Rc<FileScope<'a>>) -> Unit {
        let mut unit = Unit {
            folder: scope.unit.clone(),
            path: scope.file.path.clone(),
            assumptions: scope.assumptions.borrow().clone(),
            problems: scope.file.problems.clone(),
            ..Unit::default()
        };
        let includes = scope.includes.borrow().clone();
        for include in includes.iter().filter(|it| it.scope.is_none()) {
            let name = format!("include.{}", include.label);
            unit.gaps.push((name, "the file that it names is not here".into()));
        }
        // What comes later overrides.
        let layers: Vec<_> = includes
            .iter()
            .filter(|it| it.strategy != Strategy::No)
            .filter_map(|it| Some((it.scope.clone()?, it.strategy)))
            .chain([(Rc::clone(scope), Strategy::Shallow)])
            .collect();
        for (layer, _) in layers.iter().filter(|it| it.0.is_included) {
            unit.problems.extend(layer.file.problems.iter().cloned());
        }
        self.add_dependencies(&mut unit, &layers);
        for include in includes.iter().filter_map(|it| it.scope.as_ref()) {
            include.outputs.borrow_mut().clone_from(&scope.outputs.borrow());
        }
        unit.source = self.source(&layers, scope);
        unit.backend = layers.iter().rev().find_map(|it| backend(&it.0, &mut unit.problems));
        unit.inputs = inputs(&layers, &includes, &mut unit.problems);
        let generated = self.generated(&mut unit, &layers);
        let flags = self.variable_files(&mut unit, &layers);
        unit.plan = self.planned(&unit, generated, flags);
        unit
    }

    fn add_dependencies(&'a self, unit: &mut Unit, layers: &[(Rc<FileScope<'a>>, Strategy)]) {
        let mut outputs = BTreeMap::new();
        for (scope, _) in layers {
            let body = &scope.file.body;
            for block in body.blocks_of("dependency") {
                let dependency = self.dependency(scope, block);
                let name = SmolStr::from(block.label(0));
                let known = match &dependency.folder {
                    Some(folder) => self.outputs(unit, folder, &dependency),
                    None => Outputs { folder: name.to_string(), ..Outputs::default() },
                };
                outputs.insert(name, known);
                unit.dependencies.retain(|it| it.name != dependency.name);
                unit.dependencies.push(dependency);
            }
        }
        for (scope, _) in layers {
            for block in scope.file.body.blocks_of("dependencies") {
                self.add_order(unit, scope, block);
            }
            scope.outputs.borrow_mut().clone_from(&outputs);
        }
    }

    fn dependency(&self, scope: &FileScope<'_>, block: &Block) -> Dependency {
        let path = block.body.attribute("config_path").map(|it| scope.value(&it.expr));
        let folder = path.and_then(Result::ok).and_then(|it| in_tree(&scope.unit, it.as_str()?));
        Dependency {
            name: Some(block.label(0).into()),
            folder,
            mocks: block.body.attribute("mock_outputs").map(|it| it.name_span),
            span: block.header,
        }
    }

    fn add_order(&'a self, unit: &mut Unit, scope: &FileScope<'_>, block: &Block) {
        let Some(paths) = block.body.attribute("paths") else { return };
        let value = scope.value(&paths.expr);
        let elements = value.as_ref().ok().and_then(Value::elements).map_or(&[][..], |it| it);
        for path in elements.iter().filter_map(Value::as_str) {
            let folder = in_tree(&scope.unit, path);
            if unit.dependencies.iter().any(|it| it.folder == folder) {
                continue;
            }
            let span = paths.expr.span;
            let dependency = Dependency { name: None, folder, mocks: None, span };
            if let Some(folder) = &dependency.folder {
                self.outputs(unit, folder, &dependency);
            }
            unit.dependencies.push(dependency);
        }
    }

    /// Composes the other unit first. What its module would give is all that is known of it.
    fn outputs(&'a self, unit: &mut Unit, folder: &Utf8Path, by: &Dependency) -> Outputs {
        let absent = Outputs { values: BTreeMap::new(), folder: folder.to_string() };
        let begun = self.stack.borrow().iter().position(|it| it == folder);
        if let Some(begun) = begun {
            let names: Vec<_> =
                self.stack.borrow()[begun..].iter().map(ToString::to_string).collect();
            let detail = format!("{} -> {folder}", names.join(" -> "));
            unit.problems.push(*Diagnostic::new(by.span, "Dependency cycle between units", detail));
            return absent;
        }
        if !self.enter() {
            let detail = "More than 60 units wait for each other in a row.";
            unit.problems.push(*Diagnostic::new(by.span, "Dependencies too deep", detail));
            return absent;
        }
        let other = self.unit(folder);
        self.leave();
        if other.is_none() {
            let reason = "the unit is not here".to_owned();
            unit.gaps.push((format!("dependency `{folder}`"), reason));
        }
        // A version that is elsewhere may give other values, but hands over what the same objects have.
        let is_here = other.as_ref().is_some_and(|it| matches!(it.source, Source::Local(_)));
        match other.as_ref().and_then(|it| it.plan.as_ref()) {
            Some(plan) => {
                let outputs = plan.outputs.iter().filter(|it| is_here || !it.1.is_wholly_known());
                let outside = |it: &Value| it.seen_from_outside(folder.as_str());
                let values = outputs.map(|(name, it)| (name.clone(), outside(it))).collect();
                Outputs { values, ..absent }
            }
            None => absent,
        }
    }

    fn source(&self, layers: &[(Rc<FileScope<'a>>, Strategy)], unit: &FileScope<'a>) -> Source {
        for (scope, _) in layers.iter().rev() {
            let blocks = scope.file.body.blocks_of("terraform");
            let attribute = blocks.into_iter().find_map(|it| it.body.attribute("source"));
            if let Some(attribute) = attribute {
                return source(scope, &attribute.expr);
            }
        }
        let files = self.tree.files().iter().filter(|it| it.path.parent() == Some(&unit.unit));
        let mut files = files.filter(|it| matches!(it.path.extension(), Some("tf" | "tofu")));
        files.next().map_or(Source::Nowhere, |_| Source::Local(unit.unit.clone()))
    }

    fn generated(
        &self,
        unit: &mut Unit,
        layers: &[(Rc<FileScope<'a>>, Strategy)],
    ) -> Vec<Generated> {
        let mut generated: BTreeMap<String, Generated> = BTreeMap::new();
        let mut gaps = BTreeMap::new();
        for (scope, _) in layers {
            for block in scope.file.body.blocks_of("generate") {
                let value = |name| scope.value(&block.body.attribute(name)?.expr).ok();
                let Some(path) = value("path") else { continue };
                let Some(name) = path.as_str().map(str::to_owned) else { continue };
                let contents = value("contents");
                let Some(text) = contents.as_ref().and_then(Value::as_str) else {
                    let unknown = contents.as_ref().and_then(|it| it.as_unknown());
                    let reason = unknown.map_or_else(
                        || "its contents cannot be evaluated".into(),
                        |it| format!("its contents need {}", it.cause.text),
                    );
                    gaps.insert(format!("generated file `{name}`"), reason);
                    continue;
                };
                let copied = copied(scope, block);
                let path = copied
                    .unwrap_or_else(|| unit.source.folder().unwrap_or(&unit.folder).join(&name));
                let file = Generated { name: name.clone(), path, text: text.to_owned() };
                generated.insert(name, file);
            }
        }
        unit.gaps.extend(gaps);
        generated.into_values().filter(|it| it.name.ends_with(".tf")).collect()
    }

    /// Files of variables that are given on the command line of a plan.
    fn variable_files(
        &self,
        unit: &mut Unit,
        layers: &[(Rc<FileScope<'a>>, Strategy)],
    ) -> Vec<Flag> {
        let mut flags = Vec::new();
        for (scope, _) in layers {
            let blocks = scope.file.body.blocks_of("terraform");
            for block in blocks.flat_map(|it| it.body.blocks_of("extra_arguments")) {
                for name in ["required_var_files", "optional_var_files"] {
                    let Some(attribute) = block.body.attribute(name) else { continue };
                    let value = scope.value(&attribute.expr).ok();
                    let elements = value.as_ref().and_then(Value::elements);
                    if elements.is_none() {
                        unit.gaps.push((name.into(), "its files are not known".into()));
                    }
                    for path in elements.into_iter().flat_map(|it| it.iter()) {
                        let file = path.as_str().and_then(|it| in_tree(&scope.unit, it));
                        match file.filter(|it| self.is_there(it)) {
                            Some(file) => flags.push(Flag::File(file)),
                            None if name == "required_var_files" => {
                                let text = path.as_str().unwrap_or(name).to_owned();
                                unit.gaps.push((text, "the file is not here".into()));
                            }
                            None => {}
                        }
                    }
                }
            }
        }
        flags
    }

    fn planned(&self, unit: &Unit, generated: Vec<Generated>, flags: Vec<Flag>) -> Option<Plan> {
        let request = Request {
            root: unit.source.folder()?.clone(),
            values: unit.inputs.values.clone(),
            open: unit.inputs.open.clone(),
            generated,
            flags,
            ..Request::default()
        };
        Some(plan_out_of(self.library, &request))
    }
}

/// What all layers hand over together.
fn inputs(
    layers: &[(Rc<FileScope<'_>>, Strategy)],
    includes: &[Include<'_>],
    problems: &mut Vec<Diagnostic>,
) -> Inputs {
    let mut inputs = Inputs::default();
    // The file itself is merged into what it includes as the include says.
    let own = includes.iter().map(|it| it.strategy).find(|it| *it == Strategy::Deep);
    for (scope, strategy) in layers {
        let strategy = if scope.is_included { *strategy } else { own.unwrap_or(Strategy::Shallow) };
        match of_file(scope) {
            Ok(over) => inputs = merged(inputs, over, strategy),
            Err(problem) => {
                let origin = kai_core::OriginId::NONE;
                let text = format!("the inputs of `{}`", scope.file.path);
                let open = Some(crate::value::Cause::new(Reason::Unreadable, text, origin));
                problems.push(*problem);
                inputs.put(Inputs { values: BTreeMap::new(), open });
            }
        }
    }
    // What a file that is not here hands over may be anything, but not what is overridden.
    if includes.iter().any(|it| it.scope.is_none() && it.strategy != Strategy::No) {
        let text = "the inputs of the file that is included";
        let origin = kai_core::OriginId::NONE;
        let cause = crate::value::Cause::new(Reason::NotInRepository, text, origin);
        inputs.open.get_or_insert(cause);
    }
    inputs
}

fn backend(scope: &FileScope<'_>, problems: &mut Vec<Diagnostic>) -> Option<Backend> {
    let block = scope.file.body.blocks_of("remote_state").next()?;
    let mut value = |name| {
        let expr = &block.body.attribute(name)?.expr;
        scope.value(expr).map_err(|problem| problems.push(*problem)).ok()
    };
    let kind = value("backend")?;
    let config = value("config").and_then(|it| Some((**portable(&it).entries()?).clone()));
    Some(Backend { kind, config: config.unwrap_or_default(), span: block.header })
}

/// The file whose text a generated file is.
fn copied(scope: &FileScope<'_>, block: &Block) -> Option<Utf8PathBuf> {
    let Kind::Call(call) = &block.body.attribute("contents")?.expr.kind else { return None };
    let path = scope.value(call.arguments.first()?).ok().filter(|_| call.name == "file")?;
    in_tree(&scope.file.folder, path.as_str()?)
}

/// The templates of a file that hold one variable of the environment.
fn templates(body: &Body) -> Vec<Template> {
    let mut found = Vec::new();
    each_expr(body, &mut |expr| {
        let Kind::Template(parts) = &expr.kind else { return };
        let variables: BTreeSet<_> = parts.iter().filter_map(variable_of).collect();
        if let [variable] = variables.iter().collect::<Vec<_>>()[..] {
            found.push(Template { variable: variable.clone(), parts: parts.clone() });
        }
    });
    found
}

fn each_expr(body: &Body, see: &mut dyn FnMut(&Expr)) {
    for attribute in &body.attributes {
        each_inside(&attribute.expr, see);
    }
    for block in &body.blocks {
        each_expr(&block.body, see);
    }
}

fn each_inside(expr: &Expr, see: &mut dyn FnMut(&Expr)) {
    see(expr);
    expr.each_child(&mut |child, _| each_inside(child, see));
}

/// The variable of the environment that a part of a template is, where it has no default.
fn variable_of(part: &Part) -> Option<SmolStr> {
    let Part::Interpolation(Expr { kind: Kind::Call(call), .. }) = part else { return None };
    let [name] = call.arguments.as_slice() else { return None };
    name.literal_text().filter(|_| call.name == "get_env")
}

/// The text of a template in which every variable of the environment has this value; none where it
/// holds anything else.
fn filled(parts: &[Part], value: &str) -> Option<String> {
    let texts = parts.iter().map(|part| match part {
        Part::Text(text, _) => Some(text.as_str()),
        _ => variable_of(part).map(|_| value),
    });
    texts.collect()
}
