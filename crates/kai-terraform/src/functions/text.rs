//! Functions of texts. A character is a grapheme cluster, unless a function says otherwise.

use unicode_segmentation::UnicodeSegmentation as _;

use super::arguments::{Outcome, check_size, elements, text, texts, to_come, whole};
use super::lists::bound;
use crate::function::{Function, FunctionError, Parameter, Surroundings};
use crate::value::{Refinement, Type, Value};

pub(super) fn functions() -> Vec<Function> {
    let string = |name| Parameter::new(name, Type::String);
    let text_of =
        |name, body| Function::new(name, Type::String, body).takes(string("str").allow_dynamic());
    let question = |name, parameter, body| {
        Function::new(name, Type::Bool, body)
            .takes(string("str").allow_unknown())
            .takes(string(parameter))
    };
    vec![
        text_of("chomp", |_, it, _| Ok(Value::string(chomp(text(&it[0]))))),
        question("endswith", "suffix", |_, it, ty| {
            Ok(to_come(ty, &it[..1])
                .unwrap_or_else(|| Value::bool(text(&it[0]).ends_with(text(&it[1])))))
        }),
        Function::new("indent", Type::String, indent)
            .takes(Parameter::new("spaces", Type::Number))
            .takes(string("str")),
        Function::new("join", Type::String, join)
            .takes(string("separator"))
            .takes_many(Parameter::new("lists", Type::list(Type::String))),
        Function::typed("length", length_type, length)
            .takes(Parameter::any("value").allow_dynamic().allow_unknown().allow_marked()),
        text_of("lower", |_, it, _| {
            Ok(Value::string(text(&it[0]).chars().map(lower).collect::<String>()))
        }),
        Function::new("split", Type::list(Type::String), |_, it, _| {
            Ok(split(text(&it[0]), text(&it[1])))
        })
        .takes(string("separator"))
        .takes(string("str")),
        question("startswith", "prefix", |_, it, ty| Ok(starts_with(&it[0], text(&it[1]), ty))),
        Function::new("strcontains", Type::Bool, |_, it, _| {
            Ok(Value::bool(text(&it[0]).contains(text(&it[1]))))
        })
        .takes(string("str"))
        .takes(string("substr")),
        text_of("strrev", |_, it, _| {
            Ok(Value::string(text(&it[0]).graphemes(true).rev().collect::<String>()))
        }),
        text_of("substr", substr)
            .takes(Parameter::new("offset", Type::Number))
            .takes(Parameter::new("length", Type::Number)),
        text_of("title", |_, it, _| Ok(Value::string(title(text(&it[0]))))),
        text_of("trim", |_, it, _| {
            let cut = text(&it[1]);
            Ok(Value::string(text(&it[0]).trim_matches(|it| cut.contains(it))))
        })
        .takes(string("cutset")),
        text_of("trimprefix", |_, it, _| {
            let whole = text(&it[0]);
            Ok(Value::string(whole.strip_prefix(text(&it[1])).unwrap_or(whole)))
        })
        .takes(string("prefix")),
        text_of("trimspace", |_, it, _| Ok(Value::string(text(&it[0]).trim()))),
        text_of("trimsuffix", |_, it, _| {
            let whole = text(&it[0]);
            Ok(Value::string(whole.strip_suffix(text(&it[1])).unwrap_or(whole)))
        })
        .takes(string("suffix")),
        text_of("upper", |_, it, _| {
            Ok(Value::string(text(&it[0]).chars().map(upper).collect::<String>()))
        }),
    ]
}

/// All line breaks at the end go.
fn chomp(text: &str) -> &str {
    text.trim_end_matches(['\r', '\n'])
}

fn indent(_: &dyn Surroundings, arguments: &[Value], _: &Type) -> Outcome {
    let spaces = whole(&arguments[0])?;
    let Ok(spaces) = usize::try_from(spaces) else {
        return Err(FunctionError::new("the number of spaces must not be negative"));
    };
    let text = text(&arguments[1]);
    check_size(text.len().saturating_add(text.matches('\n').count().saturating_mul(spaces)))?;
    // Spaces that no line takes are not made either.
    if !text.contains('\n') {
        return Ok(Value::string(text));
    }
    Ok(Value::string(text.replace('\n', &format!("\n{}", " ".repeat(spaces)))))
}

fn join(_: &dyn Surroundings, arguments: &[Value], ty: &Type) -> Outcome {
    let [separator, lists @ ..] = arguments else { return Err(no_list()) };
    if lists.is_empty() {
        return Err(no_list());
    }
    if let Some(value) = to_come(ty, lists) {
        return Ok(value);
    }
    let mut parts = Vec::new();
    for (index, list) in lists.iter().enumerate() {
        for (at, element) in elements(list).iter().enumerate() {
            if element.is_null() {
                let of =
                    if lists.len() > 1 { format!(" of list {}", index + 1) } else { "".into() };
                let message = format!("element {at}{of} is null; cannot concatenate null values");
                return Err(FunctionError::of(index + 1, message));
            }
            parts.push(text(element));
        }
    }
    let separators = parts.len().saturating_mul(text(separator).len());
    check_size(parts.iter().map(|it| it.len()).sum::<usize>().saturating_add(separators))?;
    Ok(Value::string(parts.join(text(separator))))
}

fn no_list() -> FunctionError {
    FunctionError::new("at least one list is required")
}

fn length_type(arguments: &[Value]) -> Result<Type, FunctionError> {
    let ty = arguments[0].ty();
    let is_counted = ty.is_collection() || ty.is_structural();
    if is_counted || matches!(ty, Type::String | Type::Dynamic) {
        return Ok(Type::Number);
    }
    let message = "argument must be a string, a collection type, or a structural type";
    Err(FunctionError::new(message))
}

fn length(_: &dyn Surroundings, arguments: &[Value], _: &Type) -> Outcome {
    let value = &arguments[0];
    let Some(unknown) = value.as_unknown() else {
        return Ok(known_length(value).marked(value.marks));
    };
    let known = &unknown.refinement;
    let (min, max) = match &unknown.ty {
        Type::Tuple(elements) => (elements.len(), Some(elements.len())),
        Type::Object(object) => (object.attributes.len(), Some(object.attributes.len())),
        Type::String => (known.prefix.graphemes(true).count(), None),
        _ => (known.length_min, known.length_max),
    };
    let refinement =
        Refinement { min: Some(bound(min)), max: max.map(bound), ..Refinement::not_null() };
    let length = Value::refined(Type::Number, refinement, unknown.cause.clone());
    Ok(length.marked(value.marks))
}

fn known_length(value: &Value) -> Value {
    if let Some(text) = value.as_str() {
        return Value::count(text.graphemes(true).count());
    }
    let count = value.children().count();
    // Elements of a set that are to come may turn out to be the same.
    match (&value.data, value.first_unknown()) {
        (crate::value::Data::Set(..), Some(unknown)) if count > 1 => {
            let (min, max) = (Some(bound(1)), Some(bound(count)));
            let refinement = Refinement { min, max, ..Refinement::not_null() };
            Value::refined(Type::Number, refinement, unknown.cause.clone())
        }
        _ => Value::count(count),
    }
}

fn split(separator: &str, text: &str) -> Value {
    if separator.is_empty() {
        return texts(text.chars().map(String::from));
    }
    texts(text.split(separator))
}

/// What is known of the beginning of a text to come may be enough.
fn starts_with(value: &Value, prefix: &str, ty: &Type) -> Value {
    let Some(unknown) = value.as_unknown() else {
        return Value::bool(text(value).starts_with(prefix));
    };
    let known = unknown.refinement.prefix.as_str();
    if known.starts_with(prefix) {
        return Value::bool(true);
    }
    if known.len() < prefix.len() && prefix.starts_with(known) {
        return Value::unknown(ty.clone(), unknown.cause.clone());
    }
    Value::bool(false)
}

fn substr(_: &dyn Surroundings, arguments: &[Value], _: &Type) -> Outcome {
    let (offset, length) = (whole(&arguments[1])?, whole(&arguments[2])?);
    let text = text(&arguments[0]);
    if offset >= 0 && length == 0 {
        return Ok(Value::string(""));
    }
    let clusters: Vec<&str> = text.graphemes(true).collect();
    let start = if offset < 0 {
        clusters.len().saturating_sub(usize::try_from(offset.unsigned_abs()).unwrap_or(usize::MAX))
    } else {
        usize::try_from(offset).unwrap_or(usize::MAX).min(clusters.len())
    };
    // Terraform looks for the end only behind the first character, so that no length is nought.
    let count = match usize::try_from(length) {
        Ok(0) | Err(_) => usize::MAX,
        Ok(count) => count,
    };
    Ok(Value::string(clusters[start..].iter().take(count).copied().collect::<String>()))
}

/// Letters behind what is neither letter nor digit become capitals.
fn title(text: &str) -> String {
    let mut previous = ' ';
    let capital = |it| {
        let is_first = is_separator(previous);
        previous = it;
        if is_first { titled(it) } else { it }
    };
    text.chars().map(capital).collect()
}

fn is_separator(it: char) -> bool {
    match it {
        '_' => false,
        it if it.is_ascii() => !it.is_ascii_alphanumeric(),
        it if it.is_alphanumeric() => false,
        it => it.is_whitespace(),
    }
}

/// Go maps one character to one; what would become several stays.
fn upper(it: char) -> char {
    single(it.to_uppercase()).unwrap_or(it)
}

fn lower(it: char) -> char {
    if it == 'İ' { 'i' } else { single(it.to_lowercase()).unwrap_or(it) }
}

/// The digraphs of the Balkans have a form of their own.
fn titled(it: char) -> char {
    match it {
        'Ǆ'..='ǆ' => 'ǅ',
        'Ǉ'..='ǉ' => 'ǈ',
        'Ǌ'..='ǌ' => 'ǋ',
        'Ǳ'..='ǳ' => 'ǲ',
        it => upper(it),
    }
}

fn single(mut characters: impl Iterator<Item = char>) -> Option<char> {
    let first = characters.next();
    first.filter(|_| characters.next().is_none())
}
