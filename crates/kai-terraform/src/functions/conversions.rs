//! Functions that convert to a type.

use super::arguments::{Outcome, text};
use crate::function::{Function, FunctionError, Parameter};
use crate::value::{Type, Value, can_convert};

pub(super) fn functions() -> Vec<Function> {
    vec![
        gone("list", "tolist([ ... ]) syntax to write a literal list"),
        gone("map", "tomap({ ... }) syntax to write a literal map"),
        to("tobool", Type::Bool),
        to("tolist", Type::list(Type::Dynamic)),
        to("tomap", Type::map(Type::Dynamic)),
        to("tonumber", Type::Number),
        to("toset", Type::set(Type::Dynamic)),
        to("tostring", Type::String),
    ]
}

/// A function of old, which every call refuses.
fn gone(name: &'static str, instead: &'static str) -> Function {
    let refuse = move |_: &[Value]| {
        Err(FunctionError::new(format!(
            "the {name:?} function was deprecated in Terraform v0.12 and is no longer available; use \
             {instead}"
        )))
    };
    let any = Parameter::any("vals").allow_null().allow_unknown().allow_dynamic();
    Function::typed(name, refuse, |_, it, _| Ok(it[0].clone())).takes_many(any)
}

fn to(name: &'static str, want: Type) -> Function {
    let parameter = Parameter::any("v").allow_null().allow_dynamic().allow_marked();
    let returns = move |arguments: &[Value]| {
        let got = arguments[0].ty();
        if can_convert(&got, &want) { Ok(want.clone()) } else { Err(refused(&got, &want)) }
    };
    Function::typed(name, returns, |_, it, ty| convert(&it[0], ty)).takes(parameter).may_be_null()
}

fn refused(got: &Type, want: &Type) -> FunctionError {
    FunctionError::of(0, format!("cannot convert {} to {}", got.friendly(), want.wanted()))
}

fn convert(value: &Value, want: &Type) -> Outcome {
    value.convert(want).map_err(|_| {
        let got = value.ty();
        if value.marks_deep().is_sensitive {
            let message =
                format!("cannot convert this sensitive {} to {}", got.friendly(), want.wanted());
            return FunctionError::of(0, message);
        }
        let message = match (&got, want) {
            (Type::String, Type::Bool) => format!(
                "cannot convert {:?} to bool; only the strings \"true\" or \"false\" are allowed",
                text(value)
            ),
            (Type::String, Type::Number) => format!(
                "cannot convert {:?} to number; given string must be a decimal representation of a \
                 number",
                text(value)
            ),
            _ => return refused(&got, want),
        };
        FunctionError::of(0, message)
    })
}
