//! A value of one type as a value of another.

use std::collections::BTreeMap;
use std::sync::Arc;

use smol_str::SmolStr;

use super::mismatch::mismatch;
use super::{Data, Number, Refinement, Type, Unknown, Value, unify};

/// Why a value cannot have a type, in Terraform's words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConversionError {
    /// Where in the value, outermost first: `["a"]`, `.b`.
    pub path: String,
    pub message: String,
}

impl ConversionError {
    fn new(message: impl Into<String>) -> Self {
        Self { path: String::new(), message: message.into() }
    }

    fn below(mut self, step: &str) -> Self {
        self.path.insert_str(0, step);
        self
    }
}

/// True where values of one type can be tried as another; a text may still not read as a number.
#[must_use]
pub fn can_convert(from: &Type, to: &Type) -> bool {
    if from == to {
        return true;
    }
    match (from, to) {
        (_, Type::Dynamic) | (Type::Dynamic, _) => true,
        (Type::Bool | Type::Number, Type::String) | (Type::String, Type::Bool | Type::Number) => {
            true
        }
        (Type::List(from) | Type::Set(from), Type::List(to) | Type::Set(to))
        | (Type::Map(from), Type::Map(to)) => can_convert(from, to),
        (Type::Tuple(from), Type::List(to) | Type::Set(to)) => {
            (**to != Type::Dynamic || from.is_empty() || unify(from).is_some())
                && from.iter().all(|it| can_convert(it, to))
        }
        (Type::Object(from), Type::Map(to)) => {
            let types: Vec<_> = from.attributes.values().cloned().collect();
            (**to != Type::Dynamic || types.is_empty() || unify(&types).is_some())
                && types.iter().all(|it| can_convert(it, to))
        }
        (Type::Tuple(from), Type::Tuple(to)) => {
            from.len() == to.len() && from.iter().zip(to.iter()).all(|(a, b)| can_convert(a, b))
        }
        (Type::Object(from), Type::Object(to)) => {
            to.attributes.iter().all(|(name, ty)| match from.attributes.get(name) {
                Some(given) => can_convert(given, ty),
                None => to.optional.contains(name),
            })
        }
        (Type::Map(from), Type::Object(to)) => {
            to.attributes.values().all(|ty| can_convert(from, ty))
        }
        _ => false,
    }
}

impl Value {
    /// The value as one of another type. It keeps its origin and marks.
    ///
    /// # Errors
    /// No value of the type can be made of it.
    pub fn convert(&self, want: &Type) -> Result<Self, ConversionError> {
        if *want == Type::Dynamic {
            return Ok(self.clone());
        }
        let ty = self.ty();
        if ty == *want || ty == want.without_optional() {
            return Ok(self.clone());
        }
        if !can_convert(&ty, want) {
            return Err(ConversionError::new(mismatch(&ty, want)));
        }
        let value = self.converted(want)?;
        Ok(Self { marks: value.marks.and(self.marks), origin: self.origin, ..value })
    }

    fn converted(&self, want: &Type) -> Result<Self, ConversionError> {
        match (&self.data, want) {
            (Data::Null(ty), _) => Ok(Self::null(filled(ty, want))),
            (Data::Unknown(unknown), Type::Object(to)) if unknown.parts.is_some() => {
                let attribute = |(name, ty): (&SmolStr, &Type)| {
                    let value = self.part(name)?;
                    Some(value.convert(ty).map(|it| (name.clone(), it)))
                };
                let attributes = to.attributes.iter().filter_map(attribute);
                Ok(Self::object(attributes.collect::<Result<BTreeMap<_, _>, _>>()?))
            }
            (Data::Unknown(unknown), _) => Ok(convert_unknown(unknown, want)),
            (Data::Bool(it), Type::String) => Ok(Self::string(if *it { "true" } else { "false" })),
            (Data::Number(it), Type::String) => Ok(Self::string(it.to_string())),
            (Data::String(text), Type::Bool) => to_bool(text),
            (Data::String(text), Type::Number) => Number::parse(text)
                .map(Self::number)
                .ok_or_else(|| ConversionError::new("a number is required")),
            (Data::List(from, it) | Data::Set(from, it), Type::List(to) | Type::Set(to)) => {
                let to = if it.is_empty() { filled(from, to) } else { (**to).clone() };
                sequence(it, &to, want)
            }
            (Data::Tuple(it), Type::List(to) | Type::Set(to)) => sequence(it, to, want),
            (Data::Map(from, it), Type::Map(to)) => {
                let to = if it.is_empty() { filled(from, to) } else { (**to).clone() };
                entries(it, &to)
            }
            (Data::Object(it), Type::Map(to)) => entries(it, to),
            (Data::Tuple(it), Type::Tuple(to)) => {
                let elements = it.iter().zip(to.iter()).enumerate();
                let elements = elements.map(|(index, (value, ty))| {
                    value.convert(ty).map_err(|it| it.below(&format!("[{index}]")))
                });
                Ok(Self::tuple(elements.collect::<Result<Vec<_>, _>>()?))
            }
            (Data::Object(it) | Data::Map(_, it), Type::Object(to)) => {
                let attribute = |(name, ty): (&SmolStr, &Type)| {
                    let value = match it.get(name) {
                        Some(value) => {
                            value.convert(ty).map_err(|it| it.below(&format!(".{name}")))
                        }
                        None if to.optional.contains(name) => {
                            Ok(Self::null(ty.without_optional()).with_origin(self.origin))
                        }
                        None => Err(ConversionError::new(format!(
                            "map has no element for required attribute \"{name}\""
                        ))),
                    };
                    value.map(|it| (name.clone(), it))
                };
                let attributes = to.attributes.iter().map(attribute);
                Ok(Self::object(attributes.collect::<Result<BTreeMap<_, _>, _>>()?))
            }
            _ => Err(ConversionError::new(mismatch(&self.ty(), want))),
        }
    }
}

fn to_bool(text: &str) -> Result<Value, ConversionError> {
    match text {
        "true" | "1" => Ok(Value::bool(true)),
        "false" | "0" => Ok(Value::bool(false)),
        "True" | "TRUE" => Err(ConversionError::new(
            "a bool is required; to convert from string, use lowercase \"true\"",
        )),
        "False" | "FALSE" => Err(ConversionError::new(
            "a bool is required; to convert from string, use lowercase \"false\"",
        )),
        _ => Err(ConversionError::new("a bool is required")),
    }
}

/// The elements as a list or set of one type.
fn sequence(elements: &[Value], to: &Type, want: &Type) -> Result<Value, ConversionError> {
    let step = |index: usize| format!("[{index}]");
    let (ty, elements) = uniform(elements.iter().enumerate(), to, step, Nulls::Refuse)?;
    Ok(if matches!(want, Type::Set(_)) {
        Value::set(ty, elements)
    } else {
        Value::list(ty, elements)
    })
}

fn entries(entries: &BTreeMap<SmolStr, Value>, to: &Type) -> Result<Value, ConversionError> {
    let step = |key: &SmolStr| format!("[\"{key}\"]");
    let (ty, elements) = uniform(entries.iter(), to, step, Nulls::Join)?;
    Ok(Value::map(ty, entries.keys().cloned().zip(elements).collect()))
}

/// What becomes of nulls without a type beside collections and objects.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Nulls {
    /// They do not fit: lists and sets.
    Refuse,
    /// They take the type of the others: maps.
    Join,
}

/// The values as values of one type, also where the constraint leaves it open.
fn uniform<'a, K>(
    values: impl Iterator<Item = (K, &'a Value)>,
    to: &Type,
    step: impl Fn(K) -> String,
    nulls: Nulls,
) -> Result<(Type, Vec<Value>), ConversionError> {
    let convert = |(key, it): (K, &Value)| it.convert(to).map_err(|e| e.below(&step(key)));
    let values = values.map(convert).collect::<Result<Vec<_>, _>>()?;
    if !to.has_dynamic() || values.is_empty() {
        return Ok((to.without_optional(), values));
    }
    let types: Vec<_> = values.iter().map(Value::ty).collect();
    let differ = || ConversionError::new("all elements must have the same type");
    let mut ty = unify(&types).ok_or_else(differ)?;
    if ty == Type::Dynamic && types.iter().any(|it| *it != Type::Dynamic) {
        // What is not known yet keeps the type open.
        if values.iter().any(|it| !it.is_known()) {
            return Ok((ty, values));
        }
        let typed: Vec<_> = types.into_iter().filter(|it| *it != Type::Dynamic).collect();
        ty = unify(&typed).filter(|_| nulls == Nulls::Join).ok_or_else(differ)?;
    }
    let values = values.iter().map(|it| it.convert(&ty)).collect::<Result<Vec<_>, _>>()?;
    Ok((ty, values))
}

fn convert_unknown(unknown: &Arc<Unknown>, want: &Type) -> Value {
    let from = &unknown.ty;
    let ty = filled(from, want);
    let known = &unknown.refinement;
    let counted = |count: usize| Refinement {
        is_not_null: known.is_not_null,
        length_min: count,
        length_max: Some(count),
        ..Refinement::default()
    };
    let refinement = match (from, want) {
        (Type::List(_) | Type::Map(_), Type::List(_) | Type::Map(_))
        | (Type::Set(_), Type::Set(_) | Type::List(_)) => known.clone(),
        (Type::List(_), Type::Set(_)) => {
            Refinement { length_min: known.length_min.min(1), ..known.clone() }
        }
        (Type::Tuple(elements), Type::List(_)) => counted(elements.len()),
        (Type::Tuple(elements), Type::Set(_)) => {
            Refinement { length_min: elements.len().min(1), ..counted(elements.len()) }
        }
        (Type::Object(object), Type::Map(_)) => counted(object.attributes.len()),
        (from, to) if from == to => known.clone(),
        _ => Refinement { is_not_null: known.is_not_null, ..Refinement::default() },
    };
    // A set has no order, and text of a number is another text.
    let is_kept = !matches!(want, Type::Set(_));
    let value = Value::refined(ty, refinement, unknown.cause.clone());
    if is_kept { value.formed(unknown.form.to_vec()) } else { value }
}

/// The constraint with its open parts filled from the type of a value.
pub(crate) fn filled(from: &Type, want: &Type) -> Type {
    match (from, want) {
        (_, Type::Dynamic) => from.clone(),
        (Type::List(from) | Type::Set(from) | Type::Map(from), _) if want.element().is_some() => {
            rewrap(want, filled(from, want.element().unwrap_or(&Type::Dynamic)))
        }
        (Type::Tuple(from), Type::List(to) | Type::Set(to)) => {
            rewrap(want, filled(&unify(from).unwrap_or(Type::Dynamic), to))
        }
        (Type::Object(from), Type::Map(to)) => {
            let types: Vec<_> = from.attributes.values().cloned().collect();
            rewrap(want, filled(&unify(&types).unwrap_or(Type::Dynamic), to))
        }
        (Type::Object(from), Type::Object(to)) => {
            let attributes = to.attributes.iter().map(|(name, ty)| {
                let given = from.attributes.get(name);
                let ty = given.map_or_else(|| ty.without_optional(), |it| filled(it, ty));
                (name.clone(), ty)
            });
            Type::object(attributes.collect())
        }
        (Type::Tuple(from), Type::Tuple(to)) if from.len() == to.len() => {
            let elements = from.iter().zip(to.iter()).map(|(from, to)| filled(from, to));
            Type::tuple(elements.collect::<Vec<_>>())
        }
        _ => want.without_optional(),
    }
}

fn rewrap(kind: &Type, element: Type) -> Type {
    match kind {
        Type::Set(_) => Type::set(element),
        Type::Map(_) => Type::map(element),
        _ => Type::list(element),
    }
}
