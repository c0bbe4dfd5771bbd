//! What a file hands over, as far as it can be known.

use std::collections::BTreeMap;
use std::sync::Arc;

use kai_core::{OriginId, Reason};

use super::scope::{FileScope, Strategy};
use super::source::CHECKOUT;
use super::unit::Inputs;
use crate::diagnostic::{Diagnostic, Outcome};
use crate::syntax::{Expr, Kind, StepKind};
use crate::value::{Cause, Data, Type, Value};

/// The inputs of one file alone.
pub(super) fn of_file(scope: &FileScope<'_>) -> Outcome<Inputs> {
    let attribute = scope.file.body.attribute("inputs");
    attribute.map_or_else(|| Ok(Inputs::default()), |it| open_object(scope, &it.expr, 0))
}

/// An object of which a part may be unknown: what is merged after that part is known all the same.
fn open_object(scope: &FileScope<'_>, expr: &Expr, depth: usize) -> Outcome<Inputs> {
    const DEPTH_MAX: usize = 50;
    match &expr.kind {
        Kind::Wrap(it) | Kind::Parens(it) => return open_object(scope, it, depth),
        Kind::Call(call) if call.name == "merge" && !call.is_expanded => {
            let mut inputs = Inputs::default();
            for argument in &call.arguments {
                inputs.put(open_object(scope, argument, depth)?);
            }
            return Ok(inputs);
        }
        Kind::Traversal(root, steps) if root == "local" && depth < DEPTH_MAX => {
            if let [step] = steps.as_slice()
                && let StepKind::Attribute(name) = &step.kind
                && let Some(expr) = scope.local_expr(name)
                && scope.value(expr).is_ok_and(|it| !it.is_known())
            {
                return open_object(scope, expr, depth + 1);
            }
        }
        _ => {}
    }
    let value = scope.value(expr)?;
    if let Some(unknown) = value.as_unknown() {
        return Ok(Inputs { values: BTreeMap::new(), open: Some(unknown.cause.clone()) });
    }
    match value.entries() {
        Some(entries) => Ok(Inputs {
            values: entries.iter().map(|(name, it)| (name.clone(), portable(it))).collect(),
            open: None,
        }),
        None if value.is_null() => Ok(Inputs::default()),
        None => {
            let detail = "Inputs must be an object.";
            Err(Diagnostic::new(expr.span, "Unsuitable value type", detail))
        }
    }
}

/// Adds what overrides the inputs of an included file.
pub(super) fn merged(mut base: Inputs, over: Inputs, strategy: Strategy) -> Inputs {
    match strategy {
        Strategy::No => over,
        Strategy::Shallow => {
            base.put(over);
            base
        }
        Strategy::Deep => {
            let values = over.values.into_iter().map(|(name, value)| {
                let merged = match base.values.get(&name) {
                    Some(below) => deep(below, &value),
                    None => value,
                };
                (name, merged)
            });
            let over = Inputs { values: values.collect(), open: over.open };
            base.put(over);
            base
        }
    }
}

/// Maps are merged, lists are joined, and else the second stands.
fn deep(below: &Value, above: &Value) -> Value {
    if let (Some(one), Some(other)) = (below.entries(), above.entries()) {
        let mut entries = (**one).clone();
        for (name, value) in other.iter() {
            let value = entries.get(name).map_or_else(|| value.clone(), |it| deep(it, value));
            entries.insert(name.clone(), value);
        }
        return Value::object(entries).with_origin(above.origin);
    }
    match (below.elements(), above.elements()) {
        (Some(one), Some(other)) => {
            let joined: Arc<[Value]> = one.iter().chain(other.iter()).cloned().collect();
            Value::new(Data::Tuple(joined)).with_origin(above.origin)
        }
        _ => above.clone(),
    }
}

/// A path that begins at the checkout is known only on the machine that holds it.
pub(super) fn portable(value: &Value) -> Value {
    if value.as_str().is_some_and(|it| it.contains(CHECKOUT)) {
        let text = "the folder of the checkout";
        let cause = Cause::new(Reason::NotInRepository, text, OriginId::NONE);
        return Value::unknown(Type::String, cause).with_origin(value.origin);
    }
    value.with_children(portable)
}
