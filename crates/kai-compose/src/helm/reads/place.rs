//! Which value an operand of a template names.

use kai_syntax::go_template::{Command, Operand, Term};
use smol_str::SmolStr;

/// Names below `.Values`.
pub(in crate::helm) type Path = Vec<SmolStr>;

/// Methods of `.Values` that look up what their argument names, or write all of it.
const METHODS: &[&str] = &["PathValue", "Table", "YAML"];

/// The name of the function that a command calls, empty where it calls none.
pub(super) fn function(command: &Command) -> &str {
    match command.operands.first().map(|it| &it.term) {
        Some(Term::Function(name)) => name,
        _ => "",
    }
}

/// A path below `.Values`.
pub(super) struct Place {
    pub(super) path: Path,
    /// Set where any name below the path may be meant.
    pub(super) is_any: bool,
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
pub(in crate::helm) fn path_of(operand: &Operand) -> Option<Path> {
    place_of(operand).map(|it| it.path)
}

pub(super) fn place_of(operand: &Operand) -> Option<Place> {
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
pub(super) struct LookedUp<'a> {
    pub(super) place: Place,
    /// Whether it only looks whether the path is there.
    pub(super) only_tests: bool,
    pub(super) base: &'a Operand,
    pub(super) others: Vec<&'a Operand>,
}

pub(super) fn looked_up(command: &Command) -> Option<LookedUp<'_>> {
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
    // The key of `"a" | hasKey .Values` comes out of what stands before.
    place.is_any |= only_tests && keys.is_empty();
    let only_tests = only_tests && !place.is_any;
    let others = arguments.iter().filter(|it| !std::ptr::eq(*it, base)).collect();
    Some(LookedUp { place, only_tests, base, others })
}
