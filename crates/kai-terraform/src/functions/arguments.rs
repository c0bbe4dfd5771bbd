//! What functions read from their arguments.

use crate::function::FunctionError;
use crate::value::{Data, Number, Type, Value};

/// What a function gives.
pub(super) type Outcome = Result<Value, FunctionError>;

/// Longer texts and lists are refused: nothing that is applied needs them.
pub(super) const SIZE_MAX: usize = 16 << 20;

/// The text of an argument that its parameter makes one.
pub(super) fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

/// The number of an argument that its parameter makes one.
pub(super) fn number(value: &Value) -> Number {
    value.as_number().cloned().unwrap_or_else(Number::zero)
}

/// The whole number of an argument that its parameter makes a number.
pub(super) fn whole(value: &Value) -> Result<i64, FunctionError> {
    number(value).to_i64().ok_or_else(|| {
        FunctionError::new(format!(
            "value must be a whole number, between {} and {}",
            i64::MIN,
            i64::MAX
        ))
    })
}

/// The same, with a word on what it is before the message.
pub(super) fn named_whole(value: &Value, name: &str) -> Result<i64, FunctionError> {
    whole(value).map_err(|it| FunctionError { message: format!("{name}: {}", it.message), ..it })
}

/// The elements of a list, set or tuple.
pub(super) fn elements(value: &Value) -> &[Value] {
    value.elements().map_or(&[], |it| it)
}

/// A result to come because something in these values is.
pub(super) fn to_come<'a>(ty: &Type, of: impl IntoIterator<Item = &'a Value>) -> Option<Value> {
    let unknown = of.into_iter().find_map(Value::first_unknown)?;
    Some(Value::unknown(ty.clone(), unknown.cause.clone()))
}

/// A list of texts.
pub(super) fn texts<T: AsRef<str> + Into<smol_str::SmolStr>>(
    texts: impl IntoIterator<Item = T>,
) -> Value {
    Value::list(Type::String, texts.into_iter().map(Value::string).collect::<Vec<_>>())
}

/// A list or set, by its own type, with other elements.
pub(super) fn list_like(ty: &Type, elements: Vec<Value>) -> Value {
    match ty {
        Type::Set(element) => Value::set((**element).clone(), elements),
        Type::List(element) => Value::list((**element).clone(), elements),
        _ => Value::tuple(elements),
    }
}

/// True for a list, set or tuple.
pub(super) fn is_sequence(ty: &Type) -> bool {
    matches!(ty, Type::List(_) | Type::Set(_) | Type::Tuple(_))
}

/// True where nothing follows from the value: it may turn out to be anything.
pub(super) fn is_open(value: &Value) -> bool {
    matches!(&value.data, Data::Unknown(it) if it.ty == Type::Dynamic)
}

/// A text of this many bytes can be made.
pub(super) fn check_size(bytes: usize) -> Result<(), FunctionError> {
    if bytes <= SIZE_MAX {
        return Ok(());
    }
    Err(FunctionError::new(format!("the result would be larger than {SIZE_MAX} bytes")))
}
