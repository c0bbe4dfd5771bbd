//! Functions of sets, and of values of one common type.

use super::arguments::{Outcome, SIZE_MAX, elements, list_like};
use crate::function::{Function, FunctionError, Parameter, Surroundings};
use crate::value::{Marks, Refinement, Type, Value, equals, unify};

pub(super) fn functions() -> Vec<Function> {
    let set = |name| Parameter::new(name, Type::set(Type::Dynamic)).allow_dynamic();
    vec![
        Function::typed("coalesce", coalesce_type, coalesce)
            .takes_many(Parameter::any("vals").allow_null().allow_unknown().allow_dynamic()),
        Function::typed("setintersection", common_type, |_, it, ty| {
            let inside = |set: &[Value], it: &Value| is_in(set, it);
            combine(it, ty, |sets| kept(&sets[0], |it| sets[1..].iter().all(|set| inside(set, it))))
        })
        .takes(set("first_set"))
        .takes_many(set("other_sets")),
        Function::typed("setproduct", setproduct_type, setproduct)
            .takes_many(Parameter::any("sets").allow_marked().allow_unknown()),
        Function::typed("setsubtract", common_type, |_, it, ty| {
            combine(it, ty, |sets| kept(&sets[0], |it| !is_in(&sets[1], it)))
        })
        .takes(set("a"))
        .takes(set("b")),
        Function::typed("setunion", common_type, setunion)
            .takes(set("first_set"))
            .takes_many(set("other_sets")),
    ]
}

fn coalesce_type(arguments: &[Value]) -> Result<Type, FunctionError> {
    let types: Vec<_> = arguments.iter().map(Value::ty).collect();
    unify(&types).ok_or_else(|| FunctionError::new("all arguments must have the same type"))
}

fn coalesce(_: &dyn Surroundings, arguments: &[Value], ty: &Type) -> Outcome {
    for (at, argument) in arguments.iter().enumerate() {
        let value = argument.convert(ty).map_err(|it| FunctionError::of(at, it.message))?;
        if let Some(unknown) = value.as_unknown() {
            return Ok(Value::unknown(ty.clone(), unknown.cause.clone()));
        }
        if !value.is_null() && value.as_str() != Some("") {
            return Ok(value);
        }
    }
    Err(FunctionError::new("no non-null, non-empty-string arguments"))
}

/// The type of sets that are joined; an empty one of no type takes that of the others.
fn common_type(arguments: &[Value]) -> Result<Type, FunctionError> {
    let element = |it: &Value| it.ty().element().cloned().unwrap_or(Type::Dynamic);
    let says = |it: &&Value| {
        let is_empty = it.elements().is_some_and(|it| it.is_empty());
        !(is_empty && element(it) == Type::Dynamic)
    };
    let types: Vec<_> = arguments.iter().filter(says).map(element).collect();
    if types.is_empty() {
        return Ok(Type::set(Type::Dynamic));
    }
    unify(&types)
        .map(Type::set)
        .ok_or_else(|| FunctionError::new("given sets must all have compatible element types"))
}

fn converted(arguments: &[Value], ty: &Type) -> Result<Vec<Value>, FunctionError> {
    let convert =
        |(at, it): (usize, &Value)| it.convert(ty).map_err(|it| FunctionError::of(at, it.message));
    arguments.iter().enumerate().map(convert).collect()
}

/// What can be said only of sets that are wholly known.
fn combine(
    arguments: &[Value],
    ty: &Type,
    combine: impl Fn(&[Vec<Value>]) -> Vec<Value>,
) -> Outcome {
    let sets = converted(arguments, ty)?;
    if let Some(value) = super::arguments::to_come(ty, &sets) {
        return Ok(value);
    }
    let sets: Vec<_> = sets.iter().map(|it| elements(it).to_vec()).collect();
    Ok(list_like(ty, combine(&sets)))
}

fn kept(set: &[Value], keep: impl Fn(&Value) -> bool) -> Vec<Value> {
    set.iter().filter(|it| keep(it)).cloned().collect()
}

fn is_in(set: &[Value], value: &Value) -> bool {
    set.iter().any(|it| equals(it, value).as_bool() == Some(true))
}

fn setunion(_: &dyn Surroundings, arguments: &[Value], ty: &Type) -> Outcome {
    let sets = converted(arguments, ty)?;
    if let Some(unknown) = sets.iter().find_map(Value::as_unknown) {
        return Ok(Value::unknown(ty.clone(), unknown.cause.clone()));
    }
    Ok(list_like(ty, sets.iter().flat_map(|it| elements(it).iter().cloned()).collect()))
}

fn setproduct_type(arguments: &[Value]) -> Result<Type, FunctionError> {
    if arguments.len() < 2 {
        return Err(FunctionError::new("at least two arguments are required"));
    }
    let (mut types, mut is_ordered) = (Vec::new(), true);
    for (at, it) in arguments.iter().enumerate() {
        types.push(match it.ty() {
            Type::Set(element) => {
                is_ordered = false;
                (*element).clone()
            }
            Type::List(element) => (*element).clone(),
            Type::Tuple(elements) if elements.is_empty() => Type::Dynamic,
            Type::Tuple(elements) => unify(&elements)
                .ok_or_else(|| FunctionError::of(at, "all elements must be of the same type"))?,
            _ => return Err(FunctionError::of(at, "a set or a list is required")),
        });
    }
    let tuple = Type::tuple(types);
    Ok(if is_ordered { Type::list(tuple) } else { Type::set(tuple) })
}

fn setproduct(_: &dyn Surroundings, arguments: &[Value], ty: &Type) -> Outcome {
    let marks = arguments.iter().fold(Marks::NONE, |marks, it| marks.and(it.marks));
    if let Some(unknown) = arguments.iter().find_map(Value::as_unknown) {
        let value = Value::refined(ty.clone(), product_length(arguments), unknown.cause.clone());
        return Ok(value.marked(marks));
    }
    let sizes = arguments.iter().map(|it| elements(it).len());
    let total = sizes.fold(1_usize, usize::saturating_mul);
    if total.saturating_mul(arguments.len()) > SIZE_MAX / 64 {
        return Err(FunctionError::new("the product has too many elements"));
    }
    let Some(Type::Tuple(types)) = ty.element() else {
        return Err(FunctionError::new("the type of the product is not known"));
    };
    let mut product: Vec<Vec<Value>> = vec![Vec::new()];
    for (argument, ty) in arguments.iter().zip(types.iter()) {
        let mut longer = Vec::new();
        for begun in &product {
            for it in elements(argument) {
                let it = it.convert(ty).map_err(|it| FunctionError::new(it.message))?;
                longer.push(begun.iter().cloned().chain([it]).collect());
            }
        }
        product = longer;
    }
    let tuples = product.into_iter().map(Value::tuple).collect();
    Ok(list_like(ty, tuples).marked(marks))
}

/// Between one and the product of the largest lengths, if those are small.
fn product_length(arguments: &[Value]) -> Refinement {
    let mut most = 1_usize;
    for it in arguments {
        let length = match (it.ty(), it.elements()) {
            (_, Some(elements)) => Some(elements.len()),
            (Type::Tuple(types), _) => Some(types.len()),
            _ => it.refinement().length_max,
        };
        match length {
            Some(length) if length <= 1024 => most = most.saturating_mul(length),
            _ => return Refinement::not_null(),
        }
    }
    if most > 2048 {
        return Refinement::not_null();
    }
    Refinement { length_min: most.min(1), length_max: Some(most), ..Refinement::not_null() }
}
