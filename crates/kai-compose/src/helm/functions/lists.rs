//! Sprig's lists. Nothing changes a list in place.

use super::convert::to_texts;
use super::go::position;
use super::{Function, Kind, Outcome, function};
use crate::helm::run::Run;
use crate::helm::value::{Data, ListType, Object, Text, Value, bounds};

const LIST: &[Kind] = &[Kind::Any];
const TWO: &[Kind] = &[Kind::Any, Kind::Any];

/// Comparing so many items takes as long as running through a node.
const COMPARISONS_OF_A_STEP: usize = 8;

pub(super) const ALL: &[Function] = &[
    function("append", TWO, None, append),
    function("chunk", &[Kind::Int, Kind::Any], None, chunk),
    function("compact", LIST, None, compact),
    function("concat", &[], Some(Kind::Any), concat),
    function("first", LIST, None, |_, it| ends(&it[0], "first", |it| it.first().cloned())),
    function("has", TWO, None, has),
    function("initial", LIST, None, |_, it| {
        part(&it[0], "initial", |it| (0, it.saturating_sub(1)))
    }),
    function("last", LIST, None, |_, it| ends(&it[0], "last", |it| it.last().cloned())),
    function("list", &[], Some(Kind::Any), |_, it| Ok(Value::list(it))),
    function("mustAppend", TWO, None, append),
    function("mustChunk", &[Kind::Int, Kind::Any], None, chunk),
    function("mustCompact", LIST, None, compact),
    function("mustFirst", LIST, None, |_, it| ends(&it[0], "first", |it| it.first().cloned())),
    function("mustHas", TWO, None, has),
    function("mustInitial", LIST, None, |_, it| {
        part(&it[0], "initial", |it| (0, it.saturating_sub(1)))
    }),
    function("mustLast", LIST, None, |_, it| ends(&it[0], "last", |it| it.last().cloned())),
    function("mustPrepend", TWO, None, prepend),
    function("mustPush", TWO, None, append),
    function("mustRest", LIST, None, |_, it| part(&it[0], "rest", |it| (1.min(it), it))),
    function("mustReverse", LIST, None, reverse),
    function("mustSlice", LIST, Some(Kind::Any), slice),
    function("mustUniq", LIST, None, uniq),
    function("mustWithout", LIST, Some(Kind::Any), without),
    function("prepend", TWO, None, prepend),
    function("push", TWO, None, append),
    function("rest", LIST, None, |_, it| part(&it[0], "rest", |it| (1.min(it), it))),
    function("reverse", LIST, None, reverse),
    function("slice", LIST, Some(Kind::Any), slice),
    function("sortAlpha", LIST, None, sort_alpha),
    function("tuple", &[], Some(Kind::Any), |_, it| Ok(Value::list(it))),
    function("uniq", LIST, None, uniq),
    function("without", LIST, Some(Kind::Any), without),
];

/// The items of a list, or of bytes.
fn items(value: &Value, verb: &str) -> Result<Vec<Value>, String> {
    match &value.data {
        Data::List(items, _) => Ok(items.to_vec()),
        Data::Bytes(bytes) => Ok(bytes.iter().map(|&it| Value::byte(it)).collect()),
        Data::Object(object) if let Object::Versions(versions) = &**object => {
            Ok(versions.iter().map(|it| Value::text(it.as_str())).collect())
        }
        _ => Err(format!("Cannot {verb} on type {}", value.kind_name())),
    }
}

fn append(_: &mut Run<'_>, mut arguments: Vec<Value>) -> Outcome {
    let mut items = items(&arguments[0], "push")?;
    items.push(arguments.swap_remove(1));
    Ok(Value::list(items))
}

fn prepend(_: &mut Run<'_>, mut arguments: Vec<Value>) -> Outcome {
    let mut items = items(&arguments[0], "prepend")?;
    items.insert(0, arguments.swap_remove(1));
    Ok(Value::list(items))
}

fn ends(value: &Value, verb: &str, end: fn(&[Value]) -> Option<Value>) -> Outcome {
    Ok(end(&items(value, &format!("find {verb}"))?).unwrap_or(Value::NIL))
}

fn part(value: &Value, verb: &str, range: fn(usize) -> (usize, usize)) -> Outcome {
    let items = items(value, &format!("find {verb}"))?;
    let (start, end) = range(items.len());
    Ok(Value::list(items[start..end].to_vec()))
}

fn reverse(_: &mut Run<'_>, arguments: Vec<Value>) -> Outcome {
    let mut items = items(&arguments[0], "find reverse")?;
    items.reverse();
    Ok(Value::list(items))
}

fn compact(_: &mut Run<'_>, arguments: Vec<Value>) -> Outcome {
    let mut items = items(&arguments[0], "compact")?;
    items.retain(Value::is_true);
    Ok(Value::list(items))
}

fn uniq(run: &mut Run<'_>, arguments: Vec<Value>) -> Outcome {
    let mut kept: Vec<Value> = Vec::new();
    for item in items(&arguments[0], "find uniq")? {
        run.spend(kept.len() / COMPARISONS_OF_A_STEP)?;
        if !kept.iter().any(|it| it.is_deeply_equal(&item)) {
            kept.push(item);
        }
    }
    Ok(Value::list(kept))
}

fn without(run: &mut Run<'_>, arguments: Vec<Value>) -> Outcome {
    let mut items = items(&arguments[0], "find without")?;
    run.spend(items.len().saturating_mul(arguments.len()) / COMPARISONS_OF_A_STEP)?;
    items.retain(|it| !arguments[1..].iter().any(|omit| omit.is_deeply_equal(it)));
    Ok(Value::list(items))
}

fn has(run: &mut Run<'_>, arguments: Vec<Value>) -> Outcome {
    if arguments[1].is_nil() {
        return Ok(Value::bool(false));
    }
    let items = items(&arguments[1], "find has")?;
    run.spend(items.len() / COMPARISONS_OF_A_STEP)?;
    Ok(Value::bool(items.iter().any(|it| it.is_deeply_equal(&arguments[0]))))
}

fn concat(_: &mut Run<'_>, arguments: Vec<Value>) -> Outcome {
    let mut all = Vec::new();
    for list in &arguments {
        match &list.data {
            Data::List(items, _) if !bounds::may_hold(all.len() + items.len()) => break,
            Data::List(items, _) => all.extend(items.iter().cloned()),
            Data::Bytes(bytes) => all.extend(bytes.iter().map(|&it| Value::byte(it))),
            _ => return Err(format!("cannot concat type {} as list", list.kind_name())),
        }
    }
    Ok(Value::list(all))
}

fn chunk(_: &mut Run<'_>, arguments: Vec<Value>) -> Outcome {
    let size = usize::try_from(super::convert::to_int(&arguments[0])).unwrap_or(0);
    let items = items(&arguments[1], "chunk")?;
    if size == 0 {
        return Err("runtime error: integer divide by zero".into());
    }
    Ok(Value::list(items.chunks(size).map(|it| Value::list(it.to_vec())).collect::<Vec<_>>()))
}

fn slice(_: &mut Run<'_>, arguments: Vec<Value>) -> Outcome {
    let items = items(&arguments[0], "slice")?;
    if items.is_empty() {
        return Ok(Value::NIL);
    }
    let place = |index: usize, otherwise: usize| match arguments.get(index) {
        Some(value) => {
            let at = Value::int(super::convert::to_int(value));
            position(&at, items.len(), true)
        }
        None => Ok(otherwise),
    };
    let (start, end) = (place(1, 0)?, place(2, items.len())?);
    if start > end {
        return Err(format!("slice bounds out of range [{start}:{end}]"));
    }
    let kind = match &arguments[0].data {
        Data::List(_, kind) => *kind,
        _ => ListType::Any,
    };
    Ok(Value::plain(Data::List(items[start..end].into(), kind)))
}

fn sort_alpha(_: &mut Run<'_>, arguments: Vec<Value>) -> Outcome {
    let mut texts: Vec<Text> = match &arguments[0].data {
        Data::List(..) => to_texts(&arguments[0]),
        Data::Object(_) => {
            items(&arguments[0], "sort")?.iter().map(super::convert::to_text).collect()
        }
        _ => vec![super::convert::to_text(&arguments[0])],
    };
    texts.sort_by(|a, b| a.as_str().cmp(b.as_str()));
    Ok(Value::strings(texts.into_iter().map(Value::from).collect::<Vec<_>>()))
}
