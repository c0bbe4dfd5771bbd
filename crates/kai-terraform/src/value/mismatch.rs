//! Why a value of one type cannot become another, in Terraform's words.

use super::{ObjectType, Type, can_convert};

/// What is wanted of a value of type `got`.
pub(super) fn mismatch(got: &Type, want: &Type) -> String {
    match (got, want) {
        (Type::Object(got), Type::Object(want)) => objects(got, want),
        (Type::Tuple(_), Type::List(it)) if **it == Type::Dynamic => {
            "all list elements must have the same type".into()
        }
        (Type::Tuple(_), Type::Set(it)) if **it == Type::Dynamic => {
            "all set elements must have the same type".into()
        }
        (Type::Object(_), Type::Map(it)) if **it == Type::Dynamic => {
            "all map elements must have the same type".into()
        }
        (Type::Tuple(elements), Type::List(want) | Type::Set(want)) => {
            let bad = elements.iter().enumerate().find(|(_, it)| !fits(it, want));
            bad.map_or_else(
                || required(want),
                |(index, it)| format!("element {index}: {}", mismatch(it, want)),
            )
        }
        (Type::Object(object), Type::Map(want)) => {
            let bad = object.attributes.iter().find(|(_, it)| !fits(it, want));
            bad.map_or_else(
                || required(want),
                |(name, it)| format!("element \"{name}\": {}", mismatch(it, want)),
            )
        }
        (Type::List(got) | Type::Set(got), Type::List(inner) | Type::Set(inner))
        | (Type::Map(got), Type::Map(inner)) => {
            let noun = want.kind();
            if fits(got, inner) {
                required(want)
            } else {
                format!("incorrect {noun} element type: {}", mismatch(got, inner))
            }
        }
        _ => required(want),
    }
}

fn fits(got: &Type, want: &Type) -> bool {
    *got == want.without_optional() || can_convert(got, want)
}

fn required(want: &Type) -> String {
    format!("{} required", want.wanted())
}

fn objects(got: &ObjectType, want: &ObjectType) -> String {
    let is_missing = |name: &&smol_str::SmolStr| {
        !got.attributes.contains_key(*name) && !want.optional.contains(*name)
    };
    let missing: Vec<_> = want.attributes.keys().filter(is_missing).collect();
    let names: Vec<_> = missing.iter().map(|it| format!("\"{it}\"")).collect();
    match names.as_slice() {
        [] => {}
        [one] => return format!("attribute {one} is required"),
        [one, two] => return format!("attributes {one} and {two} are required"),
        [all @ .., last] => {
            return format!("attributes {}, and {last} are required", all.join(", "));
        }
    }
    for (name, ty) in &want.attributes {
        if let Some(given) = got.attributes.get(name).filter(|it| !fits(it, ty)) {
            return format!("attribute \"{name}\": {}", mismatch(given, ty));
        }
    }
    "incorrect object attributes".into()
}
