//! Which values a chart's templates can read, whatever branches a render takes.
//!
//! Told from the parsed templates alone. What is handed on whole (to a function, a variable, another
//! template, a loop) counts as read with all that is below it, so that what is called unread is.

use std::collections::BTreeSet;
use std::ops::Bound;

use kai_syntax::go_template::{Branch, Command, Item, Operand, Pipeline, Template, Term};
use smol_str::SmolStr;

/// Names below `.Values`.
pub(super) type Path = Vec<SmolStr>;

/// What is read of the values.
#[derive(Debug, Clone, Default)]
pub(crate) struct Reads {
    /// Paths that are read with everything below them.
    whole: BTreeSet<Path>,
    /// Paths of which only is asked whether they hold something.
    tested: BTreeSet<Path>,
    /// Set where values may be read in a way that is not understood.
    pub(super) is_open: bool,
    /// Variables that may hold all that a template is given.
    roots: BTreeSet<SmolStr>,
    /// How many loops and `with`s stand between a template's dot and the one that is read.
    moved: u32,
}

/// How much of a path is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Extent {
    Nothing,
    /// Only names below it.
    Below,
    /// The path itself, or what holds it.
    Whole,
}

/// Functions that only look whether a value is there, or compare it.
const TESTS: &[&str] =
    &["and", "or", "not", "eq", "ne", "lt", "le", "gt", "ge", "empty", "kindIs", "typeIs"];

/// Functions that write all that they are given.
const DUMPS: &[&str] =
    &["toYaml", "toYamlPretty", "toJson", "toPrettyJson", "toRawJson", "toToml", "values"];

/// Functions of which something comes back that holds what they are given.
const COPIES: &[&str] = &[
    "deepCopy",
    "merge",
    "mergeOverwrite",
    "mustDeepCopy",
    "mustMerge",
    "mustMergeOverwrite",
    "omit",
];

/// Methods of `.Values` that look up what their argument names, or write all of it.
const METHODS: &[&str] = &["PathValue", "Table", "YAML"];

impl Reads {
    /// Adds what a template reads.
    pub(super) fn add(&mut self, template: &Template) {
        for definition in &template.definitions {
            self.items(&definition.body);
        }
        self.items(&template.body);
    }

    /// Adds a path that something else than a template reads.
    pub(super) fn add_path(&mut self, path: Path) {
        self.whole.insert(path);
    }

    pub(super) fn extent(&self, path: &[SmolStr]) -> Extent {
        let is_whole = (0..=path.len()).any(|end| self.whole.contains(&path[..end]));
        if is_whole || self.tested.contains(path) && !self.below(path).any(|it| it != path) {
            return Extent::Whole;
        }
        match self.below(path).next() {
            Some(_) => Extent::Below,
            None => Extent::Nothing,
        }
    }

    /// True for a path of which some template asks whether it holds something.
    pub(super) fn is_tested(&self, path: &[SmolStr]) -> bool {
        self.tested.contains(path)
    }

    /// The names that are read right below a path.
    pub(super) fn names<'a>(&'a self, path: &'a [SmolStr]) -> impl Iterator<Item = &'a SmolStr> {
        let mut last = None;
        let names = self.below(path).filter_map(|it| it.get(path.len()));
        names.filter(move |it| last.replace(*it) != Some(*it))
    }

    fn below<'a>(&'a self, path: &'a [SmolStr]) -> impl Iterator<Item = &'a Path> {
        let from = |set: &'a BTreeSet<Path>| {
            let from = (Bound::Included(path), Bound::Unbounded);
            set.range::<[SmolStr], _>(from).take_while(move |it| it.starts_with(path))
        };
        from(&self.whole).chain(from(&self.tested))
    }

    fn items(&mut self, items: &[Item]) {
        for item in items {
            match item {
                Item::Text { .. } | Item::Break | Item::Continue => {}
                Item::Action(pipeline) => self.pipeline(pipeline, false),
                Item::If(branch) => self.branch(branch, branch.pipeline.variables.is_empty()),
                Item::With(branch) => self.moving(branch),
                Item::Range(branch) => {
                    self.is_open |= self.gives_root(&branch.pipeline);
                    self.moving(branch);
                }
                Item::Call(call) => {
                    if let Some(pipeline) = &call.pipeline {
                        self.pipeline(pipeline, false);
                    }
                }
            }
        }
    }

    fn branch(&mut self, branch: &Branch, is_test: bool) {
        self.pipeline(&branch.pipeline, is_test);
        self.items(&branch.body);
        self.items(&branch.otherwise);
    }

    /// A branch in whose body the dot is another one.
    fn moving(&mut self, branch: &Branch) {
        self.pipeline(&branch.pipeline, false);
        self.moved += 1;
        self.items(&branch.body);
        self.moved -= 1;
        self.items(&branch.otherwise);
    }

    fn pipeline(&mut self, pipeline: &Pipeline, is_test: bool) {
        if self.gives_root(pipeline) {
            self.roots.extend(pipeline.variables.iter().cloned());
        }
        for command in &pipeline.commands {
            self.command(command, is_test);
        }
        let mut after = pipeline.commands.iter().skip(1);
        let is_written = after.any(|it| DUMPS.contains(&function(it)));
        self.is_open |= is_written && pipeline.commands.first().is_some_and(|it| self.is_root(it));
    }

    /// True for what gives all that a template is given, or a copy of it.
    fn gives_root(&self, pipeline: &Pipeline) -> bool {
        let mut commands = pipeline.commands.iter();
        commands.next().is_some_and(|it| self.is_root(it))
            && commands.all(|it| COPIES.contains(&function(it)))
    }

    fn is_root(&self, command: &Command) -> bool {
        match command.operands.as_slice() {
            [operand] => self.names_root(operand),
            operands => {
                COPIES.contains(&function(command)) && operands.iter().any(|it| self.names_root(it))
            }
        }
    }

    fn names_root(&self, operand: &Operand) -> bool {
        match &operand.term {
            Term::Dot => self.moved == 0,
            Term::Variable(name, names) => {
                names.is_empty() && (name == "$" || self.roots.contains(name))
            }
            Term::Pipeline(pipeline) => self.gives_root(pipeline),
            _ => false,
        }
    }

    fn command(&mut self, command: &Command, is_test: bool) {
        if let Some(found) = looked_up(command) {
            self.read(found.place.path.clone(), is_test || found.only_tests);
            self.around(&found);
            return;
        }
        let function = function(command);
        let is_test = is_test && (function.is_empty() || TESTS.contains(&function));
        for operand in &command.operands {
            self.operand(operand, is_test);
            self.is_open |= DUMPS.contains(&function) && self.names_root(operand);
        }
    }

    fn operand(&mut self, operand: &Operand, is_test: bool) {
        match (path_of(operand), &operand.term) {
            (Some(path), _) => {
                self.read(path, is_test);
                self.inside(operand);
            }
            (None, Term::Pipeline(pipeline)) => self.pipeline(pipeline, is_test),
            (None, Term::Chain(inner, _)) => self.operand(inner, false),
            // Run as a template, a text with holes reads what nobody here can tell.
            (None, Term::String(text, _)) => {
                self.is_open |= text == "Values" || text.contains("{{") && text.contains("Values");
            }
            _ => {}
        }
    }

    /// What else is read by an operand that is understood as a path.
    fn inside(&mut self, operand: &Operand) {
        match &operand.term {
            Term::Chain(inner, _) => self.inside(inner),
            Term::Pipeline(pipeline) => {
                for command in &pipeline.commands {
                    match looked_up(command) {
                        Some(found) => self.around(&found),
                        None => command.operands.iter().for_each(|it| self.inside(it)),
                    }
                }
            }
            _ => {}
        }
    }

    /// The operands beside those that make a path.
    fn around(&mut self, found: &LookedUp<'_>) {
        self.inside(found.base);
        found.others.iter().for_each(|it| self.operand(it, false));
    }

    fn read(&mut self, path: Path, is_test: bool) {
        if is_test {
            self.tested.insert(path);
        } else {
            self.whole.insert(path);
        }
    }
}

/// The name of the function that a command calls, empty where it calls none.
fn function(command: &Command) -> &str {
    match command.operands.first().map(|it| &it.term) {
        Some(Term::Function(name)) => name,
        _ => "",
    }
}

/// A path below `.Values`.
struct Place {
    path: Path,
    /// Set where any name below the path may be meant.
    is_any: bool,
}

impl Place {
    fn below(mut self, names: &[SmolStr]) -> Self {
        if !self.is_any {
            self.path.extend(names.iter().cloned());
        }
        self
    }
}

/// The path that an operand names: `.Values.a`, `$.Values.a`, `.context.Values.a`,
/// `(index .Values "a").b`.
pub(super) fn path_of(operand: &Operand) -> Option<Path> {
    place_of(operand).map(|it| it.path)
}

fn place_of(operand: &Operand) -> Option<Place> {
    match &operand.term {
        Term::Field(names) | Term::Variable(_, names) => below_values(names),
        Term::Chain(inner, names) => match place_of(inner) {
            Some(place) => Some(place.below(names)),
            None => below_values(names),
        },
        Term::Pipeline(pipeline) => match pipeline.commands.as_slice() {
            [command] if pipeline.variables.is_empty() => match looked_up(command) {
                Some(found) if !found.only_tests => Some(found.place),
                _ if command.operands.len() == 1 => place_of(&command.operands[0]),
                _ => None,
            },
            _ => None,
        },
        _ => None,
    }
}

fn below_values(names: &[SmolStr]) -> Option<Place> {
    let at = names.iter().position(|it| it == "Values")?;
    let path = match &names[at + 1..] {
        [method, ..] if METHODS.contains(&method.as_str()) => {
            return Some(Place { path: Path::new(), is_any: true });
        }
        [method, rest @ ..] if method == "AsMap" => rest,
        names => names,
    };
    Some(Place { path: path.to_vec(), is_any: false })
}

/// What a function looks up by names as written: `index .Values "a" "b"`, `get .Values "a"`,
/// `dig "a" "b" 0 .Values`, `hasKey .Values "a"`.
struct LookedUp<'a> {
    place: Place,
    /// Whether it only looks whether the path is there.
    only_tests: bool,
    base: &'a Operand,
    others: Vec<&'a Operand>,
}

fn looked_up(command: &Command) -> Option<LookedUp<'_>> {
    let (first, arguments) = command.operands.split_first()?;
    let Term::Function(function) = &first.term else { return None };
    let (base, keys, only_tests) = match (function.as_str(), arguments) {
        ("index" | "get", [base, keys @ ..]) => (base, keys, false),
        ("hasKey", [base, keys @ ..]) => (base, keys, true),
        ("dig", [keys @ .., _, base]) => (base, keys, false),
        _ => return None,
    };
    let mut place = place_of(base)?;
    for key in keys {
        match &key.term {
            Term::String(key, _) => place = place.below(std::slice::from_ref(key)),
            _ => place.is_any = true,
        }
    }
    let only_tests = only_tests && !place.is_any;
    let others = arguments.iter().filter(|it| !std::ptr::eq(*it, base)).collect();
    Some(LookedUp { place, only_tests, base, others })
}
