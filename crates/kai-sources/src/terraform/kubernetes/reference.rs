//! References from one object to what is written of another one: the name of its namespace, the labels
//! of its pods.

use kai_core::Reason;
use kai_terraform::roots::Instance;
use kai_terraform::value::{Cause, Piece, Reference, Type, Value};

/// References that lead to references.
const DEPTH_MAX: usize = 4;

/// The value with what other objects say of themselves in the place of references to them; `all` is
/// everything that the same plan holds.
#[must_use]
pub fn settled(value: &Value, all: &[Instance]) -> Value {
    settle(value, all, DEPTH_MAX)
}

fn settle(value: &Value, all: &[Instance], depth: usize) -> Value {
    if value.is_known() || depth == 0 {
        return value.with_children(|it| settle(it, all, depth));
    }
    let found = |it: &Reference| Some(settle(written(it, all)?, all, depth - 1));
    if let Some(found) = value.reference().and_then(found) {
        return found.with_origin(value.origin).marked(value.marks);
    }
    let pieces = value.pieces().into_iter().flat_map(|piece| match &piece {
        Piece::Attribute(it) => found(it).map_or_else(|| vec![piece.clone()], |it| it.pieces()),
        _ => vec![piece],
    });
    together(value, pieces.collect())
}

/// A text that is put together from pieces.
fn together(value: &Value, pieces: Vec<Piece>) -> Value {
    let text: Option<String> = pieces.iter().map(word).collect();
    match text.filter(|_| !pieces.is_empty()) {
        Some(text) => Value::string(text).with_origin(value.origin).marked(value.marks),
        None => value.clone().formed(pieces),
    }
}

fn word(piece: &Piece) -> Option<&str> {
    if let Piece::Text(text) = piece { Some(text) } else { None }
}

/// What is written where a reference leads.
fn written<'a>(reference: &Reference, all: &'a [Instance]) -> Option<&'a Value> {
    let is_it = |it: &&Instance| {
        it.address == reference.address && !it.is_data && it.ty.starts_with("kubernetes_")
    };
    let instance = all.iter().filter(|_| reference.unit.is_empty()).find(is_it)?;
    // What has no namespace is called by its name alone.
    let is_namespace = instance.ty.starts_with("kubernetes_namespace");
    let path = match reference.path.as_str() {
        ".id" if is_namespace => ".metadata[0].name",
        path => path,
    };
    let found = steps(path)?.iter().try_fold(&instance.values, |value, step| at(value, step))?;
    Some(found).filter(|it| !it.is_null())
}

fn at<'a>(value: &'a Value, step: &str) -> Option<&'a Value> {
    match (value.entries(), value.elements()) {
        (Some(entries), _) => entries.get(step),
        (_, Some(elements)) => match step.parse::<usize>() {
            Ok(index) => elements.get(index),
            // A block that stands there once is sometimes asked as if it were no list.
            Err(_) if elements.len() == 1 => at(&elements[0], step),
            Err(_) => None,
        },
        _ => None,
    }
}

/// `metadata`, `0`, `labels`, `app` of `.metadata[0].labels["app"]`.
fn steps(path: &str) -> Option<Vec<String>> {
    let mut steps = Vec::new();
    let mut rest = path;
    while !rest.is_empty() {
        if let Some(after) = rest.strip_prefix('.') {
            let end = after.find(['.', '[']).unwrap_or(after.len());
            steps.push(after[..end].to_owned());
            rest = &after[end..];
        } else {
            let (key, after) = rest.strip_prefix('[')?.split_once(']')?;
            steps.push(key.trim_matches('"').to_owned());
            rest = after;
        }
    }
    Some(steps)
}

/// A value that must not be shown.
pub(super) fn hidden(value: &Value) -> Value {
    let cause = Cause::new(Reason::NotInRepository, "a sensitive value", value.origin);
    Value::unknown(Type::Dynamic, cause)
}

/// The value where what is at a path is decided elsewhere once it is there.
pub(super) fn left_to_others(value: &Value, path: &[impl AsRef<str>]) -> Value {
    let Some((first, rest)) = path.split_first() else {
        let cause = Cause::new(Reason::LeftToAutoscaler, "ignore_changes", value.origin);
        return Value::unknown(Type::Dynamic, cause);
    };
    if value.elements().is_some() {
        return value.with_children(|it| left_to_others(it, path));
    }
    let Some(found) = value.entries().and_then(|it| it.get(first.as_ref())) else {
        return value.clone();
    };
    let mut entries = value.entries().map(|it| (**it).clone()).unwrap_or_default();
    entries.insert(first.as_ref().into(), left_to_others(found, rest));
    Value::object(entries).with_origin(value.origin).marked(value.marks)
}
