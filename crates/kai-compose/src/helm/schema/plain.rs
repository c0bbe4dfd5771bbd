//! Schemas of words that mean the same in all drafts: whether values fit them is told here, where
//! that is plain to see. `boon` decides the rest and says what does not fit: to check a schema, it
//! compiles the schemas of schemas first, which takes longer than everything else that a small
//! chart needs.

use std::cell::Cell;

use kai_core::{Map, Node, ScalarKind, Value as NodeValue};
use regex::Regex;
use serde_json::{Map as Words, Value};

/// True for values that surely fit a schema that surely is one. False says nothing.
pub(super) fn surely_fits(schema: &Value, values: &Node) -> bool {
    let mut plain = Plain { root: schema, followed: Vec::new(), steps: Cell::new(MOST_STEPS) };
    is_known_draft(schema) && plain.is_schema(schema) && plain.fits(schema, values, 0) == Some(true)
}

fn is_known_draft(schema: &Value) -> bool {
    const DRAFTS: [&str; 4] =
        ["schema", "draft-07/schema", "draft/2019-09/schema", "draft/2020-12/schema"];
    schema.get("$schema").is_none_or(|it| {
        let address = it
            .as_str()
            .and_then(|it| it.strip_prefix("http").map(|it| it.strip_prefix('s').unwrap_or(it)));
        let draft = address.and_then(|it| it.strip_prefix("://json-schema.org/"));
        draft.is_some_and(|it| DRAFTS.contains(&it.strip_suffix('#').unwrap_or(it)))
    })
}

/// Whether something holds, where that is known.
type Known = Option<bool>;

/// References to references stop here.
const DEEPEST: u32 = 64;

/// Schemas that lead back to themselves in two ways double the work with each reference.
const MOST_STEPS: u32 = 1 << 20;

struct Plain<'a> {
    root: &'a Value,
    /// References that lead to a schema.
    followed: Vec<&'a str>,
    /// How many more schemas are held against values.
    steps: Cell<u32>,
}

impl<'a> Plain<'a> {
    /// True for a schema in all drafts but the fourth: words that are known, and what each of them
    /// may hold, or words that no draft has.
    fn is_schema(&mut self, schema: &'a Value) -> bool {
        let Value::Object(words) = schema else { return schema.is_boolean() };
        words.iter().all(|(word, value)| match word.as_str() {
            "$schema" => std::ptr::eq(schema, self.root),
            "$ref" => self.leads_to_schema(value),
            "title" | "description" | "$comment" | "format" => value.is_string(),
            "pattern" => value.as_str().is_some_and(is_plain_pattern),
            "type" => is_type(value) || is_set(value, is_type),
            // Numbers and collections are equal in more than one way of writing them.
            "enum" => is_set(value, |it| !it.is_f64() && !it.is_array() && !it.is_object()),
            "required" => {
                value.as_array().is_some_and(Vec::is_empty) || is_set(value, Value::is_string)
            }
            "default" | "const" => true,
            "examples" => value.is_array(),
            "properties" | "definitions" | "$defs" => {
                value.as_object().is_some_and(|it| it.values().all(|it| self.is_schema(it)))
            }
            "items" | "additionalProperties" | "not" | "if" | "then" | "else" => {
                self.is_schema(value)
            }
            "allOf" | "anyOf" | "oneOf" => value
                .as_array()
                .is_some_and(|it| !it.is_empty() && it.iter().all(|it| self.is_schema(it))),
            "minimum" | "maximum" | "exclusiveMinimum" | "exclusiveMaximum" => value.is_number(),
            "minLength" | "maxLength" | "minItems" | "maxItems" | "minProperties"
            | "maxProperties" => value.is_u64(),
            "uniqueItems" | "readOnly" | "writeOnly" | "deprecated" => value.is_boolean(),
            other => !is_of_a_draft(other),
        })
    }

    fn leads_to_schema(&mut self, reference: &'a Value) -> bool {
        let Some((reference, target)) =
            reference.as_str().and_then(|it| Some((it, self.target(it)?)))
        else {
            return false;
        };
        if self.followed.contains(&reference) {
            return true;
        }
        self.followed.push(reference);
        self.is_schema(target)
    }

    /// What a reference into the schema itself names.
    fn target(&self, reference: &str) -> Option<&'a Value> {
        let path = reference.strip_prefix('#').filter(|it| !it.contains(['%', '~']))?;
        self.root.pointer(path)
    }

    fn fits(&self, schema: &'a Value, value: &Node, depth: u32) -> Known {
        self.steps.set(self.steps.get().checked_sub(1)?);
        let words = match schema {
            Value::Object(words) => words,
            other => return other.as_bool(),
        };
        let each = words.iter().map(|(word, rule)| self.meets(word, rule, words, value, depth));
        let fits = all(each);
        // Some drafts pass over what stands beside a reference.
        let is_alone = words.len() == 1 || !words.contains_key("$ref");
        fits.filter(|it| *it || is_alone)
    }

    fn meets(
        &self,
        word: &str,
        rule: &'a Value,
        words: &'a Words<String, Value>,
        value: &Node,
        depth: u32,
    ) -> Known {
        let fits = |rule: &'a Value| self.fits(rule, value, depth);
        let (map, items) = (value.as_map(), value.is_seq().then(|| value.items()));
        let text = text_of(value).map(|it| it.chars().count());
        match word {
            "$ref" if depth < DEEPEST => self.fits(self.target(rule.as_str()?)?, value, depth + 1),
            "$ref" => None,
            "type" => has_type(rule, value),
            "enum" => is_one_of(rule.as_array()?, value),
            "const" => is_one_of(std::slice::from_ref(rule), value),
            "format" | "pattern" if text.is_none() => Some(true),
            "format" => None,
            "pattern" => Some(Regex::new(rule.as_str()?).ok()?.is_match(text_of(value)?)),
            "required" => Some(map.is_none_or(|map| strings(rule).all(|it| map.get(it).is_some()))),
            "properties" => all(rule.as_object()?.iter().map(|(key, rule)| {
                map.and_then(|it| it.get(key)).map_or(Some(true), |it| self.fits(rule, it, depth))
            })),
            "additionalProperties" => {
                let named = words.get("properties").and_then(Value::as_object);
                let others = map.into_iter().flat_map(Map::iter);
                let others = others
                    .filter(|it| named.is_none_or(|named| !named.contains_key(it.key.as_str())));
                all(others.map(|it| self.fits(rule, &it.node, depth)))
            }
            "items" => all(value.items().iter().map(|it| self.fits(rule, it, depth))),
            "allOf" => all(rule.as_array()?.iter().map(fits)),
            "anyOf" => not(all(rule.as_array()?.iter().map(|it| not(fits(it))))),
            "oneOf" => {
                let each: Option<Vec<bool>> = rule.as_array()?.iter().map(fits).collect();
                each.map(|it| it.into_iter().filter(|fits| *fits).count() == 1)
            }
            "not" => not(fits(rule)),
            "if" => {
                let branch = if fits(rule)? { "then" } else { "else" };
                words.get(branch).map_or(Some(true), fits)
            }
            "minimum" => compare(value, rule, |value, bound| value >= bound),
            "maximum" => compare(value, rule, |value, bound| value <= bound),
            "exclusiveMinimum" => compare(value, rule, |value, bound| value > bound),
            "exclusiveMaximum" => compare(value, rule, |value, bound| value < bound),
            "minLength" => Some(text.is_none_or(|it| it as u64 >= rule.as_u64().unwrap_or(0))),
            "maxLength" => Some(text.is_none_or(|it| Some(it as u64) <= rule.as_u64())),
            "minItems" => Some(items.is_none_or(|it| Some(it.len() as u64) >= rule.as_u64())),
            "maxItems" => Some(items.is_none_or(|it| Some(it.len() as u64) <= rule.as_u64())),
            "minProperties" => Some(map.is_none_or(|it| Some(it.len() as u64) >= rule.as_u64())),
            "maxProperties" => Some(map.is_none_or(|it| Some(it.len() as u64) <= rule.as_u64())),
            "uniqueItems" => {
                (rule == &Value::Bool(false) || value.items().len() < 2).then_some(true)
            }
            _ => Some(true),
        }
    }
}

/// True for words of a draft that are not judged here.
fn is_of_a_draft(word: &str) -> bool {
    word.starts_with(['$', '@'])
        || word.starts_with("content")
        || word.starts_with("unevaluated")
        || word.starts_with("dependen")
        || word.ends_with("Contains")
        || matches!(
            word,
            "id" | "contains"
                | "patternProperties"
                | "propertyNames"
                | "additionalItems"
                | "prefixItems"
                | "multipleOf"
        )
}

/// True for a pattern that means the same in the dialects of JavaScript, of Go and of Rust.
fn is_plain_pattern(pattern: &str) -> bool {
    const DIFFERENT: [&str; 6] = ["\\", "(?", "{", "&&", "--", "~~"];
    // Only Rust repeats what is repeated.
    let is_repeated_twice = || {
        let repeats = |it: &u8| matches!(it, b'*' | b'+' | b'?');
        pattern.as_bytes().windows(2).any(|it| it.iter().all(repeats))
    };
    pattern.is_ascii()
        && !DIFFERENT.iter().any(|it| pattern.contains(it))
        && !has_class_in_class(pattern)
        && !is_repeated_twice()
        && regex_syntax::parse(pattern).is_ok()
}

/// Only Rust has classes in classes, and only some have `[:alpha:]`.
fn has_class_in_class(pattern: &str) -> bool {
    let pieces: Vec<_> = pattern.split('[').collect();
    let mut followed = pieces.iter().skip(1).rev().skip(1);
    // A bracket that comes first is one of the characters.
    followed.any(|it| !it.trim_start_matches(['^', ']']).contains(']'))
}

fn is_type(value: &Value) -> bool {
    const TYPES: [&str; 7] = ["array", "boolean", "integer", "null", "number", "object", "string"];
    value.as_str().is_some_and(|it| TYPES.contains(&it))
}

/// True for a list that holds something, nothing twice, and only what fits.
fn is_set(value: &Value, fits: impl Fn(&Value) -> bool) -> bool {
    value.as_array().is_some_and(|items| {
        let is_new = |(at, it): (usize, &Value)| !items[..at].contains(it);
        !items.is_empty() && items.iter().all(fits) && items.iter().enumerate().all(is_new)
    })
}

fn all(each: impl IntoIterator<Item = Known>) -> Known {
    let mut known = Some(true);
    for one in each {
        match one {
            Some(true) => {}
            Some(false) => return Some(false),
            None => known = None,
        }
    }
    known
}

fn not(known: Known) -> Known {
    known.map(|it| !it)
}

fn strings(list: &Value) -> impl Iterator<Item = &str> {
    list.as_array().into_iter().flatten().filter_map(Value::as_str)
}

/// What a value is when it is written as JSON.
enum Json<'a> {
    Null,
    Bool(bool),
    Int(f64),
    Float(f64),
    Text(&'a str),
    List,
    Table,
}

fn json_of(value: &Node) -> Json<'_> {
    let scalar = match &value.value {
        NodeValue::Scalar(scalar) => scalar,
        NodeValue::Unknown(it) => return Json::Text(&it.text),
        NodeValue::Seq(_) => return Json::List,
        NodeValue::Map(_) => return Json::Table,
    };
    let number = || scalar.as_float().filter(|it| it.is_finite());
    match (scalar.kind, number()) {
        (ScalarKind::Null, _) => Json::Null,
        (ScalarKind::Bool, _) => Json::Bool(scalar.as_bool() == Some(true)),
        (ScalarKind::Int, Some(number)) => Json::Int(number),
        (ScalarKind::Float, Some(number)) => Json::Float(number),
        // JSON has no word for what is no number.
        _ => Json::Text(&scalar.text),
    }
}

fn text_of(value: &Node) -> Option<&str> {
    if let Json::Text(text) = json_of(value) { Some(text) } else { None }
}

fn has_type(rule: &Value, value: &Node) -> Known {
    let json = json_of(value);
    let is = |name: &str| match json {
        Json::Null => Some(name == "null"),
        Json::Bool(_) => Some(name == "boolean"),
        Json::Int(_) => Some(matches!(name, "integer" | "number")),
        // A whole number is an integer however it is written.
        Json::Float(it) if name == "integer" && it.fract() == 0.0 => None,
        Json::Float(_) => Some(name == "number"),
        Json::Text(_) => Some(name == "string"),
        Json::List => Some(name == "array"),
        Json::Table => Some(name == "object"),
    };
    match rule {
        Value::String(name) => is(name),
        names => not(all(strings(names).map(|it| not(is(it))))),
    }
}

/// Numbers and collections are equal in more than one way of writing them.
fn is_one_of(list: &[Value], value: &Node) -> Known {
    match json_of(value) {
        Json::Null => Some(list.contains(&Value::Null)),
        Json::Bool(it) => Some(list.contains(&Value::Bool(it))),
        Json::Text(it) => Some(list.iter().any(|one| one.as_str() == Some(it))),
        Json::Int(_) | Json::Float(_) | Json::List | Json::Table => None,
    }
}

fn compare(value: &Node, bound: &Value, holds: impl Fn(f64, f64) -> bool) -> Known {
    /// Below it a double holds every whole number.
    const EXACT: f64 = 9_007_199_254_740_992.0;
    let (Json::Int(number) | Json::Float(number)) = json_of(value) else { return Some(true) };
    let bound = bound.as_f64().filter(|it| it.abs() < EXACT && number.abs() < EXACT)?;
    Some(holds(number, bound))
}
