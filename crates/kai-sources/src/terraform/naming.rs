//! Planned values as texts that name things.

use kai_core::SmolStr;
use kai_graph::{Naming, ResourceRef};
use kai_terraform::roots::Instance;
use kai_terraform::value::{Piece, Reference, Value};

use super::address::is_open;
use super::fields::{argument, at};

/// What is written at a path, as a naming; none where nothing is.
pub(super) fn naming(value: &Value, path: &[&str]) -> Option<Naming> {
    let (last, before) = path.split_last()?;
    let around = if before.is_empty() { value } else { at(value, before).ok()?? };
    let around = match around.elements().map(|it| &it[..]) {
        Some([only]) => only,
        _ => around,
    };
    around.entries()?.get(*last).filter(|it| !it.is_null()).map(of_value)
}

/// Each element of a list as a naming; none where nobody knows how many there are.
pub(super) fn namings(value: &Value) -> Option<Vec<Naming>> {
    Some(value.elements()?.iter().map(of_value).collect())
}

pub(super) fn of_value(value: &Value) -> Naming {
    let pieces = value.pieces();
    let text = match &pieces[..] {
        [] => None,
        [Piece::Text(text)] => Some(text.clone()),
        _ => None,
    };
    let resources = pieces.iter().filter_map(|it| match it {
        Piece::Attribute(reference) => resource(reference),
        _ => None,
    });
    let is_open = pieces.iter().any(is_open);
    let symbols = symbols(value);
    Naming { text, resources: resources.collect(), is_open, symbols, origin: value.origin }
}

/// A text to come as it is put together, where two that are put together alike are one text: `${var.stage}-db`. What is
/// written is quoted, so that it is never taken for a variable, and what another unit has says which unit that is.
fn symbols(value: &Value) -> Option<SmolStr> {
    let pieces = value.pieces();
    if matches!(&pieces[..], [] | [Piece::Text(_) | Piece::Attribute(_)]) {
        return None;
    }
    let mut symbols = String::new();
    for piece in joined(pieces) {
        match piece {
            Piece::Text(text) => symbols.push_str(&format!("{text:?}")),
            Piece::Attribute(it) => {
                symbols.push_str(&format!("${{{}:{}{}}}", it.unit, it.address, it.path));
            }
            Piece::Variable(name) => symbols.push_str(&format!("${{{name}}}")),
            Piece::Open(_) => return None,
        }
    }
    Some(symbols.into())
}

/// The pieces with texts side by side as one: `a`, `b` are `ab`.
fn joined(pieces: Vec<Piece>) -> Vec<Piece> {
    let mut joined: Vec<Piece> = Vec::with_capacity(pieces.len());
    for piece in pieces {
        match (joined.last_mut(), piece) {
            (Some(Piece::Text(before)), Piece::Text(text)) => {
                *before = format!("{before}{text}").into();
            }
            (_, piece) => joined.push(piece),
        }
    }
    joined
}

/// True where a text of the same root means the instance: by what it is put together from, or by one
/// of its names.
pub(super) fn means(naming: &Naming, instance: &Instance, names: &[&str]) -> bool {
    let named = |name: &&str| argument(&instance.values, name);
    if naming.symbols.is_some()
        && names.iter().filter_map(named).any(|it| symbols(it) == naming.symbols)
    {
        return true;
    }
    match (naming.resource(), &naming.text) {
        (Some(it), _) if it.root.is_empty() => {
            label(&instance.address).is_some_and(|own| own == (it.kind.clone(), it.name.clone()))
        }
        (None, Some(text)) => names.iter().any(|name| {
            at(&instance.values, &[name])
                .ok()
                .flatten()
                .and_then(Value::as_str)
                .is_some_and(|it| it == text.as_str())
        }),
        _ => false,
    }
}

/// True where something of an instance mentions another one of its root.
pub(super) fn is_mentioned(instance: &Instance, by: &Instance) -> bool {
    let mut found = Vec::new();
    mentions(&by.values, &mut found);
    let Some((kind, name)) = label(&instance.address) else { return false };
    found.iter().any(|it| it.root.is_empty() && it.kind == kind && it.name == name)
}

/// Everything that a value mentions, wherever in it.
pub(super) fn mentions(value: &Value, into: &mut Vec<ResourceRef>) {
    if value.is_known() && value.elements().is_some() || value.entries().is_some() {
        value.children().for_each(|it| mentions(it, into));
    } else {
        into.extend(of_value(value).resources);
    }
}

/// Every known text of a value and every known piece of one, wherever in it.
pub(super) fn texts_in(value: &Value, into: &mut Vec<SmolStr>) {
    if value.is_known() && value.elements().is_some() || value.entries().is_some() {
        return value.children().for_each(|it| texts_in(it, into));
    }
    for piece in value.pieces() {
        if let Piece::Text(text) = piece {
            into.push(text);
        }
    }
}

pub(super) fn resource(reference: &Reference) -> Option<ResourceRef> {
    let (kind, name) = label(&reference.address)?;
    let (root, attribute) = (reference.unit.clone(), reference.path.clone());
    Some(ResourceRef { root, kind, name, attribute })
}

/// The type at the end of an address, and the rest of it without the word `module`:
/// `module.db.aws_db_instance.main[0]` is `db.main[0]`.
#[must_use]
pub fn label(address: &str) -> Option<(SmolStr, SmolStr)> {
    let mut segments = segments(address).into_iter();
    let mut path = Vec::new();
    while let Some(first) = segments.next() {
        let kind = match first {
            "module" => {
                path.push(segments.next()?);
                continue;
            }
            "data" => format!("data.{}", segments.next()?),
            kind => kind.to_owned(),
        };
        path.push(segments.next()?);
        path.extend(segments);
        return Some((kind.into(), path.join(".").into()));
    }
    Some((SmolStr::new_static("module"), path.join(".").into()))
}

/// The module that an address is in, or the one around a module.
#[must_use]
pub fn enclosing(address: &str) -> Option<String> {
    let segments = segments(address);
    let count = segments.len().checked_sub(2)?;
    (count >= 2 && segments[0] == "module").then(|| segments[..count].join("."))
}

/// The parts of an address between its dots; a key in brackets is no place for one.
fn segments(address: &str) -> Vec<&str> {
    let mut depth = 0_usize;
    let split = |it: char| {
        match it {
            '[' => depth += 1,
            ']' => depth = depth.saturating_sub(1),
            _ => {}
        }
        it == '.' && depth == 0
    };
    address.split(split).collect()
}
