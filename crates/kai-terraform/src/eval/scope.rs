//! What an expression may refer to.

use kai_core::{Origins, Span};
use smol_str::SmolStr;

use crate::diagnostic::Outcome;
use crate::function::Surroundings;
use crate::syntax::{Body, Expr, Kind, Step};
use crate::value::Value;

/// The names that an expression sees.
pub trait Scope {
    /// The value of a reference, and how many of its steps are in it.
    ///
    /// # Errors
    /// Nothing of that name can be evaluated.
    fn resolve(&self, root: &str, steps: &[Step], span: Span) -> Outcome<(Value, usize)>;

    /// Says what is wrong with a reference without evaluating it: that nobody declares it. `try`
    /// does not catch this.
    ///
    /// # Errors
    /// Nothing of that name is declared.
    fn check(&self, root: &str, steps: &[Step], span: Span) -> Outcome<()>;

    fn origins(&self) -> &Origins;

    fn surroundings(&self) -> &dyn Surroundings;

    /// True for a function that only texts of this kind know, or that means something else in them.
    fn has_function(&self, _name: &str) -> bool {
        false
    }

    /// Calls a function that is the scope's own.
    ///
    /// # Errors
    /// It fails, or there is none of that name.
    fn call(&self, name: &str, _arguments: &[Value], span: Span) -> Outcome<Value> {
        let detail = format!("There is no function named \"{name}\".");
        Err(crate::Diagnostic::new(span, "Call to unknown function", detail))
    }

    /// True where `type()` can be asked, as in `terraform console`.
    fn is_console(&self) -> bool {
        false
    }
}

/// The references of an expression that it does not bind itself, in the order of the text.
pub struct References;

impl References {
    /// Calls `see` with each reference.
    pub fn each<'a>(expr: &'a Expr, see: &mut dyn FnMut(&'a str, &'a [Step], Span)) {
        walk(expr, &mut Vec::new(), see);
    }

    /// The same for all expressions of a body and of the blocks in it.
    pub fn each_in<'a>(body: &'a Body, see: &mut dyn FnMut(&'a str, &'a [Step], Span)) {
        body.attributes.iter().for_each(|it| Self::each(&it.expr, see));
        body.blocks.iter().for_each(|it| Self::each_in(&it.body, see));
    }
}

fn walk<'a>(
    expr: &'a Expr,
    bound: &mut Vec<SmolStr>,
    see: &mut dyn FnMut(&'a str, &'a [Step], Span),
) {
    if let Kind::Traversal(root, steps) = &expr.kind
        && !bound.contains(root)
    {
        see(root, steps, expr.span);
    }
    expr.each_child(&mut |child, names| {
        let before = bound.len();
        bound.extend(names.iter().map(|it| SmolStr::from(*it)));
        walk(child, bound, see);
        bound.truncate(before);
    });
}
