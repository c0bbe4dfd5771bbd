//! Whether a value fits a schema, word by word.

use kai_core::{Map, Node};
use serde_json::{Map as Words, Value};

use super::json::{compare, has_type, is_one_of, text_of};
use super::known::{Known, all, not, strings};
use super::pattern;
use super::schema::{DEEPEST, Plain};

/// A word of a schema, what it says, and what is held against it.
#[derive(Clone, Copy)]
struct Rule<'a, 'v> {
    word: &'a str,
    says: &'a Value,
    /// The schema around it.
    words: &'a Words<String, Value>,
    value: &'v Node,
    /// How many references led here.
    depth: u32,
}

impl<'a> Plain<'a> {
    pub(super) fn fits(&self, schema: &'a Value, value: &Node, depth: u32) -> Known {
        self.steps.set(self.steps.get().checked_sub(1)?);
        let words = match schema {
            Value::Object(words) => words,
            other => return other.as_bool(),
        };
        let rules = words.iter().map(|(word, says)| Rule { word, says, words, value, depth });
        let fits = all(rules.map(|it| self.meets(it)));
        // Some drafts pass over what stands beside a reference.
        let is_alone = words.len() == 1 || !words.contains_key("$ref");
        fits.filter(|it| *it || is_alone)
    }

    fn meets(&self, rule: Rule<'a, '_>) -> Known {
        match rule.word {
            "$ref" if rule.depth < DEEPEST => {
                self.fits(self.target(rule.says.as_str()?)?, rule.value, rule.depth + 1)
            }
            "$ref" => None,
            "properties" | "additionalProperties" | "items" => self.meets_inside(rule),
            "allOf" | "anyOf" | "oneOf" | "not" | "if" => self.meets_schemas(rule),
            "format" | "pattern" | "minLength" | "maxLength" => meets_text(rule),
            word if word.ends_with("inimum") || word.ends_with("aximum") => meets_number(rule),
            _ => meets_plainly(rule),
        }
    }

    /// Rules of what a collection holds.
    fn meets_inside(&self, rule: Rule<'a, '_>) -> Known {
        let Rule { says, value, depth, .. } = rule;
        let map = value.as_map();
        match rule.word {
            "properties" => all(says.as_object()?.iter().map(|(key, says)| {
                map.and_then(|it| it.get(key)).map_or(Some(true), |it| self.fits(says, it, depth))
            })),
            "additionalProperties" => {
                let named = rule.words.get("properties").and_then(Value::as_object);
                let others = map.into_iter().flat_map(Map::iter);
                let others = others
                    .filter(|it| named.is_none_or(|named| !named.contains_key(it.key.as_str())));
                all(others.map(|it| self.fits(says, &it.node, depth)))
            }
            _ => all(value.items().iter().map(|it| self.fits(says, it, depth))),
        }
    }

    /// Rules made of schemas for the same value.
    fn meets_schemas(&self, rule: Rule<'a, '_>) -> Known {
        let fits = |schema: &'a Value| self.fits(schema, rule.value, rule.depth);
        let each = || rule.says.as_array().map(|it| it.iter().map(fits));
        match rule.word {
            "allOf" => all(each()?),
            "anyOf" => not(all(each()?.map(not))),
            "oneOf" => {
                let each: Option<Vec<bool>> = each()?.collect();
                each.map(|it| it.into_iter().filter(|fits| *fits).count() == 1)
            }
            "not" => not(fits(rule.says)),
            _ => {
                let branch = if fits(rule.says)? { "then" } else { "else" };
                rule.words.get(branch).map_or(Some(true), fits)
            }
        }
    }
}

fn meets_text(rule: Rule<'_, '_>) -> Known {
    let Some(text) = text_of(rule.value) else { return Some(true) };
    let length = text.chars().count() as u64;
    match rule.word {
        "minLength" => Some(length >= rule.says.as_u64().unwrap_or(0)),
        "maxLength" => Some(Some(length) <= rule.says.as_u64()),
        "pattern" => pattern::is_match(rule.says.as_str()?, text),
        _ => None,
    }
}

fn meets_number(rule: Rule<'_, '_>) -> Known {
    let holds = |holds: fn(f64, f64) -> bool| compare(rule.value, rule.says, holds);
    match rule.word {
        "minimum" => holds(|value, bound| value >= bound),
        "maximum" => holds(|value, bound| value <= bound),
        "exclusiveMinimum" => holds(|value, bound| value > bound),
        "exclusiveMaximum" => holds(|value, bound| value < bound),
        _ => Some(true),
    }
}

/// What is told without looking into the value.
fn meets_plainly(rule: Rule<'_, '_>) -> Known {
    let Rule { says, value, .. } = rule;
    let map = value.as_map();
    let keys = map.map(|it| it.len() as u64);
    let items = value.is_seq().then(|| value.items().len() as u64);
    match rule.word {
        "type" => has_type(says, value),
        "enum" => is_one_of(says.as_array()?, value),
        "const" => is_one_of(std::slice::from_ref(says), value),
        "required" => Some(map.is_none_or(|map| strings(says).all(|it| map.get(it).is_some()))),
        "minItems" => Some(items.is_none_or(|it| Some(it) >= says.as_u64())),
        "maxItems" => Some(items.is_none_or(|it| Some(it) <= says.as_u64())),
        "minProperties" => Some(keys.is_none_or(|it| Some(it) >= says.as_u64())),
        "maxProperties" => Some(keys.is_none_or(|it| Some(it) <= says.as_u64())),
        "uniqueItems" => (says == &Value::Bool(false) || value.items().len() < 2).then_some(true),
        _ => Some(true),
    }
}
