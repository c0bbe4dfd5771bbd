//! Functions of lists and tuples.

use smol_str::SmolStr;

use super::arguments::{
    Outcome, elements, is_sequence, list_like, named_whole, number, text, texts, to_come, whole,
};
use crate::function::{Function, FunctionError, Parameter, Surroundings};
use crate::value::{Bound, Marks, Number, Refinement, Type, Value, equals, unify};

pub(super) fn functions() -> Vec<Function> {
    let any_list = || Parameter::new("list", Type::list(Type::Dynamic));
    let bools = |name, body| {
        Function::new(name, Type::Bool, body).takes(Parameter::new("list", Type::list(Type::Bool)))
    };
    let texts = || Parameter::new("list", Type::list(Type::String));
    vec![
        bools("alltrue", |_, it, ty| all_true(elements(&it[0]), ty)),
        bools("anytrue", |_, it, ty| Ok(any_true(elements(&it[0]), ty))),
        Function::typed("chunklist", |it| Ok(Type::list(it[0].ty())), chunklist)
            .takes(any_list().allow_marked())
            .takes(Parameter::new("size", Type::Number).allow_marked()),
        Function::typed("coalescelist", coalescelist_type, coalescelist)
            .takes_many(Parameter::any("vals").allow_null().allow_unknown().allow_dynamic()),
        Function::new("compact", Type::list(Type::String), compact).takes(texts()),
        Function::typed("concat", concat_type, concat)
            .takes_many(Parameter::any("seqs").allow_marked()),
        Function::new("contains", Type::Bool, contains)
            .takes(Parameter::any("list"))
            .takes(Parameter::any("value")),
        Function::typed("distinct", |it| Ok(it[0].ty()), distinct).takes(any_list()),
        Function::typed("element", element_type, element)
            .takes(Parameter::any("list").allow_marked())
            .takes(Parameter::new("index", Type::Number))
            .may_be_null(),
        Function::typed("flatten", flatten_type, flatten)
            .takes(Parameter::any("list").allow_marked()),
        Function::new("index", Type::Number, index)
            .takes(Parameter::any("list"))
            .takes(Parameter::any("value")),
        Function::typed("matchkeys", matchkeys_type, matchkeys)
            .takes(Parameter::new("values", Type::list(Type::Dynamic)))
            .takes(Parameter::new("keys", Type::list(Type::Dynamic)))
            .takes(Parameter::new("searchset", Type::list(Type::Dynamic))),
        Function::typed("one", one_type, one).takes(Parameter::any("list")).may_be_null(),
        Function::new("range", Type::list(Type::Number), range)
            .takes_many(Parameter::new("params", Type::Number)),
        Function::typed("reverse", reverse_type, |_, it, ty| {
            let reversed = elements(&it[0]).iter().rev().cloned().collect();
            Ok(list_like(ty, reversed).marked(it[0].marks))
        })
        .takes(Parameter::any("list").allow_marked()),
        Function::typed("slice", slice_type, slice)
            .takes(Parameter::any("list").allow_marked())
            .takes(Parameter::new("start_index", Type::Number))
            .takes(Parameter::new("end_index", Type::Number)),
        Function::new("sort", Type::list(Type::String), sort).takes(texts().allow_unknown()),
    ]
}

fn all_true(elements: &[Value], ty: &Type) -> Outcome {
    for it in elements {
        if let Some(unknown) = it.as_unknown() {
            return Ok(Value::unknown(ty.clone(), unknown.cause.clone()));
        }
        if it.as_bool() != Some(true) {
            return Ok(Value::bool(false));
        }
    }
    Ok(Value::bool(true))
}

fn any_true(elements: &[Value], ty: &Type) -> Value {
    if elements.iter().any(|it| it.as_bool() == Some(true)) {
        return Value::bool(true);
    }
    to_come(ty, elements).unwrap_or_else(|| Value::bool(false))
}

fn chunklist(_: &dyn Surroundings, arguments: &[Value], ty: &Type) -> Outcome {
    let (list, size) = (&arguments[0], &arguments[1]);
    let marks = list.marks.and(size.marks);
    let count = named_whole(size, "invalid size")?;
    let Ok(count) = usize::try_from(count) else {
        return Err(FunctionError::new("the size argument must be positive"));
    };
    let all = elements(list);
    let inner = list.ty();
    let chunks: Vec<_> = match count {
        _ if all.is_empty() => Vec::new(),
        0 => vec![list.clone().unmarked()],
        _ => all.chunks(count).map(|it| list_like(&inner, it.to_vec())).collect(),
    };
    Ok(list_like(ty, chunks).marked(marks))
}

fn coalescelist_type(arguments: &[Value]) -> Result<Type, FunctionError> {
    let Some(first) = arguments.first() else {
        return Err(FunctionError::new("at least one argument is required"));
    };
    for it in arguments {
        if !it.is_known() {
            return Ok(Type::Dynamic);
        }
        if !matches!(it.outer_type(), Type::List(_) | Type::Tuple(_)) {
            return Err(FunctionError::new("coalescelist arguments must be lists or tuples"));
        }
    }
    let ty = first.ty();
    let is_one = arguments.iter().all(|it| it.ty() == ty);
    Ok(if is_one { ty } else { Type::Dynamic })
}

fn coalescelist(_: &dyn Surroundings, arguments: &[Value], ty: &Type) -> Outcome {
    for it in arguments {
        if let Some(unknown) = it.as_unknown() {
            return Ok(Value::unknown(ty.clone(), unknown.cause.clone()));
        }
        if !elements(it).is_empty() {
            return Ok(it.clone());
        }
    }
    Err(FunctionError::new("no non-null arguments"))
}

fn compact(_: &dyn Surroundings, arguments: &[Value], ty: &Type) -> Outcome {
    if let Some(value) = to_come(ty, arguments) {
        return Ok(value);
    }
    let kept = elements(&arguments[0]).iter().filter(|it| !text(it).is_empty());
    Ok(list_like(ty, kept.cloned().collect()))
}

fn concat_type(arguments: &[Value]) -> Result<Type, FunctionError> {
    if arguments.is_empty() {
        return Err(FunctionError::new("at least one argument is required"));
    }
    let types: Vec<_> = arguments.iter().map(Value::ty).collect();
    if types.iter().all(|it| matches!(it, Type::List(_)))
        && let Some(ty) = unify(&types)
    {
        return Ok(ty);
    }
    let mut all = Vec::new();
    for (at, (value, ty)) in arguments.iter().zip(&types).enumerate() {
        match ty {
            Type::Tuple(elements) => all.extend(elements.iter().cloned()),
            Type::List(_) if !value.is_known() => return Ok(Type::Dynamic),
            Type::List(element) => {
                all.extend(elements(value).iter().map(|_| (**element).clone()));
            }
            _ => {
                let message =
                    format!("all arguments must be lists or tuples; got {}", ty.friendly());
                return Err(FunctionError::of(at, message));
            }
        }
    }
    Ok(Type::tuple(all))
}

fn concat(_: &dyn Surroundings, arguments: &[Value], ty: &Type) -> Outcome {
    let mut marks = Marks::NONE;
    let mut all = Vec::new();
    for (at, argument) in arguments.iter().enumerate() {
        marks = marks.and(argument.marks);
        match ty {
            Type::List(_) => {
                let list = argument.convert(ty).map_err(|it| FunctionError::of(at, it.message))?;
                all.extend(elements(&list).iter().cloned());
            }
            _ => all.extend(elements(argument).iter().cloned()),
        }
    }
    Ok(list_like(ty, all).marked(marks))
}

fn contains(_: &dyn Surroundings, arguments: &[Value], ty: &Type) -> Outcome {
    let (list, value) = (&arguments[0], &arguments[1]);
    if !is_sequence(&list.outer_type()) {
        return Err(FunctionError::new("argument must be list, tuple, or set"));
    }
    let answers: Vec<_> = elements(list).iter().map(|it| equals(value, it)).collect();
    Ok(any_true(&answers, ty))
}

fn distinct(_: &dyn Surroundings, arguments: &[Value], ty: &Type) -> Outcome {
    if let Some(value) = to_come(ty, arguments) {
        return Ok(value);
    }
    let mut kept: Vec<Value> = Vec::new();
    for it in elements(&arguments[0]) {
        if !kept.iter().any(|other| equals(it, other).as_bool() == Some(true)) {
            kept.push(it.clone());
        }
    }
    Ok(list_like(ty, kept))
}

fn element_type(arguments: &[Value]) -> Result<Type, FunctionError> {
    match arguments[0].ty() {
        Type::List(element) => Ok((*element).clone()),
        Type::Tuple(_) if !arguments[1].is_known() => Ok(Type::Dynamic),
        Type::Tuple(types) => Ok(types[element_index(&arguments[1], types.len())?].clone()),
        other => {
            let message = format!("cannot read elements from {}", other.friendly());
            Err(FunctionError::new(message))
        }
    }
}

fn element_index(index: &Value, length: usize) -> Result<usize, FunctionError> {
    let index = named_whole(index, "invalid index")?;
    if length == 0 {
        return Err(FunctionError::new("cannot use element function with an empty list"));
    }
    let index = usize::try_from(index).map_err(|_| {
        FunctionError::new(format!("the index {index} is negative, which this version refuses"))
    })?;
    Ok(index % length)
}

fn element(_: &dyn Surroundings, arguments: &[Value], _: &Type) -> Outcome {
    let list = elements(&arguments[0]);
    let index = element_index(&arguments[1], list.len())?;
    Ok(list[index].clone().marked(arguments[0].marks))
}

fn flatten_type(arguments: &[Value]) -> Result<Type, FunctionError> {
    let value = &arguments[0];
    if !value.is_wholly_known() {
        return Ok(Type::Dynamic);
    }
    if !is_sequence(&value.outer_type()) {
        return Err(FunctionError::new("can only flatten lists, sets and tuples"));
    }
    Ok(Type::Dynamic)
}

fn flatten(_: &dyn Surroundings, arguments: &[Value], ty: &Type) -> Outcome {
    let value = &arguments[0];
    if !is_sequence(&value.outer_type()) {
        return Err(FunctionError::new("can only flatten lists, sets and tuples"));
    }
    let (mut flat, mut marks) = (Vec::new(), value.marks);
    match flatten_into(value, &mut flat, &mut marks) {
        None => Ok(Value::tuple(flat).marked(marks)),
        Some(unknown) => Ok(Value::unknown(ty.clone(), unknown.cause.clone()).marked(marks)),
    }
}

/// Gives what keeps the number of elements open, if something does.
fn flatten_into<'a>(
    value: &'a Value,
    flat: &mut Vec<Value>,
    marks: &mut Marks,
) -> Option<&'a crate::value::Unknown> {
    let mut open = None;
    for it in elements(value) {
        let ty = it.ty();
        match it.as_unknown() {
            Some(unknown) if is_sequence(&ty) || ty == Type::Dynamic => {
                *marks = marks.and(it.marks);
                open = open.or(Some(&**unknown));
            }
            _ if is_sequence(&ty) && !it.is_null() => {
                *marks = marks.and(it.marks);
                open = open.or(flatten_into(it, flat, marks));
            }
            _ => flat.push(it.clone()),
        }
    }
    open
}

fn index(_: &dyn Surroundings, arguments: &[Value], ty: &Type) -> Outcome {
    let (list, value) = (&arguments[0], &arguments[1]);
    if !matches!(list.outer_type(), Type::List(_) | Type::Tuple(_)) {
        return Err(FunctionError::new("argument must be a list or tuple"));
    }
    let all = elements(list);
    if all.is_empty() {
        return Err(FunctionError::new("cannot search an empty list"));
    }
    for (at, it) in all.iter().enumerate() {
        let answer = equals(it, value);
        if let Some(unknown) = answer.as_unknown() {
            return Ok(Value::unknown(ty.clone(), unknown.cause.clone()));
        }
        if answer.as_bool() == Some(true) {
            return Ok(Value::count(at));
        }
    }
    Err(FunctionError::new("item not found"))
}

fn matchkeys_type(arguments: &[Value]) -> Result<Type, FunctionError> {
    match unify(&[arguments[1].ty(), arguments[2].ty()]) {
        Some(_) => Ok(arguments[0].ty()),
        None => Err(FunctionError::new("keys and searchset must be of the same type")),
    }
}

fn matchkeys(_: &dyn Surroundings, arguments: &[Value], ty: &Type) -> Outcome {
    let (values, keys, wanted) = (&arguments[0], &arguments[1], &arguments[2]);
    if elements(values).len() != elements(keys).len() {
        return Err(FunctionError::new("length of keys and values should be equal"));
    }
    let common = unify(&[keys.ty(), wanted.ty()]).unwrap_or(Type::Dynamic);
    let convert = |it: &Value| it.convert(&common).unwrap_or_else(|_| it.clone());
    let (keys, wanted) = (convert(keys), convert(wanted));
    let mut kept = Vec::new();
    for (key, value) in elements(&keys).iter().zip(elements(values)) {
        let answers: Vec<_> = elements(&wanted).iter().map(|it| equals(key, it)).collect();
        let answer = any_true(&answers, &Type::Bool);
        if let Some(unknown) = answer.as_unknown() {
            return Ok(Value::unknown(ty.clone(), unknown.cause.clone()));
        }
        if answer.as_bool() == Some(true) {
            kept.push(value.clone());
        }
    }
    Ok(list_like(ty, kept))
}

fn one_type(arguments: &[Value]) -> Result<Type, FunctionError> {
    match arguments[0].ty() {
        Type::List(element) | Type::Set(element) => Ok((*element).clone()),
        Type::Tuple(elements) if elements.len() <= 1 => {
            Ok(elements.first().cloned().unwrap_or(Type::Dynamic))
        }
        _ => Err(not_one()),
    }
}

fn not_one() -> FunctionError {
    let message = "must be a list, set, or tuple value with either zero or one elements";
    FunctionError::of(0, message)
}

fn one(_: &dyn Surroundings, arguments: &[Value], ty: &Type) -> Outcome {
    match elements(&arguments[0]) {
        [] => Ok(Value::null(ty.clone())),
        [only] => Ok(only.clone()),
        _ => Err(not_one()),
    }
}

fn range(_: &dyn Surroundings, arguments: &[Value], _: &Type) -> Outcome {
    let given: Vec<_> = arguments.iter().map(number).collect();
    let (start, end, step) = match given.as_slice() {
        [end] => (Number::zero(), end.clone(), None),
        [start, end] => (start.clone(), end.clone(), None),
        [start, end, step] => (start.clone(), end.clone(), Some(step.clone())),
        _ => return Err(FunctionError::new("must have one, two, or three arguments")),
    };
    let step = step.unwrap_or_else(|| Number::from_i64(if end < start { -1 } else { 1 }));
    if step.is_zero() {
        return Err(FunctionError::of(2, "step must not be zero"));
    }
    let is_down = step.is_negative();
    if is_down && end > start {
        return Err(FunctionError::of(1, "end must be less than start when step is negative"));
    }
    if !is_down && end < start {
        return Err(FunctionError::of(1, "end must be greater than start when step is positive"));
    }
    let mut values = Vec::new();
    let mut next = start;
    while if is_down { next > end } else { next < end } {
        if values.len() >= 1024 {
            return Err(FunctionError::new(
                "more than 1024 values were generated; either decrease the difference between \
                 start and end or use a smaller step",
            ));
        }
        let after = next.plus(&step);
        values.push(Value::number(next));
        next = after.ok_or_else(|| FunctionError::new("the step leads to no number"))?;
    }
    Ok(Value::list(Type::Number, values))
}

fn reverse_type(arguments: &[Value]) -> Result<Type, FunctionError> {
    match arguments[0].ty() {
        Type::Tuple(types) => Ok(Type::tuple(types.iter().rev().cloned().collect::<Vec<_>>())),
        Type::List(element) | Type::Set(element) => Ok(Type::List(element)),
        other => {
            let message =
                format!("can only reverse list or tuple values, not {}", other.friendly());
            Err(FunctionError::of(0, message))
        }
    }
}

fn slice_type(arguments: &[Value]) -> Result<Type, FunctionError> {
    let ty = arguments[0].ty();
    let length = match &ty {
        Type::Set(_) => {
            return Err(FunctionError::of(
                0,
                "cannot slice a set, because its elements do not have indices; explicitly convert \
                 to a list if the ordering of the result is not important",
            ));
        }
        Type::Tuple(types) => Some(types.len()),
        Type::List(_) => arguments[0].elements().map(|it| it.len()),
        _ => return Err(FunctionError::of(0, "must be a list or tuple value")),
    };
    let (start, end) = slice_range(arguments, length)?;
    Ok(match (&ty, start, end) {
        (Type::Tuple(types), Some(start), Some(end)) => Type::tuple(types[start..end].to_vec()),
        (Type::Tuple(_), ..) => Type::Dynamic,
        _ => ty,
    })
}

type Ends = (Option<usize>, Option<usize>);

fn slice_range(arguments: &[Value], length: Option<usize>) -> Result<Ends, FunctionError> {
    let end = |at: usize, name: &str| -> Result<Option<usize>, FunctionError> {
        if !arguments[at].is_known() {
            return Ok(None);
        }
        let value = whole(&arguments[at])
            .map_err(|it| FunctionError::of(at, format!("invalid {name} index: {}", it.message)))?;
        let value = usize::try_from(value).map_err(|_| {
            FunctionError::of(at, format!("{name} index must not be less than zero"))
        })?;
        if length.is_some_and(|length| value > length) {
            let message = format!("{name} index must not be greater than the length of the list");
            return Err(FunctionError::of(at, message));
        }
        Ok(Some(value))
    };
    let (start, end) = (end(1, "start")?, end(2, "end")?);
    if start.zip(end).is_some_and(|(start, end)| start > end) {
        let message = "start index must not be greater than end index";
        return Err(FunctionError::of(1, message));
    }
    Ok((start, end))
}

fn slice(_: &dyn Surroundings, arguments: &[Value], ty: &Type) -> Outcome {
    let list = &arguments[0];
    let all = elements(list);
    let (Some(start), Some(end)) = slice_range(arguments, Some(all.len()))? else {
        return Err(FunctionError::new("the indices must be known"));
    };
    Ok(list_like(ty, all[start..end].to_vec()).marked(list.marks))
}

fn sort(_: &dyn Surroundings, arguments: &[Value], ty: &Type) -> Outcome {
    let list = &arguments[0];
    if let Some(unknown) = list.first_unknown() {
        let known = list.refinement();
        let (least, most) = match list.elements() {
            Some(elements) => (elements.len(), Some(elements.len())),
            None => (known.length_min, known.length_max),
        };
        let refinement =
            Refinement { length_min: least, length_max: most, ..Refinement::not_null() };
        return Ok(Value::refined(ty.clone(), refinement, unknown.cause.clone()));
    }
    let all = elements(list);
    if let Some(at) = all.iter().position(Value::is_null) {
        let message = format!("given list element {at} is null; a null string cannot be sorted");
        return Err(FunctionError::new(message));
    }
    let mut sorted: Vec<SmolStr> = all.iter().map(|it| text(it).into()).collect();
    sorted.sort();
    Ok(texts(sorted))
}

/// Bounds of a count.
pub(super) fn bound(count: usize) -> Bound {
    let value = Number::from_i64(i64::try_from(count).unwrap_or(i64::MAX));
    Bound { value, is_inclusive: true }
}
