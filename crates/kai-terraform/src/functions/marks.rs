//! Functions of marks: what must not be shown, and what must not be kept.

use super::arguments::Outcome;
use crate::function::{Function, Parameter, Surroundings};
use crate::value::{Marks, Type, Value};

pub(super) fn functions() -> Vec<Function> {
    let value = || Parameter::any("value").allow_null().allow_unknown().allow_dynamic();
    let same = |name, body| {
        let returns = |it: &[Value]| Ok(it[0].ty());
        Function::typed(name, returns, body).takes(value().allow_marked()).may_be_null()
    };
    vec![
        same("ephemeralasnull", |_, it, _| Ok(without_ephemeral(&it[0]))),
        Function::new("issensitive", Type::Bool, is_sensitive).takes(value().allow_marked()),
        same("nonsensitive", |_, it, _| {
            let marks = Marks { is_sensitive: false, ..it[0].marks };
            Ok(it[0].clone().unmarked().marked(marks))
        }),
        same("sensitive", |_, it, _| Ok(it[0].clone().marked(Marks::SENSITIVE))),
    ]
}

fn without_ephemeral(value: &Value) -> Value {
    if value.marks.is_ephemeral {
        let marks = Marks { is_ephemeral: false, ..value.marks };
        return Value::null(value.ty()).marked(marks).with_origin(value.origin);
    }
    value.with_children(without_ephemeral)
}

fn is_sensitive(_: &dyn Surroundings, arguments: &[Value], ty: &Type) -> Outcome {
    let value = &arguments[0];
    // What is to come may turn out to be marked.
    Ok(match value.as_unknown() {
        Some(unknown) if !value.marks.is_sensitive => {
            Value::unknown(ty.clone(), unknown.cause.clone())
        }
        _ => Value::bool(value.marks.is_sensitive),
    })
}
