//! `yamlencode`, and `yamldecode` with Terraform's own typing of scalars.

use kai_syntax::yaml::emit_quoted;

use super::arguments::{Outcome, text, to_come};
use super::yaml_reader::YamlReader;
use crate::function::{Function, FunctionError, Parameter, Surroundings};
use crate::value::{Type, Value};

pub(super) fn functions() -> Vec<Function> {
    vec![
        Function::typed(
            "yamldecode",
            |_| Ok(Type::Dynamic),
            |_, it, _| YamlReader::read(text(&it[0])).map_err(FunctionError::new),
        )
        .takes(Parameter::new("src", Type::String))
        .may_be_null(),
        Function::new("yamlencode", Type::String, yamlencode)
            .takes(Parameter::any("value").allow_null().allow_unknown().allow_dynamic()),
    ]
}

fn yamlencode(_: &dyn Surroundings, arguments: &[Value], ty: &Type) -> Outcome {
    if let Some(value) = to_come(ty, arguments) {
        return Ok(value);
    }
    Ok(Value::string(emit_quoted(&arguments[0].to_node())))
}
