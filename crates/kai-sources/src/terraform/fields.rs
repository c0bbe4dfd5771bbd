//! Reading planned values.

use kai_core::{Known, OriginId, Reason, SmolStr};
use kai_terraform::roots::Instance;
use kai_terraform::value::Value;

/// The value at a path through objects, and through blocks that stand there once. The reason where
/// nobody can know it; none where nothing is written.
pub(super) fn at<'a>(value: &'a Value, path: &[&str]) -> Result<Option<&'a Value>, Reason> {
    let mut value = value;
    for key in path {
        value = match value.elements() {
            Some(blocks) => match &blocks[..] {
                [only] => only,
                [] => return Ok(None),
                _ => return Err(Reason::Unreadable),
            },
            None => value,
        };
        if let Some(unknown) = value.as_unknown() {
            return Err(unknown.cause.reason);
        }
        let Some(next) = value.entries().and_then(|it| it.get(*key)) else { return Ok(None) };
        value = next;
    }
    match value.as_unknown() {
        Some(unknown) => Err(unknown.cause.reason),
        None if value.is_null() => Ok(None),
        None => Ok(Some(value)),
    }
}

/// The argument of a name, whether its value is known or not.
pub(super) fn argument<'a>(values: &'a Value, name: &str) -> Option<&'a Value> {
    values.entries()?.get(name).filter(|it| !it.is_null())
}

fn known<T>(value: &Value, path: &[&str], read: impl Fn(&Value) -> Option<T>) -> Known<T> {
    match at(value, path) {
        Ok(None) => Known::Unknown(Reason::NotDeclared),
        Err(reason) => unread(reason),
        Ok(Some(found)) => match read(found) {
            Some(it) => Known::new(it, found.origin),
            None => Known::Unknown(Reason::Unreadable),
        },
    }
}

/// A variable without a value is no field that is left out.
fn unread<T>(reason: Reason) -> Known<T> {
    Known::Unknown(if reason == Reason::NotDeclared { Reason::NotInRepository } else { reason })
}

/// Terraform reads `"true"` as true.
pub(super) fn flag(value: &Value, path: &[&str]) -> Known<bool> {
    known(value, path, |it| it.as_bool().or_else(|| it.as_str()?.parse().ok()))
}

/// Whether deleting a thing deletes what it holds; never where a plan that deletes it is refused.
pub(super) fn is_emptied(instance: &Instance) -> Known<bool> {
    match instance.is_protected {
        true => Known::new(false, instance.origin),
        false => flag(&instance.values, &["force_destroy"]),
    }
}

pub(super) fn text(value: &Value, path: &[&str]) -> Known<SmolStr> {
    known(value, path, |it| it.as_str().map(SmolStr::from))
}

/// What a text means; one that means nothing here is not known.
pub(super) fn parsed<T>(
    value: &Value,
    path: &[&str],
    read: impl Fn(&str) -> Option<T>,
) -> Known<T> {
    known(value, path, |it| read(it.as_str()?))
}

/// The elements of a list of texts, each once and sorted; not known where one of them is not.
pub(super) fn texts(value: &Value, path: &[&str]) -> Known<Vec<SmolStr>> {
    known(value, path, |it| {
        let texts = it.elements()?.iter().map(|it| it.as_str().map(SmolStr::from));
        let mut texts: Vec<SmolStr> = texts.collect::<Option<_>>()?;
        texts.sort_unstable();
        texts.dedup();
        (!texts.is_empty()).then_some(texts)
    })
}

/// How many elements a collection has.
pub(super) fn length(value: &Value, path: &[&str]) -> Known<usize> {
    known(value, path, |it| it.elements().map(|it| it.len()))
}

/// True where a block stands there.
pub(super) fn is_there(value: &Value, path: &[&str]) -> Known<bool> {
    known(value, path, |_| Some(true))
}

/// A count.
pub(super) fn number(value: &Value, path: &[&str]) -> Known<u32> {
    known(value, path, |it| {
        let written = it.as_str().map(ToOwned::to_owned);
        let text = written.or_else(|| it.as_number().map(ToString::to_string))?;
        text.parse().ok()
    })
}

/// Whether a number is more than zero.
pub(super) fn is_positive(value: &Value, path: &[&str]) -> Known<bool> {
    known(value, path, |it| {
        let written = it.as_str().map(ToOwned::to_owned);
        let text = written.or_else(|| it.as_number().map(ToString::to_string))?;
        text.parse::<f64>().ok().map(|it| it > 0.0)
    })
}

/// The fact, or what the provider makes of a field that is left out.
pub(super) fn or_default<T>(fact: Known<T>, value: T, origin: OriginId) -> Known<T> {
    fact.or(|| Known::new(value, origin))
}

/// True where what is written is so, or where nobody knows what is written.
pub(super) fn may_be<T>(fact: &Known<T>, is: impl Fn(&T) -> bool) -> bool {
    fact.value().map_or(!fact.is_not_declared(), is)
}

/// True where something is written there, or may be.
pub(super) fn may_be_there(value: &Value, path: &[&str]) -> bool {
    !matches!(at(value, path), Ok(None))
}
