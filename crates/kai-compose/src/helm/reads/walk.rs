//! What one template reads.

use std::collections::BTreeSet;

use kai_syntax::go_template::{Branch, Command, Item, Operand, Pipeline, Template, Term};
use smol_str::SmolStr;

use super::Reads;
use super::place::{LookedUp, Place, function, looked_up, place_of};

/// Functions that only look whether a value is there, or compare it.
const TESTS: &[&str] =
    &["and", "or", "not", "eq", "ne", "lt", "le", "gt", "ge", "empty", "kindIs", "typeIs"];

/// Functions that write all that they are given.
const DUMPS: &[&str] = &[
    "mustToJson",
    "mustToPrettyJson",
    "mustToRawJson",
    "toJson",
    "toPrettyJson",
    "toRawJson",
    "toToml",
    "toYaml",
    "toYamlPretty",
    "values",
];

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

/// Functions that look up what is named by their other arguments.
const LOOKUPS: &[&str] = &["index", "get", "dig", "pluck"];

pub(super) fn walk(reads: &mut Reads, template: &Template) {
    let mut walk = Walk { reads, roots: BTreeSet::new(), moved: 0 };
    for definition in &template.definitions {
        walk.reads.defined.insert(definition.name.clone());
        walk.items(&definition.body);
    }
    walk.items(&template.body);
}

struct Walk<'a> {
    reads: &'a mut Reads,
    /// Variables that may hold all that a template is given.
    roots: BTreeSet<SmolStr>,
    /// How many loops and `with`s stand between a template's dot and the one that is read.
    moved: u32,
}

impl Walk<'_> {
    fn items(&mut self, items: &[Item]) {
        for item in items {
            match item {
                Item::Text { .. } | Item::Break | Item::Continue => {}
                Item::Action(pipeline) => self.pipeline(pipeline, false),
                Item::If(branch) => self.branch(branch, branch.pipeline.variables.is_empty()),
                Item::With(branch) => self.moving(branch),
                Item::Range(branch) => {
                    self.reads.is_open |= self.gives_root(&branch.pipeline);
                    self.moving(branch);
                }
                Item::Call(call) => {
                    self.reads.called.insert(call.name.clone());
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

    /// A branch in whose body the dot is another one, unless it is given all once more.
    fn moving(&mut self, branch: &Branch) {
        let is_moved = u32::from(!self.gives_root(&branch.pipeline));
        self.pipeline(&branch.pipeline, false);
        self.moved += is_moved;
        self.items(&branch.body);
        self.moved -= is_moved;
        self.items(&branch.otherwise);
    }

    fn pipeline(&mut self, pipeline: &Pipeline, is_test: bool) {
        if self.gives_root(pipeline) {
            self.roots.extend(pipeline.variables.iter().cloned());
        }
        let mut after = pipeline.commands.iter().skip(1).map(function);
        // A test of what a function makes of a value reads all of it.
        let is_handed_on = is_test && after.clone().any(|it| !TESTS.contains(&it));
        for command in &pipeline.commands {
            self.command(command, is_test);
            if is_handed_on {
                self.command(command, false);
            }
        }
        let is_written = after.any(|it| DUMPS.contains(&it));
        self.reads.is_open |=
            is_written && pipeline.commands.first().is_some_and(|it| self.is_root(it));
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
            self.around(&found);
            self.read(found.place, is_test || found.only_tests);
            return;
        }
        let function = function(command);
        if function == "include" {
            self.call(command.operands.get(1));
        }
        let is_test = is_test && (function.is_empty() || TESTS.contains(&function));
        for operand in &command.operands {
            self.operand(operand, is_test);
            self.reads.is_open |= DUMPS.contains(&function) && self.names_root(operand);
        }
        let is_computed = |it: &Operand| !matches!(it.term, Term::String(..) | Term::Number(_));
        self.reads.is_open |= LOOKUPS.contains(&function)
            && command.operands.iter().any(|it| self.names_root(it))
            && command.operands.iter().skip(1).any(|it| !self.names_root(it) && is_computed(it));
    }

    /// Whichever name below a place is tested, all of them are read.
    fn read(&mut self, place: Place, is_test: bool) {
        if place.is_any && is_test {
            self.reads.read(place.path.clone(), false);
        }
        self.reads.read(place.path, is_test);
    }

    /// The name of a template that is called. A file of the chart itself is called by its path.
    fn call(&mut self, name: Option<&Operand>) {
        match name.map(|it| &it.term) {
            Some(Term::String(name, _)) => {
                self.reads.called.insert(name.clone());
            }
            Some(Term::Pipeline(pipeline)) => {
                let mut operands = pipeline.commands.iter().flat_map(|it| &it.operands);
                let is_own = |it: &Operand| match &it.term {
                    Term::Field(names) | Term::Variable(_, names) => {
                        names.last().is_some_and(|it| it == "BasePath")
                    }
                    _ => false,
                };
                self.reads.calls_any |= !operands.any(is_own);
            }
            _ => self.reads.calls_any = true,
        }
    }

    fn operand(&mut self, operand: &Operand, is_test: bool) {
        match (place_of(operand), &operand.term) {
            (Some(place), _) => {
                self.read(place, is_test);
                self.inside(operand);
            }
            (None, Term::Pipeline(pipeline)) => self.pipeline(pipeline, is_test),
            (None, Term::Chain(inner, _)) => self.operand(inner, false),
            (None, Term::String(text, _)) => self.text(text),
            _ => {}
        }
    }

    /// Run as a template, a text with holes reads what nobody here can tell, and so may one that is
    /// put into such a hole.
    fn text(&mut self, text: &str) {
        let has_holes = text.contains("{{");
        let names_values =
            text == "Values" || text.contains("Values.") && !text.contains(char::is_whitespace);
        self.reads.is_open |= names_values || has_holes && text.contains("Values");
        self.reads.calls_any |= has_holes && text.contains("include");
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
}
