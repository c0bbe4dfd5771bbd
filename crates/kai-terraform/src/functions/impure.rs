//! Functions whose result nobody knows before an apply.

use kai_core::{OriginId, Reason};

use super::arguments::Outcome;
use crate::function::{Function, Parameter, Surroundings};
use crate::value::{Cause, Refinement, Type, Value};

pub(super) fn functions() -> Vec<Function> {
    vec![
        Function::new("bcrypt", Type::String, |_, _, _| Ok(waits_for("bcrypt()")))
            .takes(Parameter::new("str", Type::String))
            .takes_many(Parameter::new("cost", Type::Number)),
        Function::new("plantimestamp", Type::String, |around, _, _| now(around, "plantimestamp()")),
        // A key of an instance decrypts what only the provider gives.
        Function::new("rsadecrypt", Type::String, |_, _, _| Ok(waits_for("rsadecrypt()")))
            .takes(Parameter::new("ciphertext", Type::String))
            .takes(Parameter::new("privatekey", Type::String)),
        Function::new("timestamp", Type::String, |around, _, _| now(around, "timestamp()")),
        Function::new("uuid", Type::String, |_, _, _| Ok(waits_for("uuid()"))),
    ]
}

fn now(around: &dyn Surroundings, name: &str) -> Outcome {
    Ok(around.now().map_or_else(|| waits_for(name), Value::string))
}

pub(super) fn waits_for(name: &str) -> Value {
    let cause = Cause::new(Reason::ComputedAtApply, name, OriginId::NONE);
    Value::refined(Type::String, Refinement::not_null(), cause)
}
